"""A file's records, gathered in a temporary database on disk before anything is written: is the file whole, who speaks
in it, and which comments make a thread?

So a broken file imports nothing, records may come in any order, and memory does not grow with the file: 16 bytes for a
comment while threads are found, then one batch of threads at a time.
"""

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, astuple, fields
from datetime import UTC, datetime
from typing import Any

from comments.numbers import LARGEST

from .records import Article, Comment, LeftOut, Person, Piece, Record, Site, Topic, Upload
from .staged_texts import SCHEMA, StagedTexts

BATCH = 1_000  # records
THREADS = 2_000  # comments that are taken at once, or one thread

_SCHEMA = """
CREATE TABLE person (pk TEXT, login TEXT, email TEXT, name TEXT, UNIQUE (login, pk, email, name));
CREATE TABLE article (n INTEGER PRIMARY KEY, key TEXT UNIQUE, written_at TEXT, data TEXT);
CREATE TABLE comment (
    n INTEGER PRIMARY KEY, article TEXT, pk TEXT, parent TEXT, name TEXT, body TEXT, status TEXT, posted_at TEXT,
    email TEXT, user TEXT, again INTEGER NOT NULL DEFAULT 0, thread INTEGER, UNIQUE (pk)
);
"""
_COLUMNS = [field.name for field in fields(Comment)]  # in statements they stand by our own names
_INSERT = (
    f"INSERT INTO comment ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "  # noqa: S608
    "ON CONFLICT (pk) DO UPDATE SET again = again + 1"
)
_DATES = ("published_at", "updated_at", "written_at")


class Staged:
    """The whole file."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.texts = StagedTexts(database)
        self.source = ""
        self.addresses: tuple[str, ...] = ()
        self.left_out: Counter[LeftOut] = Counter()

    def take(self, records: Iterable[Record]) -> None:
        """Read them to the end, then find the threads. Raises what reading them raises."""
        comments: list[tuple[Any, ...]] = []
        for record in records:
            match record:
                case Comment():
                    comments.append(_row(record))
                    if len(comments) >= BATCH:
                        self._insert(comments)
                case Article():
                    date = _iso(record.written_at) if record.written_at else None
                    insert = "INSERT OR REPLACE INTO article (key, written_at, data) VALUES (?, ?, ?)"
                    self._run(insert, record.key, date, _json(record))
                    self.texts.take(record)
                case Upload() | Piece() | Topic():
                    self.texts.take(record)
                case Person():
                    self._run("INSERT OR IGNORE INTO person VALUES (?, ?, ?, ?)", *map(_utf8, astuple(record)))
                case Site():
                    self.source, self.addresses = record.source, record.addresses
                case LeftOut():
                    self.left_out[record] += 1
        self._insert(comments)
        self._find_threads()

    @property
    def rows(self) -> int:
        """Articles and comments, without those whose number came before."""
        return self.comments + self._count("SELECT COUNT(*) FROM article")

    @property
    def comments(self) -> int:
        return self._count("SELECT COUNT(*) FROM comment")

    def numbers(self) -> "array[int]":
        """Of its comments, where all of them are numbers that pks may be, else none."""
        odd = "SELECT COUNT(*) FROM comment WHERE pk = '' OR pk GLOB '*[^0-9]*' OR LENGTH(pk) > 16 OR "
        if self._count(f"{odd} CAST(pk AS INTEGER) > ?", LARGEST):
            return array("q")
        return array("q", (int(pk) for (pk,) in self._rows("SELECT pk FROM comment ORDER BY n")))

    def articles(self) -> Iterator[Article]:
        for (data,) in self._rows("SELECT data FROM article ORDER BY n"):
            yield _article(data)

    def creators(self) -> list[str]:
        """Of articles, each once, in their order."""
        return list(dict.fromkeys(article.creator for article in self.articles() if article.creator))

    def is_approved(self, pk: str) -> bool:
        """Whether it has this comment, for readers to see."""
        return bool(self._count("SELECT COUNT(*) FROM comment WHERE pk = ? AND status = 'approved'", pk))

    def people(self) -> Iterator[Person]:
        """Each once, in their order."""
        yield from (Person(*row) for row in self._rows("SELECT * FROM person ORDER BY rowid"))

    def users_called(self, name: str) -> set[str]:
        """The numbers of the users who wrote comments under this name while they were logged in."""
        found = self._rows("SELECT DISTINCT user, name FROM comment WHERE user <> ''")
        return {user for user, called in found if called.casefold() == name.casefold()}

    def repeated(self) -> Iterator[tuple[str, int]]:
        """Comments' numbers that came more than once, and how often again."""
        yield from self._rows("SELECT pk, again FROM comment WHERE again ORDER BY n")

    def has_comments(self, article: str) -> bool:
        return bool(self._count("SELECT EXISTS (SELECT 1 FROM comment WHERE article = ?)", article))

    def strays(self) -> int:
        """Comments of articles that the file does not have."""
        return self._count("SELECT COUNT(*) FROM comment WHERE article NOT IN (SELECT key FROM article)")

    def threads(self, article: str) -> Iterator[list[Comment]]:
        """An article's comments, whole threads at a time, these and the comments in them by date. A comment whose
        parent is not on this article, or who is its own ancestor, begins a thread."""
        batch: list[Comment] = []
        last = None
        columns = ", ".join(_COLUMNS)
        query = f"SELECT thread, {columns} FROM comment WHERE article = ? ORDER BY thread, posted_at, n"  # noqa: S608
        for thread, *row in self._rows(query, article):
            if thread != last and len(batch) >= THREADS:
                yield batch
                batch = []
            last = thread
            batch.append(_comment(row))
        if batch:
            yield batch

    def _find_threads(self) -> None:
        self._date()
        ups = array("q", [0]) * (self._count("SELECT COALESCE(MAX(n), 0) FROM comment") + 1)
        links = "SELECT c.n, p.n FROM comment c JOIN comment p ON p.pk = c.parent AND p.article = c.article"
        for n, up in self._rows(links):
            ups[n] = up
        order = array("q", (n for (n,) in self._rows("SELECT n FROM comment ORDER BY posted_at, n")))
        cut = _cut_circles(ups, order)
        self._database.executemany("UPDATE comment SET parent = '' WHERE n = ?", ((n,) for n in cut))
        threads = _threads(ups, order)
        self._database.executemany("UPDATE comment SET thread = ? WHERE n = ?", ((threads[n], n) for n in order))
        self._database.execute("CREATE INDEX comment_thread ON comment (article, thread, posted_at, n)")

    def _date(self) -> None:
        """Give the undated their article's date, and none a date to come."""
        now = _iso(datetime.now(UTC))
        article = "(SELECT written_at FROM article WHERE key = comment.article)"
        self._run(f"UPDATE comment SET posted_at = COALESCE({article}, ?) WHERE posted_at = ''", now)  # noqa: S608
        self._run("UPDATE comment SET posted_at = ? WHERE posted_at > ?", now, now)

    def _insert(self, comments: list[tuple[Any, ...]]) -> None:
        self._database.executemany(_INSERT, comments)
        comments.clear()

    def _run(self, statement: str, *values: Any) -> None:
        self._database.execute(statement, values)

    def _rows(self, query: str, *values: Any) -> Iterator[Any]:
        return iter(self._database.execute(query, values))

    def _count(self, query: str, *values: Any) -> int:
        return int(self._database.execute(query, values).fetchone()[0])


@contextmanager
def staged(records: Iterable[Record]) -> Iterator[Staged]:
    """The records, until the block ends. Raises Unreadable.

    SQLite keeps a database without a name in a file that nobody can open, and that goes with the process even where it
    is killed: strangers' addresses are in it.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}{SCHEMA} BEGIN;")
        found = Staged(database)
        found.take(records)
        yield found


def _cut_circles(ups: "array[int]", order: "array[int]") -> list[int]:
    """Comments of which each circle of parents has one: the first that is met on the way up from the oldest. They have
    no parent any more."""
    sound = bytearray(len(ups))
    cut = []
    for start in order:
        path, n = set(), start
        while n and not sound[n] and n not in path:
            path.add(n)
            n = ups[n]
        if n in path:
            ups[n] = 0
            cut.append(n)
        for passed in path:
            sound[passed] = 1
    return cut


def _threads(ups: "array[int]", order: "array[int]") -> "array[int]":
    """For each comment the number of its thread, in the order of the threads' first comments."""
    threads = array("q", [0]) * len(ups)
    count = 0
    for n in order:
        if not ups[n]:
            count += 1
            threads[n] = count
    for start in order:
        path, n = [], start
        while not threads[n]:
            path.append(n)
            n = ups[n]
        for passed in path:
            threads[passed] = threads[n]
    return threads


def _row(comment: Comment) -> tuple[Any, ...]:
    values = [getattr(comment, name) for name in _COLUMNS]
    values[_COLUMNS.index("posted_at")] = _iso(comment.posted_at) if comment.posted_at else ""
    return tuple(_utf8(value) if isinstance(value, str) else value for value in values)


def _utf8(text: str) -> str:
    """SQLite takes no lone surrogates."""
    return text.encode(errors="replace").decode()


def _comment(row: list[Any]) -> Comment:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Comment(**values | {"posted_at": datetime.fromisoformat(values["posted_at"])})


def _json(article: Article) -> str:
    values = asdict(article)
    return json.dumps(values | {name: values[name] and values[name].isoformat() for name in _DATES})


def _article(data: str) -> Article:
    values = json.loads(data)
    for name in _DATES:
        values[name] = values[name] and datetime.fromisoformat(values[name])
    for name in ("situations", "addresses"):
        values[name] = tuple(values[name])
    return Article(**values)


def _iso(moment: datetime) -> str:
    """In UTC and always with microseconds, so that their order as texts is their order in time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
