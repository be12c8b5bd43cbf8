"""What a saved page does not say, its owner is asked for; and what is made of both."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.text import slugify

from advice.models import Article as Here
from comments import markup

from . import records
from .page_dates import Reading
from .records import Unreadable
from .wordpress import source_of
from .wordpress_addresses import address_of

ARTICLE = "page"  # the key of the one article that a page has
_MADE = 10**18  # numbers that are made here are below it, and above every site's own
_PART = re.compile(r"/comment-page-\d+/?$")  # of the comments; the article's own address is without it
_ORDINARY = re.compile(r"\.(?:html?|php)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What the owner says. It counts before what the page says; dates as the page has them are read by `reading`."""

    address: str = ""
    title: str = ""
    author: str = ""
    published: datetime | None = None
    reading: Reading = field(default_factory=Reading)


@dataclass(slots=True)
class Found:
    """What is known of the article in the end."""

    body: str = ""
    format: str = "html"
    title: str = ""
    author: str = ""  # a login or a name
    author_name: str = ""
    address: str = ""
    site: str = ""  # the address of the site it is part of, where that is not just the host
    number: str = ""
    summary: str = ""
    signers: str = ""  # whom to choose from, where nobody says who the author is
    published: datetime | None = None
    updated: datetime | None = None
    is_open: bool = True

    def take(self, said: Said) -> None:
        self.title = said.title or self.title
        self.author = said.author or self.author
        self.address = said.address or self.address
        self.published = said.published or self.published

    def missing(self) -> list[str]:
        """What is to be asked for, with the option that says it."""
        asked = {
            "where the page was (--address https://old.example/its-address/)": web_address(self.address),
            "its title (--title 'A title')": self.title,
            f"who wrote it, and answers below (--author NAME{self.signers})": self.author,
            "when it was published (--published 2020-03-14)": self.published,
        }
        return [what for what, known in asked.items() if not known]

    def records(self) -> list[records.Record]:
        """Site and article. Raises Unreadable where something is missing."""
        if missing := self.missing():
            raise Unreadable(f"the page does not say {', nor '.join(missing)}")
        parts = urlsplit(self.address)
        path = _PART.sub("", address_of(parts._replace(query="", fragment="").geturl()))
        host = f"{parts.scheme}://{parts.netloc}"
        site = self.site if f"{self.site}/".startswith(f"{host}/") else host
        source = source_of(site)
        article = records.Article(
            key=ARTICLE,
            pk=_number_here(source, path) or self.number or made_number(path or parts.query),
            title=self.title,
            slug=_ORDINARY.sub("", path.rpartition("/")[2]),
            creator=self.author,
            body=self.body,
            format=self.format,
            summary=self.summary,
            published_at=self.published,
            updated_at=self.updated or self.published,
            written_at=self.published,
            is_open=self.is_open,
            addresses=(path,) if path else (),
        )
        return [records.Site(source, (site,)), article]


def web_address(text: str) -> str:
    """The address where it is one of the web, else ""."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


def made_number(*parts: str) -> str:
    """A number for what has none, the same whenever these are."""
    digest = hashlib.sha256("\0".join(" ".join(part.split()) for part in parts).encode(errors="replace")).digest()
    return str(_MADE // 10 + int.from_bytes(digest[:16], "big") % (_MADE - _MADE // 10))


def login_of(name: str) -> str:
    """What somebody without a login is known by."""
    return slugify(name) or name.casefold()


def is_called(name: str, author: str) -> bool:
    """Letter for letter: what only looks like the author's name is a reader's."""
    return bool(author) and markup.clean_line(name).casefold() == markup.clean_line(author).casefold()


def _number_here(source: str, path: str) -> str:
    """Of the article that was imported from there before, as another kind of file: it is the same."""
    at = Here.objects.by_path([path] if path else [])
    return (
        Here.objects.imported_from(source).filter(pk__in=at.values()).values_list("source_id", flat=True).first() or ""
    )
