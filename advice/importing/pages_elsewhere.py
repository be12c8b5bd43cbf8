"""What the systems have in common that keep comments alone: a thread of theirs is known by the link of its page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from advice.models import Article

from .records import Unreadable

LONGEST = 500  # characters of an old address
DELETED = "(deleted)"  # the text of a comment of which only its place was kept, for the replies below it

_SCRIPT = re.compile(r"/|.*\.(?:php\d?|aspx?|jsp|cgi|pl)", re.IGNORECASE)  # pages that differ by their queries
_NUMBER = re.compile(r"(?:p|page_id|attachment_id)=[0-9]+")  # WordPress's, at any path
_FOLLOWED = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|replytocom)=")  # says where a visitor came from
_FILE = re.compile(r"(?:/index)?\.(?:html?|php)$", re.IGNORECASE)


@dataclass(slots=True)
class Places:
    """The articles here that threads go below, where the owner says so."""

    by_thread: dict[str, str]  # thread: slug; "" for all threads
    unused: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, named: Iterable[str]) -> "Places":
        """From THREAD=SLUG, or SLUG alone. Raises Unreadable where there is no such article."""
        places = {thread: slug.strip("/") for thread, _, slug in (text.rpartition("=") for text in named)}
        for slug in places.values():
            if not Article.objects.by_path([f"/{slug}"]):
                raise Unreadable(f"There is no article at /{slug}/ here")
        return cls(places, set(places) - {""})

    def below(self, thread: str) -> str:
        self.unused.discard(thread)
        return self.by_thread.get(thread) or self.by_thread.get("", "")

    def check(self) -> None:
        """Raises Unreadable where the owner named a thread that did not come."""
        if self.unused:
            raise Unreadable(f"there is no thread {', '.join(sorted(self.unused))}")


def addresses_of(*links: str) -> tuple[str, ...]:
    """The paths of these links, each also without what a file's name adds; a front page, which is no article, has
    none."""
    paths = (path for link in links if (path := _path(link)))
    return tuple(dict.fromkeys(form for path in paths for form in (path, _FILE.sub("", path))))


def slug_of(addresses: Iterable[str]) -> str:
    """The last part of the first address."""
    path = next(iter(addresses), "").partition("?")[0]
    return _FILE.sub("", path).rpartition("/")[2]


def _path(link: str) -> str:
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("", "http", "https"):
        return ""
    path = "/" + unquote(parts.path).strip("/")
    pairs = [pair for pair in parts.query.split("&") if pair and not _FOLLOWED.match(pair)]
    address = path
    if _SCRIPT.fullmatch(path):
        address = f"{path}?{'&'.join(pairs)}" if pairs else path
    elif number := next(filter(_NUMBER.fullmatch, pairs), ""):
        address = f"{path}/?{number}"
    return (
        address if _FILE.sub("", address) not in ("", "/") and len(address) <= LONGEST and address.isprintable() else ""
    )
