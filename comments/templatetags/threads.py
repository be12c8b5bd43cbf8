"""For the pages that show threads."""

from collections.abc import Iterable

from django.template import Library
from django.utils.safestring import SafeString

from comments import drawing
from comments.threads import Node

register = Library()


@register.simple_tag
def draw_threads(nodes: Iterable[Node], *, takes_replies: bool) -> SafeString:
    """The comments as items of a list: `drawing` has their markup."""
    return drawing.draw(nodes, takes_replies=takes_replies)
