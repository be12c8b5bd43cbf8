"""Helplines for whoever writes of danger: on their own page with the country they choose, beside a form with all."""

from collections.abc import Iterable
from typing import Any

from django.template import Library

from advice import helplines

register = Library()


@register.inclusion_tag("advice/_care.html", takes_context=True)
def help_for(context: Any, topics: Iterable[str], *, is_read_first: bool) -> dict[str, Any]:
    """On a page with an address of its own: a country can be chosen there, and is kept nowhere."""
    directory = helplines.directory()
    chosen = directory.country(context["request"].GET.get("country", ""))
    return {
        "countries": directory.countries,
        "chosen": chosen,
        "shown": (chosen or directory.elsewhere).fitting(topics),
        "is_read_first": is_read_first,
    }


@register.inclusion_tag("advice/_care_here.html")
def help_beside_form(topics: Iterable[str], *, checking: bool) -> dict[str, Any]:
    """Where another page would cost somebody what they typed: every country is there, folded until it is opened.

    Beside an error it takes the focus in the error's place.
    """
    topics = tuple(topics)
    countries = [country.fitting(topics) for country in helplines.directory().countries]
    return {"countries": countries, "takes_focus": not checking}
