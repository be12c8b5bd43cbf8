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

from . import folding, phrase_words
from .phrase_search import Hit, Search
from .phrase_words import Malformed
from .screening_models import Phrase, Topic

FILES = Path(__file__).with_name("phrase_lists")
LISTED = 3_000  # at most so many are looked for
NEAR = 60  # words from one hint to the next
LOOKED_AT = 10_000  # words of a text: ten thousand characters of a few scripts become more
KEPT_FOR = 60  # seconds, as other settings
KEYS = {"look_for": Phrase.Kind.ALONE, "hints": Phrase.Kind.HINT, "unless": Phrase.Kind.EXCEPTION}  # in a file


@dataclass(frozen=True, slots=True)
class Match:
    topic: Topic
    words: str  # of the list
    said: str  # in the text, folded
    is_hint: bool = False
    is_own: bool = False  # an owner wrote it


@dataclass(frozen=True, slots=True)
class Looked:
    """A phrase in a text, and whether it counts there: hints do in pairs, and nothing does that an exception spares."""

    phrase: Phrase
    said: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text says of the phrases, and its words: with an end in the place of those that an exception spares."""

    matches: list[Match]
    words: list[str]


@dataclass(frozen=True, slots=True)
class Lists:
    """Phrases made ready."""

    search: Search[Phrase] = field(default_factory=Search)

    @classmethod
    def of(cls, rows: Iterable[Phrase]) -> "Lists":
        """What cannot be read is left out: a bad row must not keep comments from coming in."""
        lists = cls()
        for row in rows:
            try:
                lists.search.add(phrase_words.read(row.words), row)
            except Malformed:
                continue
        return lists

    def find(self, text: str, *, lone_hints: bool = False) -> list[Match]:
        """What the text says of these, in its order; of each phrase the first place. With `lone_hints`, hints too that
        have no other one near by."""
        return self.hear(text, lone_hints=lone_hints).matches

    def hear(self, text: str, *, lone_hints: bool = False) -> Heard:
        """What `find` says, and the text's words."""
        words = folding.spoken(text)[:LOOKED_AT]
        found: dict[tuple[str, str], Match] = {}
        hits = self.search.find(words)
        unspared = _unspared(hits)
        for phrase, start, end in unspared if lone_hints else _told(unspared):
            is_hint = phrase.kind == Phrase.Kind.HINT
            said, is_own = " ".join(words[start:end]), not phrase.is_shipped
            match = Match(Topic(phrase.topic), phrase.words, said, is_hint, is_own)
            found.setdefault((phrase.topic, phrase.words), match)
        exceptions = (hit for hit in hits if hit.phrase.kind == Phrase.Kind.EXCEPTION and not _is_spam(hit))
        spared = {place for hit in exceptions for place in range(hit.start, hit.end)}
        kept = [folding.END if place in spared else word for place, word in enumerate(words)]
        return Heard(list(found.values()), kept)

    def look(self, text: str, *, beside: "Lists | None" = None, instead_of: int | None = None) -> list[Looked]:
        """Every place of every phrase, whether it counts or not; with another list `beside` this one, which says anew
        what the phrase with that pk said."""
        words = folding.spoken(text)[:LOOKED_AT]
        hits = self.search.find(words)
        if beside is not None:
            others = [hit for hit in hits if instead_of is None or hit.phrase.pk != instead_of]
            hits = others + beside.search.find(words)
        told = {id(hit) for hit in _told(_unspared(hits))}
        return [Looked(hit.phrase, " ".join(words[hit.start : hit.end]), id(hit) in told) for hit in hits]


def _unspared(hits: list[Hit[Phrase]]) -> list[Hit[Phrase]]:
    """Those that share no word with an exception of their topic."""
    spared: defaultdict[str, set[int]] = defaultdict(set)
    for phrase, start, end in hits:
        if phrase.kind == Phrase.Kind.EXCEPTION:
            spared[phrase.topic].update(range(start, end))
    kept = (hit for hit in hits if hit.phrase.kind != Phrase.Kind.EXCEPTION)
    return [hit for hit in kept if spared[hit.phrase.topic].isdisjoint(range(hit.start, hit.end))]


def _told(hits: list[Hit[Phrase]]) -> list[Hit[Phrase]]:
    """Those that say their topic alone, and hints that have another one, of other words, near by."""
    hints = sorted((hit for hit in hits if hit.phrase.kind == Phrase.Kind.HINT), key=lambda hit: hit.end)
    care, spam = ([hit for hit in hints if _is_spam(hit) == is_spam] for is_spam in (False, True))
    in_pairs = {_place(hit) for pair in (*_pairs(care), *_pairs(spam)) for hit in pair}
    return [hit for hit in hits if hit.phrase.kind == Phrase.Kind.ALONE or _place(hit) in in_pairs]


def _is_spam(hit: Hit[Phrase]) -> bool:
    return hit.phrase.topic == Topic.SPAM


def _place(hit: Hit[Phrase]) -> tuple[bool, int, int]:
    return _is_spam(hit), hit.start, hit.end


def _pairs(hints: list[Hit[Phrase]]) -> Iterator[tuple[Hit[Phrase], Hit[Phrase]]]:
    """Each with the one before that shares no word with it, where they are of two phrases and near each other."""
    last: Hit[Phrase] | None = None
    for hit in hints:
        if last is not None and hit.start < last.end:
            continue
        if last is not None and hit.phrase.words != last.phrase.words and hit.start - last.end <= NEAR:
            yield last, hit
        last = hit


def find(text: str) -> list[Match]:
    """What the text says of the phrases that are on."""
    return current().find(text)


def hear(text: str) -> Heard:
    """What the text says of the phrases that are on, and its words."""
    return current().hear(text)


def current() -> Lists:
    """As of the last minute. Without the database, or where the list is empty: those that came with the site.

    They are made ready anew only where they have changed: that takes a quarter of a second.
    """
    kept = _kept.get("lists")
    if kept is not None and kept.until > time.monotonic():
        return kept.lists
    rows = _rows()
    written = [(row.topic, row.kind, row.words, row.is_shipped) for row in rows]
    lists = kept.lists if kept is not None and kept.written == written else Lists.of(rows)
    _kept["lists"] = _Kept(time.monotonic() + KEPT_FOR, written, lists)
    return lists


def _rows() -> list[Phrase]:
    try:
        rows = list(Phrase.objects.filter(is_on=True).order_by("pk")[:LISTED])
        has_any = bool(rows) or Phrase.objects.exists()
    except Error:
        rows, has_any = [], False
    return rows if has_any else list(shipped())


def forget() -> None:
    """After a change: this process looks at once, instead of within a minute."""
    if kept := _kept.get("lists"):
        _kept["lists"] = kept._replace(until=0.0)


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


class _Kept(NamedTuple):
    until: float
    written: list[tuple[str, str, str, bool]]
    lists: Lists


_kept: dict[str, _Kept] = {}
