"""Readers' addresses as moderators see them: whether news goes there, and why not; an owner mutes one by hand."""

from typing import Any

from django.db import transaction

from . import addresses, auditing
from .log_models import Verb
from .mail_models import EmailAddress
from .models import Comment

Muted = EmailAddress.Muted
WORDS = {
    Muted.OWNER: "wants no mail",
    Muted.BOUNCED: "mail came back",
    Muted.COMPLAINED: "called our mail spam",
    Muted.MODERATOR: "muted by hand",
}


def of(email: str) -> EmailAddress | None:
    """What the site knows of this address, if anything. One query, or none."""
    return addresses.known([email]).get(email)


def of_comment(pk: int) -> EmailAddress | None:
    """The address that was left with this comment."""
    comment = Comment.objects.filter(pk=pk).first()
    return of(comment.email) if comment else None


def state_of(address: EmailAddress | None) -> str:
    """In a few words, as they stand beside an address."""
    if address is None:
        return "gets no mail"
    if address.muted_at is not None:
        return WORDS[Muted(address.muted_because)]
    return "gets news by mail" if address.confirmed_at is not None else "not confirmed yet"


@transaction.atomic
def mute(address: EmailAddress, *, by: Any, reason: str) -> bool:
    """Send nothing there any more; False where nothing is sent anyway."""
    if not addresses.mute(address, Muted.MODERATOR):
        return False
    _record(address, by=by, before=state_of(address), after=WORDS[Muted.MODERATOR], reason=reason)
    return True


@transaction.atomic
def unmute(address: EmailAddress, *, by: Any, reason: str) -> bool:
    """Send there again what its owner agreed to; False where that is so, or where the address itself was erased."""
    before = state_of(address)
    if not addresses.unmute(address):
        return False
    address.muted_at = None
    _record(address, by=by, before=before, after=state_of(address), reason=reason)
    return True


def _record(address: EmailAddress, **told: Any) -> None:
    auditing.record(verb=Verb.CHANGE, subject=f"email address {address.address}", **told)
