"""Which moderators are to be told of what, each as they chose: called by the doors, inside their transactions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from . import outbox
from .desk_models import DeskPreference, Digest
from .mail_models import Kind
from .models import MODERATORS, Comment, Status
from .reader_models import Report


def received(comment: Comment, now: datetime) -> None:
    """A reader has sent this. What was caught as spam is not worth a mail."""
    if comment.status == Status.SPAM:
        return
    if comment.by_asker:
        told = [(one, now) for one, likes in recipients() if likes.mail_follow_ups]
        _put(Kind.FOLLOW_UP, told, comment_id=comment.pk)
    else:
        told = [(one, due) for one, likes in recipients() if (due := next_mail(likes, now)) is not None]
        _put(Kind.NEW, told, comment_id=comment.pk)


def reported(report: Report, now: datetime) -> None:
    told = [(one, now) for one, likes in recipients() if likes.mail_reports]
    _put(Kind.REPORT, told, comment_id=report.comment_id, report=report)


def recipients() -> Iterator[tuple[User, DeskPreference]]:
    """Who answers here and has an address, with what they want to hear. One query."""
    people = User.objects.filter(groups__name=MODERATORS, is_active=True, is_staff=True).exclude(email="")
    for one in people.select_related("desk_preference").order_by("pk"):
        yield one, getattr(one, "desk_preference", None) or DeskPreference(moderator=one)


def next_mail(likes: DeskPreference, now: datetime) -> datetime | None:
    """When this moderator gets what comes in now; None if not at all."""
    if likes.mail_questions == Digest.NONE:
        return None
    if likes.mail_questions == Digest.AT_ONCE:
        return now
    local = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    if likes.mail_questions == Digest.HOURLY:
        return local + timedelta(hours=1)
    due = local.replace(hour=likes.mail_hour)
    return due if due > now else due + timedelta(days=1)


def _put(kind: Kind, told: list[tuple[User, datetime]], **about: Any) -> None:
    outbox.put(outbox.message(kind, moderator=one, due_at=due_at, **about) for one, due_at in told)
