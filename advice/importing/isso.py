"""What Isso keeps as records: its SQLite database, of any version, or the Atom feed of one thread.

These are all that Isso itself writes. Of the feed it has the newest hundred comments at most, without addresses, and
their dates in the server's own time; so the database is better wherever it can be had. Network addresses, votes and
websites are not among what is kept.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from comments import markup
from comments.models import Status

from . import isso_database, isso_markdown, moments, opening, xml_stream
from .pages_elsewhere import DELETED, Places, addresses_of, slug_of
from .records import Article, Comment, Person, Record, Records, Site, Unreadable

MODES = {1: Status.APPROVED, 2: Status.PENDING, 4: Status.TRASH}  # 4: only its place was kept, below it are replies

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ATOM = "http://www.w3.org/2005/Atom"
_PREFIXES = {_ATOM: "", "http://purl.org/syndication/thread/1.0": "thr:"}
_FEED = re.compile(r"tag:[^,]*,2018:/isso/thread(.*)", re.DOTALL)
_ENTRY = re.compile(r"tag:[^,]*,2018:/isso/([0-9]+)/([0-9]+)")


def read(path: Path, places: Places, *, site: str, progress: Callable[[int], Any] = lambda _: None) -> Records:
    """What the file holds. `site` tells one Isso from another. `progress` is told the bytes read. Raises
    Unreadable."""
    yield Site(f"isso:{site}"[:100] if site else "isso")
    if isso_database.is_one(path):
        yield from _database(path, places, progress)
    else:
        yield from _feed(path, places, progress)


def _database(path: Path, places: Places, progress: Callable[[int], Any]) -> Records:
    with isso_database.opened(path, progress=progress) as database:
        for thread in database.threads():
            yield _article(_text(thread.id), _text(thread.uri), _text(thread.title), places)
        places.check()
        for row in database.comments():
            yield from _comment(row)


def _article(number: str, uri: str, title: str, places: Places) -> Article:
    addresses = addresses_of(uri)
    return Article(
        key=number,
        pk=number,
        title=markup.clean_line(title or uri),  # it is also said on a terminal
        slug=slug_of(addresses),
        creator="",
        body=None,
        addresses=addresses,
        below=places.below(number),
    )


def _comment(row: isso_database.Row) -> list[Person | Comment]:
    """The comment, with who signed it: there are no accounts, so that the owner names moderators by their email."""
    status = MODES.get(row.mode, Status.PENDING) if isinstance(row.mode, int) else Status.PENDING
    text, name = _text(row.text), _text(row.author)
    email = _text(row.email).strip() if text.strip() else ""  # which Isso keeps of a comment that was deleted
    comment = Comment(
        article=_text(row.tid),
        pk=_text(row.id),
        parent=_text(row.parent),
        name=name,
        email=email,
        body=isso_markdown.body(text) if text.strip() else _place(status),
        status=status,
        posted_at=_moment(row.created),
    )
    return [Person("", email, email, name), comment] if email else [comment]


def _place(status: str) -> str:
    return DELETED if status == Status.TRASH else ""


def _text(value: Any) -> str:
    """SQLite holds any type in any column."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return "" if value is None else str(value)


def _moment(created: Any) -> datetime | None:
    """Seconds since 1970."""
    if not isinstance(created, int | float) or not math.isfinite(created):
        return None
    try:
        return _EPOCH + timedelta(seconds=created)
    except OverflowError:
        return None


def _feed(path: Path, places: Places, progress: Callable[[int], Any]) -> Records:
    handler = _Handler(places)
    with opening.opened(path, progress=progress) as pieces:
        yield from xml_stream.records(pieces, handler)
        if not handler.is_feed:
            raise Unreadable("this is neither a database of Isso nor the Atom feed of one of its threads")
        places.check()


class _Handler(xml_stream.Handler):
    """Gathers entries; the thread is known by its first, since the feed itself only knows the page."""

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.is_feed = False
        self._places = places
        self._uri = ""
        self._entry: dict[str, str] = {}
        self._thread = ""

    def tag_of(self, namespace: str | None, name: str) -> str:
        return f"{_PREFIXES.get(namespace or '', 'other:')}{name}"

    def starts(self, tag: str, attributes: dict[tuple[str | None, str], str]) -> None:
        if tag == "entry":
            self._entry = {}
        elif tag == "thr:in-reply-to":
            self._entry["parent"] = attributes.get((None, "ref"), "")

    def ends(self, tag: str, text: str) -> None:
        if tag == "id" and self.path == ["feed"]:
            if found := _FEED.fullmatch(text.strip()):
                self.is_feed, self._uri = True, found[1]
        elif tag == "entry" and self.path == ["feed"]:
            for record in self._records():
                self.give(record)
        elif self.path[1:2] == ["entry"]:
            self._entry[tag] = text

    def _records(self) -> list[Record]:
        found = _ENTRY.fullmatch(self._entry.get("id", "").strip())
        thread, number = found.groups() if found else (self._thread, "")
        records: list[Record] = []
        if thread != self._thread:
            self._thread = thread
            records.append(_article(thread, self._uri, "", self._places))
        return [*records, self._written(thread, number)]

    def _written(self, thread: str, number: str) -> Comment:
        parent = _ENTRY.fullmatch(self._entry.get("parent", "").strip())
        body = self._entry.get("content", "")
        is_there = not markup.is_blank(markup.plain(body))
        return Comment(
            article=thread,
            pk=number,
            parent=parent[2] if parent else "",
            name=self._entry.get("name", ""),
            body=body if is_there else DELETED,
            status=Status.APPROVED if is_there else Status.TRASH,
            posted_at=moments.iso(self._entry.get("updated", "")),
        )
