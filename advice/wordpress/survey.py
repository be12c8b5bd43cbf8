"""The first reading of an export: is it whole, who speaks in it, and which numbers do its comments have?

It is done before anything is written. A broken file imports nothing; and who is a moderator depends on who wrote the
file's last article.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from comments.numbers import LARGEST

from . import parse

PINGS = ("pingback", "trackback")


@dataclass(slots=True)
class Survey:
    url: str = ""
    authors: list[parse.Author] = field(default_factory=list)
    creators: dict[str, None] = field(default_factory=dict)  # of articles, as named there, in order
    # Names that logged-in users wrote comments under: their numbers, for exports that do not list them as authors.
    signatures: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    numbers: "array[int]" = field(default_factory=lambda: array("q"))  # of the comments to import
    has_odd_numbers: bool = False
    articles: int = 0

    @property
    def source(self) -> str:
        """What its rows are known by: the site's host, with the path of a site that lives below another."""
        parts = urlsplit(self.url)
        return f"{(parts.hostname or '')}{parts.path.rstrip('/')}"[:100] or "wordpress"

    @property
    def rows(self) -> int:
        return self.articles + len(self.numbers)


def survey(path: Path, *, progress: Callable[[int], Any] = lambda _: None) -> Survey:
    """Read the whole file. Raises parse.Unreadable."""
    found = Survey()
    for record in parse.read(path, progress=progress):
        match record:
            case parse.Site():
                found.url = record.url
            case parse.Author():
                found.authors.append(record)
            case parse.Item() if record.is_article:
                _look_at(record, found)
    return found


def is_comment(comment: parse.Comment) -> bool:
    """Not a ping, an order's note or whatever else plugins keep as comments."""
    return comment.kind == "comment"


def _look_at(item: parse.Item, found: Survey) -> None:
    found.articles += 1
    if item.creator:
        found.creators.setdefault(item.creator)
    for comment in filter(is_comment, item.comments):
        if comment.pk.isascii() and comment.pk.isdigit() and int(comment.pk[:20]) <= LARGEST:
            found.numbers.append(int(comment.pk))
        else:
            found.has_odd_numbers = True
        if comment.user:
            found.signatures[comment.name.casefold()].add(comment.user)
