"""How long a request waits for the database."""

import select
import threading
import time
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created

# Seconds. PostgreSQL ends what lasts longer by itself; `Patience` is for one that says nothing at all.
LOCK, STATEMENT, ANSWER, CONNECT = 8, 9, 10, 5
REST = 2  # in which nobody asks a server that did not answer
WITH_TRANSACTION_TIMEOUT = 17_00_00
PAGES = 1_000  # KiB of SQLite's file that each thread's connection keeps: half of the usual, for eight threads
LEFT_OPEN = 30  # a transaction whose process has stopped must not hold its locks


def wait_briefly() -> None:
    """For this process, which serves requests. Migrations, imports, backups and mail take the time they take."""
    connection_created.connect(_limit, dispatch_uid="wait_briefly")
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        from psycopg2.extensions import set_wait_callback

        set_wait_callback(Patience().wait)


def _limit(connection: Any, **_: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA busy_timeout = {LOCK * 1000}")
            cursor.execute(f"PRAGMA cache_size = -{PAGES}")
        else:
            cursor.execute(
                f"SET statement_timeout = '{STATEMENT}s'; SET lock_timeout = '{LOCK}s'; "
                f"SET idle_in_transaction_session_timeout = '{LEFT_OPEN}s'"
            )
            if connection.pg_version >= WITH_TRANSACTION_TIMEOUT:  # a post may wait for one lock after the other
                cursor.execute(f"SET transaction_timeout = '{ANSWER}s'")


class Patience:
    """Ends the waiting for a PostgreSQL that says nothing: the machine of one that hangs still takes what it is sent.

    Once one request waited in vain the others do not, or they would take up all threads, and pages that need no
    database would wait behind them. Every REST seconds one of them asks again.
    """

    def __init__(self) -> None:
        self._silent_until = 0.0  # 0: it answers
        self._lock = threading.Lock()

    def wait(self, connection: Any) -> None:
        """What psycopg2 calls for each statement and each new connection. An error from here closes the connection."""
        from psycopg2.extensions import STATUS_SETUP

        until = time.monotonic() + (CONNECT if connection.status == STATUS_SETUP else ANSWER)
        self._enter(until)
        answered = True
        try:
            answered = _wait(connection, until)
        finally:  # an error is an answer as well
            self._silent_until = 0.0 if answered else time.monotonic() + REST
        if not answered:
            raise _silence()

    def _enter(self, until: float) -> None:
        if not self._silent_until:
            return
        with self._lock:
            if time.monotonic() < self._silent_until:
                raise _silence()
            self._silent_until = until  # this request asks for all


def _wait(connection: Any, until: float) -> bool:
    """Whether it was answered in time."""
    from psycopg2.extensions import POLL_OK, POLL_READ

    while (state := connection.poll()) != POLL_OK:
        poller = select.poll()  # select() knows no more than 1,024 files
        poller.register(connection.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        if not poller.poll(max(0, until - time.monotonic()) * 1000):
            return False
    return True


def _silence() -> Exception:
    from psycopg2 import OperationalError

    error: Exception = OperationalError("the database server does not answer")
    return error
