"""For headings that say whose thread it is."""

from django.template import Library
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = Library()


@register.simple_tag
def who_began(name: str, moderator: int | None) -> SafeString:
    """“Ann asks”, with the name in its own direction. `moderator` is the pk of one who began it: they ask nothing."""
    said = _("<bdi>%(name)s</bdi> writes") if moderator else _("<bdi>%(name)s</bdi> asks")
    return mark_safe(said % {"name": escape(name)})  # noqa: S308 - the name is escaped
