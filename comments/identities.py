"""What in a text may say who somebody is: a moderator looks, and masks it with one click.

It finds much of what people write, not all, and sometimes what is nobody's name; so nothing is masked by itself. Every
pattern has a bound on what it repeats and begins only where a word begins: time grows with the text's length.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from . import full_names
from . import identity_patterns as patterns


class Kind(StrEnum):
    """In the order in which they are looked for: what is part of an earlier one is not looked at again."""

    EMAIL = "email address"
    PHONE = "phone number"
    HANDLE = "account name"
    ADDRESS = "postal address"
    NAME = "full name"
    WORDS = "words"  # chosen by the moderator


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` (not included) of a text."""

    start: int
    end: int
    kind: Kind = Kind.WORDS


def find(text: str) -> list[Span]:
    """What may say who somebody is, in the text's order; no two of them overlap."""
    found: list[Span] = []
    taken = bytearray(len(text))
    for kind, look in _LOOKS:
        for start, end in look(text):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append(Span(start, end, kind))
    return sorted(found)


def occurrences(text: str, words: str) -> list[Span]:
    """Where these words stand in the text, in any case of letters."""
    return [Span(*match.span()) for match in re.finditer(re.escape(words), text, re.IGNORECASE)] if words else []


def masked(text: str, spans: list[Span]) -> str:
    """The text with what each span says in its place; spans that touch or overlap become one, named for the first."""
    parts, at = [], 0
    for span in sorted(spans):
        if span.start >= at:
            parts += [text[at : span.start], replacement(span.kind)]
        at = max(at, span.end)
    return "".join([*parts, text[at:]])


def replacement(kind: Kind) -> str:
    """What readers see instead, in their language."""
    return {
        Kind.EMAIL: _("[email address removed]"),
        Kind.PHONE: _("[phone number removed]"),
        Kind.HANDLE: _("[account name removed]"),
        Kind.ADDRESS: _("[address removed]"),
        Kind.NAME: _("[name removed]"),
        Kind.WORDS: _("[removed]"),
    }[kind]


def _emails(text: str) -> Iterator[tuple[int, int]]:
    yield from _spans(text, patterns.EMAIL)
    if _AT.search(text):
        yield from _spans(text, patterns.SPELLED, patterns.MAILED)


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for match in patterns.PHONE.finditer(text):
        said = match[0]
        digits = sum(char.isdigit() for char in said)
        is_dialled = said[0] in "+0(" or digits >= 10 or patterns.LOCAL.fullmatch(said)
        before = text[max(0, match.start() - 30) : match.start()]
        is_other = patterns.NO_PHONE.fullmatch(said) or patterns.OTHER_NUMBER.search(before)
        if is_dialled and not is_other:
            yield match.span()
    yield from (match.span(1) for match in patterns.ON_PHONE.finditer(text))
    if patterns.AS_DIALLED.search(text):
        yield from (match.span() for match in patterns.SAID.finditer(text) if patterns.AS_DIALLED.search(match[0]))


def _handles(text: str) -> Iterator[tuple[int, int]]:
    for sign, pattern in (("/", patterns.PROFILE), ("u/", patterns.ON_REDDIT), ("#", patterns.ON_DISCORD)):
        if sign in text:
            yield from _spans(text, pattern)
    if "_" in text:
        yield from _spans(text, patterns.JOINED)
    if places := [match.start() for match in patterns.PLACE.finditer(text)]:
        yield from _handles_at(text, places)
    # “@Ann, me too” calls somebody else here.
    found = patterns.AT_NAME.finditer(text) if "@" in text else ()
    yield from (match.span() for match in found if not full_names.is_first_name(match[0][1:]))


def _handles_at(text: str, places: list[int]) -> Iterator[tuple[int, int]]:
    """Names on a network that is spoken of at these places."""
    yield from (match.span(match.lastgroup or 0) for match in patterns.ON_NETWORK.finditer(text))
    for match in patterns.ODD_WORD.finditer(text):
        at = bisect_left(places, match.start() - patterns.NEAR_BEFORE)
        if at < len(places) and places[at] <= match.end() + patterns.NEAR_AFTER:
            yield match.span()
    for match in patterns.CALLED_THERE.finditer(text):
        word = match[match.lastgroup or 0].casefold()
        if word not in full_names.listed("no_accounts") and not word.endswith(("ed", "ing", "ly")):
            yield match.span(match.lastgroup or 0)


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    return _spans(text, *patterns.ADDRESSES)


def _spans(text: str, *wanted: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    return (match.span() for pattern in wanted for match in pattern.finditer(text))


_AT = re.compile(" (?:at|ät|@) ", re.IGNORECASE)  # looked for first: most texts need no further look
_LOOKS = (
    (Kind.EMAIL, _emails),
    (Kind.PHONE, _phones),
    (Kind.HANDLE, _handles),
    (Kind.ADDRESS, _addresses),
    (Kind.NAME, full_names.look),
)
