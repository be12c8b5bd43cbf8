"""What a page cost the server: in `Server-Timing` for moderators who ask, and in the log where it was slow.

Public pages never see a session, so a moderator asks by a signed word in the address, good for an hour, which
/admin/timing/ gives. Nothing else about the page changes, and nobody keeps it.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse

from . import request_ids

GetResponse = Callable[[HttpRequest], HttpResponse]

SLOW = 1.0  # seconds; a request that takes longer is a line in the log
ASKED = "timing"  # in the address
GOOD_FOR = 3600  # seconds
SIGNED = "on"

logger = logging.getLogger(__name__)


class Statements:
    """Counts the database's statements, and their time."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - begun


def trace(get_response: GetResponse) -> GetResponse:
    """The outermost middleware: names the request, and knows what it cost."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_ids.begin()
        begun = time.perf_counter()
        response = measured(get_response, request) if _may_be_asked(request) else get_response(request)
        if time.perf_counter() - begun > SLOW:
            _log(request, response, time.perf_counter() - begun)
        return response

    return middleware


def measured(get_response: GetResponse, request: HttpRequest) -> HttpResponse:
    statements, begun = Statements(), time.perf_counter()
    with connection.execute_wrapper(statements):
        response = get_response(request)
    if _is_moderator(request):
        total = time.perf_counter() - begun
        queries = f"{statements.count} {'query' if statements.count == 1 else 'queries'}"
        response.headers["Server-Timing"] = (
            f'total;dur={1000 * total:.1f}, db;dur={1000 * statements.seconds:.1f};desc="{queries}"'
        )
        response.headers["Cache-Control"] = "no-store, private"
        del response["CDN-Cache-Control"]  # where it is there, caches go by it alone (RFC 9213)
    return response


def word() -> str:
    """What a moderator adds to an address to see what its page costs: `?timing=` and this."""
    return signing.TimestampSigner(salt=__name__).sign(SIGNED)


def _may_be_asked(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/") or f"{ASKED}=" in request.META.get("QUERY_STRING", "")


def _is_moderator(request: HttpRequest) -> bool:
    """Known by the session in the admin, by the signed word everywhere else."""
    if request.path.startswith("/admin/"):
        user = getattr(request, "user", None)  # not there where the request was refused before anybody looked
        return bool(user and user.is_staff)
    try:
        return signing.TimestampSigner(salt=__name__).unsign(request.GET.get(ASKED, ""), max_age=GOOD_FOR) == SIGNED
    except signing.BadSignature:
        return False


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """By the view's name: an address may be somebody's own."""
    match = request.resolver_match
    said = {"status_code": response.status_code, "ms": round(1000 * seconds)}
    name = (match.view_name if match else "") or "no page of ours"
    logger.warning("Slow: %s %s took %d ms.", request.method, name, said["ms"], extra=said)
