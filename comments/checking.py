"""What trees, positions and counts must be, from parent links and statuses alone, and where they differ.

Independent of mptt and of `locking.settle`, so that it can judge both. 100,000 comments are read in seconds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from . import trees
from .models import Comment, Status, article_model


class Row(NamedTuple):
    """What a check reads of a comment."""

    pk: int
    parent: int | None
    tree_id: int
    lft: int
    rght: int
    level: int
    article: int
    status: str
    author: int | None
    posted_at: datetime
    published_at: datetime | None
    reply_count: int
    answered_at: datetime | None
    position: int | None


ROW = ("pk", "parent_id", "tree_id", "lft", "rght", "level", "article_id", "status", "author_id", "posted_at",
       "published_at", "reply_count", "answered_at", "position")  # fmt: skip


class RootColumns(NamedTuple):
    reply_count: int
    answered_at: datetime | None
    position: int | None


class Counts(NamedTuple):
    comment_count: int = 0
    question_count: int = 0
    answered_count: int = 0


class Damage(NamedTuple):
    where: str  # "thread 12" or "article 3"
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Report:
    threads: int
    damages: list[Damage]
    articles: frozenset[int]  # those that damaged threads and counts belong to

    @property
    def damaged(self) -> int:
        """How many threads, and articles in their counts, are damaged."""
        return len({damage.where for damage in self.damages})

    def __str__(self) -> str:
        return f"{self.threads} threads, {self.damaged} damaged"


@dataclass(slots=True)
class Discussions:
    """Articles' comments as parent links and statuses say. Stored columns are in the rows; the rest is derived."""

    threads: dict[int, list[Row]]  # a root's pk: its thread, the root first
    cut: frozenset[int]  # roots that are none yet: their parents lead in a circle, or nowhere
    stored: dict[int, Counts]  # an article's counts as they are
    roots: dict[int, RootColumns] = field(default_factory=dict)
    counts: dict[int, Counts] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row], stored: dict[int, Counts]) -> "Discussions":
        by_pk = {row.pk: row for row in rows}
        links = {row.pk: row.parent for row in sorted(by_pk.values(), key=lambda row: (row.posted_at, row.pk))}
        _, adrift = trees.threads(links.items())
        cut = _cuts({pk: links[pk] for pk in adrift})
        links.update(dict.fromkeys(cut))
        found, _ = trees.threads(links.items())
        self = cls({root: [by_pk[pk] for pk in pks] for root, pks in found.items()}, frozenset(cut), stored)
        self._derive()
        return self

    def _derive(self) -> None:
        visible: dict[int, list[Row]] = defaultdict(list)
        totals: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for pk, (root, *replies) in self.threads.items():
            public = [reply for reply in replies if reply.status == Status.APPROVED]
            answers = [r.published_at for r in public if r.author is not None and r.published_at is not None]
            self.roots[pk] = RootColumns(len(public), min(answers, default=None), None)
            approved = root.status == Status.APPROVED
            if approved or public:
                visible[root.article].append(root)
            for index, number in enumerate((len(public) + approved, approved, approved and bool(answers))):
                totals[root.article][index] += number
        for article in self.stored:
            self.counts[article] = Counts(*totals[article])
            ranked = sorted(visible[article], key=lambda root: (root.published_at or root.posted_at, root.pk))
            for position, root in enumerate(ranked, 1):
                self.roots[root.pk] = self.roots[root.pk]._replace(position=position)

    def damages(self) -> Iterator[Damage]:
        for pk, thread in self.threads.items():
            for what in self._damages_of(pk, thread):
                yield Damage(f"thread {pk}", what)
        for article, counts in self.counts.items():
            for name, right, found in zip(Counts._fields, counts, self.stored[article], strict=True):
                if right != found:
                    yield Damage(f"article {article}", f"{name} is {found}, not {right}")

    def _damages_of(self, pk: int, thread: list[Row]) -> Iterator[str]:
        root = thread[0]
        if pk in self.cut:
            yield f"its parents lead in a circle or nowhere, from comment {pk} on"
        elif not trees.is_sound(pk, thread):
            yield f"lft, rght, level or tree_id of its {len(thread)} comments do not follow from their parents"
        if elsewhere := [row.pk for row in thread if row.article != root.article]:
            yield f"comment {elsewhere[0]} and {len(elsewhere) - 1} more are not on its article {root.article}"
        for name, right, found in zip(RootColumns._fields, self.roots[pk], columns_of(root), strict=True):
            if right != found:
                yield f"{name} is {found}, not {right}"

    def articles_of(self, damages: Iterable[Damage]) -> frozenset[int]:
        found = set()
        for where in {damage.where for damage in damages}:
            kind, number = where.split()
            found |= {int(number)} if kind == "article" else {row.article for row in self.threads[int(number)]}
        return frozenset(found)


def columns_of(root: Row) -> RootColumns:
    return RootColumns(root.reply_count, root.answered_at, root.position)


def check() -> Report:
    """Every thread and every article's counts as of one moment, while others go on writing (on SQLite they wait)."""
    with _snapshot():
        discussions = read()
    damages = list(discussions.damages())
    return Report(len(discussions.threads), damages, discussions.articles_of(damages))


def read(articles: Collection[int] | None = None) -> Discussions:
    """These articles' discussions, or all. The caller sees to it that nobody writes in between."""
    comments, counted = Comment.objects.order_by(), article_model().objects.order_by("pk")
    if articles is not None:
        comments, counted = comments.filter(article__in=articles), counted.filter(pk__in=articles)
    stored = {pk: Counts(*counts) for pk, *counts in counted.values_list("pk", *Counts._fields)}
    return Discussions.of(map(Row._make, comments.values_list(*ROW).iterator(chunk_size=5_000)), stored)


@contextmanager
def _snapshot() -> Iterator[None]:
    outermost = not connection.in_atomic_block  # within a test's transaction the level is given
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _cuts(adrift: dict[int, int | None]) -> set[int]:
    """Where to cut rows that hang on no root: at each circle's smallest pk, and below parents that do not exist."""
    cuts, seen = set(), set()
    for start in adrift:
        path: dict[int, None] = {}
        pk: int | None = start
        while pk in adrift and pk not in seen:
            seen.add(pk)
            path[pk] = None
            pk = adrift[pk]
        if pk in path:
            walked = list(path)
            cuts.add(min(walked[walked.index(pk) :]))
        elif pk not in adrift:
            cuts.add(next(reversed(path)))
    return cuts
