"""PostgreSQL's own programs, `pg_dump` and `pg_restore`. They get the password in their environment, not in the command
line, where everybody on the machine could read it."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import ProgrammingError, connection, transaction

from . import state
from .manifest import State, Unusable

FILE = "database.dump"
VARIABLES = {"USER": "PGUSER", "PASSWORD": "PGPASSWORD", "HOST": "PGHOST", "PORT": "PGPORT"}
WHOLE = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
ENDING = "_restoring"  # of the temporary database's name
NAME_LENGTH = 63  # bytes, of any name in PostgreSQL
DEBIANS = "/usr/lib/postgresql/{}/bin"  # where it keeps the programs of each version
TALKATIVE = 17  # the first version that sets transaction_timeout, which older servers do not know
FORBIDDEN = "42501"  # PostgreSQL's code
LOCK = int.from_bytes(hashlib.sha256(b"advice: temporary database").digest()[:8], "big", signed=True)


class NotAllowed(Unusable):
    """The site's user may not make databases."""


def save(file: Path) -> State:
    """One snapshot for what is counted and what is dumped; nobody waits for it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        found = state.counted(cursor)
        _dump(_name(), file, f"--snapshot={snapshot}")
    return found


@contextmanager
def unpacked(file: Path, folder: Path) -> Iterator[str]:
    """A database beside the site's. Raises NotAllowed."""
    name = f"{_name().encode()[: NAME_LENGTH - len(ENDING)].decode(errors='ignore')}{ENDING}"
    server = connection.copy()  # a session of its own, to which the lock belongs
    try:
        with server.cursor() as cursor:
            _lock(cursor)
            _make(cursor, name)
            try:
                _run("pg_restore", *WHOLE, f"--dbname={name}", str(file))
                yield name
            finally:
                _drop(cursor, name)
    finally:
        server.close()


def check() -> list[str]:
    """Nothing is left to look for: a row that breaks a rule would have stopped `pg_restore`."""
    return []


def put_live(name: str, folder: Path) -> list[str]:
    """One transaction, which waits for those that are under way, and lets others wait."""
    file = folder / f"restoring-{FILE}"
    try:
        _dump(name, file)
        _run("pg_restore", "--clean", "--if-exists", *WHOLE, f"--dbname={_name()}", str(file))
    finally:
        file.unlink(missing_ok=True)
    return []


def contents(file: Path) -> int:
    """How many things a dump lists: that much can be said of it without a database."""
    listed = _run("pg_restore", "--list", str(file))
    return sum(1 for line in listed.splitlines() if line and not line.startswith(";"))


def _dump(name: str, file: Path, *options: str) -> None:
    file.touch(mode=0o600)
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", *options, f"--file={file}", f"--dbname={name}")


def _run(program: str, *options: str) -> str:
    """What it prints. Raises Unusable with the first line that it complains of: others may hold what is in a row."""
    done = subprocess.run(  # noqa: S603
        [_path_of(program), *options], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if "error:" in line), done.stderr.partition("\n")[0])
        raise Unusable(said[:300])
    return done.stdout


def _path_of(program: str) -> str:
    """Of one that fits the server. An older one cannot read what the server holds; and from 17 on they say things to an
    older server that it does not understand. Raises Unusable."""
    server = _server_version()
    wanted = f"postgresql-client-{server}"
    path = shutil.which(program, path=os.pathsep.join([DEBIANS.format(server), os.environ.get("PATH", os.defpath)]))
    if path is None:
        raise Unusable(f"{program} is not on the PATH: install PostgreSQL's client programs ({wanted})")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\) (\d+)", said)
    version = int(found[1]) if found else 0
    if version < server or version >= TALKATIVE > server:
        raise Unusable(
            f"{path} is of PostgreSQL {version}, the server {server}: put the programs of {wanted} on the PATH"
        )
    return path


def _server_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def _environment() -> dict[str, str]:
    """How they reach the server, as the site does: also by options such as sslmode."""
    own = connection.settings_dict
    reach = {variable: str(own[name]) for name, variable in VARIABLES.items() if own.get(name)}
    texts = {name: value for name, value in own.get("OPTIONS", {}).items() if isinstance(value, str | int)}
    return {**os.environ, **{f"PG{name.upper()}": str(value) for name, value in texts.items()}, **reach}


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _lock(cursor: Any) -> None:
    """One temporary database at a time. A killed process lets go of the lock, and its database goes next time."""
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
    if not cursor.fetchone()[0]:
        raise Unusable("another process is making or restoring a backup of this database")


def _make(cursor: Any, name: str) -> None:
    """As the site's own is, in letters and order."""
    _drop(cursor, name)
    cursor.execute(
        "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = current_database()"
    )
    encoding, *locale = cursor.fetchone()
    quoted = connection.ops.quote_name(name)
    try:
        cursor.execute(
            f"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING %s LC_COLLATE %s LC_CTYPE %s", [encoding, *locale]
        )
    except ProgrammingError as error:
        if getattr(error.__cause__, "pgcode", None) == FORBIDDEN:
            raise NotAllowed("the database's user may not make a temporary database (CREATEDB)") from error
        raise


def _drop(cursor: Any, name: str) -> None:
    cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")
