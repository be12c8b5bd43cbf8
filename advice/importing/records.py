"""What every format is read as: one stream of these, in any order, foreign in all that it says.

Keys and numbers are the other system's. A comment names its article by the article's `key`, its parent by the parent's
`pk`; neither need come first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Site:
    """Where the file comes from. `source` is what its rows are known by when it is imported again: at most 100
    characters, the host of a site or the like. `addresses` begin what its links to itself begin with."""

    source: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account there: an author of articles, or whom the owner may name as a moderator."""

    pk: str  # as comments' `user` has it, or ""
    login: str  # as articles' `creator` has it
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Article:
    """`published_at` empty: a draft. `body` None: the file has its comments alone, which go below the article that one
    of its `addresses` leads to, or else below a draft."""

    key: str
    pk: str  # a number, or "" where it has none: it is refused
    title: str
    slug: str
    creator: str  # a person's login, or ""
    body: str | None
    format: str = "html"  # or markdown
    summary: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    is_listed: bool = True
    is_open: bool = True
    written_at: datetime | None = None  # what an undated comment gets
    situations: tuple[str, ...] = ()  # names, as readers see them
    addresses: tuple[str, ...] = ()  # paths that lead to it from now on, "/2019/03/rest" and "/?p=3": no final slash
    below: str = ""  # with `body` None: the address here (its slug) of the article, whatever `addresses` say
    picture: str = ""  # the `pk` of the upload that stands above it


@dataclass(frozen=True, slots=True)
class Comment:
    article: str
    pk: str
    parent: str  # "" for none
    name: str
    body: str
    status: str  # one of ours
    posted_at: datetime | None
    email: str = ""
    user: str = ""  # the `pk` of the person who was logged in, or ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that texts show or link to. The file itself is elsewhere."""

    pk: str
    address: str  # of the file
    page: str = ""  # the path of a page that showed nothing else
    description: str = ""  # for readers who cannot see it
    title: str = ""
    caption: str = ""
    article: str = ""  # the `pk` of the article it was uploaded for


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that articles include by its number."""

    pk: str
    body: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A situation that articles may name, and the paths of its pages."""

    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is no article and no comment of readers. `is_row`: it is counted among the skipped."""

    what: str  # several of them: "trackbacks and pingbacks"
    is_row: bool = False


Record = Site | Person | Article | Comment | Upload | Piece | Topic | LeftOut
Records = Iterator[Record]


class Unreadable(Exception):
    """The file is none of the format, or a broken one; the message says why, and where."""
