"""The desk's lists: which there are, how much is in each, and a page of one.

The same cost however much waits: of each list only the first MOST are counted and leafed through (the rest comes up as
these are dealt with), and words and articles are looked for among its newest LOOKED_THROUGH.
"""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from . import campaigns, outbox
from .campaigns import Like
from .desk_models import ROW, DiscussionSettings, Draft, Visit
from .log_models import ModerationEvent
from .managers import CommentQuerySet
from .models import Comment, Status
from .reader_models import Report

PAGE = 25
MOST = 1_000
LOOKED_THROUGH = 20_000


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str
    method: str  # of CommentQuerySet
    empty: str  # what stands there where nothing does
    order: tuple[str, ...] = ("posted_at", "pk")

    @property
    def is_newest_first(self) -> bool:
        return self.order == NEWEST

    def all(self) -> CommentQuerySet:
        found: CommentQuerySet = getattr(Comment.objects, self.method)()
        return found


NEWEST = ("-pk",)
WAITING = Tab(
    "waiting", "Waiting", "waiting", "Nothing waits: every question has its answer. Enjoy the rest of your day."
)
REPORTED = Tab("reported", "Reported", "reported", "No reader has reported anything that you have not looked at.")
URGENT = Tab("urgent", "Urgent", "urgent", "Nothing urgent waits.")
NEW = Tab("new", "New", "pending", "Nothing new: you have read all that came in.")
SPAM = Tab("spam", "Spam", "marked_spam", "There is no spam.", NEWEST)
TABS = (
    WAITING,
    NEW,
    Tab("again", "Wrote again", "followed_up", "Nobody has written again since you answered.", ("follow_up_at", "pk")),
    REPORTED,
    Tab("unhelped", "Did not help", "unhelped", "Nobody says that an answer did not help.", ("unhelped_at", "pk")),
    URGENT,
    Tab(
        "asked", "Waiting for the asker", "waiting_for_asker", "You are waiting for nobody.", ("detail_asked_at", "pk")
    ),
    SPAM,
    Tab("trash", "Trash", "trashed", "The trash is empty.", NEWEST),
    Tab("all", "All", "all", "There are no comments yet.", NEWEST),
)
BY_KEY = {tab.key: tab for tab in TABS}


# A moderator had it open, or did something to it.
VISITS = Visit.objects.filter(comment=OuterRef("pk"))
ACTS = ModerationEvent.objects.filter(comment=OuterRef("pk"), by__isnull=False)
SEEN = Exists(VISITS) | Exists(ACTS)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of a list is looked for; all of it where nothing is said."""

    tab: Tab = WAITING
    words: str = ""
    article: int | None = None
    since: int | None = None  # only what came after the comment with this pk
    like: Like | None = None  # only what shares this
    is_alone: bool = False  # only what is in no campaign
    is_unseen: bool = False  # only what no moderator has opened or changed

    @property
    def is_whole(self) -> bool:
        return not (self.words or self.article or self.since or self.like or self.is_alone or self.is_unseen)

    def rows(self, most: int) -> CommentQuerySet:
        """The first so many, in the list's order."""
        if self.tab == WAITING and self.is_whole:
            return Comment.objects.first_to_answer(most)
        if self.tab == URGENT and self.is_whole:
            return Comment.objects.first_urgent(most)
        return self._fitting().order_by(*self.tab.order)[:most]

    def counted(self) -> "QuerySet[Any, Any]":
        return self._fitting().order_by(*self.tab.order).values("pk")[:MOST]

    def _fitting(self) -> CommentQuerySet:
        found = self.tab.all()
        if self.is_whole:
            return found
        if self.since:
            found = found.filter(pk__gt=self.since)
        if self.like:
            found = found.filter(self.like.fits())
        newest = found.order_by("-pk").values("pk")[:LOOKED_THROUGH]
        found = Comment.objects.filter(pk__in=newest)
        if self.is_alone:
            found = found.filter(campaigns.alone(Status.SPAM if self.tab == SPAM else Status.PENDING))
        if self.is_unseen:
            found = found.filter(~SEEN)
        if self.article:
            found = found.filter(article=self.article)
        for word in self.words.split():
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(body__icontains=word))
        return found


@dataclass(frozen=True, slots=True)
class Counts:
    """At most MOST of each; `found` is what fits, `newest` the pk of the youngest comment of all."""

    by_tab: dict[str, int]
    found: int
    reports: int
    erased: int
    late_mails: int
    alike: int  # of the newest MOST that are pending, those that are in a campaign among these
    newest: int


def counts(narrowed: Narrowed) -> Counts:
    """All of them in one query."""
    lists = [_counted(tab) for tab in TABS]
    others: list[QuerySet[Any, Any]] = [
        Report.objects.filter(handled_at=None).order_by().values("pk")[:MOST],
        Comment.objects.erased_with_answers().order_by().values("pk")[:MOST],
        outbox.late(timezone.now()).values("pk")[:MOST],
        campaigns.newest_alike(MOST).values("pk"),
    ]
    found = [] if narrowed.is_whole else [narrowed.counted()]
    *numbers, newest = _numbers([*lists, *others, *found])
    by_tab = dict(zip(BY_KEY, numbers, strict=False))
    reports, erased, late, alike, *fitting = numbers[len(TABS) :]
    fits = fitting[0] if fitting else by_tab[narrowed.tab.key]
    return Counts(by_tab, fits, reports, erased, late, alike, newest)


def _numbers(querysets: "list[QuerySet[Any, Any]]") -> list[int]:
    """How many rows each has, at most MOST, and the pk of the youngest comment."""
    parts: list[str] = []
    parameters: list[Any] = []
    for queryset in querysets:
        sql, more = queryset.query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS part)")  # noqa: S608 - Django's own SQL
        parameters += more
    with connection.cursor() as cursor:
        newest = "(SELECT COALESCE(MAX(id), 0) FROM comments_comment)"
        cursor.execute(f"SELECT {', '.join([*parts, newest])}", parameters)
        *numbers, newest = cursor.fetchone()
    return [*(min(number, MOST) for number in numbers), newest]


def _counted(tab: Tab) -> "QuerySet[Any, Any]":
    """In its order, as an index has it: PostgreSQL would else join two indexes whole, or read all comments."""
    if tab in (WAITING, URGENT):
        return Comment.objects.to_count(MOST, urgent=tab == URGENT)
    return tab.all().order_by(*tab.order).values("pk")[:MOST]


def page(narrowed: Narrowed, total: int, number: Any, *, moderator: Any) -> Page[Any]:
    """A page of what fits; for a number that there is not, the nearest. `has_draft` where the moderator left one."""
    shown: Page[Any] = Paginator(range(total), PAGE).get_page(number)
    drafts = Draft.objects.filter(comment=OuterRef("pk"), moderator=moderator)
    rows = narrowed.rows(shown.end_index()).select_related("article", "author", "parent__author")
    rows = rows.annotate(has_draft=Exists(drafts), **(_OF_SPAM if narrowed.tab == SPAM else {}))
    shown.object_list = list(rows[max(0, shown.start_index() - 1) :])
    return shown


# What says whether somebody has looked at what the site filed, and when it goes for good.
_OF_SPAM: dict[str, Any] = {
    # As SEEN; PostgreSQL would read the whole log for an EXISTS that is shown.
    "is_seen": Coalesce(Subquery(VISITS.values("pk")[:1]), Subquery(ACTS.order_by("-pk").values("pk")[:1])),
    "touched_at": Subquery(ModerationEvent.objects.filter(comment=OuterRef("pk")).order_by("-pk").values("at")[:1]),
    "spam_days": Subquery(DiscussionSettings.objects.filter(pk=ROW).values("spam_days")),
}


def pks(narrowed: Narrowed, most: int) -> list[int]:
    return list(narrowed.rows(most).values_list("pk", flat=True))


def arrived_since(pk: int) -> int:
    """How many of the comments after this one are pending."""
    return Comment.objects.pending().filter(pk__gt=pk)[:MOST].count()
