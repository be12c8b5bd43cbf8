"""Everything that is kept about one address goes, at the wish of whose it is: in steps, each whole by itself.

The address's own row goes last, with the last of its comments: whatever stops it on the way, the link in the mail works
until then, and another click goes on. What nobody can find by an address, nobody erases by it: reports, networks.
"""

import time
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction

from . import addresses, auditing, locking, moderation, receipts
from .log_models import ModerationEvent, Verb
from .models import Comment
from .own_data import Person
from .receipts import Receipt

STEP = 50  # comments at once: their threads are locked meanwhile
SECONDS = 10.0  # of one request; then the page says how many are left
GOES_ON = ", goes on"  # in the log's entry of what was not the last


def erase(person: Person, *, by: Any, begun: Receipt | None = None, seconds: float = SECONDS) -> tuple[Receipt, int]:
    """A receipt, and how many comments are left when the time is up: then `begun` goes on with it.

    `by` is the owner who does it, or None for whoever has the mailbox. Requests that go on with the same receipt at
    once, as of somebody who clicks twice, take turns, and each tells of all that went until its end.
    """
    deadline, receipt = time.monotonic() + seconds, begun or receipts.begin()
    auditing.forget_address(person.spellings)
    while found := list(person.comments[:STEP]):  # what is left of an erased comment has no address
        for pks in _together(person.with_additions(found)):
            if done := _step(person, receipt, pks, by=by):
                return done, 0
        if time.monotonic() >= deadline and (left := person.comments.count()):
            return _told(receipt) or receipt, left
    return _finish(person, receipt, by=by), 0


def finished(begun: Receipt) -> Receipt | None:
    """The receipt of what was begun with this number, whichever request came to its end: somebody clicked twice.

    None where it has not come to its end.
    """
    return _told(begun) if any(not after.endswith(GOES_ON) for _, after in _entries(begun)) else None


def _together(comments: list[Comment]) -> list[list[int]]:
    """What was added goes first: below an erased comment nothing finds it any more."""
    pks = [comment.pk for comment in sorted(comments, key=lambda each: each.continues_id is None)]
    return [pks[start : start + STEP] for start in range(0, len(pks), STEP)]


@locking.retried
def _step(person: Person, receipt: Receipt, pks: list[int], *, by: Any) -> Receipt | None:
    """How many went is in the log with them, so that nobody who goes on, or begins anew after a kill, counts less. The
    receipt where they were the last."""
    locking.serialise(_subject(receipt))
    count = len(moderation.erase(pks, by=by))
    if not person.comments.exists():
        return _end(person, receipt, count, by=by)
    if count:
        _note(receipt, f"{receipts.summary(replace(receipt, comments=count))}{GOES_ON}", by=by)
    return None


@transaction.atomic
def _finish(person: Person, receipt: Receipt, *, by: Any) -> Receipt:
    locking.serialise(_subject(receipt))
    return _end(person, receipt, 0, by=by)


def _end(person: Person, receipt: Receipt, count: int, *, by: Any) -> Receipt:
    """Nothing of theirs is left but what says that they want no mail. The log has the receipt's number."""
    is_muted = addresses.erase(person.email) if person.spellings else False
    if not count and (before := finished(receipt)):
        return before
    done = replace(receipt, comments=count, is_muted=is_muted, is_blocked=person.rules.exists())
    _note(receipt, receipts.summary(done), by=by)
    transaction.on_commit(cache.clear)  # pages that this process made; nobody would get them any more
    return _told(receipt) or done


def _told(receipt: Receipt) -> Receipt | None:
    """It as the log has it by now."""
    entries = _entries(receipt)
    return receipts.recalled(receipt.number, entries[0][0], [after for _, after in entries]) if entries else None


def _entries(receipt: Receipt) -> list[tuple[datetime, str]]:
    """Found by their act: a clock that leaps hides none."""
    entries = ModerationEvent.objects.filter(act=_act(receipt), verb=Verb.ERASE, subject=_subject(receipt))
    return list(entries.order_by("pk").values_list("at", "after"))


def _note(receipt: Receipt, after: str, *, by: Any) -> None:
    auditing.record(by=by, verb=Verb.ERASE, subject=_subject(receipt), after=after, act=_act(receipt))


def _act(receipt: Receipt) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, _subject(receipt))


def _subject(receipt: Receipt) -> str:
    return f"a person’s data, receipt {receipt.number}"
