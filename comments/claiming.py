"""Takes mails out of the outbox, each for one worker at a time, and writes down what became of them.

A worker has a mail's rows until its lease ends. If it dies, another one takes exactly these rows again, under the same
Message-ID: it cannot know whether the mail went out, and mail programs show one of two that have the same.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet

from . import discussion_settings, locking
from .mail_models import ASKED_FOR, NEWS, Kind, OutboxMessage
from .outbox import Bundle

LEASE = timedelta(minutes=10)
ASTRAY = 2 * LEASE  # what is further ahead was written by a clock that went wrong, and counts for nothing
SAFE = timedelta(minutes=5)  # so much of a lease must be left when sending begins: longer than the slowest server takes
BURST = timedelta(minutes=10)  # what gathers for somebody goes in one mail after so long
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOST = 200  # rows in one mail
MOST_ALERTS = 10_000  # in one to a moderator, which says the number of most: a flood must not fill mails for hours
NEWS_A_DAY = 20  # mails to one address: what readers wrote beyond these waits, what moderators did does not
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440)]
TRIES = len(PAUSES) + 1

BY_READERS = {Kind.PUBLIC, Kind.REPLY}  # what anybody can cause, by writing under an address or to its owner
Outcome = OutboxMessage.Outcome


class RateUsedUp(Exception):
    """As many mails went out in the last minute as the provider takes."""


def claim(now: datetime) -> Bundle | None:
    """The next mail to send, for nobody else until its lease ends. None where nothing is due or may go this minute."""
    while _due(now).exists():  # whoever finds nothing to do takes no lock
        try:
            if bundle := _take(now):
                return bundle
        except RateUsedUp:
            return None
    return None


def is_safe(bundle: Bundle, now: datetime) -> bool:
    """Whether there is time to send it: a worker may have been asleep, and another one have taken it."""
    until = bundle.rows[0].leased_until
    return until is not None and now < until - SAFE and _ours(bundle).exists()


def sent(bundle: Bundle, now: datetime) -> int:
    """It is on its way. As all that follow: only what this worker still has, and how many rows that were."""
    return _end(_ours(bundle), Outcome.SENT, now, "")


def skip(bundle: Bundle, reasons: Mapping[int, str], now: datetime) -> int:
    """These rows of it are not to be told any more."""
    by_reason = defaultdict(list)
    for pk, reason in reasons.items():
        by_reason[reason].append(pk)
    return sum(_end(_ours(bundle).filter(pk__in=pks), Outcome.SKIPPED, now, why) for why, pks in by_reason.items())


def put_off(bundle: Bundle, pks: Iterable[int], now: datetime) -> None:
    """These rows of it cannot be told yet. They are looked at again every hour, as long as sent ones are kept."""
    since = now - discussion_settings.current().row.mail_days * DAY
    columns: dict[str, Any] = {"due_at": now + HOUR, "leased_until": None, "attempts": 0, "message_id": ""}
    _ours(bundle).filter(pk__in=list(pks), written_at__gt=since).update(**columns)


def give_up(bundle: Bundle, now: datetime, reason: str) -> int:
    """It will not be taken, however often it is tried."""
    return _end(_ours(bundle), Outcome.FAILED, now, reason)


def retry(bundle: Bundle, now: datetime, reason: str) -> bool:
    """It may be taken later; False where it was tried often enough, and is given up."""
    tried = bundle.rows[0].attempts
    if tried >= TRIES:
        give_up(bundle, now, f"Tried {tried} times. {reason}")
        return False
    _ours(bundle).update(due_at=now + PAUSES[tried - 1], leased_until=now, reason=reason)
    return True


def release(bundle: Bundle) -> None:
    """The mail is as if it had not been touched: there was no mail server to give it to."""
    columns: dict[str, Any] = {"leased_until": None, "attempts": F("attempts") - 1}
    if bundle.rows[0].attempts == 1:
        columns["message_id"] = ""  # it never went anywhere, so what is due by then may join it
    _ours(bundle).update(**columns)


def waiting() -> int:
    """How many rows have their moment still to come."""
    return OutboxMessage.objects.filter(done_at=None, due_at__isnull=False).count()


def _due(now: datetime) -> QuerySet[OutboxMessage]:
    """What is to be sent by now and nobody has, the oldest first; as the index `mail_due` has it."""
    free = Q(leased_until=None) | Q(leased_until__lte=now) | Q(leased_until__gt=now + ASTRAY)
    open_rows = OutboxMessage.objects.filter(done_at=None, due_at__isnull=False)
    return open_rows.filter(free, due_at__lte=now).order_by("due_at", "pk")


@transaction.atomic
def _take(now: datetime) -> Bundle | None:
    """The oldest mail; None where another worker has it meanwhile, or where it was put off or given up."""
    locking.serialise("outbox")
    if settings.EMAIL_RATE and _tried_since(now - MINUTE, now) >= settings.EMAIL_RATE:
        raise RateUsedUp
    first = _due(now).select_related("comment").first()
    if first is None:
        return None
    if first.attempts >= TRIES:
        _end(_same_mail(first), Outcome.FAILED, now, f"Tried {first.attempts} times: each time the worker ended.")
        return None
    rows = _gathered(first, now)
    if not first.message_id and (until := _quiet_until(first, now) or _enough_until(rows, now)):
        OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=until)
        return None
    return _leased(rows, now)


def _tried_since(since: datetime, now: datetime) -> int:
    """How many mails were given to the mail server, or are being given."""
    ahead = now + ASTRAY
    tried = Q(done_at__gt=since, done_at__lte=ahead)
    tried |= Q(done_at=None, due_at__isnull=False, leased_until__gt=since, leased_until__lte=ahead)
    rows = OutboxMessage.objects.filter(tried).exclude(message_id="").exclude(outcome=Outcome.SKIPPED)
    return rows.values("message_id").distinct().count()


def _same_mail(first: OutboxMessage) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(message_id=first.message_id, done_at=None)


def _gathered(first: OutboxMessage, now: datetime) -> list[OutboxMessage]:
    """What goes in one mail with this: what went with it before, else all that is due to the same person about it."""
    if first.message_id:
        rows = _same_mail(first)
    elif first.kind in ASKED_FOR:
        rows = OutboxMessage.objects.filter(pk=first.pk)
    else:
        rows = _due(now).filter(_alike(first), message_id="")
    return list(
        rows.select_related("address", "moderator").order_by("due_at", "pk")[
            : MOST if first.moderator_id is None else MOST_ALERTS
        ]
    )


def _alike(first: OutboxMessage) -> Q:
    """News to the same person about the same thread; of moderators, all that they are told."""
    if first.moderator_id is not None:
        return Q(moderator=first.moderator_id)
    assert first.comment is not None  # noqa: S101 - the database sees to it
    return Q(address=first.address_id, kind__in=NEWS, comment__tree_id=first.comment.tree_id)


def _quiet_until(first: OutboxMessage, now: datetime) -> datetime | None:
    """Until when nothing of this sort goes to this person, because something just did, or is about to."""
    if first.kind in ASKED_FOR:
        return None
    ahead = now + ASTRAY
    lately = Q(done_at=None, leased_until__gt=now, leased_until__lte=ahead)
    lately |= Q(outcome=Outcome.SENT, done_at__gt=now - BURST, done_at__lte=ahead)
    found = OutboxMessage.objects.filter(_alike(first), lately).aggregate(number=Count("pk"), last=Max("done_at"))
    return (found["last"] or now) + BURST if found["number"] else None


def _enough_until(rows: list[OutboxMessage], now: datetime) -> datetime | None:
    """Until when this address gets no more of what readers wrote."""
    if not {row.kind for row in rows} <= BY_READERS:
        return None
    lately = OutboxMessage.objects.filter(address=rows[0].address_id, kind__in=NEWS, outcome=Outcome.SENT)
    lately = lately.filter(done_at__gt=now - DAY, done_at__lte=now + ASTRAY)
    mails = lately.values("message_id").annotate(at=Max("done_at")).order_by("-at").values_list("at", flat=True)
    oldest = next(iter(mails[NEWS_A_DAY - 1 : NEWS_A_DAY]), None)
    return oldest + DAY if oldest else None


def _leased(rows: list[OutboxMessage], now: datetime) -> Bundle:
    message_id = rows[0].message_id or f"<{uuid.uuid4()}@{_host()}>"
    columns = {"message_id": message_id, "leased_until": now + LEASE, "attempts": rows[0].attempts + 1}
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(**columns)
    for row in rows:
        for name, value in columns.items():
            setattr(row, name, value)
    return Bundle(message_id, rows)


def _ours(bundle: Bundle) -> QuerySet[OutboxMessage]:
    """Its rows, as long as nobody else took them, and without those that are over."""
    rows = OutboxMessage.objects.filter(pk__in=[row.pk for row in bundle.rows], message_id=bundle.message_id)
    return rows.filter(leased_until=bundle.rows[0].leased_until, done_at=None)


def _end(rows: QuerySet[OutboxMessage], outcome: Outcome, now: datetime, reason: str) -> int:
    return rows.update(done_at=now, outcome=outcome, leased_until=None, reason=reason[:300])


def _host() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
