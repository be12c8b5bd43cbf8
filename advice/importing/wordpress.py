"""WordPress's export format (WXR 1.0 to 1.2) as records. Network addresses are not among what is kept.

A comment comes before its item, which is whole only where it ends: `key` is the item's place in the file.
"""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils import timezone

from comments.models import Status

from . import opening, xml_stream
from .records import Article, Comment, LeftOut, Person, Records, Site, Unreadable

PINGS = ("pingback", "trackback")
NO_ARTICLES = "attachments, menu items and other things that are no articles"

STATUSES = {
    "1": Status.APPROVED,
    "0": Status.PENDING,
    "hold": Status.PENDING,
    "spam": Status.SPAM,
    "trash": Status.TRASH,
    "post-trashed": Status.TRASH,
}

_WP = re.compile(r"http://wordpress\.org/export/1\.[0-2]/(excerpt/)?")
_PREFIXES = {"http://purl.org/rss/1.0/modules/content/": "content:", "http://purl.org/dc/elements/1.1/": "dc:"}


def read(path: Path, *, progress: Callable[[int], Any] = lambda _: None) -> Records:
    """What the file holds, in its order (the site comes last). `progress` is told the bytes read. Raises Unreadable."""
    handler = _Handler()
    with opening.opened(path, progress=progress) as pieces:
        yield from xml_stream.records(pieces, handler)
        if not handler.is_export:
            raise Unreadable("this is XML, but no WordPress export of version 1.0 to 1.2")
    yield Site(source_of(handler.site.get("wp:base_blog_url") or handler.site.get("wp:base_site_url") or ""))


def source_of(url: str) -> str:
    """What a site's rows are known by: its host, with the path of a site that lives below another."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "wordpress"
    return f"{(parts.hostname or '')}{parts.path.rstrip('/')}"[:100] or "wordpress"


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


class _Handler(xml_stream.Handler):
    """Gathers the direct children of authors, items and comments; everything else in the file passes by."""

    def __init__(self) -> None:
        super().__init__()
        self.is_export = False
        self.site: dict[str, str] = {}
        self._items = 0
        self._item: dict[str, str] = {}
        self._inner: dict[str, str] = {}  # the fields of the author or comment that is open

    def tag_of(self, namespace: str | None, name: str) -> str:
        return _tag(namespace, name)

    def starts(self, tag: str, attributes: dict[tuple[str | None, str], str]) -> None:
        if tag == "item":
            self._item = {}
            self._items += 1
        elif tag in ("wp:comment", "wp:author"):
            self._inner = {}
        elif tag in ("wp:wxr_version", "wp:post_id"):
            self.is_export = True

    def ends(self, tag: str, text: str) -> None:
        within = self.path[-1] if self.path else ""
        if tag == "item":
            self.give(_item(str(self._items), self._item))
        elif tag == "wp:comment":
            self.give(_comment(str(self._items), self._inner))
        elif tag == "wp:author":
            self.give(_author(self._inner))
        elif within in ("wp:comment", "wp:author"):
            self._inner[tag] = text
        elif within == "item":
            self._item[tag] = text
        elif within == "channel":
            self.site[tag] = text.strip()


@lru_cache(maxsize=256)
def _tag(namespace: str | None, name: str) -> str:
    """The name with the usual prefix of its namespace; in a foreign one, a name that nobody asks for."""
    if namespace is None:
        return name
    if found := _WP.fullmatch(namespace):
        return f"excerpt:{name}" if found[1] else f"wp:{name}"
    return f"{_PREFIXES.get(namespace, 'other:')}{name}"


def _author(fields: dict[str, str]) -> Person:
    get = _getter(fields)
    login = get("author_login")
    return Person(_number(get("author_id")), login, get("author_email"), get("author_display_name") or login)


def _comment(article: str, fields: dict[str, str]) -> Comment | LeftOut:
    get = _getter(fields)
    if (kind := get("comment_type") or "comment") != "comment":
        return LeftOut("trackbacks and pingbacks" if kind in PINGS else "comments of other kinds", is_row=True)
    return Comment(
        article=article,
        pk=get("comment_id"),
        parent=_number(get("comment_parent")),
        user=_number(get("comment_user_id")),
        name=html.unescape(get("comment_author")),
        email=get("comment_author_email"),
        posted_at=moment(get("comment_date_gmt"), get("comment_date")),
        body=fields.get("wp:comment_content", ""),
        status=STATUSES.get(get("comment_approved"), Status.PENDING),
    )


def _item(key: str, fields: dict[str, str]) -> Article | LeftOut:
    get = _getter(fields)
    if get("post_type") not in ("post", "page") or get("status") == "auto-draft":
        return LeftOut(NO_ARTICLES)
    date = moment(get("post_date_gmt"), get("post_date"), fields.get("pubDate", ""))
    return Article(
        key=key,
        pk=get("post_id"),
        title=fields.get("title", ""),
        slug=unquote(get("post_name")).removesuffix("__trashed"),  # as it marks what is in its trash
        creator=fields.get("dc:creator", "").strip(),
        body=fields.get("content:encoded", ""),
        summary=fields.get("excerpt:encoded", ""),
        published_at=_published_at(get("status"), date, has_password=bool(get("post_password"))),
        updated_at=max(filter(None, (moment(get("post_modified_gmt"), get("post_modified")), date)), default=None),
        written_at=date,
        is_listed=get("post_type") == "post",
        is_open=get("comment_status") == "open",
        addresses=tuple(filter(None, [path_of(fields.get("link", "").strip())])),
    )


def _published_at(status: str, date: datetime | None, *, has_password: bool) -> datetime | None:
    """Empty, which makes a draft, unless WordPress shows it to everybody, now or from its date on."""
    if has_password:
        return None
    if status == "future":
        return date
    return (date or timezone.now()) if status == "publish" else None


def path_of(link: str) -> str:
    """The path that it was at, or "" where it was found by its number alone."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    path = unquote(parts.path).rstrip("/")
    is_ours = not parts.query and len(path) <= 500 and "\x00" not in path  # which no request has (`middleware.no_nul`)
    return path if is_ours else ""


def _getter(fields: dict[str, str]) -> Callable[[str], str]:
    return lambda name: fields.get(f"wp:{name}", "").strip()


def _number(text: str) -> str:
    """WordPress writes 0 where there is none."""
    return "" if text == "0" else text
