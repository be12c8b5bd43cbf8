"""For texts that a page shows only the beginning of."""

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.text import Truncator

register = template.Library()


@register.filter
@stringfilter
def first_words(text: str, count: int) -> str:
    """The beginning of a text; “…” follows the last word at once. (Django's `truncatewords` puts a blank between.)"""
    return Truncator(text).words(count)
