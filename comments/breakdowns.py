"""What a command says where the machine beneath it fails: a full disk, a database that is away, or held by another.

A traceback would tell whoever runs the site nothing, and might quote what is in a row.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.db import OperationalError

ELSEWHERE = {sqlite3.SQLITE_BUSY: "the database is locked: another command, or somebody, is writing to it"}
MISTAKE = sqlite3.SQLITE_ERROR  # wrong SQL: ours


@contextmanager
def told(afterwards: str) -> Iterator[None]:
    """Raises CommandError with what failed, and with how things are afterwards."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise CommandError(f"{where}{error.strerror or error}. {afterwards}") from error
    except (OperationalError, sqlite3.OperationalError) as error:
        code = _code(error)
        if code == MISTAKE:
            raise
        said = str(error).partition("\n")[0].strip().rstrip(".")  # PostgreSQL's next lines may quote a row
        raise CommandError(f"{ELSEWHERE.get(code, said)}. {afterwards}") from error


def _code(error: Any) -> int:
    """SQLite's, without what makes it special; 0 on PostgreSQL."""
    return int(getattr(error.__cause__ or error, "sqlite_errorcode", 0)) & 0xFF
