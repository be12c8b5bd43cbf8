"""Pks that are known before their rows are written: a root carries its own as its tree's number.

Comments from another system keep their own numbers where these are free.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Q

from .models import Comment

T = TypeVar("T")

BATCH = 500  # rows, and threads held at once; SQLite takes 32,766 values in a statement
LARGEST = 2**53 - 1  # as a pk: exact in JavaScript, and leaves the sequence room


def reserve(source: str, numbers: Sequence[int], *, only_look: bool = False) -> bool:
    """Whether these numbers of comments can all be kept as pks; if so, no new comment gets one of them from now on.

    A short transaction of its own: on PostgreSQL it waits for everybody who uses the table, since somebody may hold the
    sequence's next number and not have written it yet. With `only_look` nothing is kept for anybody.
    """
    if not numbers or min(numbers) < 1 or max(numbers) > LARGEST:
        return False
    if only_look:
        return all(_are_free(source, batch) for batch in batches(numbers))
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE comments_comment IN ACCESS EXCLUSIVE MODE")
        if not all(_are_free(source, batch) for batch in batches(numbers)):
            return False
        _advance(cursor, max(numbers))
    return True


def take(count: int) -> Sequence[int]:
    """That many pks, ascending, which nobody else gets."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('comments_comment', 'id')) FROM generate_series(1, %s)", [count]
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'comments_comment'), 0)")
        last = int(cursor.fetchone()[0])  # the transaction is the only writer
    return range(last + 1, last + 1 + count)


def batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def _advance(cursor: Any, number: int) -> None:
    """Let new comments have larger pks than this one."""
    if connection.vendor == "postgresql":
        sequence = "pg_get_serial_sequence('comments_comment', 'id')"
        cursor.execute(f"SELECT setval({sequence}, GREATEST(%s, nextval({sequence})))", [number])
        return
    cursor.execute("UPDATE sqlite_sequence SET seq = MAX(seq, %s) WHERE name = 'comments_comment'", [number])
    if cursor.rowcount == 0:  # there was no comment yet
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('comments_comment', %s)", [number])


def _are_free(source: str, numbers: Sequence[int]) -> bool:
    """Whether each is the pk of its own comment, or its comment is not here yet and the pk is nobody's."""
    ids = [str(number) for number in numbers]
    rows = Comment.objects.filter(Q(pk__in=numbers) | Q(source=source, source_id__in=ids))
    found = rows.values_list("pk", "source", "source_id")
    return all((origin, number) == (source, str(pk)) for pk, origin, number in found)
