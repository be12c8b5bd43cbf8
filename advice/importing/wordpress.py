"""WordPress's export format (WXR 1.0 to 1.2) as records. Network addresses are not among what is kept.

A comment comes before its item, which is whole only where it ends: `key` is the item's place in the file.
"""

import html
import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils import timezone
from django.utils.text import slugify

from comments.models import Status

from . import opening, wordpress_addresses, wordpress_blocks, xml_stream
from .records import Article, Comment, LeftOut, Person, Piece, Record, Records, Site, Unreadable, Upload

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

CATEGORIES, TAGS = "category", "tag"
_DOMAINS = {"category": CATEGORIES, "post_tag": TAGS, "tag": TAGS}  # the last one in WXR 1.0
# What WordPress calls the category of all that have none, in the languages most sites have.
UNSORTED = {
    "uncategorized", "uncategorised", "allgemein", "unkategorisiert", "non-classe", "sin-categoria", "senza-categoria",
    "sem-categoria", "geen-categorie", "okategoriserade", "ikke-kategoriseret", "ukategorisert", "bez-kategorii",
}  # fmt: skip
_METAS = {"_thumbnail_id", "_wp_attachment_image_alt", "footnotes"}

_WP = re.compile(r"http://wordpress\.org/export/1\.[0-2]/(excerpt/)?")
_PREFIXES = {"http://purl.org/rss/1.0/modules/content/": "content:", "http://purl.org/dc/elements/1.1/": "dc:"}


def read(
    path: Path, *, sorted_by: Collection[str] = (CATEGORIES, TAGS), progress: Callable[[int], Any] = lambda _: None
) -> Records:
    """What the file holds, in its order (the site comes last). `sorted_by` says what makes situations; `progress` is
    told the bytes read. Raises Unreadable."""
    handler = _Handler(sorted_by)
    with opening.opened(path, progress=progress) as pieces:
        yield from xml_stream.records(pieces, handler)
        if not handler.is_export:
            raise Unreadable("this is XML, but no WordPress export of version 1.0 to 1.2")
    home = handler.site.get("wp:base_blog_url") or handler.site.get("wp:base_site_url") or ""
    yield Site(source_of(home), wordpress_addresses.own_of(handler.site))


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


_INNER = ("wp:comment", "wp:author", "wp:category", "wp:tag", "wp:postmeta")


class _Handler(xml_stream.Handler):
    """Gathers the direct children of authors, items, comments, categories and tags, and what WordPress keeps beside an
    item; everything else in the file passes by."""

    def __init__(self, sorted_by: Collection[str]) -> None:
        super().__init__()
        self._sorted_by = sorted_by
        self._topics = wordpress_addresses.Topics()
        self.is_export = False
        self.site: dict[str, str] = {}
        self._items = 0
        self._item: dict[str, str] = {}
        self._beside: dict[str, str] = {}  # the item's meta fields
        self._situations: list[str] = []
        self._term = ("", "")  # the domain and the nicename of the category that is open
        self._inner: dict[str, str] = {}  # the fields of what else is open

    def tag_of(self, namespace: str | None, name: str) -> str:
        return _tag(namespace, name)

    def starts(self, tag: str, attributes: dict[tuple[str | None, str], str]) -> None:
        if tag == "item":
            self._item, self._beside, self._situations = {}, {}, []
            self._items += 1
        elif tag in _INNER:
            self._inner = {}
        elif tag == "category":
            self._term = (attributes.get((None, "domain"), ""), attributes.get((None, "nicename"), ""))
        elif tag in ("wp:wxr_version", "wp:post_id"):
            self.is_export = True

    def ends(self, tag: str, text: str) -> None:
        within = self.path[-1] if self.path else ""
        if tag == "item":
            self.give(_item(str(self._items), self._item, self._beside, self._situations, self.site))
        elif tag == "wp:comment":
            self.give(_comment(str(self._items), self._inner))
        elif tag == "wp:author":
            self.give(_author(self._inner))
        elif tag == "wp:category":
            self.give(self._topics.category(self._root, self._inner))
        elif tag == "wp:tag":
            self.give(self._topics.tag(self._root, self._inner))
        elif tag == "wp:postmeta":
            self._take_meta()
        elif within in _INNER:
            self._inner[tag] = text
        elif within == "item":
            self._take_field(tag, text)
        elif within == "channel":
            self.site[tag] = text.strip()

    @property
    def _root(self) -> str:
        return wordpress_addresses.root_of(self.site)

    def _take_meta(self) -> None:
        key = self._inner.get("wp:meta_key", "").strip()
        if key in _METAS:
            self._beside[key] = self._inner.get("wp:meta_value", "").strip()

    def _take_field(self, tag: str, text: str) -> None:
        if tag != "category":
            self._item[tag] = text
            return
        domain, nicename = self._term
        kind = _DOMAINS.get(domain, "") if nicename else ""  # WXR 1.0 has each a second time without a nicename
        if kind in self._sorted_by and slugify(html.unescape(text)) not in UNSORTED:
            self._situations.append(text.strip())
            for topic in self._topics.of_item(self._root, kind, nicename, text):
                self.give(topic)


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
    return Person(
        _number(get("author_id")),
        login,
        html.unescape(get("author_email")),
        html.unescape(get("author_display_name")) or login,
    )


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
        email=html.unescape(get("comment_author_email")),
        posted_at=moment(get("comment_date_gmt"), get("comment_date")),
        body=fields.get("wp:comment_content", ""),
        status=STATUSES.get(get("comment_approved"), Status.PENDING),
    )


def _item(
    key: str, fields: dict[str, str], beside: dict[str, str], situations: list[str], site: dict[str, str]
) -> Record:
    get = _getter(fields)
    if get("post_type") == "attachment" and get("attachment_url"):
        return _upload(fields, beside)
    if get("post_type") == "wp_block":
        return Piece(get("post_id"), fields.get("content:encoded", ""))
    if get("post_type") not in ("post", "page") or get("status") == "auto-draft":
        return LeftOut(NO_ARTICLES)
    date = moment(get("post_date_gmt"), get("post_date"), fields.get("pubDate", ""))
    link, guid = fields.get("link", "").strip(), fields.get("guid", "").strip()
    return Article(
        key=key,
        pk=get("post_id"),
        title=fields.get("title", ""),
        slug=unquote(get("post_name")).removesuffix("__trashed"),  # as it marks what is in its trash
        creator=fields.get("dc:creator", "").strip(),
        body=wordpress_blocks.with_footnotes(fields.get("content:encoded", ""), beside.get("footnotes", "")),
        summary=fields.get("excerpt:encoded", ""),
        published_at=_published_at(get("status"), date, has_password=bool(get("post_password"))),
        updated_at=max(filter(None, (moment(get("post_modified_gmt"), get("post_modified")), date)), default=None),
        written_at=date,
        is_listed=get("post_type") == "post",
        is_open=get("comment_status") == "open",
        situations=tuple(dict.fromkeys(situations)),
        addresses=wordpress_addresses.of_article(get("post_id"), link, guid, site),
        picture=_number(beside.get("_thumbnail_id", "")),
    )


def _upload(fields: dict[str, str], beside: dict[str, str]) -> Upload:
    get = _getter(fields)
    return Upload(
        pk=get("post_id"),
        address=get("attachment_url"),
        page=wordpress_addresses.address_of(fields.get("link", "").strip()),
        description=html.unescape(beside.get("_wp_attachment_image_alt", "")),
        title=html.unescape(fields.get("title", "").strip()),
        caption=fields.get("excerpt:encoded", "").strip(),
        article=_number(get("post_parent")),
    )


def _published_at(status: str, date: datetime | None, *, has_password: bool) -> datetime | None:
    """Empty, which makes a draft, unless WordPress shows it to everybody, now or from its date on."""
    if has_password:
        return None
    if status == "future":
        return date
    return (date or timezone.now()) if status == "publish" else None


def _getter(fields: dict[str, str]) -> Callable[[str], str]:
    return lambda name: fields.get(f"wp:{name}", "").strip()


def _number(text: str) -> str:
    """WordPress writes 0 where there is none."""
    return "" if text == "0" else text
