"""Reading an export: line by line, each checked by itself, and at the end whether all of them are there unchanged.

The file is a stranger's. What does not fit is Unreadable, with the line's number and no word of what it says.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from advice.importing import opening
from advice.importing.records import Unreadable

from . import native
from .tables import BY_TYPE, FORMAT, VERSION, Table
from .values import Column, Wrong, columns

LONGEST = 16 << 20  # bytes of a line: an article may have a million characters
COUNTS = 10**12  # rows that the last line may claim


class Line(NamedTuple):
    """A row of the site as JSON has it."""

    number: int
    table: Table
    found: dict[str, Any]
    is_private: bool

    def values(self) -> dict[str, Any]:
        """Its columns as the database takes them. Raises Unreadable."""
        return _values(self.number, self.table, self.found, private=self.is_private)


@dataclass(frozen=True, slots=True)
class Head:
    private: bool
    site: str
    key: str = ""


class Export:
    """A file that was opened: `head` first, then `lines()` to their end."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._raw = _split(pieces)
        self._digest = hashlib.sha256()
        self._types = list(BY_TYPE)
        self._counts: Counter[str] = Counter()
        self.head = self._read_head()

    def lines(self) -> Iterator[Line]:
        """All rows, in the order of the file. Raises Unreadable, at the latest where the last line does not fit."""
        at = 0
        for number, raw in self._raw:
            found = _parsed(number, raw)
            kind = found.pop("type", None)
            if kind == "end":
                self._end(number, found)
                return
            table = BY_TYPE.get(kind) if type(kind) is str else None
            if table is None or (table.is_private and not self.head.private):
                raise Unreadable(f"line {number}: there is no such type of lines in this format")
            if self._types.index(table.type) < at:
                raise Unreadable(f"line {number}: a line of type {table.type} stands too late")
            at = self._types.index(table.type)
            self._digest.update(raw)
            self._counts[table.type] += 1
            yield Line(number, table, found, self.head.private)
        raise Unreadable("the file is cut off: its last line, which says that it is whole, is not there")

    def _read_head(self) -> Head:
        number, raw = next(self._raw, (1, b""))
        found = _parsed(number, raw)
        if found.get("type") != "site" or found.get("format") != FORMAT:
            raise Unreadable("line 1: this is no export of this program")
        version = found.get("version")
        if type(version) is not int or version != VERSION:
            raise Unreadable(f"line 1: this program reads version {VERSION} of the format, not this one. Update it")
        private, site, key = found.get("private"), found.get("site"), found.get("key", "")
        if type(private) is not bool or type(site) is not str or type(key) is not str or len(found) != 5 + private:
            raise Unreadable("line 1: it is not as this format has it")
        self._digest.update(raw)
        return Head(private, site, key)

    def _end(self, number: int, found: dict[str, Any]) -> None:
        counts = {table.type: self._counts[table.type] for table in native.tables(private=self.head.private)}
        if found.get("lines") != counts:
            raise Unreadable(f"line {number}: it counts other lines than there are, so some were lost or added")
        if found != {"lines": counts, "sha256": self._digest.hexdigest()}:
            raise Unreadable(f"line {number}: its checksum is of other lines, so the file was changed or damaged")
        if next(self._raw, None) is not None:
            raise Unreadable(f"line {number + 1}: it stands after the last line")


def opened(path: Path, progress: Callable[[int], Any] = lambda _: None) -> Any:
    """The file's pieces, for an Export, gzipped or not. As a context manager it raises Unreadable with the name."""
    return opening.opened(path, progress=progress)


def _split(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Numbered lines, each with its end. Raises Unreadable before one that is too long is in memory."""
    number, size = 1, 0
    begun: list[bytes] = []
    for piece in pieces:
        *whole, last = piece.split(b"\n")
        for part in whole:
            yield number, b"".join([*begun, part, b"\n"])
            number, size, begun = number + 1, 0, []
        begun.append(last)
        size += len(last)
        if size > LONGEST:
            raise Unreadable(f"line {number}: it has more than {LONGEST:,} bytes")
    if size:
        yield number, b"".join(begun)


def _parsed(number: int, raw: bytes) -> dict[str, Any]:
    try:
        found = _decoder.decode(raw.decode())
    except UnicodeDecodeError as error:
        raise Unreadable(f"line {number}: it is not UTF-8") from error
    except Wrong as error:
        raise Unreadable(f"line {number}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"line {number}: it is not JSON") from error
    if type(found) is not dict:
        raise Unreadable(f"line {number}: it is no JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("it has the same key twice")
    return found


def _no_number(text: str) -> Any:
    raise Wrong("it has a number that JSON does not have")


_decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


def _values(number: int, table: Table, found: dict[str, Any], *, private: bool) -> dict[str, Any]:
    wanted = columns(table, private=private)
    if len(found) != len(wanted):
        _blame(number, table, found, wanted)
    values = {}
    for column in wanted:
        try:
            values[column.attribute] = column.value(found[column.name])
        except KeyError:
            _blame(number, table, found, wanted)
        except Wrong as error:
            raise Unreadable(f"line {number}: {column.name} of this {table.type}: {error}") from error
    return values


def _blame(number: int, table: Table, found: dict[str, Any], wanted: tuple[Column, ...]) -> None:
    """For keys that are not those of the type."""
    if missing := [column.name for column in wanted if column.name not in found]:
        raise Unreadable(f"line {number}: this {table.type} has no {missing[0]!r}")
    raise Unreadable(f"line {number}: this {table.type} has a key that this version does not have")
