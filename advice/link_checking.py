"""Whether links within the site lead anywhere: asked of its own resolver and the rows behind it, not by HTTP.

What is elsewhere is never asked: that would tell others who links to them, and when.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from comments import reading, threads
from comments.models import Comment
from comments.reader_models import Situation

from . import old_addresses, pictures
from .link_places import Link
from .logs import PRIVATE_PATH
from .middleware import PRIVATE
from .models import Article
from .wordpress_addresses import GONE

KNOWN = 10_000  # pages that are not asked for again
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
        self._page = lru_cache(maxsize=KNOWN)(_page)

    def is_ours(self, link: Link) -> bool:
        """A link that nobody can read is ours too: it leads nowhere."""
        try:
            parts = urlsplit(urljoin(settings.SITE_URL + link.page, link.address))
        except ValueError:
            return True
        return parts.scheme in ("http", "https") and parts.netloc == urlsplit(settings.SITE_URL).netloc

    def finding(self, link: Link) -> Finding | None:
        """What is wrong with a link of ours; None where nothing is."""
        try:
            parts = urlsplit(urljoin(settings.SITE_URL + link.page, link.address))
            _check_part(self._found(unquote(parts.path) or "/", parts.query, parts.fragment), unquote(parts.fragment))
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


def shown(address: str) -> str:
    """As it may stand in a report: of a private address only that it is one."""
    return PRIVATE_PATH.sub(r"\1…", address)


def _page(path: str, query: str) -> Page | Finding:
    """What is at this path; a Finding (of a moved one the bare address) where no page is."""
    try:
        return _there(path)
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
    if not path.endswith("/") and isinstance(_page(f"{path}/", query), Page):
        return Finding(is_dead=False, why=f"{path}/")
    return Finding(is_dead=True, why="there is no such page")


def _there(path: str) -> Page:
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
    return check(**match.kwargs) if check else Page()


def _check_part(page: Page, part: str) -> None:
    """Raises Moved or Dead where the page does not have this part."""
    if not page.has_parts or part in PLACES or part in page.anchors:
        return
    match = _COMMENT.fullmatch(part)
    if match is None:
        raise Dead(f"the page has no part “{part}”")
    pk = int(match[1])
    try:
        found = _comment(pk)
    except Http404:
        raise Dead(f"readers see no comment {pk}") from None
    if found.pk != pk or (found.article != page.article and found.thread != page.thread):
        raise Moved(reverse("comments:permalink", args=[found.pk]))


# --- The rows behind pages: each raises Http404 as its view does ----------------------------------------------------


def _article(slug: str) -> Page:
    return _page_of(_published(slug))


def _page_of(article: Any) -> Page:
    return Page(frozenset(anchor for _, anchor, _ in article.contents), article=article.pk)


def _feed_of_article(slug: str) -> Page:
    _published(slug)
    return Page()


def _comment_page(slug: str, number: str) -> Page:
    found = _published(slug)
    full = found.thread_total // threads.PAGE
    if re.fullmatch("[1-9][0-9]{0,8}", number) and int(number) <= full:
        return _page_of(found)
    if found.source or number == str(full + 1):
        raise Moved(found.get_absolute_url())
    raise Http404


def _published(slug: str) -> Any:
    columns = ("slug", "contents", "source")
    found = Article.objects.published().with_thread_total().only(*columns).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _permalink(pk: int) -> Page:
    found = _comment(pk)
    if found.pk != pk:
        raise Moved(reverse("comments:permalink", args=[found.pk]))
    return Page()


def _thread(pk: int) -> Page:
    found = _comment(pk)
    if found.thread != pk:
        raise Moved(reverse("comments:thread", args=[found.thread]))
    return Page(thread=pk)


class _Place(NamedTuple):
    pk: int
    thread: int
    article: int


def _comment(pk: int) -> _Place:
    """Where readers see the comment. Whole rows are read only of what is not simply public: there may be many links."""
    if pk <= reading.LARGEST_PK:
        simply = Comment.objects.approved().filter(pk=pk, merged_into=None, article__published_at__lte=timezone.now())
        if row := simply.values_list("pk", "tree_id", "article_id").first():
            return _Place(*row)
    comment = reading.visible(pk)
    return _Place(comment.pk, comment.tree_id, comment.article_id)


def _public_comment(pk: int, reference: str = "") -> Page:
    reading.public(pk)
    return Page()


def _situation(slug: str) -> Page:
    if not Situation.objects.filter(slug=slug).exists():
        raise Http404
    return Page()


def _media(name: str, width: str) -> Page:
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
