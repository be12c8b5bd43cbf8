"""Many new rows of comments at once, for `interchange`: in a quarter of the time that `bulk_create` takes, which makes
each of forty columns ready for the database in every row. Here that is done once for those that are the same in all.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from .models import Comment

# What differs from row to row; all others have their defaults.
COLUMNS = (
    *("id", "tree_id", "lft", "rght", "level", "article_id", "parent_id", "author_id", "name", "email"),
    *("body", "body_html", "excerpt_html", "status", "posted_at", "published_at", "source", "source_id"),
    *("reply_count", "answered_at", "position"),
)
_DATES = [COLUMNS.index(name) for name in ("posted_at", "published_at", "answered_at")]


def insert(rows: Sequence[tuple[Any, ...]]) -> None:
    """Write these rows, each as COLUMNS has them; the caller holds what they belong to, and their parents come first or
    among them."""
    if not rows:
        return
    blank = Comment()
    fields = [field for field in Comment._meta.concrete_fields if field.attname not in COLUMNS]  # noqa: SLF001
    same = tuple(field.get_db_prep_save(getattr(blank, field.attname), connection) for field in fields)
    names = ", ".join(f'"{name}"' for name in (*COLUMNS, *(field.column for field in fields)))
    ready = [(*_ready(row), *same) for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            from psycopg2.extras import execute_values

            statement = f"INSERT INTO comments_comment ({names}) VALUES %s"  # noqa: S608 - our own names
            execute_values(cursor.cursor, statement, ready, page_size=len(ready))
        else:
            marks = ", ".join(["%s"] * (len(COLUMNS) + len(fields)))
            cursor.executemany(f"INSERT INTO comments_comment ({names}) VALUES ({marks})", ready)  # noqa: S608


def _ready(row: tuple[Any, ...]) -> tuple[Any, ...]:
    values = list(row)
    for index in _DATES:
        if values[index] is not None:
            values[index] = connection.ops.adapt_datetimefield_value(values[index])
    return tuple(values)
