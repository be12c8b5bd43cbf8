"""Lists of phrases that point to something: to a person in danger, or to spam. Those in the admin count; a site starts
with the ones of `phrase_lists/`, a file for each language.

A phrase is words, compared as people say them (`folding.spoken`): “want* to (die|vanish)”, “he … hit me”. `*` at the
end of a word is any ending, `(a|b)` either, `…` or `...` up to GAP words. It never goes beyond a sentence. A match that
shares a word with an exception of the same topic is none. All that can be written so takes time in proportion to the
text.
"""

import functools
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import Error

from . import folding
from .screening_models import Phrase, Topic

FILES = Path(__file__).with_name("phrase_lists")
LISTED = 3_000  # at most so many are looked for
GAP = 4  # words that “…” stands for at most
GAPS = 2  # in one phrase: each multiplies the work
WORDS = 12  # of one phrase
PREFIX = 2  # letters before a “*” at least
KEPT_FOR = 60  # seconds, as other settings


class Malformed(ValueError):
    """No phrase is written like this; the message says why, for moderators."""


@dataclass(frozen=True, slots=True)
class Match:
    topic: Topic
    words: str  # of the list
    said: str  # in the text, folded


@dataclass(frozen=True, slots=True)
class _Element:
    """One word of a phrase: any of these, or any that begins so; or, as a gap, up to GAP of whatever."""

    exact: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    is_gap: bool = False


@dataclass(slots=True)
class _Node:
    """Where one stands after the words so far: phrases that begin alike go their way together."""

    made: dict[_Element, "_Node"] = field(default_factory=dict)
    by_word: dict[str, list["_Node"]] = field(default_factory=dict)
    by_prefix: dict[str, list["_Node"]] = field(default_factory=dict)
    longest: int = 0  # of the prefixes
    gap: "_Node | None" = None
    ending: list[Phrase] = field(default_factory=list)

    def to(self, element: _Element) -> "_Node":
        """The node after this element, made where there is none."""
        if element in self.made:
            return self.made[element]
        self.made[element] = node = _Node()
        if element.is_gap:
            self.gap = node
        for word in element.exact:
            self.by_word.setdefault(word, []).append(node)
        for prefix in element.prefixes:
            self.by_prefix.setdefault(prefix, []).append(node)
            self.longest = max(self.longest, len(prefix))
        return node

    def after(self, word: str) -> Iterator["_Node"]:
        yield from self.by_word.get(word, ())
        for length in range(PREFIX, min(len(word), self.longest) + 1):
            yield from self.by_prefix.get(word[:length], ())


@dataclass(frozen=True, slots=True)
class Lists:
    """Phrases made ready."""

    first: _Node = field(default_factory=_Node)

    @classmethod
    def of(cls, rows: Iterable[Phrase]) -> "Lists":
        """What cannot be read is left out: a bad row must not keep comments from coming in."""
        lists = cls()
        for row in rows:
            try:
                elements = read(row.words)
            except Malformed:
                continue
            node = lists.first
            for element in elements:
                node = node.to(element)
            node.ending.append(row)
        return lists

    def find(self, text: str) -> list[Match]:
        """What the text says of these, in its order; of each phrase the first place."""
        words = folding.spoken(text)
        hits = [hit for start in range(len(words)) for hit in _hits(self.first, words, start, start)]
        spared: defaultdict[str, set[int]] = defaultdict(set)
        for phrase, start, end in hits:
            if phrase.is_exception:
                spared[phrase.topic].update(range(start, end))
        found: dict[tuple[str, str], Match] = {}
        for phrase, start, end in hits:
            if not phrase.is_exception and spared[phrase.topic].isdisjoint(range(start, end)):
                match = Match(Topic(phrase.topic), phrase.words, " ".join(words[start:end]))
                found.setdefault((phrase.topic, phrase.words), match)
        return list(found.values())


def _hits(node: _Node, words: list[str], start: int, at: int) -> Iterator[tuple[Phrase, int, int]]:
    """The phrases that begin at `start` and go on, from this node, at `at`; with where they begin and end."""
    for phrase in node.ending:
        yield phrase, start, at
    if at < len(words):
        for following in node.after(words[at]):
            yield from _hits(following, words, start, at + 1)
    if node.gap is not None:
        for skipped in range(GAP + 1):
            if at + skipped >= len(words):
                return
            for following in node.gap.after(words[at + skipped]):
                yield from _hits(following, words, start, at + skipped + 1)
            if words[at + skipped] == folding.END:
                return


def read(words: str) -> tuple[_Element, ...]:
    """A phrase as it is looked for. Raises Malformed where it is none."""
    elements = tuple(map(_element, _split(words)))
    if not elements or elements[0].is_gap or elements[-1].is_gap:
        raise Malformed("A phrase begins and ends with a word.")
    if len(elements) > WORDS or sum(element.is_gap for element in elements) > GAPS:
        raise Malformed(f"A phrase has at most {WORDS} words and {GAPS} gaps.")
    return elements


def find(text: str) -> list[Match]:
    """What the text says of the phrases that are on."""
    return current().find(text)


def current() -> Lists:
    """As of the last minute. Without the database, or where the list is empty: those that came with the site."""
    kept = _kept.get("lists")
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    try:
        rows = list(Phrase.objects.filter(is_on=True).order_by("pk")[:LISTED])
        has_any = bool(rows) or Phrase.objects.exists()
    except Error:
        rows, has_any = [], False
    found = Lists.of(rows if has_any else shipped())
    _kept["lists"] = (time.monotonic() + KEPT_FOR, found)
    return found


def forget() -> None:
    """After a change: this process reads them anew."""
    _kept.clear()


@functools.cache
def shipped() -> tuple[Phrase, ...]:
    """The phrases of the files, not saved."""
    return tuple(Phrase(**row, is_shipped=True) for row in _shipped_rows())


def load(model: Any = Phrase) -> int:
    """Write those of the files that are not there yet; how many. What somebody switched off stays off."""
    there = set(model.objects.values_list("topic", "words"))
    new = [row for row in _shipped_rows() if (row["topic"], row["words"]) not in there]
    model.objects.bulk_create(model(**row, is_shipped=True) for row in new)
    return len(new)


def _shipped_rows() -> Iterator[dict[str, Any]]:
    for file in sorted(FILES.glob("*.toml")):
        language = file.stem.rsplit(".", 1)[-1]
        for topic, lists in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for key, is_exception in (("look_for", False), ("unless", True)):
                for words in lists.get(key, ()):
                    yield {"topic": topic, "words": words, "is_exception": is_exception, "language": language}


_kept: dict[str, tuple[float, Lists]] = {}


def _split(words: str) -> list[str]:
    """At blanks, save within brackets."""
    parts, depth = [""], 0
    for char in words.replace("...", "…").replace("…", " … "):
        depth += (char == "(") - (char == ")")
        if depth not in (0, 1):
            raise Malformed("Brackets stand in pairs, and not within each other.")
        if char.isspace() and not depth:
            parts.append("")
        else:
            parts[-1] += char
    if depth:
        raise Malformed("Brackets stand in pairs, and not within each other.")
    return [part for part in parts if part]


def _element(part: str) -> _Element:
    if part == "…":
        return _Element(is_gap=True)
    choices = part[1:-1].split("|") if part.startswith("(") and part.endswith(")") else [part]
    exact: set[str] = set()
    prefixes: set[str] = set()
    for choice in choices:
        is_prefix = choice.strip().endswith("*")
        folded = folding.spoken(choice.strip().rstrip("*"))
        if len(folded) != 1 or folded[0] == folding.END:
            raise Malformed(f"“{choice.strip()}” is not one word.")
        if is_prefix and len(folded[0]) < PREFIX:
            raise Malformed(f"At least {PREFIX} letters stand before a *.")
        (prefixes if is_prefix else exact).update(folded)
    return _Element(frozenset(exact), frozenset(prefixes))
