"""Whether an error means that what is stored cannot be reached. Without models: logging asks before they are there."""

import sqlite3

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError

# PostgreSQL's codes for what is no mistake of ours although it is no OperationalError either: a server that only reads
# (a standby, a disk gone read-only), a transaction that stood or took too long, a table or an index that is damaged.
REFUSING = ("25006", "25P03", "25P04", "XX001", "XX002")


def is_away(error: BaseException | None) -> bool:
    """Whether trying again later may help: no connection, no disk, no lock, no database in the file.

    On SQLite wrong SQL is an OperationalError too, with a code of its own; that is our mistake.
    """
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        return sqlite_code(error) != sqlite3.SQLITE_ERROR
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "pgcode", None) in REFUSING
    return isinstance(error, InterfaceError) or type(error) is DatabaseError


def sqlite_code(error: BaseException) -> int:
    """SQLite's, without what makes it special; 0 on PostgreSQL."""
    return int(getattr(error.__cause__ or error, "sqlite_errorcode", 0)) & 0xFF
