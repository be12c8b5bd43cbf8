"""The outbox: what somebody is to be told, as rows in the transaction that makes it so. `claiming` takes them out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from .mail_models import NEWS, EmailAddress, Kind, OutboxMessage

UNDO = timedelta(minutes=1)  # what a moderator does is told no sooner: they may take it back
LATE = timedelta(minutes=15)  # a worker that runs is no later than this, unless the mail server is


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one person is told by one mail: rows about one thread, or all that is due to a moderator. Never empty."""

    message_id: str
    rows: list[OutboxMessage] = field(repr=False)

    @property
    def address(self) -> EmailAddress | None:
        return self.rows[0].address

    @property
    def moderator(self) -> Any:
        return self.rows[0].moderator


def put(messages: Iterable[OutboxMessage]) -> None:
    """Write these, save what was told before or waits already. Inside the transaction of what they tell."""
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)


def message(kind: Kind, *, due_at: datetime | None, **columns: Any) -> OutboxMessage:
    return OutboxMessage(kind=kind, due_at=due_at, written_at=timezone.now(), **columns)


def take_back(comments: Iterable[int], kinds: Iterable[str] = NEWS) -> None:
    """Of what these comments' readers have not been told yet, tell nothing. Told again is what becomes true again."""
    _delete_unsent(
        OutboxMessage.objects.filter(comment__in=list(comments), kind__in=list(kinds), address__isnull=False)
    )


def take_back_these(rows: Iterable[int]) -> None:
    _delete_unsent(OutboxMessage.objects.filter(pk__in=list(rows)))


def _delete_unsent(rows: QuerySet[OutboxMessage]) -> None:
    # What a worker has in its hands this moment may be on its way: it looks again itself, and the row says that it did.
    free = Q(leased_until=None) | Q(leased_until__lte=timezone.now())
    rows.filter(free).exclude(outcome=OutboxMessage.Outcome.SENT).delete()


def release(address: EmailAddress, now: datetime) -> None:
    """What waited for this address to be confirmed is due."""
    OutboxMessage.objects.filter(address=address, due_at=None, done_at=None).update(due_at=now)


def late(now: datetime) -> QuerySet[OutboxMessage]:
    """What should have gone out a while ago: no worker runs, or the mail server takes nothing. Read from `mail_due`."""
    return OutboxMessage.objects.filter(done_at=None, due_at__isnull=False, due_at__lt=now - LATE).order_by()


def waiting_since() -> datetime | None:
    """Since when the mail that waits longest is due; None where none is. A running worker takes it within seconds."""
    due = OutboxMessage.objects.filter(done_at=None, due_at__isnull=False, due_at__lt=timezone.now())
    return due.order_by("due_at").values_list("due_at", flat=True).first()
