"""Everything that is kept about one address goes, at the wish of whose it is: in steps, each whole by itself.

The address's own row goes last, with the last of its comments: whatever stops it on the way, the link in the mail works
until then, and another click goes on. What nobody can find by an address, nobody erases by it: reports, networks.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
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


def erase(person: Person, *, by: Any, begun: Receipt | None = None, seconds: float = SECONDS) -> tuple[Receipt, int]:
    """A receipt, and how many comments are left when the time is up: then `begun` goes on with it.

    `by` is the owner who does it, or None for whoever has the mailbox.
    """
    deadline, receipt = time.monotonic() + seconds, begun or receipts.begin()
    auditing.forget_address(person.spellings)
    for count in _steps(person, by=by):
        receipt = replace(receipt, comments=receipt.comments + count)
        if time.monotonic() >= deadline and (left := person.comments.count()):
            return receipt, left
    return _finish(person, receipt, by=by, earlier=begun.comments if begun else 0), 0


def _steps(person: Person, *, by: Any) -> Iterator[int]:
    """How many were erased by each. What is left of an erased comment has no address, so each finds the next."""
    while found := list(person.comments[:STEP]):
        yield _erase(person.with_additions(found), by=by)


def _erase(comments: list[Comment], *, by: Any) -> int:
    """What was added goes first: below an erased comment nothing finds it any more."""
    pks = [comment.pk for comment in sorted(comments, key=lambda each: each.continues_id is None)]
    batches = [pks[start : start + STEP] for start in range(0, len(pks), STEP)]
    return sum(len(moderation.erase(batch, by=by)) for batch in batches)


@transaction.atomic
def _finish(person: Person, receipt: Receipt, *, by: Any, earlier: int = 0) -> Receipt:
    """Nothing of theirs is left but what says that they want no mail. The log has the receipt's number.

    `earlier` requests erased so many; where another one came to the end meanwhile, that has told of them.
    """
    locking.serialise(f"receipt {receipt.number}")
    is_muted = addresses.erase(person.email) if person.spellings else False
    if before := finished(receipt):
        receipt = replace(receipt, comments=receipt.comments - earlier)
        if not receipt.comments:
            return before
    done = replace(receipt, is_muted=is_muted, is_blocked=person.rules.exists())
    auditing.record(by=by, verb=Verb.ERASE, subject=_subject(receipt), after=receipts.summary(done))
    transaction.on_commit(cache.clear)  # pages that this process made; nobody would get them any more
    return finished(receipt) or done


def finished(begun: Receipt) -> Receipt | None:
    """The receipt of what was begun with this number, whichever request came to its end: somebody clicked twice.

    None where it has not come to its end.
    """
    entries = ModerationEvent.objects.filter(verb=Verb.ERASE, subject=_subject(begun), at__gte=begun.at).order_by("pk")
    found = list(entries.values_list("at", "after"))
    return receipts.recalled(begun.number, found[0][0], [after for _, after in found]) if found else None


def _subject(receipt: Receipt) -> str:
    return f"a person’s data, receipt {receipt.number}"
