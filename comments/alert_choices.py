"""What each moderator wants to be told by mail: they choose it at the desk, and owners for them."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from . import alerting, auditing
from .desk_models import DeskPreference, Digest
from .log_models import Verb
from .mail_models import Kind, OutboxMessage

COLUMNS = ("mail_questions", "mail_hour", "mail_urgent", "mail_reports", "mail_follow_ups", "mail_nudge")


def of(moderator: Any) -> DeskPreference:
    """As they chose, or as everybody has it who did not. One query."""
    found = DeskPreference.objects.filter(moderator=moderator.pk).first()
    return found or DeskPreference(moderator_id=moderator.pk)


@transaction.atomic
def choose(moderator: Any, *, by: Any, **choices: Any) -> bool:
    """Tell them this from now on, and what waits to be told already; whether that changes anything."""
    before, after = of(moderator), DeskPreference(moderator_id=moderator.pk, **choices)
    changed = [name for name in COLUMNS if getattr(before, name) != getattr(after, name)]
    if not changed:
        return False
    DeskPreference.objects.update_or_create(
        moderator_id=moderator.pk, defaults={name: getattr(after, name) for name in changed}
    )
    auditing.record(
        by=by,
        verb=Verb.CHANGE,
        subject=f"mails to “{moderator.get_username()}”",
        before=auditing.values_of(before, changed),
        after=auditing.values_of(after, changed),
    )
    alerting.rearrange(after, timezone.now())
    return True


def last_mail_to(moderator: Any) -> OutboxMessage | None:
    """What became of the last thing they were to be told: who gets no mails should see why."""
    over = OutboxMessage.objects.filter(moderator=moderator.pk, done_at__isnull=False)
    return over.exclude(outcome=OutboxMessage.Outcome.SKIPPED).order_by("-done_at", "-pk").first()


def told_to(moderator: Any) -> list[str]:
    """What they are told, in a few words each; empty where nothing is, or nobody is reached."""
    likes = getattr(moderator, "desk_preference", None) or DeskPreference(moderator_id=moderator.pk)
    if not moderator.is_active or not moderator.email:
        return []
    new = {
        Digest.AT_ONCE: "what is new, at once",
        Digest.HOURLY: "what is new, every hour",
        Digest.DAILY: f"what is new, daily at {likes.mail_hour:02}:00",
    }
    wanted = alerting.wanted(likes)
    words = {
        Kind.NEW: new.get(Digest(likes.mail_questions), ""),
        Kind.REPORT: "reports",
        Kind.FOLLOW_UP: "askers who write again",
        Kind.NUDGE: "the oldest question",
    }
    is_said = likes.mail_questions == Digest.AT_ONCE and likes.mail_follow_ups  # with the rest
    urgent = ["what is urgent, at once"] if likes.mail_urgent and not is_said else []
    return [*urgent, *(word for kind, word in words.items() if wanted[kind])]
