"""Counts that are looked at no further than a list is counted."""

from django.template import Library

from comments import queues

register = Library()


@register.filter
def capped(count: int) -> str:
    return f"{queues.MOST - 1}+" if count >= queues.MOST else str(count)
