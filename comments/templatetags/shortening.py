"""For texts that a page shows only the beginning of."""

from django.template import Library
from django.template.defaultfilters import stringfilter

from comments import markup

register = Library()


@register.filter
@stringfilter
def beginning(text: str, length: int) -> str:
    """`markup.beginning`, in templates."""
    return markup.beginning(text, length)
