"""Mails that were given up, or not sent, once more: by a moderator, who knows that what was in the way is mended."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import auditing, locking
from .log_models import Verb
from .mail_models import ASKED_FOR, Kind, OutboxMessage

Outcome = OutboxMessage.Outcome
AGAIN = {"done_at": None, "outcome": "", "reason": "", "attempts": 0, "message_id": "", "leased_until": None}
ONE_AT_A_TIME = (*ASKED_FOR, Kind.DETAIL)  # may be told again, so another one may wait already

Twin = tuple[int | None, str, int | None]


@transaction.atomic
def send_again(pks: Iterable[int], *, by: Any) -> int:
    """Those of them that are over without having been sent are due now, as mails of their own, and logged; how many.

    Whether there is still somebody to be told, and something to tell, is asked when they are sent.
    """
    locking.serialise("outbox")
    rows = OutboxMessage.objects.filter(pk__in=list(pks), outcome__in=[Outcome.FAILED, Outcome.SKIPPED])
    chosen = _without_twins(list(rows.order_by("-pk")))
    for row in chosen:
        before = f"{row.get_outcome_display()}. {row.reason}"
        auditing.record(by=by, verb=Verb.CHANGE, subject=f"mail {row.pk} ({row.kind})", before=before, after="Due")
    return OutboxMessage.objects.filter(pk__in=[row.pk for row in chosen]).update(due_at=timezone.now(), **AGAIN)


def given_up() -> int:
    """How many were given up, as long as the list keeps them."""
    return OutboxMessage.objects.filter(outcome=Outcome.FAILED).count()


def _without_twins(rows: list[OutboxMessage]) -> list[OutboxMessage]:
    """Without those of which the same waits already. Of several that tell the same the newest."""
    waiting = OutboxMessage.objects.filter(done_at=None, kind__in=ONE_AT_A_TIME)
    waiting = waiting.filter(address__in={row.address_id for row in rows if row.kind in ONE_AT_A_TIME})
    seen: set[Twin] = set(waiting.values_list("address", "kind", "comment"))
    chosen = []
    for row in rows:
        twin = (row.address_id, row.kind, row.comment_id)
        if twin not in seen:
            chosen.append(row)
        if row.kind in ONE_AT_A_TIME:
            seen.add(twin)
    return chosen
