"""Mending what `checking` finds: parent links and statuses are the truth, all else is written anew from them.

Article by article, under the locks of `locking` (articles by pk, then roots by pk), judged again under them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Q

from . import checking, documents, locking, trees
from .checking import Discussions, RootColumns, Row
from .models import Comment, article_model

T = TypeVar("T")
CHUNK = 500  # values in one IN (...)


def repair(report: checking.Report) -> None:
    """Mend the damages of a report. Where somebody mended or changed them meanwhile, what is there now counts."""
    left = set(report.articles)
    while left:
        left -= _mend(left.pop())


@locking.retried
def _mend(article: int) -> set[int]:
    """Mend one article's discussion, and those that wrong parent links tie to it; returns their pks."""
    articles = _tied({article})
    list(article_model().objects.select_for_update(no_key=True).filter(pk__in=articles).order_by("pk").values("pk"))
    roots = Comment.objects.select_for_update(no_key=True).filter(level=0, article__in=articles).order_by("pk")
    list(roots.values("pk"))
    if _tied({article}) != articles:
        raise locking.MovedMeanwhile
    discussions = checking.read(articles)
    stale = {pk: columns for pk, columns in discussions.roots.items() if _stale(discussions, pk)}
    damaged = stale.keys() | {int(damage.where.split()[1]) for damage in discussions.damages()}
    if damaged or discussions.counts != checking.stored_counts(article_model().objects.filter(pk__in=articles)):
        _mend_trees(discussions)
        _write_roots(stale)
        documents.write_threads(_taken_for_roots(discussions, damaged))
        _mend_counts(discussions)
    return articles


def _tied(articles: set[int]) -> set[int]:
    """These articles with all whose comments are parents or replies of theirs; PostgreSQL allows none."""
    across = Comment.objects.exclude(parent=None).exclude(article=F("parent__article"))
    found = set(articles)
    while True:
        ties = across.filter(Q(article__in=found) | Q(parent__article__in=found))
        more = {pk for pair in ties.values_list("article_id", "parent__article_id") for pk in pair}
        if more <= found:
            return found
        found |= more


def _mend_trees(discussions: Discussions) -> None:
    """Parents and articles first, then the columns that follow; a former root first loses a root's columns."""
    for chunk in _chunks(discussions.cut):
        Comment.objects.filter(pk__in=chunk).update_tree(parent=None)
    strays: dict[int, list[int]] = defaultdict(list)
    columns: list[trees.Columns] = []
    for pk, thread in discussions.threads.items():
        strays[thread[0].article] += [row.pk for row in thread if row.article != thread[0].article]
        if pk in discussions.cut or not trees.is_sound(pk, thread):
            columns += trees.columns(_links(pk, thread))
    for article, pks in strays.items():
        for chunk in _chunks(pks):
            Comment.objects.filter(pk__in=chunk).update_tree(article=article)
    for chunk in _chunks(column.pk for column in columns if column.level):
        Comment.objects.filter(pk__in=chunk).update(position=None, answered_at=None, reply_count=0)
    trees.write(columns)


def _links(root: int, thread: list[Row]) -> Iterator[tuple[int, int | None]]:
    for row in sorted(thread, key=lambda row: (row.posted_at, row.pk)):
        yield row.pk, None if row.pk == root else row.parent


def _stale(discussions: Discussions, pk: int) -> bool:
    return discussions.roots[pk] != checking.columns_of(discussions.threads[pk][0])


def _write_roots(roots: dict[int, RootColumns]) -> None:
    rows = [(*columns, pk) for pk, columns in roots.items()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lists: Sequence[Any] = [list(column) for column in zip(*rows, strict=True)] or [[]] * 4
            cursor.execute(
                """
                UPDATE comments_comment SET reply_count = new.replies, answered_at = new.answered, position = new.place
                FROM unnest(%s::int[], %s::timestamptz[], %s::int[], %s::bigint[]) AS new(replies, answered, place, id)
                WHERE comments_comment.id = new.id
                """,
                lists,
            )
        else:
            moment = connection.ops.adapt_datetimefield_value
            cursor.executemany(
                "UPDATE comments_comment SET reply_count = %s, answered_at = %s, position = %s WHERE id = %s",
                [(replies, moment(answered), place, pk) for replies, answered, place, pk in rows],
            )


def _taken_for_roots(discussions: Discussions, damaged: Iterable[int]) -> list[int]:
    """The damaged threads' roots, and those of their replies that stood as roots."""
    return [row.pk for pk in sorted(damaged) for row in discussions.threads[pk] if row.pk == pk or row.level == 0]


def _mend_counts(discussions: Discussions) -> None:
    for article, counts in discussions.counts.items():
        columns = {**counts._asdict(), "discussion_version": F("discussion_version") + 1}
        article_model().objects.filter(pk=article).update(**columns)
        locking.tell(article)


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
