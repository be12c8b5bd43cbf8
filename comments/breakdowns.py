"""What a command says where the machine beneath it fails: a full disk, a database that is away, or held by another.

A traceback would tell whoever runs the site nothing, and might quote what is in a row.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import Error

from .storage import is_away, sqlite_code

ELSEWHERE = {sqlite3.SQLITE_BUSY: "the database is locked: another command, or somebody, is writing to it"}


@contextmanager
def told(afterwards: str) -> Iterator[None]:
    """Raises CommandError with what failed, and with how things are afterwards."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise CommandError(f"{where}{error.strerror or error}. {afterwards}") from error
    except (Error, sqlite3.OperationalError) as error:
        if not is_away(error):
            raise
        said = str(error).partition("\n")[0].strip().rstrip(".")  # PostgreSQL's next lines may quote a row
        raise CommandError(f"{ELSEWHERE.get(sqlite_code(error), said)}. {afterwards}") from error
