"""What is on a site of a given size: the same articles, threads and words each time it is built.

Four shapes, as sites have them: `measured`, an article with 120 comments in 20 threads, written first, so that its page
has the same bytes on every site; `deep`, a chain of 500 replies; `long`, one thread of 20,000 replies (a fifth of the
site where that is less); and short threads: half of them under one article, the others under up to 300.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tests.benchmarks.flood import WORDS

MEASURED, DEEP, LONG, BUSY = "measured", "deep", "long", "busy"
THREADS, THREAD = 20, 6  # of the measured article
CHAIN = 500
LONGEST = 20_000
ARTICLES = 300
ROOTS_OF_A_BATCH = 1_000  # threads that are written at once
START = datetime(2016, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=3_900)  # the last comments are from 2026
RARE = "zeppelin"  # in one comment of 10,000
# Of a hundred comments that readers wrote.
PENDING, SPAM, TRASH = 1, 5, 3


class Comment(NamedTuple):
    number: int
    parent: int | None
    is_answer: bool
    text: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Discussion:
    """An article by its slug, and how to write its comments: in batches of whole threads, oldest first."""

    slug: str
    batches: Iterator[list[Comment]]


class _Writer:
    """Numbers, dates and words of all comments, one after another."""

    def __init__(self, size: int) -> None:
        self.size, self.number, self.dice = size, 0, random.Random(size)

    @property
    def left(self) -> int:
        return self.size - self.number

    def write(self, parent: int | None, *, is_answer: bool = False, status: str = "approved") -> Comment:
        self.number += 1
        at = START + SPAN * (self.number / self.size)
        return Comment(self.number, parent, is_answer, self.text(), status, at)

    def text(self) -> str:
        """Of 60 to 1,400 characters, mostly about 300; it begins like no other, or screening would call it the same."""
        length = min(250, max(10, int(self.dice.lognormvariate(4, 0.6))))
        words = self.dice.choices(WORDS, k=length)
        if self.number % 10_000 == 500:
            words[length // 2] = RARE
        return f"{' '.join(words[:8]).capitalize()} {self.number}? {' '.join(words[8:])}."

    def status(self) -> str:
        drawn = self.dice.randrange(100)
        bounds = (("pending", PENDING), ("spam", PENDING + SPAM), ("trash", PENDING + SPAM + TRASH))
        return next((status for status, bound in bounds if drawn < bound), "approved")


def discussions(size: int) -> Iterator[Discussion]:
    """To be read one after another: each takes the numbers that follow those of the one before."""
    writer = _Writer(size)
    yield Discussion(MEASURED, iter([_measured(writer)]))
    yield Discussion(DEEP, iter([_chain(writer)]))
    yield Discussion(LONG, iter([_long(writer, min(LONGEST, size // 5))]))
    half = writer.left // 2
    yield Discussion(BUSY, _short_threads(writer, half))
    articles = max(1, min(ARTICLES, writer.left // 60))
    for article in range(1, articles + 1):
        yield Discussion(f"advice-{article}", _short_threads(writer, writer.left // (articles - article + 1)))


def _measured(writer: _Writer) -> list[Comment]:
    """Dice and dates of their own: nothing on the page depends on how large the site is."""
    writer.dice.seed(MEASURED)
    comments: list[Comment] = []
    for _ in range(THREADS):
        root = writer.write(None)
        replies = [writer.write(root.number, is_answer=place == 0) for place in range(THREAD - 1)]
        comments += [root, *replies]
    writer.dice.seed(writer.size)
    return [comment._replace(at=START + timedelta(hours=comment.number)) for comment in comments]


def _chain(writer: _Writer) -> list[Comment]:
    comments = [writer.write(None)]
    for place in range(CHAIN):
        comments.append(writer.write(comments[-1].number, is_answer=place % 25 == 3))
    return comments


def _long(writer: _Writer, replies: int) -> list[Comment]:
    """Half of the replies are to the question, the others to one of the last ten, up to six levels deep."""
    root = writer.write(None)
    comments, levels = [root], {root.number: 0}
    for place in range(replies):
        near = [comment.number for comment in comments[-10:] if levels[comment.number] < 6]
        parent = writer.dice.choice(near) if near and writer.dice.random() < 0.5 else root.number
        reply = writer.write(parent, is_answer=place % 50 == 3, status=writer.status())
        levels[reply.number] = levels[parent] + 1
        comments.append(reply)
    return comments


def _short_threads(writer: _Writer, count: int) -> Iterator[list[Comment]]:
    end, batch, roots = writer.number + count, list[Comment](), 0
    while writer.number < end:
        batch += _thread(writer, min(writer.dice.choice((1, 1, 2, 2, 2, 3, 4, 6, 12)), end - writer.number))
        roots += 1
        if roots % ROOTS_OF_A_BATCH == 0:
            yield batch
            batch = []
    if batch:
        yield batch


def _thread(writer: _Writer, size: int) -> list[Comment]:
    """Sarah's answer comes first where there is one. What readers never saw has no replies."""
    root = writer.write(None, status=writer.status())
    thread = [root]
    while len(thread) < size and root.status == "approved":
        is_answer = len(thread) == 1 or writer.dice.random() < 0.1
        parent = writer.dice.choice([comment for comment in thread if comment.status == "approved"])
        thread.append(
            writer.write(parent.number, is_answer=is_answer, status="approved" if is_answer else writer.status())
        )
    return thread
