"""What is kept for a time only goes when that is over: networks' fingerprints, the words of spam and trash, who was
told of what, and addresses that nobody confirmed.

In small steps, each whole by itself, so that nobody waits long, and so that it may be stopped and run again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from . import discussion_settings, history, locking, moderation
from .mail_models import EmailAddress, MailRequest, OutboxMessage
from .models import Comment, Status
from .reader_models import Report

BATCH = 500  # fingerprints, mails or addresses at once
ERASED = 50  # comments at once: their threads are locked meanwhile
LIMITS_NEED = timedelta(days=2)  # the limits on one network look back a day


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows lost what."""

    comments: int  # lost their network's fingerprint
    reports: int
    erased: int  # lost their words
    mails: int = 0  # are gone
    addresses: int = 0


def purge(now: datetime | None = None) -> Purged:
    """By the terms of the settings, as of now."""
    now, row = now or timezone.now(), discussion_settings.fresh()
    seen_until = now - max(timedelta(days=row.network_days), LIMITS_NEED)
    _delete(MailRequest.objects.filter(asked_at__lt=now - LIMITS_NEED))  # they serve the limits alone
    return Purged(
        comments=_forget_networks(Comment.objects.filter(posted_at__lt=seen_until)),
        reports=_forget_networks(Report.objects.filter(reported_at__lt=seen_until)),
        erased=_erase_removed(now - timedelta(days=row.removed_days)) if row.removed_days else 0,
        mails=_delete(OutboxMessage.objects.filter(done_at__lt=now - timedelta(days=row.mail_days))),
        addresses=_delete(_unconfirmed(now - timedelta(days=row.unconfirmed_days))),
    )


def _unconfirmed(before: datetime) -> QuerySet[EmailAddress]:
    """Addresses whose owners never agreed, and were last asked, or to be told something, before that moment.

    Not those who refused: that must be known for as long as somebody may enter them again.
    """
    lately = OutboxMessage.objects.filter(address=OuterRef("pk"), written_at__gte=before)
    old = EmailAddress.objects.filter(confirmed_at=None, added_at__lt=before, muted_at=None)
    return old.exclude(Exists(lately))


def _delete(old: QuerySet[Any]) -> int:
    """In batches, with what hangs on them; each looked at again as it goes."""
    count = 0
    while pks := list(old.values_list("pk", flat=True)[:BATCH]):
        _, deleted = old.filter(pk__in=pks).delete()
        count += deleted.get(old.model._meta.label, 0)  # noqa: SLF001
    return count


def _forget_networks(old: QuerySet[Any]) -> int:
    known, count = old.exclude(network="").order_by("network"), 0
    while pks := list(known.values_list("pk", flat=True)[:BATCH]):
        count += old.model.objects.filter(pk__in=pks).update(network="")
    return count


def _erase_removed(before: datetime) -> int:
    """The words of what was taken down before that moment, and has been left alone since."""
    count = 0
    for status in (Status.SPAM, Status.TRASH):
        removed, last = Comment.objects.removed_before(before).filter(status=status).order_by("pk"), 0
        while pks := list(removed.filter(pk__gt=last).values_list("pk", flat=True)[:ERASED]):
            count += _erase(pks, before)
            last = pks[-1]
    return count


@locking.retried
def _erase(pks: list[int], before: datetime) -> int:
    """Those of them that are still to go, looked at under the lock.

    What its writer took back stays: they may put it back. What the trash holds of that kind goes when they erase it.
    """
    held = locking.hold(pks, articles=True)
    removed = list(Comment.objects.removed_before(before).filter(pk__in=held.comments))
    withdrawn = history.withdrawals(removed)
    due = [comment for comment in removed if comment.pk not in withdrawn]
    return len(moderation.erase(due, by=None)) if due else 0
