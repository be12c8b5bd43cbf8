"""When the site cannot serve: something broke, the database is away, or its owner is working on it.

What readers get then depends on nothing that could be broken as well.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error
from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string

from comments import arrivals, changes, storage

from . import identity, request_ids, shared

GetResponse = Callable[[HttpRequest], HttpResponse]

SWITCH = "maintenance"
AWAY = 30  # seconds after which a reader should try again
MAINTENANCE = 300
TYPED = ("name", "email", "body", "details")  # what people type in the forms of `comments`; all else goes along unseen
OPEN = ("/admin/", "/help/", settings.STATIC_URL)  # during maintenance; /healthz has been answered before
ALONE = ("/help/", settings.STATIC_URL, settings.MEDIA_URL)  # these wait for no database


def switch_file() -> Path:
    """While it exists, this machine shows readers the page for maintenance: the switch where the database is away."""
    return Path(settings.VAR) / SWITCH


def is_maintenance() -> bool:
    """As far as this process knows."""
    # As text: each cached page asks, and a Path takes ten times as long.
    return shared.watch.is_closed or os.path.exists(f"{settings.VAR}/{SWITCH}")  # noqa: PTH110


def is_closed() -> bool:
    """Whether maintenance is switched on, by whomever."""
    try:
        return switch_file().exists() or shared.current().is_closed
    except Error:
        return False


def close() -> bool:
    """Switch maintenance on, for all machines. False: for this one alone, since the database is away."""
    try:
        shared.switch(is_closed=True)
    except Error:
        switch_file().parent.mkdir(parents=True, exist_ok=True)
        switch_file().touch()
        return False
    finally:
        changes.announce()
    return True


def reopen() -> bool:
    """Switch it off. False: on this machine alone."""
    switch_file().unlink(missing_ok=True)
    try:
        shared.switch(is_closed=False)
    except Error:
        return False
    return True


def maintenance(get_response: GetResponse) -> GetResponse:
    """503 while maintenance is switched on, but for the admin and for the helplines, which need no database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ALONE):
            shared.watch.look()
        if is_maintenance() and not request.path.startswith(OPEN):
            return unavailable(MAINTENANCE, request)
        return get_response(request)

    return middleware


def server_error(request: HttpRequest) -> HttpResponse:
    """The handler of all that nobody caught: 500; 503 where only the database is away."""
    if storage.is_away(sys.exc_info()[1]):
        response = unavailable(AWAY, request)
        response.is_away = True  # type: ignore[attr-defined]
        return response
    return _standing("500.html", 500)


def is_away(response: HttpResponse) -> bool:
    """Whether this is the answer of a site whose database is away: pages of before may stand in for it (`delivery`)."""
    return getattr(response, "is_away", False)


def unavailable(retry_after: int, request: HttpRequest | None = None) -> HttpResponse:
    """503. What was being sent comes back in a form that sends it again: whoever presses Back may find an empty one."""
    sent = _sent(request) if request is not None and request.method == "POST" else None
    response = _standing("503.html", 503) if sent is None else _standing("503_kept.html", 503, sent)
    response.headers["Retry-After"] = str(retry_after)
    return response


def _sent(request: HttpRequest) -> dict[str, Any] | None:
    """What the page needs to send the same again; None where it should not, or there is nothing to keep."""
    try:
        if arrivals.is_cross_site(request) or not arrivals.is_whole(request) or request.FILES:
            return None
    except (SuspiciousOperation, MultiPartParserError, RawPostDataException):
        return None
    if any("password" in name for name in request.POST):
        return None
    typed = {name: request.POST.get(name, "") for name in TYPED if name in request.POST}
    others = [(name, value) for name, values in request.POST.lists() if name not in TYPED for value in values]
    keeps_draft = not request.path.startswith("/admin/")
    return {"address": request.get_full_path(), "typed": typed, "others": others, "keeps_draft": keeps_draft}


def _standing(template: str, status: int, context: dict[str, Any] | None = None) -> HttpResponse:
    known = {"site": identity.last_known(), "request_id": request_ids.current()}
    page = render_to_string(template, known | (context or {}))  # without the request: no context processors
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
