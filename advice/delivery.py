"""How public pages leave the house: with an ETag, compressed, and from this process's cache where nothing has changed.

Every public page is the same for everybody. An article's pages are kept by release, article, discussion version, page
and encoding; the version is read before the page is made, so that an entry can be newer than its key but never older.
Entries live a minute, so that what the version does not count (a renamed moderator) shows within that.
"""

import gzip
import hashlib
import re
from collections.abc import Callable
from typing import Any

import brotli
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from . import outages
from .models import Article, is_reserved

GetResponse = Callable[[HttpRequest], HttpResponse]

KEPT_FOR = 60  # seconds
PUBLIC = "public, max-age=0, s-maxage=10"
SMALL = 500  # bytes; below that compression gains nothing
ARTICLE_PATH = re.compile(r"/(?P<slug>[-a-zA-Z0-9_]+)/(?:comment-page-(?P<number>[1-9][0-9]{0,8})/)?")
COMPRESSIBLE = ("text/", "application/xml", "application/atom+xml", "application/json", "image/svg")


def page_cache(get_response: GetResponse) -> GetResponse:
    """The outermost middleware: one query for a page that is kept; all else goes through, and is finished here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        encoding = _encoding(request)
        key = _key(request, encoding)
        kept = cache.get(key) if key else None
        if kept is not None:
            return _not_modified(request, _restored(*kept))
        response = _finished(request, get_response(request), encoding)
        if key and response.status_code == 200:
            cache.set(key, (response.content, dict(response.headers)), KEPT_FOR)
        return _not_modified(request, response)

    return middleware


def _key(request: HttpRequest, encoding: str) -> str:
    """The cache key of an article's page, or "" for everything else. A query string makes no other page."""
    match = ARTICLE_PATH.fullmatch(request.path)
    if match is None or is_reserved(match["slug"]) or request.method not in ("GET", "HEAD"):
        return ""
    if settings.DEBUG or outages.is_maintenance():
        return ""
    try:
        request.get_host()  # a Host that is not ours gets its 400, from further in, not a page
        found = Article.objects.published().filter(slug=match["slug"]).values_list("pk", "discussion_version").first()
    except (DisallowedHost, Error):
        return ""
    if found is None:
        return ""
    return f"{settings.RELEASE}:{found[0]}:{found[1]}:{match['number'] or 'new'}:{encoding}"


def _finished(request: HttpRequest, response: HttpResponse, encoding: str) -> HttpResponse:
    """Public pages: compressed, with an ETag over the bytes sent and our caching rules."""
    if not _is_public_page(request, response):
        return response
    response.headers.setdefault("Cache-Control", PUBLIC)
    if not encoding or len(response.content) < SMALL or "Content-Encoding" in response:
        patch_vary_headers(response, ["Accept-Encoding"])
    else:
        response.content = _compress(response.content, encoding)
        response.headers["Content-Encoding"] = encoding
        patch_vary_headers(response, ["Accept-Encoding"])
    response.headers["Content-Length"] = str(len(response.content))
    if "no-store" not in response.headers["Cache-Control"]:
        response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return response


def _is_public_page(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not request.path.startswith(("/admin/", "/healthz", settings.STATIC_URL))
        and response.headers.get("Content-Type", "").startswith(COMPRESSIBLE)
    )


def _compress(content: bytes, encoding: str) -> bytes:
    # 5: most of what 11 gains, in a fiftieth of its time.
    return brotli.compress(content, quality=5) if encoding == "br" else gzip.compress(content, 6, mtime=0)


def _encoding(request: HttpRequest) -> str:
    """The best encoding that the client accepts: br, gzip or none."""
    accepted = set()
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, parameters = part.partition(";")
        if parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            accepted.add(name.strip())
    return next((name for name in ("br", "gzip") if name in accepted), "")


def _restored(content: bytes, headers: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(content)
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _not_modified(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    etag = response.headers.get("ETag")
    if not etag or request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    # Weak comparison (RFC 9110, 13.1.2): a proxy may have weakened it.
    asked = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    if not asked & {etag, "*"}:
        return response
    answer = HttpResponseNotModified()
    for name, value in response.headers.items():
        if name.lower() not in ("content-type", "content-length", "content-encoding"):
            answer.headers[name] = value
    return answer
