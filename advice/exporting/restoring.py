"""Writing an export into an empty site: all of it in one transaction, or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.db import DataError, IntegrityError, connection, transaction

from advice.importing.records import Unreadable
from advice.models import Article
from advice.site_models import Helpline, SiteIdentity
from comments import addresses, discussion_settings, documents, locking, phrases
from comments.desk_models import DiscussionSettings
from comments.interchange import ANONYMOUS
from comments.models import Comment, Status
from comments.numbers import BATCH, batches
from comments.restoring import Link, Restoring
from comments.screening_models import Phrase

from . import checking, native
from .checking import COMMENT
from .reading import Export, Head, Line, opened
from .tables import TABLES, Table
from .values import ROLES, columns

ARTICLES = 10  # at once; one may have a million characters
REPLACED = (Helpline, SiteIdentity, DiscussionSettings, Phrase)  # a site that was just made has rows of these
READINGS = 3  # of the file: to check it, for threads ahead of their rows, and for the rows

Progress = Callable[[int], Any]


class NotEmpty(Exception):
    """The site has something already; the message names it."""


class _Rehearsed(Exception):
    """All is written and right; take it back."""


def restore(path: Path, *, rehearse: bool = False, progress: Progress = lambda _: None) -> tuple[Head, Counter[str]]:
    """Check the whole file, then write it; what it is, and how many rows of each type there are now.

    `progress` is told the bytes of each reading. Raises Unreadable or NotEmpty, and then nothing was written.
    """
    _refuse_unless_empty()
    with opened(path, progress) as pieces:
        export = Export(pieces)
        checking.check(export.lines(), private=export.head.private)
    counts: Counter[str] = Counter()
    with suppress(_Rehearsed), opened(path, progress) as pieces, _refusing("the file"):
        _write(Export(pieces), _threads(path, progress), counts, rehearse=rehearse)
    discussion_settings.forget()
    phrases.forget()
    return export.head, counts


def _refuse_unless_empty() -> None:
    there = {table.type: table.model.objects.count() for table in TABLES if table.model not in REPLACED}
    if found := ", ".join(f"{kind} {count}" for kind, count in there.items() if count):
        raise NotEmpty(f"this site is not empty: {found}")


@transaction.atomic
def _write(export: Export, threads: Iterator[list[Link]], counts: Counter[str], *, rehearse: bool) -> None:
    locking.serialise("import native")
    _refuse_unless_empty()
    for model in REPLACED:
        model.objects.all().delete()
    restoring = Restoring()
    for table, lines in groupby(export.lines(), key=lambda line: line.table):
        counted = _counting(lines, counts)
        if table.type == COMMENT:
            _write_comments(counted, threads, restoring, export.head)
        else:
            _write_rows(table, counted, export.head)
    list(threads)  # to the end of the file, where it says whether it is whole
    restoring.finish()
    _set_sequences()
    if rehearse:
        raise _Rehearsed


def _counting(lines: Iterable[Line], counts: Counter[str]) -> Iterator[Line]:
    for line in lines:
        counts[line.table.type] += 1
        yield line


@contextmanager
def _refusing(what: object) -> Iterator[None]:
    """What the database says of a row, without the row's values, which stand below its first line."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise Unreadable(f"the database refuses {what}: {str(error).partition(chr(10))[0]}") from error


# --- All but comments -----------------------------------------------------------------------------------------------


def _write_rows(table: Table, lines: Iterator[Line], head: Head) -> None:
    many = [column for column in columns(table, private=head.private) if column.is_many]
    while batch := list(islice(lines, ARTICLES if table.model is Article else BATCH)):
        values = [line.values() for line in batch]
        links = {column.name: {each["id"]: each.pop(column.attribute) for each in values} for column in many}
        rows = [_row(table, each, head) for each in values]
        with _refusing(f"lines {batch[0].number} to {batch[-1].number}"):
            table.model.objects.bulk_create(rows)
            for name, found in links.items():
                _link(table.model, name, found)
        if table.model is Article:
            for article in rows:
                documents.write_article(article)


def _row(table: Table, values: dict[str, Any], head: Head) -> Any:
    row = table.model(**values)
    match table.type:
        case "moderator":
            row.set_unusable_password()
        case "article":
            row.render()
        case "address" if row.address and head.key != native.key():
            row.key = addresses.key_of(row.address)
    return row


def _link(model: Any, name: str, found: dict[int, list[Any]]) -> None:
    """Write what rows refer to by a table in between."""
    field = model._meta.get_field(name)  # noqa: SLF001 - Django's documented API
    through, source, target = field.remote_field.through, field.m2m_column_name(), field.m2m_reverse_name()
    pairs = [(pk, other) for pk, others in found.items() for other in others]
    if field.related_model is Group:
        roles = _roles()
        pairs = [(pk, roles[role]) for pk, role in pairs]
    for batch in batches(pairs):
        through.objects.bulk_create(through(**{source: pk, target: other}) for pk, other in batch)


def _roles() -> dict[str, int]:
    """The groups that the migrations made."""
    roles = dict(Group.objects.filter(name__in=ROLES).values_list("name", "pk"))
    if missing := set(ROLES) - roles.keys():
        raise Unreadable(f"this database was emptied by hand: it has no group {min(missing)}. Migrate a new one")
    return roles


# --- Comments: thread by thread -------------------------------------------------------------------------------------


def _threads(path: Path, progress: Progress) -> Iterator[list[Link]]:
    """Whole threads, as many at once as make a batch: by a reading of its own, ahead of their rows."""
    links: list[Link] = []
    with opened(path, progress) as pieces:
        for line in Export(pieces).lines():
            if line.table.type != COMMENT:
                continue
            if line.found["parent"] is None and len(links) >= BATCH:
                yield links
                links = []
            links.append(_link_of(line.found))
    if links:
        yield links


def _link_of(found: dict[str, Any]) -> Link:
    """Of a comment's line, which was checked before."""
    is_approved = found["status"] == Status.APPROVED
    is_answer = is_approved and found["author"] and found["published_at"]
    return Link(
        found["id"],
        found["parent"],
        is_approved,
        datetime.fromisoformat(found["published_at"]) if is_answer else None,
    )


class _Place:
    """How far the comments' lines were read: the database refuses some 500 of them at once."""

    line = 0

    def __str__(self) -> str:
        return f"something in the lines up to {self.line}"


def _write_comments(lines: Iterator[Line], threads: Iterator[list[Link]], restoring: Restoring, head: Head) -> None:
    place = _Place()
    for links in threads:
        with _refusing(place):
            restoring.write(links, _comments(islice(lines, len(links)), place, head))


def _comments(lines: Iterable[Line], place: _Place, head: Head) -> Iterator[Comment]:
    """The rows, and what they are about."""
    about: dict[int, list[int]] = {}
    for line in lines:
        place.line = line.number
        values = line.values()
        if situations := values.pop("situations"):
            about[values["id"]] = situations
        if not (head.private or values["name"] or values["author_id"] or values["erased_at"]):
            values["name"] = ANONYMOUS  # readers do not see it, and the file does not say who wrote it
        yield Comment(**values)
        if len(about) >= BATCH:
            _link(Comment, "situations", about)
            about = {}
    _link(Comment, "situations", about)


def _set_sequences() -> None:
    """New rows get larger numbers than those that came. SQLite sees to that by itself.

    Never smaller ones than before: a sequence stays where it is when its transaction is taken back, and the rows that
    come back with that have numbers too.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for meta in (table.model._meta for table in TABLES):  # noqa: SLF001
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [meta.db_table, meta.pk.column])
            if sequence := cursor.fetchone()[0]:
                last = f'SELECT COALESCE(MAX("{meta.pk.column}"), 1) FROM "{meta.db_table}"'  # noqa: S608 - our names
                cursor.execute(f"SELECT setval(%s, GREATEST(({last}), nextval(%s)))", [sequence, sequence])
