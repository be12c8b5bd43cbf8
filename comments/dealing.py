"""What waits for a moderator beside a status: what askers added or said, what they were asked, what readers reported.

Dealing with it empties those columns. The event keeps what was in them, so that it can be taken back.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet
from django.utils import timezone

from . import locking, statuses
from .log_models import ModerationEvent, Verb
from .models import Comment
from .reader_models import Report
from .statuses import Comments

COLUMNS = {"follow_up_at": "wrote again", "unhelped_at": "did not help", "detail_asked_at": "asked for detail"}
OPEN = Q(follow_up_at__isnull=False) | Q(unhelped_at__isnull=False) | Q(detail_asked_at__isnull=False)
EMPTIED: dict[str, Any] = {**dict.fromkeys(COLUMNS), "detail_wanted": ""}
_LINE = re.compile(rf"({'|'.join(COLUMNS.values())}) (\S+)")


@locking.retried
def deal_with(
    comments: Comments, *, by: Any, reason: str = "", reports_until: int | None = None, act: UUID | None = None
) -> list[Comment]:
    """Nothing of what is open on these needs anything more; those where something was, fresh.

    `reports_until` is the newest report that was looked at: what came after it stays open.
    """
    held = locking.hold(statuses.pks_of(comments), articles=False)
    now, act = timezone.now(), act or uuid4()
    reports = _reports_on(held.comments, reports_until)
    _open_reports(held.comments, reports_until).update(handled_at=now, handled_by=by)
    told = {pk: [*reports[pk], *_told(comment)] for pk, comment in held.comments.items()}
    return statuses.fresh(_emptied(held.comments, told, by=by, reason=reason, act=act, now=now))


def is_open(comment: Comment) -> bool:
    """Whether its asker is waited for, or has said something that nobody has dealt with."""
    return any(getattr(comment, column) for column in COLUMNS)


def open_among(pks: Iterable[int]) -> set[int]:
    """Which of these `deal_with` would change."""
    comments = Comment.objects.filter(OPEN, pk__in=list(pks)).values_list("pk", flat=True)
    return {*comments, *_reports_on(pks)}


def with_an_answer(answered: Comment, *, by: Any, act: UUID, now: datetime) -> None:
    """An answer deals with all that its thread's asker has said so far. The caller holds the thread."""
    thread = {comment.pk: comment for comment in Comment.objects.filter(OPEN, tree_id=answered.tree_id)}
    _emptied(thread, {pk: _told(comment) for pk, comment in thread.items()}, by=by, reason="answered", act=act, now=now)


def reopen(comment: Comment, event: ModerationEvent) -> bool:
    """What was dealt with waits again, save where something newer does. The caller holds the thread."""
    columns: dict[str, Any] = {}
    moments, _, wanted = event.before.partition("wanted: ")
    for name, moment in _LINE.findall(moments):
        column = next(column for column, told in COLUMNS.items() if told == name)
        if getattr(comment, column) is None and (column == "follow_up_at" or comment.is_root):
            columns[column] = datetime.fromisoformat(moment)
    if "detail_asked_at" in columns:
        columns["detail_wanted"] = wanted
    Comment.objects.filter(pk=comment.pk).update(**columns)
    reports = Report.objects.filter(comment=comment, handled_at=event.at)
    return bool(reports.update(handled_at=None, handled_by=None)) or bool(columns)


def _emptied(
    comments: dict[int, Comment], told: dict[int, list[str]], *, by: Any, reason: str, act: UUID, now: datetime
) -> list[int]:
    """Empty the columns of what has something to tell, with an event each; the pks of those."""
    pks = [pk for pk, lines in told.items() if lines]
    Comment.objects.filter(pk__in=pks).update(**EMPTIED)
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            comment_id=pk,
            by=by,
            verb=Verb.DEAL_WITH,
            from_status=comments[pk].status,
            to_status=comments[pk].status,
            before="\n".join(told[pk]),
            reason=reason[:500],
            at=now,
            act=act,
        )
        for pk in pks
    )
    return pks


def _told(comment: Comment) -> list[str]:
    """What is open on a comment, as the log keeps it; what its asker was asked stands last, as it may have lines."""
    open_ = [(name, getattr(comment, column)) for column, name in COLUMNS.items()]
    lines = [f"{name} {moment.isoformat()}" for name, moment in open_ if moment]
    return [*lines, f"wanted: {comment.detail_wanted}"] if comment.detail_asked_at else lines


def _open_reports(pks: Iterable[int], until: int | None) -> QuerySet[Report]:
    found = Report.objects.filter(comment__in=list(pks), handled_at=None)
    return found if until is None else found.filter(pk__lte=until)


def _reports_on(pks: Iterable[int], until: int | None = None) -> dict[int, list[str]]:
    found = defaultdict(list)
    for report in _open_reports(pks, until).order_by("pk"):
        found[report.comment_id].append(f"reported {report.reference}")
    return found
