"""Whether an error means that the database is away. Imported before the models are: logging asks too."""

import sqlite3

from django.db import DatabaseError, InterfaceError, OperationalError


def is_away(error: BaseException | None) -> bool:
    """Whether trying again later may help: no connection, no disk, no lock, no database in the file.

    On SQLite wrong SQL is an OperationalError too, with a code of its own; that is our mistake.
    """
    if isinstance(error, OperationalError):
        return getattr(error.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    return isinstance(error, InterfaceError) or type(error) is DatabaseError
