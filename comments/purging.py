"""What is kept for a time only goes when that is over: spam, the words of the trash, networks' fingerprints, who was
told of what, addresses that nobody confirmed, and sessions.

In small steps, each whole by itself, so that nobody waits long, and so that it may be stopped and run again.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from . import clock, deleting, discussion_settings, history, likeness, locking, moderation, traces
from .mail_models import EmailAddress, MailRequest, OutboxMessage
from .managers import CommentQuerySet
from .models import Comment
from .reader_models import Report

BATCH = 500  # fingerprints, mails or addresses at once
ERASED = 50  # comments at once: their threads are locked meanwhile
LIMITS_NEED = timedelta(days=2)  # the limits on one network look back a day


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows lost what."""

    comments: int = 0  # lost their network's fingerprint
    reports: int = 0
    erased: int = 0  # lost their words
    deleted: int = 0  # are gone: spam, and comments without words
    mails: int = 0  # are gone
    addresses: int = 0

    def __add__(self, other: "Purged") -> "Purged":
        return Purged(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def daily(now: datetime) -> Iterator[Purged]:
    """`steps`, where the clock may be believed. Raises clock.Doubtful."""
    clock.strike(now)
    clock.check(now)
    return steps(now)


def purge(now: datetime | None = None) -> Purged:
    """By the terms of the settings, as of now; all of it."""
    return sum(steps(now or timezone.now()), Purged())


def steps(now: datetime) -> Iterator[Purged]:
    """The same in small steps, for who has something else to do in between: what each of them took away."""
    row = discussion_settings.fresh()
    seen_until = now - max(timedelta(days=row.network_days), LIMITS_NEED)
    spam_until = now - timedelta(days=row.spam_days)
    yield from (Purged(comments=count) for count in _forgetting(Comment.objects.filter(posted_at__lt=seen_until)))
    yield from (Purged(reports=count) for count in _forgetting(Report.objects.filter(reported_at__lt=seen_until)))
    yield from (Purged(deleted=count) for count in _deleting(Comment.objects.spam_before(spam_until)))
    yield from (Purged(erased=count) for count in _erasing(Comment.objects.spam_before(spam_until)))
    if row.removed_days:
        trash = Comment.objects.trash_before(now - timedelta(days=row.removed_days))
        yield from (Purged(erased=count) for count in _erasing(trash))
    yield from (Purged(deleted=count) for count in _deleting(Comment.objects.erased_before(spam_until)))
    old_mails = OutboxMessage.objects.filter(done_at__lt=now - timedelta(days=row.mail_days))
    yield from (Purged(mails=count) for count in _dropping(old_mails))
    unconfirmed = _unconfirmed(now - timedelta(days=row.unconfirmed_days))
    yield from (Purged(addresses=count) for count in _dropping(unconfirmed))
    yield from (Purged() for _ in _dropping(likeness.old_signs(now, row.network_days)))
    yield from (Purged() for _ in traces.wiping())
    # They serve the limits alone.
    yield from (Purged() for _ in _dropping(MailRequest.objects.filter(asked_at__lt=now - LIMITS_NEED)))
    # One may hold an answer that was sent after the login had ended.
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def _unconfirmed(before: datetime) -> QuerySet[EmailAddress]:
    """Addresses whose owners never agreed, and were last asked, or to be told something, before that moment.

    Not those who refused: that must be known for as long as somebody may enter them again.
    """
    lately = OutboxMessage.objects.filter(address=OuterRef("pk"), written_at__gte=before)
    old = EmailAddress.objects.filter(confirmed_at=None, added_at__lt=before, muted_at=None)
    return old.exclude(Exists(lately))


def _dropping(old: QuerySet[Any]) -> Iterator[int]:
    """In batches, with what hangs on them; each looked at again as it goes."""
    while pks := list(old.values_list("pk", flat=True)[:BATCH]):
        _, deleted = old.filter(pk__in=pks).delete()
        yield deleted.get(old.model._meta.label, 0)  # noqa: SLF001


def _forgetting(old: QuerySet[Any]) -> Iterator[int]:
    known = old.exclude(network="").order_by("network")
    while pks := list(known.values_list("pk", flat=True)[:BATCH]):
        yield old.model.objects.filter(pk__in=pks).update(network="")


def _deleting(due: CommentQuerySet) -> Iterator[int]:
    """The youngest first: replies are younger than what they stand below, and what has any stays."""
    for pks in _batches(due.filter(source=None), deleting.BATCH):
        yield deleting.delete(pks, due)


def _erasing(due: CommentQuerySet) -> Iterator[int]:
    for pks in _batches(due, ERASED):
        yield _erase(pks, due)


def _batches(due: CommentQuerySet, size: int) -> Iterator[list[int]]:
    """What is left of them is behind us: whatever did not go is not looked at twice."""
    last: dict[str, int] = {}
    while pks := list(due.filter(**last).order_by("-pk").values_list("pk", flat=True)[:size]):
        yield pks
        last = {"pk__lt": pks[-1]}


@locking.retried
def _erase(pks: list[int], due: CommentQuerySet) -> int:
    """Those of them that are still to go, looked at under the lock.

    What its writer took back stays: they may put it back. What the trash holds of that kind goes when they erase it.
    """
    held = locking.hold(pks, articles=True)
    removed = list(due.filter(pk__in=held.comments))
    withdrawn = history.withdrawals(removed)
    going = [comment for comment in removed if comment.pk not in withdrawn]
    return len(moderation.erase(going, by=None)) if going else 0
