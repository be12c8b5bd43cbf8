"""Bring the database up to date; of several processes that start at once, one does it and the others wait for it."""

import fcntl
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

LOCK = int.from_bytes(hashlib.sha256(b"advice: migrate").digest()[:8], "big", signed=True)
PAUSE = 0.5  # seconds between two looks


class Command(BaseCommand):
    help = "Waits for the database, then migrates it; safe to run by every container at every start."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=int, default=60, help="seconds until the database must answer (60)")

    def handle(self, *args: Any, wait: int, **options: Any) -> None:
        self.await_database(wait)
        held = on_postgresql if connection.vendor == "postgresql" else on_sqlite
        with held(self.say):
            call_command("migrate", interactive=False, verbosity=options["verbosity"], stdout=self.stdout)

    def await_database(self, seconds: int) -> None:
        """After a reboot the containers start in any order."""
        deadline = time.monotonic() + seconds
        said = False
        while True:
            try:
                connection.ensure_connection()
            except OperationalError as error:
                if time.monotonic() > deadline:
                    raise CommandError(f"The database did not answer in {seconds} seconds: {error}") from error
                if not said:
                    self.say(f"Waiting for the database: {str(error).strip()}")
                    said = True
                time.sleep(PAUSE)
            else:
                return

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


@contextmanager
def on_postgresql(say: Any) -> Iterator[None]:
    """Alone with this database, by a lock of the session.

    Taken by looking again and again: a session that sleeps inside pg_advisory_lock() holds a snapshot, and CREATE INDEX
    CONCURRENTLY in somebody's migration waits for all of those, so the two would wait for each other.
    """
    said = False
    while not _locked():
        if not said:
            say("Another process is migrating the database: waiting for it.")
            said = True
        time.sleep(PAUSE)
    try:
        yield
    finally:
        connection.close()  # the lock goes with the session, also where a migration broke it


def _locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


@contextmanager
def on_sqlite(say: Any) -> Iterator[None]:
    """Alone with this file, by a lock on a file beside it (the database's own lock is each migration's)."""
    with Path(f"{connection.settings_dict['NAME']}-migrate").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process is migrating the database: waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
