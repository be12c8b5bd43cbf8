"""Threads as readers see them: which rows a page reads, which of them it shows, and how they nest.

Reading costs what the page shows, never what exists: positions find the page's threads, `lft <= 2N - 1` their first N
rows (the k-th row of a thread, in reading order, has lft <= 2k - 1). Pure functions over those
rows decide what is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from . import markup, placing
from .models import Comment
from .prepared import Blank, Prepared
from .rows import COLUMNS, Row, read_rows_with_parents

PAGE = 20  # threads
THREAD_PAGE = 100  # replies on a page of one thread
REPLIES = 50  # of a thread on its article's page
ROWS = 900  # read for the threads of a page, from their beginnings
LATE_ANSWERS = 550  # moderators' answers beyond those rows; with their parents' names 2,000 rows in all
PLACEHOLDERS = 1_000  # on a page of one thread
BRIEF = 300  # characters of a comment where its page has no room for more
PAGE_BYTES = 400_000  # of comments' HTML on a page; the article itself comes on top
NESTING = 5  # deeper replies are drawn at this level, and say whom they answer


@dataclass(slots=True)
class Node:
    """One comment as drawn."""

    row: Row
    depth: int  # as drawn; `row.level` is the stored one
    html: str
    is_shortened: bool = False
    answers_name: str = ""  # whom it replies to, where the nesting does not show it
    descends: bool = False  # a list of replies opens below it
    closes: int = 0  # how many lists end after it
    in_closed: bool = False  # its thread takes no more replies
    is_pinned: bool = False
    more: int = 0  # replies of its thread that the page leaves out, on the last node of a thread
    root: Row | None = None  # with `more`

    @property
    def is_removed(self) -> bool:
        return not self.row.is_public

    @property
    def is_waiting(self) -> bool:
        """A reader's question that nobody has answered yet."""
        return self.row.level == 0 and self.row.author is None and self.row.answered_at is None and not self.is_removed


@dataclass(frozen=True, slots=True)
class Discussion:
    """One page of an article's threads, newest first. `number` is None for the article's own address."""

    nodes: list[Node]
    number: int | None
    total: int  # threads
    newer: int | None  # a page number; 0 is the article's own address
    older: int | None
    full_pages: int


@dataclass(frozen=True, slots=True)
class ThreadPage:
    nodes: list[Node]
    root: Row
    number: int
    pages: int


def thread_count(article: int) -> int:
    """R: how many threads of the article readers see."""
    last = Comment.objects.filter(article=article, level=0, position__isnull=False).order_by("-position")
    return last.values_list("position", flat=True).first() or 0


def page_of(position: int, total: int) -> int | None:
    """The numbered page that holds this thread for good, or None where that is the article's own address still."""
    number = (position - 1) // PAGE + 1
    return number if number <= total // PAGE else None


def newest_from(total: int) -> int:
    """The first position on the article's own address: the newest full page and what came after it."""
    return max(0, total // PAGE - 1) * PAGE + 1


def pinned_thread(article: int) -> int | None:
    """The pk of the question that stands first on the article's own address."""
    return Comment.objects.pinned_under(article).values_list("pk", flat=True).first()


def discussion(
    article: int, number: int | None = None, total: int | None = None, *, pinned: int | None = None
) -> Discussion:
    """The threads on a page of an article. `number` must be one of its full pages (1 to R // 20).

    The article's own address begins with the `pinned` thread, wherever its place is; that place stays its own.
    """
    total = thread_count(article) if total is None else total
    full = total // PAGE
    start, end = (newest_from(total), total) if number is None else ((number - 1) * PAGE + 1, number * PAGE)
    nodes = _threads(article, start, end, None if number else pinned) if total else []
    older = (start - 1) // PAGE or None
    newer = None if number is None else (number + 1 if number < full else 0)
    return Discussion(nodes, number, total, newer, older, full)


def thread(question: Comment, number: int = 1) -> ThreadPage | None:
    """A page of one whole thread, in full length; None where it has no such page. Readers may see the question."""
    root = Row.of(question)
    pages = max(1, -(-root.reply_count // THREAD_PAGE))
    if not 1 <= number <= pages:
        return None
    hidden = placing.hidden_in(root)
    stretch = placing.stretch(root, (number - 1) * THREAD_PAGE, THREAD_PAGE, hidden)
    found, known = read_rows_with_parents(stretch.with_placeholders(hidden, PLACEHOLDERS))
    rows = [root, *found]
    kept = _without_dead_branches(rows)
    kept = kept if kept and kept[0].pk == root.pk else [root, *kept]
    return ThreadPage(_draw(kept, known | _names(kept), shorten=False), root, number, pages)


def thread_page_of(comment: Comment) -> int:
    """The page of its thread that shows this reply; a withdrawn answer stands with the replies before it."""
    return max(0, placing.replies_before(comment) - (comment.withdrawn_at is not None)) // THREAD_PAGE + 1


def is_visible(comment: Comment) -> bool:
    """Whether readers see the comment, or a placeholder: replies below it live on, or it is an answer taken back."""
    if comment.is_public or Comment.objects.below(comment).approved().order_by().exists():
        return True
    return comment.withdrawn_at is not None and Comment.objects.visible_threads([comment.tree_id]).exists()


def _threads(article: int, start: int, end: int, pinned: int | None) -> list[Node]:
    count = end - start + 1 + (pinned is not None)
    first = min(REPLIES + 1, (ROWS // count + 1) // 2)  # rows of each thread
    last_lft = 2 * first - 1
    values = {"article": article, "start": start, "end": end, "last_lft": last_lft}
    rows = [Row(*found) for found in (_PAGE_AND_PINNED.ask(**values, pinned=pinned) if pinned else _PAGE.ask(**values))]
    known: dict[int | None, str] = {}
    if long := [row.tree for row in rows if row.level == 0 and row.rght > last_lft + 1]:
        late = placing.answers_beyond(long, last_lft, min(REPLIES, LATE_ANSWERS // len(long)))
        answers, known = read_rows_with_parents(late)
        rows += answers
    by_tree: dict[int, list[Row]] = {}
    for row in rows:
        by_tree.setdefault(row.tree, []).append(row)
    # A root that left its place between two of our queries has no position any more.
    complete = [thread for thread in by_tree.values() if thread[0].level == 0 and thread[0].position is not None]
    complete.sort(key=lambda thread: (thread[0].pk != pinned, -(thread[0].position or 0)))
    selected = [_select(thread, first, PAGE_BYTES // count) for thread in complete]
    names = {**known, **_names(row for thread in selected for row in thread)}
    nodes = []
    for thread in selected:
        drawn = _draw(thread, names, shorten=True)
        drawn[0].is_pinned = thread[0].pk == pinned
        left_out = thread[0].reply_count - sum(1 for row in thread[1:] if row.is_public)
        if left_out > 0:
            drawn[-1].more, drawn[-1].root, drawn[-1].closes = left_out, thread[0], max(0, drawn[-1].depth - 1)
        nodes += drawn
    return nodes


def _beginnings(on_page: Q) -> Any:
    """Of the threads on a page: of each its first rows."""
    roots = Comment.objects.filter(on_page, article=Blank("article"), level=0).order_by().values("pk")
    beginnings = Comment.objects.filter(tree_id__in=roots, lft__lte=Blank("last_lft"))
    return beginnings.order_by("tree_id", "lft").values_list(*COLUMNS)


_PLACES = Q(position__range=(Blank("start"), Blank("end")))
_PAGE = Prepared(lambda: _beginnings(_PLACES))
_PAGE_AND_PINNED = Prepared(lambda: _beginnings(_PLACES | Q(pk=Blank("pinned"))))


def _select(thread: Sequence[Row], first: int, budget: int) -> list[Row]:
    """What an article's page shows of a thread: its question, the moderators' answers, then replies from the beginning.

    At most REPLIES replies and about `budget` bytes; what is too long for the room left is cut to a few lines, and
    where not even those fit, nothing more is shown (one answer always is). Removed comments stand where a chosen one
    is below.
    """
    rest = thread[1:]
    if len(rest) <= min(first, REPLIES) and sum(row.weight for row in thread) <= budget:
        return [thread[0], *_without_dead_branches(rest)]  # as most threads are
    root = _fitted(thread[0], budget)
    left = budget - root.weight
    public = [row for row in rest if row.is_public]
    answers = [row for row in public if row.author is not None]
    others = [row for row in public[:first] if row.author is None]
    chosen: dict[int, Row] = {}
    for row in (answers + others)[:REPLIES]:
        fitted = _fitted(row, left)
        if fitted.weight > left and (chosen or row.author is None):
            break
        chosen[row.pk] = fitted
        left -= fitted.weight
    rows = [chosen.get(row.pk, row) for row in rest if row.pk in chosen or not row.is_public]
    return [root, *_without_dead_branches(rows)]


def _fitted(row: Row, room: int) -> Row:
    """The row, or its first lines where it is longer than the room for it."""
    return row if row.weight <= room else row._replace(excerpt=markup.excerpt(row.html, over=0, length=BRIEF))


def _without_dead_branches(rows: Sequence[Row]) -> list[Row]:
    """The rows (of one thread, in reading order) less the removed ones without a public one below them among these.

    An answer that was taken back stays, as long as what it stood below does.
    """
    if all(row.is_public for row in rows):
        return list(rows)
    living: set[int] = set()
    public = None  # where the nearest public row after this one begins
    for row in reversed(rows):
        if row.is_public or row.is_withdrawn or (public is not None and public < row.rght):
            living.add(row.pk)
        public = row.lft if row.is_public else public
    dead = {row.pk for row in rows} - living
    kept: list[Row] = []
    for row in rows:
        if row.pk in dead or row.parent in dead:
            dead.add(row.pk)
        else:
            kept.append(row)
    return kept


def _names(rows: Iterable[Row]) -> dict[int | None, str]:
    """Of those on the page, for "in reply to"; "" for whom readers do not see."""
    return {row.pk: row.shown_name if row.is_public else "" for row in rows}


def _draw(rows: Sequence[Row], names: dict[int | None, str], *, shorten: bool) -> list[Node]:
    """Nest rows of one thread, in reading order, by the shown comment that each stands below; one flat pass."""
    nodes: list[Node] = []
    above: list[Node] = []  # the shown comments that the next one may stand below
    in_closed = rows[0].closed_at is not None if rows else False
    for row in rows:
        while above and above[-1].row.rght < row.lft:
            above.pop()
        depth = min(NESTING, above[-1].depth + 1) if above else 0
        told = bool(above) and (row.parent != above[-1].row.pk or row.level > NESTING)
        if nodes:
            nodes[-1].descends = depth > nodes[-1].depth
            nodes[-1].closes = max(0, nodes[-1].depth - depth)
        is_shortened = shorten and bool(row.excerpt)
        html = row.excerpt if is_shortened else row.html
        answers_name = (names.get(row.parent) or _("a removed comment")) if told else ""
        node = Node(row, depth, html, is_shortened, answers_name, in_closed=in_closed)
        nodes.append(node)
        above.append(node)
    if nodes:
        nodes[-1].closes = nodes[-1].depth
    return nodes
