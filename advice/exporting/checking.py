"""What the lines of an export must be to each other, before one is written: numbers that are there once, and all that
is referred to.

Memory: 8 bytes for each row of every type, and one thread.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from advice.importing.records import Unreadable
from comments.models import Status

from .reading import Line
from .tables import Table
from .values import columns

COMMENT = "comment"


def check(lines: Iterable[Line], *, private: bool) -> None:
    """Read them all. Raises Unreadable."""
    checked = _Checked(private=private)
    for line in lines:
        checked.take(line)
    checked.end()


class _Numbers:
    """The rows of one type."""

    def __init__(self) -> None:
        self._all = array("q")

    def add(self, pk: int) -> None:
        self._all.append(pk)

    @property
    def last(self) -> int:
        return self._all[-1] if self._all else 0

    def sort(self) -> int | None:
        """Make ready for `in`; a number that is there twice, or None."""
        ordered = sorted(self._all)
        self._all = array("q", ordered)
        twice = (pk for pk, following in pairwise(ordered) if pk == following)
        return next(twice, None)

    def __contains__(self, pk: int) -> bool:
        at = bisect_left(self._all, pk)
        return at < len(self._all) and self._all[at] == pk


class _Checked:
    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._known: dict[str, _Numbers] = {}
        self._table: Table | None = None
        self._thread: dict[int, int] = {}  # the comments of the open thread, with their articles
        self._later: dict[str, tuple[array[int], array[int]]] = {}  # numbers of comments, and the lines that name them

    def take(self, line: Line) -> None:
        if line.table is not self._table:
            self._begin(line.table)
        values = line.values()
        if line.table.type == COMMENT:
            self._take_comment(line.number, values)
        elif values["id"] <= self._known[line.table.type].last:
            raise Unreadable(f"line {line.number}: the numbers (id) of a type must rise")
        self._known[line.table.type].add(values["id"])
        self._refer(line, values)

    def end(self) -> None:
        self._close_comments()

    def _begin(self, table: Table) -> None:
        if self._table is not None and self._table.type == COMMENT:
            self._close_comments()
        self._table = table
        self._known[table.type] = _Numbers()

    def _take_comment(self, number: int, values: dict[str, Any]) -> None:
        pk, parent = values["id"], values["parent_id"]
        if parent is None:
            self._thread = {}
        elif parent not in self._thread:
            raise Unreadable(f"line {number}: its parent does not stand above it in its thread")
        elif self._thread[parent] != values["article_id"]:
            raise Unreadable(f"line {number}: its parent is on another article")
        if pk in self._thread:
            raise Unreadable(f"line {number}: there are two comments with this number (id)")
        self._thread[pk] = values["article_id"]
        if not (values["name"] or values["author_id"] or values["erased_at"] or self._is_unseen(values)):
            raise Unreadable(f"line {number}: it says of nobody that they wrote it")

    def _is_unseen(self, values: dict[str, Any]) -> bool:
        return not self._private and values["status"] != Status.APPROVED

    def _refer(self, line: Line, values: dict[str, Any]) -> None:
        for column in columns(line.table, private=self._private):
            if column.target and (found := values[column.attribute]):
                for pk in found if column.is_many else [found]:
                    self._look_for(line, column.target, pk, column.name)

    def _look_for(self, line: Line, target: str, pk: int, name: str) -> None:
        if target == line.table.type:
            if name != "parent":
                pks, numbers = self._later.setdefault(name, (array("q"), array("q")))
                pks.append(pk)
                numbers.append(line.number)
        elif target not in self._known or pk not in self._known[target]:
            raise Unreadable(f"line {line.number}: its {name} is not in the file")

    def _close_comments(self) -> None:
        known = self._known.get(COMMENT)
        if known is None:
            return
        if (twice := known.sort()) is not None:
            raise Unreadable(f"there are two comments with the number (id) {twice}")
        for name, (pks, numbers) in self._later.items():
            for pk, number in zip(pks, numbers, strict=True):
                if pk not in known:
                    raise Unreadable(f"line {number}: its {name} is not in the file")
        self._later = {}
