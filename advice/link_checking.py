"""Whether links within the site lead anywhere: asked of its own resolver and the rows behind it, not by HTTP.

What is elsewhere is never asked: that would tell others who links to them, and when.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, QueryDict
from django.urls import Resolver404, resolve, reverse

from comments import reading, threads
from comments.numbers import batches
from comments.reader_models import Situation

from . import old_addresses, pictures
from .link_places import Link
from .link_rows import KNOWN, Rows
from .logs import veiled
from .middleware import PRIVATE
from .wordpress_addresses import GONE

# Places on the page of an article or a thread that are no headings.
PLACES = frozenset({"", "top", "main", "article", "comments", "comments-title", "contents-title", "respond"})
_COMMENT = re.compile(r"(?:comment|reply)-([1-9][0-9]{0,17})")


class Finding(NamedTuple):
    """What is wrong with a link. Of one that moved, `why` is where to."""

    is_dead: bool
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is there, with its headings' anchors. The parts of others than articles and threads nobody checks."""

    anchors: frozenset[str] = frozenset()
    article: int | None = None
    thread: int | None = None

    @property
    def has_parts(self) -> bool:
        return self.article is not None or self.thread is not None


class Moved(Exception):
    """It is at another address now, which is what this says."""


class Dead(Exception):
    """It is nowhere; this says why."""


class Checker:
    """Remembers the pages that were asked for last."""

    def __init__(self) -> None:
        self._rows = Rows()
        self._page = lru_cache(maxsize=KNOWN)(partial(_page, self._rows))

    def findings(self, links: Iterable[Link]) -> Iterator[tuple[Link, Finding | None]]:
        """Each link of ours, with what is wrong with it; None where nothing is."""
        for batch in batches(filter(_is_ours, links)):
            self._rows.read(link.address for link in batch)
            for link in batch:
                yield link, self._finding(link)

    def _finding(self, link: Link) -> Finding | None:
        try:
            parts = urlsplit(urljoin(settings.SITE_URL + link.page, link.address))
            page = self._found(unquote(parts.path) or "/", parts.query, parts.fragment)
            _check_part(self._rows, page, unquote(parts.fragment))
        except Moved as moved:
            return Finding(is_dead=False, why=f"moved to {moved}")
        except Dead as dead:
            return Finding(is_dead=True, why=str(dead))
        except ValueError:
            return Finding(is_dead=True, why="this is no address")
        return None

    def _found(self, path: str, query: str, fragment: str) -> Page:
        page = self._page(path, query)
        if isinstance(page, Page):
            return page
        if page.is_dead:
            raise Dead(page.why)
        raise Moved(page.why if "#" in page.why or not fragment else f"{page.why}#{fragment}")


def _is_ours(link: Link) -> bool:
    """A link that nobody can read is ours too: it leads nowhere."""
    try:
        parts = urlsplit(urljoin(settings.SITE_URL + link.page, link.address))
    except ValueError:
        return True
    return parts.scheme in ("http", "https") and parts.netloc == urlsplit(settings.SITE_URL).netloc


def shown(address: str) -> str:
    """As it may stand in a report: of a private address only that it is one."""
    return veiled(address)


def _page(rows: Rows, path: str, query: str) -> Page | Finding:
    """What is at this path; a Finding (of a moved one the bare address) where no page is."""
    try:
        return _there(rows, path)
    except Moved as moved:
        return Finding(is_dead=False, why=str(moved))
    except Dead as dead:
        return Finding(is_dead=True, why=str(dead))
    except (Http404, Resolver404):
        pass
    found = None if "\x00" in path else old_addresses.lead(path, QueryDict(query), query)
    if found is GONE:
        return Finding(is_dead=True, why="it belonged to WordPress")
    if found:
        return Finding(is_dead=False, why=found.address)
    if not path.endswith("/") and isinstance(_page(rows, f"{path}/", query), Page):
        return Finding(is_dead=False, why=f"{path}/")
    return Finding(is_dead=True, why="there is no such page")


def _there(rows: Rows, path: str) -> Page:
    if path.startswith("/admin/"):
        raise Dead("readers cannot open the admin")
    if path.startswith(PRIVATE) and path != "/q/":
        raise Dead("this is a private address")
    if path.startswith(settings.STATIC_URL):
        if finders.find(path.removeprefix(settings.STATIC_URL)):
            return Page()
        raise Http404
    match = resolve(path)
    check = _ROWS.get(match.view_name)
    return check(rows, **match.kwargs) if check else Page()


def _check_part(rows: Rows, page: Page, part: str) -> None:
    """Raises Moved or Dead where the page does not have this part."""
    if not page.has_parts or part in PLACES or part in page.anchors:
        return
    match = _COMMENT.fullmatch(part)
    if match is None:
        raise Dead(f"the page has no part “{part}”")
    pk = int(match[1])
    try:
        found = rows.comment(pk)
    except Http404:
        raise Dead(f"readers see no comment {pk}") from None
    if found.pk != pk or (found.article != page.article and found.thread != page.thread):
        raise Moved(reverse("comments:permalink", args=[found.pk]))


# --- The rows behind pages: each raises Http404 as its view does ----------------------------------------------------


def _article(rows: Rows, slug: str) -> Page:
    return _page_of(rows.article(slug))


def _page_of(article: Any) -> Page:
    return Page(frozenset(anchor for _, anchor, _ in article.contents), article=article.pk)


def _feed_of_article(rows: Rows, slug: str) -> Page:
    rows.article(slug)
    return Page()


def _comment_page(rows: Rows, slug: str, number: str) -> Page:
    found = rows.article(slug)
    full = found.thread_total // threads.PAGE
    if re.fullmatch("[1-9][0-9]{0,8}", number) and int(number) <= full:
        return _page_of(found)
    if found.source or number == str(full + 1):
        raise Moved(found.get_absolute_url())
    raise Http404


def _permalink(rows: Rows, pk: int) -> Page:
    found = rows.comment(pk)
    if found.pk != pk:
        raise Moved(reverse("comments:permalink", args=[found.pk]))
    return Page()


def _thread(rows: Rows, pk: int) -> Page:
    found = rows.comment(pk)
    if found.thread != pk:
        raise Moved(reverse("comments:thread", args=[found.thread]))
    return Page(thread=pk)


def _public_comment(rows: Rows, pk: int, reference: str = "") -> Page:
    reading.public(pk)
    return Page()


def _situation(rows: Rows, slug: str) -> Page:
    if not Situation.objects.filter(slug=slug).exists():
        raise Http404
    return Page()


def _media(rows: Rows, name: str, width: str) -> Page:
    if not pictures.is_there(name, width):
        raise Http404
    return Page()


_ROWS: dict[str, Callable[..., Page]] = {
    "article": _article,
    "article_feed": _feed_of_article,
    "comments:post": _feed_of_article,
    "comment_page": _comment_page,
    "comments:permalink": _permalink,
    "comments:thread": _thread,
    "comments:reply": _public_comment,
    "comments:report": _public_comment,
    "comments:reported": _public_comment,
    "comments:situation": _situation,
    "media": _media,
}
