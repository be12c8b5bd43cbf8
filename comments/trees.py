"""The tree's columns from parent links alone, without mptt: for import, for moves, and to check and repair.

A thread's columns are nested sets: `tree_id` is the root's pk, `lft` and `rght` number a walk around the thread from 1,
`level` is the depth. (Celko, Trees and Hierarchies in SQL, chapter 4; django-mptt writes the same.)
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from django.db import connection


class Columns(NamedTuple):
    pk: int
    tree_id: int
    lft: int
    rght: int
    level: int


def columns(links: Iterable[tuple[int, int | None]]) -> Iterator[Columns]:
    """The columns of whole threads given as (pk, parent pk); siblings stand in the order given.

    Without recursion: a thread may be deeper than Python's stack. Rows whose parents lead nowhere, or in a circle, do
    not come out; the caller counts.
    """
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in links:
        children[parent].append(pk)
    for root in children[None]:
        yield from _walk(root, children)


def _walk(root: int, children: dict[int | None, list[int]]) -> Iterator[Columns]:
    opened: list[tuple[int, int]] = []  # (pk, lft), from the root to where we are
    todo = [(root, False)]
    number = 0
    while todo:
        pk, done = todo.pop()
        number += 1
        if done:
            _, left = opened.pop()
            yield Columns(pk, root, left, number, len(opened))
            continue
        opened.append((pk, number))
        todo.append((pk, True))
        todo += [(child, False) for child in reversed(children.get(pk, ()))]


def write(rows: list[Columns]) -> None:
    """Write these columns in one go; the caller holds the threads. One statement a row's columns, for the CHECKs."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lists = [list(column) for column in zip(*rows, strict=True)] or [[]] * 5
            cursor.execute(
                """
                UPDATE comments_comment SET tree_id = new.tree_id, lft = new.lft, rght = new.rght, level = new.level
                FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::int[])
                    AS new(id, tree_id, lft, rght, level)
                WHERE comments_comment.id = new.id
                """,
                lists,
            )
        else:
            cursor.executemany(
                "UPDATE comments_comment SET tree_id = %s, lft = %s, rght = %s, level = %s WHERE id = %s",
                [(row.tree_id, row.lft, row.rght, row.level, row.pk) for row in rows],
            )


class Row(Protocol):
    """What `is_sound` looks at in a comment's row."""

    @property
    def pk(self) -> int: ...
    @property
    def parent(self) -> int | None: ...
    @property
    def tree_id(self) -> int: ...
    @property
    def lft(self) -> int: ...
    @property
    def rght(self) -> int: ...
    @property
    def level(self) -> int: ...


def is_sound(root: int, thread: Sequence[Row]) -> bool:
    """Whether the columns of a thread (its rows as the parent links give them) say what its parent links say."""
    if any(row.tree_id != root for row in thread):
        return False
    numbers = sorted([row.lft for row in thread] + [row.rght for row in thread])
    if numbers != list(range(1, 2 * len(thread) + 1)):
        return False
    path: list[Row] = []
    for row in sorted(thread, key=lambda row: row.lft):
        while path and path[-1].rght < row.lft:
            path.pop()
        expected = path[-1].pk if path else None
        if row.parent != expected or row.level != len(path) or row.rght <= row.lft:
            return False
        if path and row.rght > path[-1].rght:
            return False
        path.append(row)
    return True


def threads(links: Iterable[tuple[int, int | None]]) -> tuple[dict[int, list[int]], set[int]]:
    """Each root's pk with the pks of its thread, by parent links; and the pks that hang on no root (a circle)."""
    children: dict[int | None, list[int]] = defaultdict(list)
    everyone = set()
    for pk, parent in links:
        children[parent].append(pk)
        everyone.add(pk)
    found = {}
    for root in children[None]:
        members, at = [root], 0
        while at < len(members):
            members += children.get(members[at], ())
            at += 1
        found[root] = members
        everyone.difference_update(members)
    return found, everyone
