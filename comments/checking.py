"""What trees, positions and counts must be, from parent links and statuses alone, and where they differ.

Independent of mptt and of `locking.settle`, so that it can judge both.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Q

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


PART = 5_000  # comments that are judged together, or the largest thread


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
class Tally:
    """What an article's threads add up to: its counts, and its visible roots with what they are ordered by."""

    counts: Counts = field(default_factory=Counts)
    visible: list[tuple[datetime, int, int | None]] = field(default_factory=list)  # published, pk, position as it is

    def add(self, root: Row, columns: RootColumns) -> None:
        approved = root.status == Status.APPROVED
        more = (columns.reply_count + approved, approved, approved and columns.answered_at is not None)
        self.counts = Counts(*(number + one for number, one in zip(self.counts, more, strict=True)))
        if approved or columns.reply_count:
            self.visible.append((root.published_at or root.posted_at, root.pk, root.position))

    def numbered(self) -> Iterator[tuple[int, int, int | None]]:
        """The position of each visible root, its pk, and the position as it is."""
        for position, (_, pk, stored) in enumerate(sorted(self.visible, key=lambda root: root[:2]), 1):
            yield position, pk, stored


@dataclass(slots=True)
class Discussions:
    """Articles' comments as parent links and statuses say. Stored columns are in the rows; the rest is derived."""

    threads: dict[int, list[Row]]  # a root's pk: its thread, the root first
    cut: frozenset[int]  # roots that are none yet: their parents lead in a circle, or nowhere
    roots: dict[int, RootColumns]
    counts: dict[int, Counts] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row], stored: Collection[int]) -> "Discussions":
        """Of whole articles, with positions and these articles' counts."""
        self = cls.part(rows)
        tallies = self.add_to({article: Tally() for article in stored})
        for article in stored:
            self.counts[article] = tallies[article].counts
            for position, pk, _ in tallies[article].numbered():
                self.roots[pk] = self.roots[pk]._replace(position=position)
        return self

    @classmethod
    def part(cls, rows: Iterable[Row]) -> "Discussions":
        """Of whole threads alone, which tell no positions and no counts."""
        by_pk = {row.pk: row for row in rows}
        links = {row.pk: row.parent for row in sorted(by_pk.values(), key=lambda row: (row.posted_at, row.pk))}
        _, adrift = trees.threads(links.items())
        cut = _cuts({pk: links[pk] for pk in adrift})
        links.update(dict.fromkeys(cut))
        found, _ = trees.threads(links.items())
        threads = {root: [by_pk[pk] for pk in pks] for root, pks in found.items()}
        return cls(threads, frozenset(cut), {pk: _derived(thread) for pk, thread in threads.items()})

    def add_to(self, tallies: dict[int, Tally]) -> dict[int, Tally]:
        for pk, (root, *_) in self.threads.items():
            tallies.setdefault(root.article, Tally()).add(root, self.roots[pk])
        return tallies

    def damages(self) -> Iterator[Damage]:
        """Of the threads; what is wrong with visible roots' positions the tallies say."""
        for pk, thread in self.threads.items():
            for what in self._damages_of(pk, thread):
                yield Damage(f"thread {pk}", what)

    def _damages_of(self, pk: int, thread: list[Row]) -> Iterator[str]:
        root, columns = thread[0], self.roots[pk]
        if pk in self.cut:
            yield f"its parents lead in a circle or nowhere, from comment {pk} on"
        elif not trees.is_sound(pk, thread):
            yield f"lft, rght, level or tree_id of its {len(thread)} comments do not follow from their parents"
        if elsewhere := [row.pk for row in thread if row.article != root.article]:
            yield f"comment {elsewhere[0]} and {len(elsewhere) - 1} more are not on its article {root.article}"
        if root.reply_count != columns.reply_count:
            yield f"reply_count is {root.reply_count}, not {columns.reply_count}"
        if root.answered_at != columns.answered_at:
            yield f"answered_at is {root.answered_at}, not {columns.answered_at}"
        if root.position is not None and root.status != Status.APPROVED and not columns.reply_count:
            yield f"position is {root.position}, not None"

    def articles_of(self, damages: Iterable[Damage]) -> set[int]:
        damaged = {int(damage.where.split()[1]) for damage in damages}
        return {row.article for pk in damaged for row in self.threads[pk]}


def columns_of(root: Row) -> RootColumns:
    return RootColumns(root.reply_count, root.answered_at, root.position)


def check() -> Report:
    """Every thread and every article's counts as of one moment, while others go on writing (on SQLite they wait).

    In memory are some threads at a time, and of each visible root its place: a million comments need no more than the
    largest thread.
    """
    number, damages, articles = 0, [], set()
    with _snapshot():
        tallies = {pk: Tally() for pk in article_model().objects.order_by("pk").values_list("pk", flat=True)}
        for part in _parts():
            found = list(part.damages())
            part.add_to(tallies)
            number += len(part.threads)
            damages += found
            articles |= part.articles_of(found)
        stored = stored_counts(article_model().objects.order_by("pk"))
    for article, tally in tallies.items():
        if found := list(_damages_of(article, tally, stored[article])):
            damages += found
            articles.add(article)
    return Report(number, damages, frozenset(articles))


def _damages_of(article: int, tally: Tally, stored: Counts) -> Iterator[Damage]:
    for position, pk, was in tally.numbered():
        if position != was:
            yield Damage(f"thread {pk}", f"position is {was}, not {position}")
    for name, right, found in zip(Counts._fields, tally.counts, stored, strict=True):
        if right != found:
            yield Damage(f"article {article}", f"{name} is {found}, not {right}")


def read(articles: Collection[int]) -> Discussions:
    """These articles' discussions. The caller sees to it that nobody writes in between."""
    rows = Comment.objects.filter(article__in=articles).order_by()
    return Discussions.of(_rows(rows), articles)


def stored_counts(articles: Any) -> dict[int, Counts]:
    return {pk: Counts(*counts) for pk, *counts in articles.values_list("pk", *Counts._fields)}


def _parts() -> Iterator[Discussions]:
    """All comments, some threads at a time. Trees that a parent link ties to another one are judged together, last."""
    aside: list[Row] = []
    rows: list[Row] = []
    tied = _tied()
    for row in _rows(Comment.objects.order_by("tree_id", "lft")):
        if row.tree_id in tied:
            aside.append(row)
            continue
        if len(rows) >= PART and row.tree_id != rows[-1].tree_id:
            yield Discussions.part(rows)
            rows = []
        rows.append(row)
    yield from (Discussions.part(left) for left in (rows, aside) if left)


def _tied() -> set[int]:
    """The trees with a comment that is a reply to another tree's, and those others: in a sound site there are none."""
    elsewhere = Q(parent__tree_id__lt=F("tree_id")) | Q(parent__tree_id__gt=F("tree_id"))
    ties = Comment.objects.filter(elsewhere).order_by().values_list("tree_id", "parent__tree_id")
    return {tree for pair in ties.iterator() for tree in pair}


def _rows(comments: Any) -> Iterator[Row]:
    return map(Row._make, comments.values_list(*ROW).iterator(chunk_size=2_000))


def _derived(thread: list[Row]) -> RootColumns:
    public = [reply for reply in thread[1:] if reply.status == Status.APPROVED]
    answers = [r.published_at for r in public if r.author is not None and r.published_at is not None]
    return RootColumns(len(public), min(answers, default=None), None)


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
