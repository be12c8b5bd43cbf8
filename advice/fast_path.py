"""An article's page that is kept and current, sent before Django has made objects of what was asked.

That is most of what readers ask for, and those objects took most of its time. The usual way (`delivery`) decided what
such a request gets; here one that is the same in all that counts gets the same, after the same query. Of many that come
in the same moment one asks for all: as long as this machine's mark says that nothing has changed.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.base import BaseCache
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest

from comments import changes

from . import kept_pages, outages, shared

MOST = 2_000  # ways to ask; then they are learnt anew
LONGEST = 500  # characters of one, in all; browsers take 100
OTHERWISE = ("QUERY_STRING", "CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_IF_NONE_MATCH")  # what it does not know

Asked = tuple[str, str, str]


class Known(NamedTuple):
    slug: str
    cache: BaseCache
    address: str  # in it


_known: dict[Asked, Known] = {}


def remember(request: HttpRequest, slug: str, address: str) -> None:
    """Django took this Host, path and encoding for that page. Headers of 60 kB are not kept."""
    asked = _asked(request.META)
    if sum(map(len, asked)) > LONGEST:
        return
    if len(_known) >= MOST:
        _known.clear()
    _known[asked] = Known(slug, caches[DEFAULT_CACHE_ALIAS], address)


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes] | None:
    """The page, or None where the usual way has to be gone."""
    known = _known.get(_asked(environ)) if environ["REQUEST_METHOD"] == "GET" else None
    if known is None or any(map(environ.get, OTHERWISE)):
        return None
    page = _current(known)
    if page is None:
        return None
    start_response("200 OK", page.lines)
    return [page.content]


def _current(known: Known) -> kept_pages.Page | None:
    """The page, where it is kept and nothing has changed since it was made."""
    page: kept_pages.Page | None = known.cache.get(known.address)
    if page is None or not page.is_young():
        return None
    if page.was_just_right(changes.mark()):
        return page
    mark, asked_at = changes.look(), time.monotonic()  # before the query: what changes meanwhile changes the mark
    if not _is_right(page, known.slug):
        return None
    page.right_at, page.found_right = asked_at, (asked_at, mark)
    return page


def _is_right(page: kept_pages.Page, slug: str) -> bool:
    connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()  # as Django does when a request begins
    shared.watch.look()
    if outages.is_maintenance():
        return False
    version = kept_pages.version_of(slug)
    return version is not None and version == page.version


def _asked(environ: dict[str, Any]) -> Asked:
    return environ.get("HTTP_HOST", ""), environ["PATH_INFO"], environ.get("HTTP_ACCEPT_ENCODING", "")
