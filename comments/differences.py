"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WORDS = 800  # compared at most, of each text; the time grows with their square
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


def marked(before: str, after: str) -> SafeString:
    """Both texts in one: what went is <del>, what came is <ins>. Very long ones stand whole, one after the other."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > 2 * WORDS:  # with the blanks between them
        return format_html("{}{}", _tagged("del", before), _tagged("ins", after))
    return format_html_join("", "{}", ((piece,) for piece in _pieces(old, new)))


def _pieces(old: list[str], new: list[str]) -> Iterator[str]:
    for kind, start, end, start_new, end_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "".join(old[start:end])
        else:
            yield _tagged("del", "".join(old[start:end]))
            yield _tagged("ins", "".join(new[start_new:end_new]))


def _tagged(tag: str, text: str) -> SafeString | str:
    return format_html("<{0}>{1}</{0}>", tag, text) if text else ""
