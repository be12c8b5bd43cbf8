"""What a writer may want to know before sending: which of their words say who somebody is. It holds nothing back."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import full_names, identities, markup
from .identities import Kind
from .models import BODY_LENGTH, NAME_LENGTH

MOST = 12  # at once: whoever writes more of it sees by then what is meant

LOOKS_LIKE = {
    Kind.EMAIL: _("looks like an email address"),
    Kind.PHONE: _("looks like a phone number"),
    Kind.HANDLE: _("looks like an account name"),
    Kind.ADDRESS: _("looks like an address"),
    Kind.NAME: _("looks like a full name"),
}
AS_NAME = _("looks like your full name; a nickname is fine")

_TAG = re.compile(r"(<[^>]*>)")


@dataclass(frozen=True, slots=True)
class Hint:
    words: str
    looks_like: str | Promise


def of(name: str, body: str) -> list[Hint]:
    """What in these would be public, each words once: first of the name, then in the order of the text."""
    name, body = markup.clean_line(name[: 2 * NAME_LENGTH]), markup.clean(body[: 2 * BODY_LENGTH])[:BODY_LENGTH]
    found = {name: Hint(name, AS_NAME)} if full_names.is_full(name) else {}
    for text in (name, body):
        for span in identities.find(text):
            words = text[span.start : span.end]
            found.setdefault(words, Hint(words, LOOKS_LIKE[span.kind]))
    return list(found.values())[:MOST]


def marked(body_html: str, hints: Sequence[Hint]) -> str:
    """A reader's text as HTML with these words marked, save in addresses of links and across lines."""
    if not hints:
        return body_html
    longest_first = sorted({html.escape(hint.words, quote=False) for hint in hints}, key=len, reverse=True)
    words = re.compile("|".join(map(re.escape, longest_first)))
    parts = _TAG.split(body_html)  # texts at even places, tags between them
    parts[::2] = [words.sub(r"<mark>\g<0></mark>", part) for part in parts[::2]]
    return "".join(parts)
