"""Who may write where, one after the other; and what follows from a change, brought up to date before the lock goes.

The order of locks, the same everywhere, so that nobody waits in a circle: advisory keys (sorted), articles (by pk),
roots of threads (by pk). A reader's pending comment needs its thread's root alone; what readers can see also changes
the article's counts, positions and version, so it takes the article first. On SQLite every `atomic()` is the one
writer.
"""

import copy
import functools
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet

from . import changes, documents
from .models import Comment, Status, article_model
from .prepared import Blank, Prepared

P = ParamSpec("P")
R = TypeVar("R")
Place = tuple[datetime, int]

DEADLOCK = "40P01"  # PostgreSQL's code
ATTEMPTS = 10  # a thread that moves ten times while we wait for it is a fault, not bad luck


class MovedMeanwhile(Exception):
    """A comment left the thread or the article that we locked for it. `retried` starts again."""


@dataclass(slots=True)
class Held:
    """Comments read again under the locks of their threads (and articles), with those."""

    comments: dict[int, Comment]
    roots: dict[int, Comment]
    articles: dict[int, Any] = field(default_factory=dict)

    def root_of(self, comment: Comment) -> Comment:
        return self.roots[comment.tree_id]

    def on(self, articles: Collection[int]) -> "Held":
        """What of it is on these articles."""
        return Held(
            {pk: comment for pk, comment in self.comments.items() if comment.article_id in articles},
            {pk: root for pk, root in self.roots.items() if root.article_id in articles},
            {pk: article for pk, article in self.articles.items() if pk in articles},
        )


def retried(write: Callable[P, R]) -> Callable[P, R]:
    """Run `write` in a transaction, again from its start where a thread moved while it waited for the lock.

    As well where PostgreSQL ended a circle of waiting by it: what hangs on comments, such as mails, has no order.
    """

    @functools.wraps(write)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for last in range(ATTEMPTS):
            try:
                with transaction.atomic():
                    return write(*args, **kwargs)
            except MovedMeanwhile:
                if last == ATTEMPTS - 1:
                    raise
            except OperationalError as error:
                if last == ATTEMPTS - 1 or connection.in_atomic_block or not _is_deadlock(error):
                    raise
        raise AssertionError

    return attempt


def _is_deadlock(error: OperationalError) -> bool:
    return getattr(error.__cause__, "pgcode", None) == DEADLOCK


def serialise(*keys: str) -> None:
    """Let nobody else pass with one of these keys until this transaction ends."""
    if connection.vendor == "postgresql":
        numbers = {int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True) for key in keys}
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [sorted(numbers)])


def hold(pks: Iterable[int], *, articles: bool, also_article: int | None = None) -> Held:
    """The comments with these pks, under their threads' locks; with `articles` under their articles' too.

    Inside `atomic()`, first of all statements. Pks that do not exist are left out. `also_article` is locked too.
    Raises MovedMeanwhile where a comment changed its thread or article on the way.
    """
    given = set(pks)
    if len(given) == 1 and not articles:
        return _hold_one(*given)
    wanted = Comment.objects.filter(pk__in=given).order_by("pk")
    locked: dict[int, Any] = {}
    trees: Any = wanted.order_by().values("tree_id")
    if articles:
        places = list(wanted.values_list("article_id", "tree_id"))
        article_pks = {article for article, _ in places} | ({also_article} if also_article is not None else set())
        queryset = article_model().objects.select_for_update(no_key=True).filter(pk__in=article_pks).order_by("pk")
        locked = {article.pk: article for article in queryset}
        trees = {tree for _, tree in places}
    queryset = Comment.objects.select_for_update(no_key=True).filter(level=0, pk__in=trees).order_by("pk")
    roots = {root.pk: root for root in queryset}
    comments = {pk: copy.copy(root) for pk, root in roots.items() if pk in given}
    if given - comments.keys():
        comments |= {comment.pk: comment for comment in wanted.exclude(pk__in=comments).select_related("author")}
        comments = dict(sorted(comments.items()))
    for comment in comments.values():
        if comment.tree_id not in roots or (articles and comment.article_id not in locked):
            raise MovedMeanwhile
    return Held(comments, roots, locked)


def _hold_one(pk: int) -> Held:
    """The same for one, as each post and most of what the desk does about a single comment ask it."""
    if not connection.in_atomic_block:  # Django says so only where it makes the SQL
        raise transaction.TransactionManagementError("A thread is held in a transaction.")
    roots = {root.pk: root for root in _LOCKED_ROOT.ask(pk=pk)}
    comment = copy.copy(roots[pk]) if pk in roots else next(iter(_COMMENT.ask(pk=pk)), None)
    if comment is not None and comment.tree_id not in roots:
        raise MovedMeanwhile
    return Held({pk: comment} if comment is not None else {}, roots)


def _locked_root() -> QuerySet[Comment]:
    trees = Comment.objects.filter(pk=Blank("pk")).order_by().values("tree_id")
    return Comment.objects.select_for_update(no_key=True).filter(level=0, pk__in=trees).order_by("pk")


_LOCKED_ROOT = Prepared(_locked_root, is_planned=False)
_COMMENT = Prepared(lambda: Comment.objects.select_related("author").filter(pk=Blank("pk")), is_planned=False)


@dataclass(frozen=True, slots=True)
class Share:
    """What one thread adds to its article's counts."""

    comments: int
    questions: int
    answered: int

    @classmethod
    def of(cls, root: Comment) -> "Share":
        approved = int(root.status == Status.APPROVED)
        return cls(root.reply_count + approved, approved, int(bool(approved and root.answered_at)))


def settle(held: Held, *, demoted: Iterable[Comment] = (), promoted: Iterable[int] = ()) -> None:
    """After a change that readers can see: each held thread's columns and document, its article's positions, counts and
    version.

    The last statements of a transaction that holds the articles. `demoted` are former roots as they were (they leave
    their articles' numbering), `promoted` the pks of new roots.
    """
    gone = {root.pk for root in demoted}
    fresh = list(Comment.objects.filter(level=0, pk__in=(held.roots.keys() - gone) | set(promoted)).order_by("pk"))
    _derive(fresh)
    for article, since in _renumbered_from(held.roots.values(), fresh).items():
        renumber(article, since)
    pointed_to = documents.write_threads(sorted(held.roots.keys() | set(promoted)))
    deltas: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for sign, roots in ((-1, held.roots.values()), (1, fresh)):
        for root in roots:
            _add(deltas[root.article_id], Share.of(root), sign)
    for article in sorted(deltas):
        add_to_counts(article, *deltas[article])
    for article in sorted(pointed_to - deltas.keys()):  # not held: whoever waits in a circle for them is `retried`
        add_to_counts(article)


def add_to_counts(article: int, comments: int = 0, questions: int = 0, answered: int = 0) -> None:
    """The last statement of a transaction that changed what readers of the article can see."""
    article_model().objects.filter(pk=article).update(
        comment_count=F("comment_count") + comments,
        question_count=F("question_count") + questions,
        answered_count=F("answered_count") + answered,
        discussion_version=F("discussion_version") + 1,
    )
    tell(article)


def tell(article: int) -> None:
    """This process and this machine, that its version is another one."""
    changes.note(article)  # now too: a server that goes away at the end may have committed, and nobody hears of it
    transaction.on_commit(functools.partial(changes.note, article))


def _add(delta: list[int], share: Share, sign: int) -> None:
    delta[0] += sign * share.comments
    delta[1] += sign * share.questions
    delta[2] += sign * share.answered


def _derive(roots: list[Comment]) -> None:
    """reply_count, answered_at and whether there is a position, from the statuses in each thread.

    From indexes that hold what is not approved, and what moderators wrote: a long thread is not read for it.
    """
    pks = [root.pk for root in roots]
    unseen, answered = Comment.objects.unseen_per_thread(pks), Comment.objects.first_answered(pks)
    stale = []
    for root in roots:
        replies = root.rght // 2 - 1 - unseen.get(root.pk, 0)
        visible = root.status == Status.APPROVED or replies > 0
        position = (root.position or 0) if visible else None  # 0 until renumber
        columns = (replies, answered.get(root.pk), position)
        if columns != (root.reply_count, root.answered_at, root.position):
            root.reply_count, root.answered_at, root.position = columns
            stale.append(root)
    Comment.objects.bulk_update(stale, ["reply_count", "answered_at", "position"])


def _renumbered_from(before: Iterable[Comment], after: Iterable[Comment]) -> dict[int, Place]:
    """For each article the first place in its numbering that a visible root left or took; those before it stay right.

    A removed root stands by the date it was posted, and moves when it is published for the first time.
    """
    was, now = ({root.pk: (root.article_id, _place(root)) for root in roots if root.position is not None}
                for roots in (before, after))  # fmt: skip
    since: dict[int, Place] = {}
    for pk in was.keys() | now.keys():
        if was.get(pk) != now.get(pk):
            for article, place in filter(None, (was.get(pk), now.get(pk))):
                since[article] = min(since.get(article, place), place)
    return dict(sorted(since.items()))


def _place(root: Comment) -> Place:
    return (root.published_at or root.posted_at, root.pk)


def renumber(article: int, since: Place) -> None:
    """Positions 1..R, dense, of an article's visible roots from this place on; those before it are right already."""
    moment = connection.ops.adapt_datetimefield_value(since[0])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE comments_comment SET position = ranked.place
            FROM (
                SELECT id, COALESCE((
                    SELECT position FROM comments_comment
                    WHERE article_id = %s AND level = 0 AND position > 0
                      AND (COALESCE(published_at, posted_at), id) < (%s, %s)
                    ORDER BY position DESC LIMIT 1
                ), 0) + ROW_NUMBER() OVER (ORDER BY COALESCE(published_at, posted_at), id) AS place
                FROM comments_comment
                WHERE article_id = %s AND level = 0 AND position IS NOT NULL
                  AND (COALESCE(published_at, posted_at), id) >= (%s, %s)
            ) AS ranked
            WHERE comments_comment.id = ranked.id AND comments_comment.position <> ranked.place
            """,
            [article, moment, since[1], article, moment, since[1]],
        )
