"""When the site cannot serve: something broke, the database is away, or its owner is working on it.

What readers get then depends on nothing that could be broken as well.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from . import database, identity, request_ids

GetResponse = Callable[[HttpRequest], HttpResponse]

AWAY = 30  # seconds after which a reader should try again
MAINTENANCE = 300
OPEN = ("/admin/", "/help/", settings.STATIC_URL)  # during maintenance; /healthz has been answered before


def switch_file() -> Path:
    """While it exists, readers get the page for maintenance."""
    return Path(settings.VAR) / "maintenance"


def is_maintenance() -> bool:
    return switch_file().exists()


def maintenance(get_response: GetResponse) -> GetResponse:
    """503 while maintenance is switched on, but for the admin and for the helplines, which need no database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_maintenance() and not request.path.startswith(OPEN):
            return unavailable(MAINTENANCE)
        return get_response(request)

    return middleware


def server_error(request: HttpRequest) -> HttpResponse:
    """The handler of all that nobody caught: 500; 503 where only the database is away."""
    if database.is_away(sys.exc_info()[1]):
        response = unavailable(AWAY)
        response.is_away = True  # type: ignore[attr-defined]
        return response
    return _standing("500.html", 500)


def is_away(response: HttpResponse) -> bool:
    """Whether this is the answer of a site whose database is away: pages of before may stand in for it (`delivery`)."""
    return getattr(response, "is_away", False)


def unavailable(retry_after: int) -> HttpResponse:
    response = _standing("503.html", 503)
    response.headers["Retry-After"] = str(retry_after)
    return response


def _standing(template: str, status: int) -> HttpResponse:
    page = render_to_string(  # without the request: no context processors
        template, {"site": identity.last_known(), "request_id": request_ids.current()}
    )
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
