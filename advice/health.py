"""Whether this process is alive, and whether it can serve: for proxies and monitors, at any Host.

/healthz asks nobody. /readyz asks the database; 503 takes the process out of a proxy's turn. Late mail does not: the
readers of every machine would be sent away because one worker stands still. It is in the answer, for a monitor to read.
"""

import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from comments import outbox

from . import shared

GetResponse = Callable[[HttpRequest], HttpResponse]

ASK_AGAIN = 1.0  # seconds for which an answer holds: nobody outside can make the database work by asking

Answer = tuple[bool, dict[str, object]]


def health(get_response: GetResponse) -> GetResponse:
    """Answers both addresses before anything looks at Host or session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        if request.path == "/readyz":
            return readyz()
        return get_response(request)

    return middleware


def readyz() -> HttpResponse:
    is_ready, found = readiness.answer()
    headers = {"Cache-Control": "no-store"} if is_ready else {"Cache-Control": "no-store", "Retry-After": "5"}
    return JsonResponse(found, status=200 if is_ready else 503, headers=headers)


class Readiness:
    """What this process last found out, and when."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._found: Answer = (False, {})
        self._asked_at = -ASK_AGAIN
        self._is_migrated = False  # once true it stays so: what this release needs is not taken away under it

    def answer(self) -> Answer:
        """Whether it can serve, and what it says of that."""
        with self._lock:  # many who ask at once wait for one answer
            if time.monotonic() - self._asked_at > ASK_AGAIN:
                self._found = self._ask()
                self._asked_at = time.monotonic()
            return self._found

    def _ask(self) -> Answer:
        try:
            is_ready = self._migrated()
            since = outbox.waiting_since() if is_ready else None
            fits = not is_ready or shared.fits(shared.current())
        except Error:
            return False, {"ready": False, "release": settings.RELEASE, "database": "away"}
        migrations = "ok" if is_ready else "missing"
        late = max(0, round((timezone.now() - since).total_seconds())) if since else 0
        key = "ok" if fits else "another"
        found = {"database": "ok", "migrations": migrations, "outbox_seconds": late, "secret_key": key}
        return is_ready, {"ready": is_ready, "release": settings.RELEASE, **found}

    def _migrated(self) -> bool:
        """Whether the database has all that this release asks for; what a newer one brought does no harm."""
        if not self._is_migrated:
            executor = MigrationExecutor(connection)
            self._is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self._is_migrated


readiness = Readiness()
