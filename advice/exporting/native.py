"""Writing an export: the rows of `tables` as JSON Lines, from one moment, in batches.

Nothing in it says when it was written: the same site gives the same bytes. The first line says what it is, the last
how many lines of each type there are, and the SHA-256 of all lines before it.
"""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import Group

from comments.models import Status
from comments.numbers import batches

from . import snapshot
from .tables import FORMAT, TABLES, VERSION, Table
from .values import ROLES, Column, columns

BATCH = 1_000  # rows


def write(file: IO[bytes], *, private: bool, progress: Callable[[int], Any] = lambda _: None) -> Counter[str]:
    """Write the site into the file; how many lines of each type. `progress` is told the rows."""
    counts: Counter[str] = Counter()
    digest = hashlib.sha256()

    def put(line: bytes) -> None:
        digest.update(line)
        file.write(line)

    with snapshot.held():
        put(encoded(head(private=private)))
        for table in tables(private=private):
            counts[table.type] = 0
            for batch in _rows(table, private=private):
                put(b"".join(map(encoded, batch)))
                counts[table.type] += len(batch)
                progress(len(batch))
    file.write(encoded({"type": "end", "lines": dict(counts), "sha256": digest.hexdigest()}))
    return counts


def tables(*, private: bool) -> list[Table]:
    return [table for table in TABLES if private or not table.is_private]


def total(*, private: bool) -> int:
    """How many rows there are, for a bar."""
    return sum(table.model.objects.count() for table in tables(private=private))


def head(*, private: bool) -> dict[str, Any]:
    told = {"type": "site", "format": FORMAT, "version": VERSION, "private": private, "site": settings.SITE_URL}
    return {**told, "key": key()} if private else told


def key() -> str:
    """By which a site knows whether an export's fingerprints were made with its own SECRET_KEY, and nobody the key."""
    return hmac.new(settings.SECRET_KEY.encode(), b"export", hashlib.sha256).hexdigest()[:32]


def encoded(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _rows(table: Table, *, private: bool) -> Iterator[list[dict[str, Any]]]:
    """The lines of a table, a batch at a time."""
    wanted = columns(table, private=private)
    names = [column.attribute for column in wanted if not column.is_many]
    queryset = table.model.objects.order_by(*table.order)
    if not private:
        queryset = queryset.filter(table.rows)
    for batch in batches(queryset.values_list(*names).iterator(chunk_size=BATCH), BATCH):
        rows = [dict(zip(names, row, strict=True)) for row in batch]
        for column in wanted:
            if column.is_many:
                _add_many(table, column, rows)
        yield [_line(table, wanted, row, whole=private) for row in rows]


def _line(table: Table, wanted: tuple[Column, ...], row: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    line: dict[str, Any] = {"type": table.type}
    hidden = table.unseen if not whole and table.unseen and row["status"] != Status.APPROVED else ()
    for column in wanted:
        value = row[column.attribute]
        if column.name in hidden:
            line[column.name] = type(value)()
        else:
            line[column.name] = None if value is None else column.write(value)
    return line


def _add_many(table: Table, column: Column, rows: list[dict[str, Any]]) -> None:
    """What each row refers to by a table in between: roles by name, all else by number."""
    field = table.model._meta.get_field(column.name)  # noqa: SLF001 - Django's documented API
    through, source, target = field.remote_field.through, field.m2m_field_name(), field.m2m_reverse_field_name()
    found: dict[int, list[Any]] = {row["id"]: [] for row in rows}
    links = through.objects.filter(**{f"{source}__in": list(found)})
    if field.related_model is Group:
        links, target = links.filter(**{f"{target}__name__in": ROLES}), f"{target}__name"
    for pk, other in links.order_by().values_list(source, target):
        found[pk].append(other)
    for row in rows:
        row[column.attribute] = sorted(found[row["id"]])
