"""What a file holds beside articles and comments, staged with them: uploads, pieces of text, topics, old addresses."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from typing import Any
from urllib.parse import unquote, urlsplit

from .records import Article, Piece, Topic, Upload

SCHEMA = """
CREATE TABLE upload (
    pk TEXT PRIMARY KEY, address TEXT, page TEXT, description TEXT, title TEXT, caption TEXT, article TEXT, path TEXT
) WITHOUT ROWID;
CREATE INDEX upload_article ON upload (article);
CREATE INDEX upload_path ON upload (path);
CREATE INDEX upload_page ON upload (page);
CREATE TABLE piece (pk TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID;
CREATE TABLE address (path TEXT PRIMARY KEY, article TEXT, topic TEXT) WITHOUT ROWID;
"""
_COLUMNS = ", ".join(field.name for field in fields(Upload))
_ADDRESS = "INSERT OR IGNORE INTO address VALUES (?, ?, ?)"
MOST = 500  # uploads that one article shows at once


def file_path(address: str) -> str:
    """The path of a file's address, as files are called on a disk; "" for none."""
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""


class StagedTexts:
    """Of the staging database."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def take(self, record: Article | Upload | Piece | Topic) -> None:
        match record:
            case Article():
                self._database.executemany(_ADDRESS, ((path, record.pk, None) for path in record.addresses))
            case Topic():
                self._database.executemany(_ADDRESS, ((path, None, record.name) for path in record.addresses))
            case Upload():
                row = (*astuple(record), file_path(record.address))
                self._database.execute("INSERT OR IGNORE INTO upload VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            case Piece():
                self._database.execute("INSERT OR IGNORE INTO piece VALUES (?, ?)", astuple(record))

    def upload(self, pk: str) -> Upload | None:
        return next(self._uploads("pk = ?", pk), None)

    def uploads_at(self, pks: Iterable[str]) -> list[Upload]:
        """In the order of these numbers."""
        found = map(self.upload, list(pks)[:MOST])
        return [upload for upload in found if upload is not None]

    def uploads_of(self, article: str) -> list[Upload]:
        return list(self._uploads("article = ? ORDER BY CAST(pk AS INTEGER) LIMIT ?", article, MOST))

    def upload_of_file(self, path: str) -> Upload | None:
        return next(self._uploads("path = ?", path), None)

    def piece(self, pk: str) -> str:
        row = self._database.execute("SELECT body FROM piece WHERE pk = ?", [pk]).fetchone()
        return row[0] if row else ""

    def topics(self) -> Iterator[tuple[str, str]]:
        """Their names and paths."""
        yield from self._database.execute("SELECT topic, path FROM address WHERE topic IS NOT NULL ORDER BY path")

    def article_at(self, path: str) -> str | None:
        """The number of the article that is there, or for which the upload was made that is there."""
        row = self._database.execute("SELECT article FROM address WHERE path = ?", [path]).fetchone()
        if row is None:
            row = self._database.execute("SELECT article FROM upload WHERE page = ? AND page <> ''", [path]).fetchone()
        return row[0] if row else None

    def is_topic(self, path: str) -> bool:
        query = "SELECT 1 FROM address WHERE path = ? AND topic IS NOT NULL"
        return self._database.execute(query, [path]).fetchone() is not None

    def _uploads(self, where: str, *values: Any) -> Iterator[Upload]:
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM upload WHERE {where}", values)  # noqa: S608 - ours
        return (Upload(*row) for row in rows)
