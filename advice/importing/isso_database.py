"""Isso's SQLite file, whole or while Isso runs, from whichever version, and by whomever it was made.

It is opened for reading alone and copied first, in one go: so Isso waits for a moment and not for the whole import,
and what is read is of one moment.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from comments import markup

from .records import Unreadable

MAGIC = b"SQLite format 3\x00"
LONGEST = 5_000_000  # bytes of a field, as in XML
TRIES = 20  # of the copy
WAIT = 0.25  # seconds between them

_NEEDED = {"threads": {"id", "uri"}, "comments": {"tid", "id", "parent", "created", "mode", "text"}}


class Thread(NamedTuple):
    id: Any
    uri: Any
    title: Any


class Row(NamedTuple):
    tid: Any
    id: Any
    parent: Any
    created: Any
    mode: Any
    text: Any
    author: Any
    email: Any


class Database:
    """Rows as they are: a column may hold any type, and one that an old version did not have holds nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._columns = {table: self._named(table) for table in _NEEDED}
        if any(needed - self._columns[table] for table, needed in _NEEDED.items()):
            raise Unreadable("this is a database of SQLite, but none of Isso")

    def threads(self) -> Iterator[Thread]:
        yield from map(Thread._make, self._rows("threads", Thread._fields, "id"))

    def comments(self) -> Iterator[Row]:
        yield from map(Row._make, self._rows("comments", Row._fields, "id"))

    def _named(self, table: str) -> set[str]:
        """The columns of a table; a view, or a table that a module makes up, is none: it could run for ever."""
        kind = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = ?"
        if self._connection.execute(kind, [table]).fetchone() is None:
            return set()
        return {
            name for _, name, *_ in self._connection.execute(f"PRAGMA table_info({table})")
        }  # without generated ones

    def _rows(self, table: str, columns: tuple[str, ...], order: str) -> Iterator[Any]:
        wanted = ", ".join(name if name in self._columns[table] else "NULL" for name in columns)
        yield from self._connection.execute(f"SELECT {wanted} FROM {table} ORDER BY {order}")  # noqa: S608 - our names


def is_one(path: Path) -> bool:
    """Whether it begins as a database of SQLite; what cannot be read is none."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


@contextmanager
def opened(path: Path, *, progress: Callable[[int], Any] = lambda _: None) -> Iterator[Database]:
    """Raises Unreadable, with the file's name, also for what is found to be broken while it is read."""
    try:
        with closing(_copied(path)) as connection:
            progress(path.stat().st_size)
            yield Database(connection)
    except sqlite3.Error as error:
        raise Unreadable(f"{path}: {markup.clean_line(str(error))}") from error  # it may quote the file
    except UnicodeDecodeError as error:  # in what SQLite says of a broken schema
        raise Unreadable(f"{path}: the database is broken") from error
    except Unreadable as error:
        raise Unreadable(f"{path}: {error}") from error.__cause__


def _copied(path: Path) -> sqlite3.Connection:
    """In a file without a name, which goes with the process even where it is killed."""
    original = _connected(path)
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        original.backup(connection, progress=_patience(), sleep=WAIT)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        connection.text_factory = lambda text: text.decode(errors="replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
    except BaseException:
        connection.close()
        raise
    finally:
        original.close()
    return connection


def _patience() -> Callable[[int, int, int], None]:
    """Of the copy, which by itself tries for ever where somebody holds the file."""
    tries = iter(range(TRIES))

    def told(status: int, left: int, pages: int) -> None:
        if status != sqlite3.SQLITE_DONE and next(tries, None) is None:
            raise Unreadable("it cannot be read now, since somebody writes to it. Copy it first")

    return told


def _connected(path: Path) -> sqlite3.Connection:
    """For reading, with Isso's locks respected. In a folder that cannot be written to, a database in WAL mode opens
    only as one that nobody changes."""
    uri = path.resolve().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        is_shut = error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))
        if not is_shut or any(path.with_name(path.name + end).exists() for end in ("-journal", "-wal")):
            raise
        return sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
    return connection
