"""WordPress's export format (WXR 1.0 to 1.2) as records, one item at a time.

The file is foreign: it is read as a stream, any DTD is refused (entity bombs and external entities need one), and
nothing but the fields below is kept. Network addresses are not among them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser
from django.utils import timezone

CHUNK = 1 << 16  # bytes

_WP = re.compile(r"http://wordpress\.org/export/1\.[0-2]/(excerpt/)?")
_PREFIXES = {"http://purl.org/rss/1.0/modules/content/": "content:", "http://purl.org/dc/elements/1.1/": "dc:"}
_PACKED = {b"\x1f\x8b": "gzip", b"PK": "zip", b"BZ": "bzip2", b"\xfd7": "xz"}


class Unreadable(Exception):
    """The file is no WordPress export, or a broken one; the message says why, and where."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the export comes from: the address of the blog, or ""."""

    url: str


@dataclass(frozen=True, slots=True)
class Author:
    pk: str
    login: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Comment:
    pk: str
    parent: str  # "" for none
    user: str  # WordPress's number of the user who was logged in, or ""
    name: str
    email: str
    date: datetime | None
    content: str
    approved: str
    kind: str


@dataclass(frozen=True, slots=True)
class Item:
    """A post, a page, or one of the many other things that WordPress keeps as posts."""

    pk: str
    kind: str
    status: str
    title: str
    link: str
    slug: str
    creator: str
    content: str
    excerpt: str
    date: datetime | None
    modified: datetime | None
    has_password: bool
    comments_open: bool
    comments: tuple[Comment, ...]

    @property
    def is_article(self) -> bool:
        return self.kind in ("post", "page") and self.status != "auto-draft"


def read(path: Path, *, progress: Callable[[int], Any] = lambda _: None) -> Iterator[Author | Item | Site]:
    """What the file holds, in its order (the site comes last). `progress` is told the bytes read.

    Raises Unreadable, at the place of the fault: whoever must import all or nothing reads to the end first.
    """
    try:
        with path.open("rb") as file:
            yield from _records(file, progress)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from error
    except Unreadable as error:
        raise Unreadable(f"{path}: {error}") from error.__cause__


def moment(gmt: str, local: str = "", rfc822: str = "") -> datetime | None:
    """The first of these that is a date. WordPress writes 0000-00-00 for none, and local times without a zone."""
    for text, aware in ((gmt, _in_utc), (local, timezone.make_aware)):
        try:
            return aware(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            continue
    try:
        parsed = parsedate_to_datetime(rfc822)
        return parsed.astimezone(UTC) if parsed.tzinfo else _in_utc(parsed)
    except (ValueError, TypeError, OverflowError):
        return None


def _in_utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)


def _records(file: BinaryIO, progress: Callable[[int], Any]) -> Iterator[Author | Item | Site]:
    handler = _Handler()
    parser = create_parser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)  # noqa: FBT003 - SAX's signature
    parser.setContentHandler(handler)
    first = True
    try:
        while chunk := file.read(CHUNK):
            if first and (packed := _PACKED.get(chunk[:2])):
                raise Unreadable(f"this is a {packed} archive. Unpack it first")
            first = False
            parser.feed(chunk)
            progress(len(chunk))
            yield from handler.taken()
        parser.close()
        yield from handler.taken()
    except SAXParseException as error:
        raise Unreadable(f"{_place(error)}: {error.getMessage()}") from error
    except DefusedXmlException as error:
        raise Unreadable(f"{_place(parser)}: it declares a document type, which WordPress never does") from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        raise Unreadable(f"{_place(parser)}: {error}") from error
    if first:
        raise Unreadable("the file is empty")
    if not handler.is_export:
        raise Unreadable("this is XML, but no WordPress export of version 1.0 to 1.2")
    yield Site(handler.site.get("wp:base_blog_url") or handler.site.get("wp:base_site_url") or "")


def _place(locator: Any) -> str:
    return f"line {locator.getLineNumber()}, column {(locator.getColumnNumber() or 0) + 1}"


class _Handler(ContentHandler):
    """Gathers the direct children of authors, items and comments; everything else in the file passes by."""

    def __init__(self) -> None:
        super().__init__()
        self.is_export = False
        self.site: dict[str, str] = {}
        self._path: list[str] = []
        self._item: dict[str, str] = {}
        self._inner: dict[str, str] = {}  # the fields of the author or comment that is open
        self._comments: list[Comment] = []
        self._text: list[str] = []
        self._done: list[Author | Item] = []

    def taken(self) -> list[Author | Item]:
        done, self._done = self._done, []
        return done

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:  # noqa: N802
        tag = _tag(name)
        if tag == "item":
            self._item, self._comments = {}, []
        elif tag in ("wp:comment", "wp:author"):
            self._inner = {}
        elif tag in ("wp:wxr_version", "wp:post_id"):
            self.is_export = True
        self._path.append(tag)
        self._text = []

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        tag = self._path.pop()
        within = self._path[-1] if self._path else ""
        if tag == "item":
            self._done.append(_item(self._item, tuple(self._comments)))
        elif tag == "wp:comment":
            self._comments.append(_comment(self._inner))
        elif tag == "wp:author":
            self._done.append(_author(self._inner))
        elif within in ("wp:comment", "wp:author"):
            self._inner[tag] = "".join(self._text)
        elif within == "item":
            self._item[tag] = "".join(self._text)
        elif within == "channel":
            self.site[tag] = "".join(self._text).strip()
        self._text = []


@lru_cache(maxsize=256)
def _tag(name: tuple[str | None, str]) -> str:
    """The name with the usual prefix of its namespace; in a foreign one, a name that nobody asks for."""
    namespace, local = name
    if namespace is None:
        return local
    if found := _WP.fullmatch(namespace):
        return f"excerpt:{local}" if found[1] else f"wp:{local}"
    return f"{_PREFIXES.get(namespace, 'other:')}{local}"


def _author(fields: dict[str, str]) -> Author:
    get = _getter(fields)
    login = get("author_login")
    return Author(_number(get("author_id")), login, get("author_email"), get("author_display_name") or login)


def _comment(fields: dict[str, str]) -> Comment:
    get = _getter(fields)
    return Comment(
        pk=get("comment_id"),
        parent=_number(get("comment_parent")),
        user=_number(get("comment_user_id")),
        name=get("comment_author"),
        email=get("comment_author_email"),
        date=moment(get("comment_date_gmt"), get("comment_date")),
        content=fields.get("wp:comment_content", ""),
        approved=get("comment_approved"),
        kind=get("comment_type") or "comment",
    )


def _item(fields: dict[str, str], comments: tuple[Comment, ...]) -> Item:
    get = _getter(fields)
    return Item(
        pk=get("post_id"),
        kind=get("post_type"),
        status=get("status"),
        title=fields.get("title", ""),
        link=fields.get("link", "").strip(),
        slug=get("post_name"),
        creator=fields.get("dc:creator", "").strip(),
        content=fields.get("content:encoded", ""),
        excerpt=fields.get("excerpt:encoded", ""),
        date=moment(get("post_date_gmt"), get("post_date"), fields.get("pubDate", "")),
        modified=moment(get("post_modified_gmt"), get("post_modified")),
        has_password=bool(get("post_password")),
        comments_open=get("comment_status") == "open",
        comments=comments,
    )


def _getter(fields: dict[str, str]) -> Callable[[str], str]:
    return lambda name: fields.get(f"wp:{name}", "").strip()


def _number(text: str) -> str:
    """WordPress writes 0 where there is none."""
    return "" if text == "0" else text
