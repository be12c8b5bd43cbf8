"""The third door, for other systems' comments: rows are written in bulk, with the tree's columns computed here.

One transaction for a whole import: `hold()` first, then `write()` for each batch of threads; before it
`numbers.reserve()`, where the other system's numbers shall become ours. A row that was imported once is never touched
again: it is known by its source and source id, which it keeps when it is moderated, moved or erased here.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet

from . import addresses, documents, inserting, locking, markup, numbers, trees
from .models import EMAIL_LENGTH, NAME_LENGTH, Comment, Status, article_model
from .numbers import batches

ANONYMOUS = "Anonymous"
BODY_LENGTH = 100_000  # characters; readers may write 10,000 here, elsewhere they could write more


@dataclass(frozen=True, slots=True)
class Record:
    """A comment as the other system has it. `author` is the pk of a moderator here, else it is a reader's."""

    source_id: str
    parent: str  # its source id, or ""
    author: int | None
    name: str
    email: str
    body: str
    status: str
    posted_at: datetime


@dataclass(slots=True)
class Written:
    """What became of the records: every one is in one of these."""

    created: int = 0
    skipped: int = 0  # imported before
    refused: list[tuple[str, str]] = field(default_factory=list)  # source id and reason


class _Place(NamedTuple):
    pk: int
    article: int
    tree_id: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """New rows: each one's record and its parent's pk, oldest first."""

    source: str
    records: dict[int, Record]
    parents: dict[int, int | None]


def hold(source: str, articles: QuerySet[Any]) -> None:
    """Lock what an import from this source may write to, first of all in its transaction: these articles, and those its
    comments were moved to. No other import of the source runs meanwhile, and none of their threads moves.

    Raises MovedMeanwhile (for `locking.retried`) where a comment left for another article while we waited.
    """
    locking.serialise(f"import from {source}")
    ours = Comment.objects.filter(source=source).order_by()
    concerned = Q(pk__in=articles.order_by().values("pk")) | Q(pk__in=ours.values("article"))
    queryset = article_model().objects.select_for_update(no_key=True).filter(concerned).order_by("pk")
    locked = set(queryset.values_list("pk", flat=True))
    if set(ours.values_list("article", flat=True).distinct()) - locked:
        raise locking.MovedMeanwhile


def write(
    article: int,
    source: str,
    records: Sequence[Record],
    *,
    keep_numbers: bool,
    progress: Callable[[int], Any] = lambda _: None,
) -> Written:
    """Write those of these records of one article's comments that are new; the caller has called `hold()`. A record
    and its parent come at once, or the parent is here already.

    Replies go below their parents, wherever these are by now; without a parent on this article, or in a circle of
    parents, a record becomes a root. Siblings stand in the order of their dates.
    """
    ids = {record.source_id for record in records}
    places = _places(source, ids | {record.parent for record in records} - {""})
    known = {key: place for key, place in places.items() if key in ids or place.article == article}
    written = Written()
    fresh = list(_acceptable(records, known, written))
    fresh.sort(key=lambda record: (record.posted_at, len(record.source_id), record.source_id))
    pks = [int(record.source_id) for record in fresh] if keep_numbers else numbers.take(len(fresh))
    plan = _planned(source, dict(zip(pks, fresh, strict=True)), known)
    threads = list(trees.columns(plan.parents.items()))
    _plant(article, plan, threads, progress)
    _graft(plan, plan.parents.keys() - {row.pk for row in threads}, known, progress)
    written.created = len(fresh)
    return written


def _places(source: str, ids: Iterable[str]) -> dict[str, _Place]:
    places = {}
    for batch in batches(sorted(ids)):
        rows = Comment.objects.filter(source=source, source_id__in=batch).order_by()
        places.update({row[0]: _Place(*row[1:]) for row in rows.values_list("source_id", "pk", "article", "tree_id")})
    return places


def _acceptable(records: Iterable[Record], known: dict[str, _Place], written: Written) -> Iterator[Record]:
    """The new ones; the others are counted."""
    seen: set[str] = set()
    for record in records:
        if record.source_id in known:
            written.skipped += 1
        elif reason := _fault(record, seen):
            written.refused.append((record.source_id, reason))
        else:
            seen.add(record.source_id)
            yield record


def _fault(record: Record, seen: set[str]) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,19}", record.source_id):
        return "it has no number"
    if record.source_id in seen:
        return "its number is there twice"
    if len(record.body) > BODY_LENGTH:
        return f"it has more than {BODY_LENGTH:,} characters"
    return "" if _has_text(record.body) else "it has no text"


def _has_text(body: str) -> bool:
    if "<" in body or "&" in body:  # what is nothing but a script or a picture leaves nothing to read
        body = markup.plain(markup.imported_comment_html(markup.clean(body)))
    return not markup.is_blank(markup.clean(body))


def _planned(source: str, records: dict[int, Record], known: dict[str, _Place]) -> _Plan:
    pks = {record.source_id: pk for pk, record in records.items()}
    pks.update({source_id: place.pk for source_id, place in known.items()})
    parents = {pk: pks.get(record.parent) for pk, record in records.items()}
    _cut_circles(parents)
    return _Plan(source, records, parents)


def _cut_circles(parents: dict[int, int | None]) -> None:
    """One of each circle becomes a root: the first that is met on the way up from the oldest record."""
    sound: set[int | None] = set()
    for start in parents:
        path: set[int | None] = set()
        pk: int | None = start
        while pk in parents and pk not in sound and pk not in path:
            path.add(pk)
            pk = parents[pk]
        if pk in path and pk is not None:
            parents[pk] = None
        sound |= path


def _plant(article: int, plan: _Plan, threads: list[trees.Columns], progress: Callable[[int], Any]) -> None:
    """New threads, whole."""
    roots = _root_columns(plan, threads)
    visible = sorted((plan.records[pk].posted_at, pk) for pk, root in roots.items() if root.is_visible)
    first, comes_last = _first_position(article, visible)
    # Right at once where no question here is younger, else renumbered below: another write of each row.
    positions = {pk: number for number, (_, pk) in enumerate(visible, first)}
    for batch in batches(threads):
        inserting.insert([_row(plan, article, row, *_of_root(row, roots, positions)) for row in batch])
        progress(len(batch))
    if visible:
        if not comes_last:
            locking.renumber(article, visible[0])
        documents.write_threads(pk for _, pk in visible)
        shares = [root.share for root in roots.values()]
        locking.add_to_counts(
            article,
            sum(share.comments for share in shares),
            sum(share.questions for share in shares),
            sum(share.answered for share in shares),
        )


def _first_position(article: int, visible: Sequence[locking.Place]) -> tuple[int, bool]:
    """The number after the article's last, and whether these questions come after all that are there."""
    last = Comment.objects.roots().filter(article=article, position__isnull=False).order_by("-position").first()
    if last is None or not visible:
        return 1, True
    return (last.position or 0) + 1, (last.published_at or last.posted_at, last.pk) < visible[0]


@dataclass(frozen=True, slots=True)
class _Root:
    """What a new thread's root says of its thread."""

    is_approved: bool = False
    replies: int = 0
    answered_at: datetime | None = None

    @property
    def is_visible(self) -> bool:
        return self.is_approved or self.replies > 0

    @property
    def share(self) -> locking.Share:
        answered = self.is_approved and self.answered_at is not None
        return locking.Share(self.replies + self.is_approved, int(self.is_approved), int(answered))


def _root_columns(plan: _Plan, threads: list[trees.Columns]) -> dict[int, _Root]:
    roots: dict[int, _Root] = defaultdict(_Root)
    for row in threads:
        root, record = roots[row.tree_id], plan.records[row.pk]
        if record.status != Status.APPROVED:
            continue
        if row.level == 0:
            roots[row.tree_id] = replace(root, is_approved=True)
            continue
        answers = [moment for moment in (root.answered_at, record.posted_at if record.author else None) if moment]
        roots[row.tree_id] = replace(root, replies=root.replies + 1, answered_at=min(answers, default=None))
    return roots


def _graft(plan: _Plan, pks: set[int], known: dict[str, _Place], progress: Callable[[int], Any]) -> None:
    """New replies in threads that are here already."""
    by_tree: dict[int, list[int]] = defaultdict(list)
    trees_of = {place.pk: place.tree_id for place in known.values()}
    for pk in pks:
        by_tree[_tree_of(pk, plan.parents, trees_of)].append(pk)
    for batch in batches(sorted(by_tree)):
        held = locking.hold(batch, articles=True)
        added = [pk for tree in batch for pk in by_tree[tree]]
        columns = _grown(plan, batch, added)
        trees.write([row for row in columns.values() if row.pk not in plan.parents])
        for part in batches(added):
            inserting.insert([_row(plan, held.roots[columns[pk].tree_id].article_id, columns[pk]) for pk in part])
            progress(len(part))
        if any(plan.records[pk].status == Status.APPROVED for pk in added):
            locking.settle(held)


def _tree_of(pk: int, parents: dict[int, int | None], trees_of: dict[int, int]) -> int:
    """The existing thread that a new row ends up in; `trees_of` remembers the way."""
    path = []
    at: int | None = pk
    while at not in trees_of:
        assert at is not None  # noqa: S101 - circles are cut, and what leads to no thread became one
        path.append(at)
        at = parents[at]
    trees_of.update(dict.fromkeys(path, trees_of[at]))
    return trees_of[pk]


def _grown(plan: _Plan, roots: Sequence[int], added: list[int]) -> dict[int, trees.Columns]:
    """The columns of these threads with the new rows in them, siblings by date as everywhere."""
    rows = Comment.objects.filter(tree_id__in=roots).order_by().values_list("posted_at", "pk", "parent_id")
    new = [(plan.records[pk].posted_at, pk, plan.parents[pk]) for pk in added]
    links = sorted([*rows, *new], key=lambda row: row[:2])
    return {row.pk: row for row in trees.columns((pk, parent) for _, pk, parent in links)}


def _of_root(
    row: trees.Columns, roots: dict[int, _Root], positions: dict[int, int]
) -> tuple[int, datetime | None, int | None]:
    """A root's own columns; of a reply they are empty."""
    if row.level:
        return 0, None, None
    root = roots[row.pk]
    return root.replies, root.answered_at, positions.get(row.pk)


def _row(
    plan: _Plan,
    article: int,
    columns: trees.Columns,
    replies: int = 0,
    answered_at: datetime | None = None,
    position: int | None = None,
) -> tuple[Any, ...]:
    """As `inserting.COLUMNS` has them."""
    record = plan.records[columns.pk]
    body = markup.clean(record.body)
    body_html = markup.imported_comment_html(body)
    is_reader = record.author is None
    return (
        *(columns.pk, columns.tree_id, columns.lft, columns.rght, columns.level),
        *(article, plan.parents[columns.pk], record.author),
        _name(record.name) if is_reader else "",
        _email(record.email) if is_reader else "",
        *(body, body_html, markup.excerpt(body_html)),
        *(record.status, record.posted_at, record.posted_at if record.status == Status.APPROVED else None),
        *(plan.source, record.source_id),
        *(replies, answered_at, position),
    )


def _name(text: str) -> str:
    name = markup.clean_line(text) or ANONYMOUS
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1].rstrip()}…"


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return ""
    if addresses.is_mailable(text):
        text = addresses.spelled(text)  # as forms keep it: else nobody who erases their own would find it
    return text if len(text) <= EMAIL_LENGTH else ""
