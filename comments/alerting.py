"""Which moderators are to be told of what, each as they chose: called by the doors, inside their transactions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from . import discussion_settings, locking, outbox
from .desk_models import DeskPreference, Digest
from .mail_models import Kind, OutboxMessage
from .models import MODERATORS, Comment
from .prepared import Prepared
from .reader_models import Report

Recipient = tuple[User, DeskPreference]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PATIENCE = timedelta(days=3)  # a question may wait so long before its moderators are reminded
NUDGED_AGAIN = timedelta(days=7)
BY_WRITERS = (Kind.NEW, Kind.FOLLOW_UP)  # told at once, whatever else is chosen, where it is urgent


def received(comment: Comment, now: datetime) -> None:
    """A reader has sent this; its row may come later in the transaction."""
    _tell(Kind.FOLLOW_UP if comment.by_asker else Kind.NEW, comment, now)


def changed_as_asked(question: Comment, now: datetime) -> None:
    """Its asker was asked for more, and has changed it: it waits again."""
    # Asked a second time, they write a second time: what was told of the first makes room.
    OutboxMessage.objects.filter(comment=question, kind=Kind.FOLLOW_UP, done_at__isnull=False).delete()
    _tell(Kind.FOLLOW_UP, question, now)


def became_urgent(comment: Comment, now: datetime) -> None:
    """Its writer has changed it, and now it sounds like danger: who wants that at once is told, and told once more."""
    kind = Kind.FOLLOW_UP if comment.by_asker else Kind.NEW
    told = [(one, now) for one, likes in recipients() if likes.mail_urgent]
    earlier = OutboxMessage.objects.filter(comment=comment, kind=kind, moderator__in=[one for one, _ in told])
    earlier.filter(Q(done_at__isnull=False) | Q(message_id="")).delete()  # was told, or waits for its hour
    _put(kind, told, comment_id=comment.pk)


def reported(report: Report, now: datetime) -> None:
    told = [(one, now) for one, likes in recipients() if likes.mail_reports]
    _put(Kind.REPORT, told, comment_id=report.comment_id, report=report)


def nudge(now: datetime) -> int:
    """Remind of the oldest question where it waits for days, each moderator once a week at most; how many were.

    Not while the site says that nobody answers at present. To be called about once an hour.
    """
    if discussion_settings.current().away:
        return 0
    oldest = Comment.objects.first_waiting(1, Q(level=0)).first()
    return _remind_of(oldest, now) if oldest and oldest.posted_at <= now - PATIENCE else 0


@transaction.atomic
def _remind_of(oldest: Comment, now: datetime) -> int:
    locking.serialise("nudge")  # workers do this, and there may be several
    nudges = OutboxMessage.objects.filter(kind=Kind.NUDGE)
    told = nudges.filter(written_at__gt=now - NUDGED_AGAIN).exclude(outcome=OutboxMessage.Outcome.SKIPPED)
    lately = set(told.values_list("moderator", flat=True))
    due = [(one, at_hour(likes, now)) for one, likes in recipients() if likes.mail_nudge and one.pk not in lately]
    # Last week's makes room: of each question a moderator has one reminder, or it would count as told.
    nudges.filter(comment=oldest, moderator__in=[one for one, _ in due], done_at__isnull=False).delete()
    _put(Kind.NUDGE, due, comment_id=oldest.pk)
    return len(due)


def rearrange(likes: DeskPreference, now: datetime) -> None:
    """This moderator has chosen anew: what waits for them comes then, or not at all.

    What a worker has begun to send, and so has a Message-ID, goes its way.
    """
    waiting = OutboxMessage.objects.filter(moderator=likes.moderator_id, done_at=None, message_id="")
    urgent = Q(kind__in=BY_WRITERS, comment__urgent=True) if likes.mail_urgent else Q(pk=None)
    for kind, is_wanted in wanted(likes).items():
        if not is_wanted:
            waiting.filter(kind=kind).exclude(urgent).delete()
    waiting.filter(kind=Kind.NEW).exclude(urgent).update(due_at=next_mail(likes, now))
    waiting.filter(urgent).update(due_at=now)
    waiting.filter(kind=Kind.NUDGE).update(due_at=at_hour(likes, now))


def wanted(likes: DeskPreference) -> dict[Kind, bool]:
    """Of what this moderator wants to hear at all, urgent or not."""
    return {
        Kind.NEW: likes.mail_questions != Digest.NONE,
        Kind.FOLLOW_UP: likes.mail_follow_ups,
        Kind.REPORT: likes.mail_reports,
        Kind.NUDGE: likes.mail_nudge,
    }


def recipients() -> Iterator[Recipient]:
    """Who answers here and has an address, with what they want to hear. One query."""
    for one in _PEOPLE.ask():
        yield one, getattr(one, "desk_preference", None) or DeskPreference(moderator=one)


def _people() -> QuerySet[User]:
    people = User.objects.filter(groups__name=MODERATORS, is_active=True, is_staff=True).exclude(email="")
    return people.select_related("desk_preference").order_by("pk")


_PEOPLE = Prepared(_people, is_planned=False)


def next_mail(likes: DeskPreference, now: datetime) -> datetime | None:
    """When this moderator gets what comes in now; None if not at all."""
    if likes.mail_questions == Digest.NONE:
        return None
    if likes.mail_questions == Digest.AT_ONCE:
        return now
    return _next_hour(now) if likes.mail_questions == Digest.HOURLY else at_hour(likes, now)


def due_of(kind: Kind, comment: Comment, likes: DeskPreference, now: datetime) -> datetime | None:
    """When this moderator hears that this came in; None if not at all. What is urgent knows no hours, if they like."""
    if comment.urgent and likes.mail_urgent:
        return now
    if kind == Kind.NEW:
        return next_mail(likes, now)
    return now if wanted(likes)[kind] else None


def at_hour(likes: DeskPreference, now: datetime) -> datetime:
    """The next time that the site's clocks show this moderator's hour.

    Of an hour that comes twice, when clocks go back, the first; where it is left out, when they go forward, the next.
    """
    due = timezone.localtime(now).replace(hour=likes.mail_hour, minute=0, second=0, microsecond=0, fold=0)
    if due.astimezone(UTC) <= now:
        due += DAY  # of the calendar: 23 to 25 hours
    return due.astimezone(UTC)


def _next_hour(now: datetime) -> datetime:
    """The next full hour, counted in real time: a clock that is put back would leave one out."""
    local = timezone.localtime(now)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return now + HOUR - past


def _tell(kind: Kind, comment: Comment, now: datetime) -> None:
    told = [(one, due) for one, likes in recipients() if (due := due_of(kind, comment, likes, now)) is not None]
    _put(kind, told, comment_id=comment.pk)


def _put(kind: Kind, told: list[tuple[User, datetime]], **about: Any) -> None:
    outbox.put(outbox.message(kind, moderator=one, due_at=due_at, **about) for one, due_at in told)
