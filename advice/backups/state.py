"""What a database holds: how many rows in each table, and which migrations made these."""

from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from .manifest import State


def counted(cursor: Any) -> State:
    """As of the moment that this cursor's transaction sees, in a database with the site's tables."""
    tables = sorted(connection.introspection.django_table_names(only_existing=True))
    rows = {table: _one(cursor, f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}") for table in tables}  # noqa: S608
    cursor.execute("SELECT app, name FROM django_migrations")
    return State(rows, sorted(f"{app}.{name}" for app, name in cursor.fetchall()))


def current() -> State:
    with connection.cursor() as cursor:
        return counted(cursor)


def known_migrations() -> set[str]:
    """Of this release."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def _one(cursor: Any, query: str) -> int:
    cursor.execute(query)
    return int(cursor.fetchone()[0])
