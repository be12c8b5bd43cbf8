"""What changed between two texts, word by word."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WORDS = 800  # compared at most, of each text
PAIRS = 20_000  # of the same words in both texts; every stretch that is found may look at all of them again
_WORD = re.compile(r"\w+\s*|\s+|[^\w\s]\s*")  # with the blanks behind it, which are the same everywhere


def marked(before: str, after: str) -> SafeString:
    """Both texts in one: what went is <del>, what came is <ins>. Those that are very long, or say one word over and
    over, stand whole, one after the other."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > WORDS or _pairs(old, new) > PAIRS:
        return format_html("{}{}", _tagged("del", before), _tagged("ins", after))
    return format_html_join("", "{}", ((piece,) for piece in _pieces(old, new)))


def _pairs(old: list[str], new: list[str]) -> int:
    in_new = Counter(new)
    return sum(in_new[word] for word in old)


def _pieces(old: list[str], new: list[str]) -> Iterator[str]:
    for kind, start, end, start_new, end_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "".join(old[start:end])
        else:
            yield _tagged("del", "".join(old[start:end]))
            yield _tagged("ins", "".join(new[start_new:end_new]))


def _tagged(tag: str, text: str) -> SafeString | str:
    return format_html("<{0}>{1}</{0}>", tag, text) if text else ""
