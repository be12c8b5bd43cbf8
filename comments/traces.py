"""What a database keeps of words after their rows are gone: in SQLite's search index, and in its write-ahead log.

PostgreSQL's VACUUM does the same for it, by itself after a while.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from . import fulltext

PATIENCE = 500  # milliseconds: whoever wants to write waits as long


def wiping() -> Iterator[None]:
    """Step by step; whoever stops in between has damaged nothing."""
    yield from fulltext.merging()
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        _empty_log()


def _empty_log() -> None:
    """Write the log into the file, where erased words are written over, and empty it; not while somebody reads from it
    for long. Then the next time does."""
    patience = int(settings.DATABASES["default"]["OPTIONS"]["timeout"] * 1_000)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
