"""What every request passes: headers, whose word counts on where it came from, and how much it may weigh."""

import contextlib
import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

from . import request_ids

GetResponse = Callable[[HttpRequest], HttpResponse]

# No inline script or style anywhere, no foreign host, no frame; the admin keeps to it too.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
if settings.HTTPS:
    HEADERS["Strict-Transport-Security"] = "max-age=31536000"

READ_AWAY = 10_000_000  # bytes of a body that are received only to be forgotten; more than anybody pastes
UPLOAD = "/admin/advice/picture/add/"
FORM = 100_000  # bytes of what comes with an upload
CHUNK = 100_000

PRIVATE = ("/q/", "/unsubscribe/")


def security_headers(get_response: GetResponse) -> GetResponse:
    """The same headers on everything: pages, static files, redirects and errors."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if request.path.startswith(PRIVATE):  # redirects and errors too: the address itself is the secret
            response.headers["Cache-Control"] = "no-store, private"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if response.status_code >= 300 and "Cache-Control" not in response and response.status_code != 304:
            response.headers["Cache-Control"] = "no-cache"
        return response

    return middleware


def trusted_proxies(get_response: GetResponse) -> GetResponse:
    """REMOTE_ADDR and the scheme as a trusted proxy says; from anybody else those headers are dropped.

    Of X-Forwarded-For the last address counts that is no trusted proxy itself: what is before it, anybody can write.
    """

    def trusted(address: str) -> bool:
        return _is_address(address) and any(ipaddress.ip_address(address) in net for net in settings.TRUSTED_PROXIES)

    def middleware(request: HttpRequest) -> HttpResponse:
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = request.META.pop("HTTP_X_FORWARDED_PROTO", "")
        given = request.META.pop("HTTP_X_REQUEST_ID", "")
        if trusted(request.META.get("REMOTE_ADDR", "")):
            for address in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
                if not _is_address(address):
                    break
                request.META["REMOTE_ADDR"] = address
                if not trusted(address):
                    break
            request_ids.adopt(given)
            if scheme in ("http", "https"):
                request.META["wsgi.url_scheme"] = scheme
                request.environ["wsgi.url_scheme"] = scheme  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def no_nul(get_response: GetResponse) -> GetResponse:
    """400 for a NUL in an address: no address of ours has one, and PostgreSQL refuses the text it would search for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        return get_response(request)

    return middleware


def body_limit(get_response: GetResponse) -> GetResponse:
    """413 with the limit for a body that is too large, before anything of it is parsed.

    What nobody has read of a body is read here before the answer goes: the server closes the connection after an answer
    to half a request, and then browsers and proxies, still sending, show a network error in place of the page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
            return render(request, "400.html", status=411)  # without a length Django reads nothing of it
        is_picture = request.path == UPLOAD
        limit = settings.PICTURE_BYTES if is_picture else settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        try:
            too_large = int(request.META.get("CONTENT_LENGTH") or 0) > limit + FORM * is_picture
        except ValueError:
            too_large = False
        response = _too_large(request, limit, is_picture=is_picture) if too_large else get_response(request)
        _read_away(request, 5 * READ_AWAY if is_picture else READ_AWAY)
        return response

    return middleware


def _read_away(request: HttpRequest, most: int) -> None:
    with contextlib.suppress(UnreadablePostError):  # the client has gone
        for _ in range(most // CHUNK):
            if not request.read(CHUNK):
                break


def _too_large(request: HttpRequest, limit: int, *, is_picture: bool) -> HttpResponse:
    context = {"limit": f"{limit // 1_000_000} MB", "picture": is_picture}
    response = render(request, "413.html", context, status=413)
    response.headers["Cache-Control"] = "no-store"
    return response
