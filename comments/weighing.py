"""What a whole text sounds like, where no phrase says it: its words, and each two in a row, weigh for danger or not.

What they weigh was learnt from the labelled texts (`tests/labelled/training.py`): logistic regression over tf-idf, as
scikit-learn defines both. A word counts by its first letters, so that its endings are one. The weights are data,
`word_weights/<language>.tsv`, a line for each term, in hundredths: its idf, what it weighs, and what for each topic.
"""

import functools
import itertools
import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import folding
from .screening_models import CARE, Topic

FILES = Path(__file__).with_name("word_weights")
LETTERS = 5  # of a word that count
MOST = 3  # phrases that count
NAMED, TELLING = 3, 1.0  # terms that are told, and what each weighs at least
FEWEST = 5  # words: of “Buy pills.” one word would decide
KNOWN = 0.6  # of the words, or the text is in another language
ALWAYS, ANY, EACH = "#", "#any", "#each"  # of every text; of one that says a phrase; of each of those


@dataclass(frozen=True, slots=True)
class Weighed:
    """`score` from 0 on sounds like danger, of what `topics` says; `words` weigh most for it."""

    score: float
    topics: tuple[Topic, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt, in little room: each process keeps it."""

    places: dict[str, int]  # of a term's numbers
    numbers: "array[int]"

    def idf(self, term: str) -> float:
        return self.numbers[self.places[term]] / 100

    def weighs(self, term: str, topic: Topic | None = None) -> float:
        return self.numbers[self.places[term] + (2 + CARE.index(topic) if topic else 1)] / 100


def terms_of(words: Sequence[str]) -> Counter[str]:
    """How often each word, and each two in a row, stand there, by their first letters."""
    short = [word[:LETTERS] for word in words]
    return Counter([*short, *map(" ".join, itertools.pairwise(short))])


def weigh(words: Sequence[str], *, found: int, language: str = "en") -> Weighed | None:
    """What these words (`folding.spoken`) sound like; `found` is how many phrases they say.

    None where they are too few, or in another language.
    """
    weights = learnt(language)
    known = [word[:LETTERS] in weights.places for word in words if word != folding.END]
    if len(known) < FEWEST or sum(known) < KNOWN * len(known):
        return None
    often = {term: count for term, count in terms_of(words).items() if term in weights.places}
    values = {term: (1 + math.log(count)) * weights.idf(term) for term, count in often.items()}
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    features = {term: value / length for term, value in values.items()} | of_phrases(found)
    score = sum(value * weights.weighs(term) for term, value in features.items())
    by_topic: dict[Topic, float] = {
        topic: sum(value * weights.weighs(term, topic) for term, value in features.items()) for topic in CARE
    }
    telling = [term for term in values if weights.weighs(term) >= TELLING and len(term) >= LETTERS]
    telling.sort(key=lambda term: -values[term] * weights.weighs(term))
    return Weighed(score, _topics(by_topic), tuple(_as_said(words, telling[: 2 * NAMED])))


def of_phrases(found: int) -> dict[str, float]:
    """What the number of phrases adds to the words."""
    return {ALWAYS: 1.0, ANY: float(found > 0), EACH: min(found, MOST) / MOST}


@functools.cache
def learnt(language: str) -> Weights:
    places: dict[str, int] = {}
    numbers = array("h")
    for line in (FILES / f"{language}.tsv").read_text(encoding="utf-8").splitlines():
        term, *row = line.split("\t")
        places[term] = len(numbers)
        numbers.extend(int(number or "0") for number in row)
    return Weights(places, numbers)


def _topics(by_topic: Mapping[Topic, float]) -> tuple[Topic, ...]:
    """All that it sounds like, the nearest first; one at least."""
    ranked = sorted(by_topic, key=lambda topic: -by_topic[topic])
    return tuple(topic for number, topic in enumerate(ranked) if number == 0 or by_topic[topic] >= 0)


def _as_said(words: Sequence[str], terms: Sequence[str]) -> list[str]:
    """The first places of these terms, in the text's own words; none that is part of another."""
    said: list[str] = []
    for term in terms:
        size = term.count(" ") + 1
        places = (words[at : at + size] for at in range(len(words)))
        place = next((" ".join(place) for place in places if " ".join(word[:LETTERS] for word in place) == term), "")
        if place and folding.END not in place and not any(place in other or other in place for other in said):
            said.append(place)
    return said[:NAMED]
