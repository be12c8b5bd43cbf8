"""Disqus's export (XML, gzipped or not) as records. Network addresses are not among what is kept.

A thread is an article's comments, known by the link of its page. Disqus makes one for every address that was ever
opened, so most are empty, and several may lead to one article. Threads that were deleted there are not among the
records; so their posts are counted as comments on what is no article.
"""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from comments.models import Status

from . import moments, opening, xml_stream
from .pages_elsewhere import DELETED, Places, addresses_of, slug_of
from .records import Article, Comment, LeftOut, Person, Records, Site, Unreadable

INTERNALS = "http://disqus.com/disqus-internals"
DELETED_THREADS = "threads that were deleted there"

_NAMESPACES = ("http://disqus.com", None)
_MENTION = re.compile(r"@([\w-]{1,60}):disqus\b")
_WRAPPED = re.compile(r"https?://disq\.us/(?:url)?\?[^\s\"'<>]{1,2000}")
_SEAL = re.compile(r":[\w-]{27}$")  # what Disqus adds to an address that it wraps


def read(path: Path, places: Places, *, progress: Callable[[int], Any] = lambda _: None) -> Records:
    """What the file holds, in its order (the site comes last). `progress` is told the bytes read. Raises Unreadable."""
    handler = _Handler(places)
    with opening.opened(path, progress=progress) as pieces:
        yield from xml_stream.records(pieces, handler)
        if not handler.is_export:
            raise Unreadable("this is XML, but no export of Disqus")
        places.check()
    yield Site(f"{handler.forum}.disqus.com" if handler.forum else "disqus.com")


class _Handler(xml_stream.Handler):
    """Gathers the fields of threads and posts; everything else in the file passes by."""

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.is_export = False
        self.forum = ""
        self._places = places
        self._row = ""  # the kind that is open
        self._fields: dict[str, str] = {}

    def tag_of(self, namespace: str | None, name: str) -> str:
        return name if namespace in _NAMESPACES else "other:"

    def starts(self, tag: str, attributes: dict[tuple[str | None, str], str]) -> None:
        number = attributes.get((INTERNALS, "id"), "").strip()
        if not self.path:
            self.is_export = tag == "disqus"
        elif tag in ("thread", "post") and not self._row:
            self._row, self._fields = tag, {"number": number}
        elif self._row and tag in ("thread", "parent"):
            self._fields[tag] = number

    def ends(self, tag: str, text: str) -> None:
        within = self.path[-1] if self.path else ""
        if tag == self._row and within not in ("thread", "post"):
            for record in _thread(self._fields, self._places) if tag == "thread" else _post(self._fields):
                self.give(record)
            self._row = ""
        elif within == "author":
            self._fields[f"author:{tag}"] = text.strip()
        elif within == self._row and tag not in ("thread", "parent"):
            self._fields[tag] = text.strip()
        if tag == "forum" and not self.forum:
            self.forum = re.sub(r"[^\w-]", "", text)[:80]


def _thread(fields: dict[str, str], places: Places) -> list[Article | LeftOut]:
    get = _getter(fields)
    below = places.below(get("number"))
    if get("isDeleted") == "true":
        return [LeftOut(DELETED_THREADS)]
    names = [word for word in get("id").split() if word.startswith(("http://", "https://", "/"))]
    addresses = addresses_of(get("link"), *names)
    return [
        Article(
            key=get("number"),
            pk=get("number"),
            title=html.unescape(get("title")),
            slug=slug_of(addresses),
            creator="",
            body=None,
            is_open=get("isClosed") != "true",
            written_at=moments.iso(get("createdAt")),
            addresses=addresses,
            below=below,
        )
    ]


def _post(fields: dict[str, str]) -> list[Person | Comment]:
    get = _getter(fields)
    login = get("author:username") if get("author:isAnonymous") != "true" else ""
    status = _status(get)
    comment = Comment(
        article=get("thread"),
        pk=get("number"),
        parent=get("parent"),
        name=html.unescape(get("author:name")),
        email=get("author:email"),
        user=login,
        body=_body(get("message")) or (DELETED if status == Status.TRASH else ""),
        status=status,
        posted_at=moments.iso(get("createdAt")),
    )
    # Without the email: guests may write any, and only an account counts.
    return [Person(login, login, "", get("author:name") or login), comment] if login else [comment]


def _status(get: Callable[[str], str]) -> str:
    if get("isSpam") == "true":
        return Status.SPAM
    if get("isDeleted") == "true":
        return Status.TRASH
    return Status.PENDING if get("isApproved") == "false" else Status.APPROVED


def _body(message: str) -> str:
    """With people and addresses as they were before Disqus made them its own."""
    return _WRAPPED.sub(_unwrapped, _MENTION.sub(r"@\1", message))


def _unwrapped(match: re.Match[str]) -> str:
    """Where a link led before Disqus counted its clicks."""
    wrapped = parse_qs(urlsplit(html.unescape(match[0])).query).get("url", [""])[0]
    address = _SEAL.sub("", wrapped)
    return html.escape(address) if re.match(r"https?://\S+$", address) else match[0]


def _getter(fields: dict[str, str]) -> Callable[[str], str]:
    return lambda name: fields.get(name, "")
