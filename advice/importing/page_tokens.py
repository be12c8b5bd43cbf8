"""HTML as a stream of tokens, in time that grows with its length alone.

The standard library's parser keeps what is unfinished and looks through it anew with every piece, raises AssertionError
at `<![`, and takes `<div/>` for a whole element, which no browser does; what it does differs between patch releases.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from .records import Unreadable

LONGEST = 20_000_000  # characters of one tag, comment or script: whole fonts are in saved pages
ATTRIBUTES = 1_000  # of one tag
LONGEST_NAME = 34  # characters of an entity, so that none is cut in two

DROPPED = frozenset({"script", "style", "iframe", "noembed", "noframes", "xmp"})  # what is in them is no markup
_RAW = DROPPED | {"title", "textarea"}

# A tag as nearly all are, at once: what it leaves out is cut up piece by piece.
_PLAIN = re.compile(r'<[a-zA-Z][a-zA-Z0-9-]*(?:\s+[a-zA-Z][\w:-]*="[^"&]*"){0,50}[\s/]*>')
_PAIR = re.compile(r'(?<![\w:-])([\w:-]++)="([^"]*)"')
SHORT = 300  # characters of what may come again, and is kept for then

_NAME = re.compile(r"<([a-zA-Z][^\s/>\x00]*)")
_END = re.compile(r"</([a-zA-Z][^\s/>\x00]*)[^>]*>")
_BETWEEN = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"(=?[^\s/>=]*)(\s*=\s*)?")
_BARE = re.compile(r"[^\s>]*")


@dataclass(slots=True)
class Start:
    """Tags that are spelled alike may share one, so nobody changes it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class End:
    tag: str


@dataclass(slots=True)
class Remark:
    """A comment in the markup."""

    text: str


Token = Start | End | Remark | str


def tokens(pieces: Iterable[str]) -> Iterator[Token]:
    """Raises Unreadable."""
    tokenizer = _Tokenizer()
    rest, waiting, length = "", [], 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if len(rest) + length > LONGEST:
            raise Unreadable(f"a tag, a comment or a script in it has more than {LONGEST:,} characters")
        if length < len(rest):  # what is unfinished is looked through again once it has doubled
            continue
        text = rest + "".join(waiting)
        at = yield from tokenizer.take(text, is_last=False)
        rest, waiting, length = text[at:], [], 0
    yield from tokenizer.take(rest + "".join(waiting), is_last=True)


class _Tokenizer:
    def __init__(self) -> None:
        self._raw = ""  # the element that is open and holds no markup

    def take(self, text: str, *, is_last: bool) -> Generator[Token, None, int]:
        """The tokens that are whole; returns where the first begins that is not. The last text's is dropped, as
        browsers do."""
        at = 0
        while at < len(text):
            if self._raw:
                end = self._end_of_raw(text, at)
                if end < 0:
                    return at
                if self._raw not in DROPPED:
                    yield unescape(text[at:end])
                self._raw, at = "", end
            token, after = self._markup(text, at) if text[at] == "<" else _text(text, at, is_last=is_last)
            if after <= at:
                return at
            at = after
            if token is not None:
                yield token
        return at

    def _end_of_raw(self, text: str, at: int) -> int:
        """Where its end tag begins; -1 where it has not come yet."""
        end = re.compile(rf"</{self._raw}(?=[\s/>])", re.IGNORECASE).search(text, at)
        return end.start() if end else -1

    def _markup(self, text: str, at: int) -> tuple[Token | None, int]:
        """What begins with this <."""
        follows = text[at + 1 : at + 2]
        if follows == "/":
            return _end_tag(text, at)
        if plain := _PLAIN.match(text, at):
            return self._started(_plain(plain[0])), plain.end()
        if text.startswith("<!--", at):
            end = text.find("-->", at + 2)
            return (Remark(text[at + 4 : end]), end + 3) if end >= 0 else (None, at)
        if follows in ("!", "?"):
            return None, _after(text, at)
        if not follows.isascii() or not follows.isalpha():
            return ("<", at + 1) if follows else (None, at)
        token, after = _start_tag(text, at)
        return token and self._started(token), after

    def _started(self, token: Start) -> Start:
        if token.tag in _RAW:
            self._raw = token.tag
        return token


def _text(text: str, at: int, *, is_last: bool) -> tuple[Token, int]:
    end = text.find("<", at)
    if end < 0:
        end = len(text)
        entity = text.rfind("&", max(at, end - LONGEST_NAME))
        if entity >= 0 and not is_last and ";" not in text[entity:]:
            end = entity
    return unescape(text[at:end]), end


def _end_tag(text: str, at: int) -> tuple[Token | None, int]:
    if found := _END.match(text, at):
        return End(found[1].lower()), found.end()
    return None, _after(text, at)


def _after(text: str, at: int) -> int:
    """Behind the next >, or `at` where there is none yet."""
    end = text.find(">", at)
    return end + 1 if end >= 0 else at


def _plain(tag: str) -> Start:
    return _short(tag) if len(tag) <= SHORT else _short.__wrapped__(tag)


@lru_cache(maxsize=2048)
def _short(tag: str) -> Start:
    name = _NAME.match(tag)
    assert name is not None  # noqa: S101 - _PLAIN found it
    pairs = _PAIR.findall(tag, name.end())
    return Start(name[1].lower(), {attribute.lower(): value for attribute, value in reversed(pairs)})


def _start_tag(text: str, at: int) -> tuple[Start | None, int]:
    """Its place instead of the one behind it where it is unfinished. Of an attribute that is there twice the first
    counts. Raises Unreadable."""
    name = _NAME.match(text, at)
    if name is None:
        return None, at
    token, place = Start(name[1].lower()), name.end()
    for _ in range(ATTRIBUTES):
        between = _BETWEEN.match(text, place)
        place = between.end() if between else place
        if place >= len(text):
            return None, at
        if text[place] == ">":
            return token, place + 1
        attribute, value, place = _attribute(text, place)
        if place < 0:
            return None, at
        token.attributes.setdefault(attribute, value)
    raise Unreadable(f"a tag has more than {ATTRIBUTES:,} attributes")


def _attribute(text: str, at: int) -> tuple[str, str, int]:
    """Name, value and the place behind it: negative where a quote is not closed yet."""
    found = _ATTRIBUTE.match(text, at)
    assert found is not None  # noqa: S101 - it may be empty
    name, place = found[1].lower(), found.end()
    if not found[2]:
        return name, "", max(place, at + 1)
    quote = text[place : place + 1]
    if quote and quote in "\"'":
        end = text.find(quote, place + 1)
        return name, unescape(text[place + 1 : end]), end + 1 if end >= 0 else -1
    bare = _BARE.match(text, place)
    return name, unescape(bare[0]) if bare else "", bare.end() if bare else place
