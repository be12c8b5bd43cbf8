"""How public pages leave the house: with an ETag, compressed, and from this process's cache where nothing has changed.

Every public page is the same for everybody. An article's pages are kept with its discussion's version, which is read
before the page is made, so that what is kept can be newer than its version but never older; other pages are kept for
when the database is away (`kept_pages`).
"""

import gzip
import hashlib
import re
import time
from collections.abc import Callable

import brotli
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from . import fast_path, kept_pages, outages, shared
from .models import is_reserved

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC = "public, max-age=0, s-maxage=10"
# For caches that know RFC 9213; s-maxage would forbid them to show anything older (RFC 9111, 5.2.2.10).
BETWEEN = f"max-age=10, stale-if-error={kept_pages.STANDS_IN_FOR}"
SMALL = 500  # bytes; below that compression gains nothing
ARTICLE_PATH = re.compile(r"/(?P<slug>[-a-zA-Z0-9_]+)/(?:comment-page-[1-9][0-9]{0,8}/)?")
COMPRESSIBLE = ("text/", "application/xml", "application/atom+xml", "application/json", "image/svg")


def page_cache(get_response: GetResponse) -> GetResponse:
    """The outermost middleware: one query for a page that is kept; all else goes through, and is finished here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        encoding, slug = _encoding(request), _slug(request.path)
        address = _address(request, slug, encoding)
        if not address:
            return _not_modified(request, _finished(request, get_response(request), encoding))
        kept, asked_at = cache.get(address), time.monotonic()
        version = kept_pages.version_of(slug) if slug else None
        if kept and version and kept.is_current(version):
            kept.right_at = asked_at
            fast_path.remember(request, slug, address)
            return _not_modified(request, kept.response())
        response = _finished(request, get_response(request), encoding)
        if response.status_code >= 500:
            return (kept and outages.is_away(response) and kept_pages.stand_in(kept)) or response
        kept_pages.keep(address, request.path, response, version, asked_at)
        return _not_modified(request, response)

    return middleware


def _slug(path: str) -> str:
    """Of the article that this page is of; "" where it is of several, or of none."""
    match = ARTICLE_PATH.fullmatch(path)
    return "" if match is None or is_reserved(match["slug"]) else match["slug"]


def _address(request: HttpRequest, slug: str, encoding: str) -> str:
    """The key of the page, or "" where none is kept: a Host that is not ours gets its 400, from further in."""
    try:
        request.get_host()
    except DisallowedHost:
        return ""
    if slug:
        shared.watch.look()  # other pages are made by who looks first
    return "" if outages.is_maintenance() else kept_pages.address_of(request, slug, encoding)


def _finished(request: HttpRequest, response: HttpResponse, encoding: str) -> HttpResponse:
    """Public pages: compressed, with an ETag over the bytes sent and our caching rules."""
    if not _is_public_page(request, response):
        return response
    response.headers.setdefault("Cache-Control", PUBLIC)
    if response.headers["Cache-Control"] == PUBLIC:
        response.headers["CDN-Cache-Control"] = BETWEEN
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
