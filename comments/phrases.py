"""Lists of phrases that point to something: to a person in danger, or to spam. Those in the admin count; a site starts
with the ones of `phrase_lists/`, a file for each language. How a phrase is written: `phrase_words`.

A phrase says its topic alone, or is a hint: two different hints, of care or of spam, at most NEAR words apart say
theirs together. A match that shares a word with an exception of the same topic is none. All this takes time in
proportion to the text.
"""

import functools
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from django.db import Error

from . import folding
from .phrase_words import GAP, PREFIX, Element, Malformed, masks, read
from .screening_models import Phrase, Topic

FILES = Path(__file__).with_name("phrase_lists")
LISTED = 3_000  # at most so many are looked for
NEAR = 150  # words from one hint to the next
LOOKED_AT = 10_000  # words of a text: ten thousand characters of a few scripts become more
KEPT_FOR = 60  # seconds, as other settings
KEYS = {"look_for": Phrase.Kind.ALONE, "hints": Phrase.Kind.HINT, "unless": Phrase.Kind.EXCEPTION}  # in a file


@dataclass(frozen=True, slots=True)
class Match:
    topic: Topic
    words: str  # of the list
    said: str  # in the text, folded


class Hit(NamedTuple):
    """A phrase, and where in the text it begins and ends."""

    phrase: Phrase
    start: int
    end: int


@dataclass(slots=True)
class _Node:
    """Where one stands after the words so far: phrases that begin alike go their way together."""

    made: dict[Element, "_Node"] = field(default_factory=dict)
    by_word: dict[str, list["_Node"]] = field(default_factory=dict)
    by_prefix: dict[str, list["_Node"]] = field(default_factory=dict)
    longest: int = 0  # of the prefixes
    gap: "_Node | None" = None
    ending: list[Phrase] = field(default_factory=list)

    def add(self, elements: tuple[Element, ...], phrase: Phrase) -> None:
        """Let the phrase go on from here with these elements."""
        if not elements:
            self.ending.append(phrase)
            return
        self._to(elements[0]).add(elements[1:], phrase)
        if elements[0].is_optional:
            self.add(elements[1:], phrase)

    def _to(self, element: Element) -> "_Node":
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
        for written in masks(word):
            yield from self.by_word.get(written, ())
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
                lists.first.add(read(row.words), row)
            except Malformed:
                continue
        return lists

    def find(self, text: str) -> list[Match]:
        """What the text says of these, in its order; of each phrase the first place."""
        words = folding.spoken(text)[:LOOKED_AT]
        found: dict[tuple[str, str], Match] = {}
        for phrase, start, end in _told(_unspared(self._hits(words))):
            match = Match(Topic(phrase.topic), phrase.words, " ".join(words[start:end]))
            found.setdefault((phrase.topic, phrase.words), match)
        return list(found.values())

    def _hits(self, words: list[str]) -> list[Hit]:
        starts = (start for start, word in enumerate(words) if word != folding.END)
        return [hit for start in starts for hit in _hits(self.first, words, start, start)]


def _hits(node: _Node, words: list[str], start: int, at: int) -> Iterator[Hit]:
    """The phrases that begin at `start` and go on, from this node, at `at`."""
    for phrase in node.ending:
        yield Hit(phrase, start, at)
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


def _unspared(hits: list[Hit]) -> list[Hit]:
    """Those that share no word with an exception of their topic."""
    spared: defaultdict[str, set[int]] = defaultdict(set)
    for phrase, start, end in hits:
        if phrase.kind == Phrase.Kind.EXCEPTION:
            spared[phrase.topic].update(range(start, end))
    kept = (hit for hit in hits if hit.phrase.kind != Phrase.Kind.EXCEPTION)
    return [hit for hit in kept if spared[hit.phrase.topic].isdisjoint(range(hit.start, hit.end))]


def _told(hits: list[Hit]) -> list[Hit]:
    """Those that say their topic alone, and hints that have another one, of other words, near by."""
    hints = sorted((hit for hit in hits if hit.phrase.kind == Phrase.Kind.HINT), key=lambda hit: hit.end)
    care, spam = ([hit for hit in hints if _is_spam(hit) == is_spam] for is_spam in (False, True))
    in_pairs = {_place(hit) for pair in (*_pairs(care), *_pairs(spam)) for hit in pair}
    return [hit for hit in hits if hit.phrase.kind == Phrase.Kind.ALONE or _place(hit) in in_pairs]


def _is_spam(hit: Hit) -> bool:
    return hit.phrase.topic == Topic.SPAM


def _place(hit: Hit) -> tuple[bool, int, int]:
    return _is_spam(hit), hit.start, hit.end


def _pairs(hints: list[Hit]) -> Iterator[tuple[Hit, Hit]]:
    """Each with the one before that shares no word with it, where they are of two phrases and near each other."""
    last: Hit | None = None
    for hit in hints:
        if last is not None and hit.start < last.end:
            continue
        if last is not None and hit.phrase.words != last.phrase.words and hit.start - last.end <= NEAR:
            yield last, hit
        last = hit


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
            for key, kind in KEYS.items():
                for words in lists.get(key, ()):
                    yield {"topic": topic, "words": words, "kind": kind, "language": language}


_kept: dict[str, tuple[float, Lists]] = {}
