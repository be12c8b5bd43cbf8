"""One verb on a whole campaign: as many comments as it has, in steps of a batch, as one act with one undo.

A step is whole by itself. Whoever stops in between, or whose time is up, goes on with the same act. What is urgent is
left for a person to read, and so is what came in after the preview.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from . import bulk
from .campaigns import Like
from .log_models import ModerationEvent
from .managers import CommentQuerySet
from .models import Comment, Status
from .statuses import BATCH

SECONDS = 15.0  # of one request; then the page says how many are left
EXAMPLES = 10  # that the preview shows

# verb: on what it is done, and its words
VERBS: dict[str, tuple[Status, str]] = {
    "mark_spam": (Status.PENDING, "Mark what waits as spam"),
    "trash": (Status.PENDING, "Trash what waits"),
    "approve": (Status.PENDING, "Approve what waits"),
    "restore": (Status.SPAM, "Not spam: restore"),
}


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is to be done, as the preview knew it."""

    like: Like
    verb: str
    until: int  # the youngest comment of the preview
    seen_at: datetime

    @property
    def label(self) -> str:
        return VERBS[self.verb][1]

    def rows(self) -> CommentQuerySet:
        return all_of(self.like, VERBS[self.verb][0]).filter(pk__lte=self.until, urgent=False)


@dataclass(frozen=True, slots=True)
class Preview:
    changing: int
    urgent: int  # of it, which are left alone
    examples: list[Comment]
    until: int


def preview(like: Like, verb: str) -> Preview:
    """With the newest of them, and the first: that may be somebody's question, which others copied."""
    found = all_of(like, VERBS[verb][0])
    changing = found.filter(urgent=False)
    told = changing.select_related("author", "article")
    examples = list(told.order_by("-pk")[:EXAMPLES])
    until = examples[0].pk if examples else 0
    if len(examples) == EXAMPLES:
        examples[-1:] = told.order_by("pk")[:1]
    return Preview(changing.count(), found.filter(urgent=True).count(), examples, until)


def do(sweep: Sweep, *, by: Any, act: UUID) -> tuple[int, int]:
    """How many were changed, and how many are left when the time is up."""
    deadline, changed, last = time.monotonic() + SECONDS, 0, 0
    for pks in _batches(sweep):
        changed += len(bulk.do(sweep.verb, pks, by=by, seen_at=sweep.seen_at, act=act))
        last = pks[-1]
        if time.monotonic() >= deadline:
            return changed, sweep.rows().filter(pk__gt=last).count()
    return changed, 0


def all_of(like: Like, status: Status) -> CommentQuerySet:
    """What shares this and has that status; readers' words alone."""
    found: CommentQuerySet = Comment.objects.filter(like.fits(), author=None, erased_at=None)
    return found.exclude(status__in=[other for other in Status if other != status])


def belongs_to(act: UUID, *, by: Any, verb: str) -> bool:
    """Whether this act is one that the moderator may go on with: their own, and the same verb."""
    events = ModerationEvent.objects.filter(act=act).order_by("pk").values_list("by", "verb")
    return events.first() in (None, (by.pk, verb))


def _batches(sweep: Sweep) -> Iterator[list[int]]:
    """By their pks, so that what is left alone is not looked at twice."""
    last = 0
    while pks := list(sweep.rows().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield pks
        last = pks[-1]
