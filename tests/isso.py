"""Isso's database for tests, as its versions made it, in our own words."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

THREADS = "CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256))"
COMMENTS = """CREATE TABLE comments (
    tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL, modified FLOAT,
    mode INTEGER, remote_addr VARCHAR, text VARCHAR NOT NULL, author VARCHAR, email VARCHAR, website VARCHAR,
    likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER DEFAULT 0)"""
OLDEST = """CREATE TABLE comments (
    tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL, modified FLOAT,
    mode INTEGER, remote_addr VARCHAR, text VARCHAR)"""


def comment(pk: Any, text: Any = "How do I begin?", **columns: Any) -> dict[str, Any]:
    """An approved reader's, of 5 March 2019."""
    fields = {"tid": 2, "parent": None, "created": 1551780000.25, "mode": 1, "remote_addr": "192.0.2.0"}
    return {"id": pk, "text": text, "author": "Mo", "voters": b"\x00"} | fields | columns


def write(
    path: Path, *comments: dict[str, Any], schema: str = COMMENTS, threads: Any = ((2, "/rest/", "Rest"),)
) -> Path:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(THREADS)
        database.execute(schema)
        database.executemany("INSERT INTO threads VALUES (?, ?, ?)", threads)
    add(path, comments)
    return path


def add(path: Path, comments: Iterable[dict[str, Any]]) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        known = {name for _, name, *_ in database.execute("PRAGMA table_info(comments)")}
        for row in comments:
            columns = {name: value for name, value in row.items() if name in known}
            marks = ", ".join("?" * len(columns))
            database.execute(f"INSERT INTO comments ({', '.join(columns)}) VALUES ({marks})", list(columns.values()))


def feed(*entries: str, uri: str = "/rest/") -> str:
    """Of one thread, as Isso writes it where its settings have an address for feeds."""
    return (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f"<updated>2019-03-06T10:00:00Z</updated><id>tag:old.example,2018:/isso/thread{uri}</id>"
        f"<title>Comments for old.example{uri}</title>{''.join(entries)}</feed>"
    )


def entry(pk: int, content: str = "&lt;p&gt;How do I begin?&lt;/p&gt;", *, parent: int = 0) -> str:
    tag = "tag:old.example,2018:/isso/2"
    above = f'<thr:in-reply-to ref="{tag}/{parent}" href="https://old.example/rest/#isso-{parent}" />' if parent else ""
    return (
        f"<entry><id>{tag}/{pk}</id><title>Comment #{pk}</title><updated>2019-03-05T10:00:00.250000Z</updated>"
        f'<author><name>Mo</name></author><link href="https://old.example/rest/#isso-{pk}" />'
        f'<content type="html">{content}</content>{above}</entry>'
    )
