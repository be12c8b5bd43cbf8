"""SQLite's own way to copy a database that is in use: page by page, as of one moment."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from . import folders, state
from .manifest import State, Unusable

FILE = "database.sqlite3"
PAGES = 2_000  # at once: 8 MB
BESIDE = ("", "-wal", "-shm", "-journal")  # a database's files
BROKEN = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
SHOWN = 5  # faults


def save(file: Path) -> State:
    """Nobody waits for it: a reader's snapshot holds back no writer (WAL). What is written meanwhile is not in it."""
    try:
        with closing(_opened(_live())) as live, closing(sqlite3.connect(file)) as copy:
            live.execute("BEGIN")
            found = state.counted(live.cursor())
            live.backup(copy, pages=PAGES)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, for folders too in which nobody may write
    except sqlite3.Error as error:
        raise Unusable(f"SQLite says: {error}") from error
    return found


@contextmanager
def unpacked(file: Path, folder: Path) -> Iterator[str]:
    unpacked = folder / "restoring.sqlite3"
    _remove(unpacked)
    try:
        with closing(_opened(file)) as saved, closing(sqlite3.connect(unpacked)) as copy:
            saved.backup(copy)
        yield str(unpacked)
    except sqlite3.Error as error:
        raise Unusable(f"SQLite says: {error}") from error
    finally:
        _remove(unpacked)


def check() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        faults = [str(fault) for (fault,) in cursor.fetchmany(SHOWN) if fault != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        return faults + [f"{table}: row {row} points to nothing" for table, row, *_ in cursor.fetchmany(SHOWN)]


def put_live(name: str, folder: Path) -> list[str]:
    """Into the file that the site's processes have open: one transaction, which they see whole or not at all.

    They need no restart, unless their file is broken beyond writing to; then the new one takes its place.
    """
    try:
        with closing(_opened(Path(name))) as ready, closing(sqlite3.connect(_live(), isolation_level=None)) as live:
            live.execute("PRAGMA synchronous = FULL")
            ready.backup(live)
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in BROKEN:
            raise Unusable(f"SQLite says: {error}") from error
        return _replace(Path(name))
    return []


def _replace(ready: Path) -> list[str]:
    """The broken file is kept, under another name."""
    live = _live()
    aside = live.with_name(f"{live.name}.broken-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    for ending in BESIDE:
        beside = Path(f"{live}{ending}")
        if beside.exists():
            beside.rename(f"{aside}{ending}")
    folders.sync(ready)
    os.replace(ready, live)  # noqa: PTH105 - `rename` says less
    folders.sync(live.parent)
    return [
        f"The old file was broken: it is {aside.name} now. Restart the site: its processes still have that one open."
    ]


def _live() -> Path:
    return Path(connection.settings_dict["NAME"])


def _opened(file: Path) -> sqlite3.Connection:
    """One that is there; sqlite3 would make it otherwise."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=20)


def _remove(file: Path) -> None:
    for ending in BESIDE:
        Path(f"{file}{ending}").unlink(missing_ok=True)
