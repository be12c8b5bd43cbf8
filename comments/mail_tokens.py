"""Addresses of pages that only a mailbox leads to: signed, so nothing of them is stored, and nobody can make one.

A token names the row of an address by its number and by a piece of its key, so it dies with the row. The one that
unsubscribes names the key alone, and never grows old: whoever wants out gets out, also by a mail from years ago.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.urls import reverse

from .mail_models import EmailAddress

CONFIRM_LASTS = timedelta(days=7)
LINKS_LAST = timedelta(hours=24)  # it leads to all somebody wrote here
CONFIRM, LINKS, UNSUBSCRIBE = "comments.confirm", "comments.links", "comments.unsubscribe"  # salts
PIECE = 12  # hex digits
SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whom the link in a mail lets go: an address, or None where it is not known any more; of one thread, or of all."""

    address: EmailAddress | None
    thread: int | None


def confirm_path(address: EmailAddress) -> str:
    """Where its owner says that they want news."""
    return reverse("comments:confirm", args=[_dated(CONFIRM, address)])


def links_path(address: EmailAddress) -> str:
    """All that was written with this address."""
    return reverse("comments:mine", args=[_dated(LINKS, address)])


def unsubscribe_path(address: EmailAddress, thread: int | None = None) -> str:
    """Where its owner stops the mails about a thread (the pk of its root), or all of them."""
    named = address.key if thread is None else f"{address.key}-{thread}"
    return reverse("comments:unsubscribe", args=[signing.Signer(salt=UNSUBSCRIBE, sep=SEPARATOR).sign(named)])


def to_confirm(token: str) -> EmailAddress | None:
    return _named(CONFIRM, token, CONFIRM_LASTS)


def of_links(token: str) -> EmailAddress | None:
    """Not by a mail from the future either, of a clock that had leapt: it would lead there until that day comes."""
    address = _named(LINKS, token, LINKS_LAST)
    return address if address and _sent_at(token) <= time.time() + LINKS_LAST.total_seconds() else None


def leaving(token: str) -> Leaving | None:
    """Whom this token lets go; None where it is no token of ours."""
    try:
        named = signing.Signer(salt=UNSUBSCRIBE, sep=SEPARATOR).unsign(token)
    except signing.BadSignature:
        return None
    key, _, thread = named.partition("-")
    return Leaving(EmailAddress.objects.filter(key=key).first(), int(thread) if thread else None)


def _dated(salt: str, address: EmailAddress) -> str:
    return signing.TimestampSigner(salt=salt, sep=SEPARATOR).sign(f"{address.pk}-{address.key[:PIECE]}")


def _sent_at(token: str) -> int:
    """Of a token whose signature is right."""
    return signing.b62_decode(token.split(SEPARATOR)[1])


def _named(salt: str, token: str, lasts: timedelta) -> EmailAddress | None:
    try:
        named = signing.TimestampSigner(salt=salt, sep=SEPARATOR).unsign(token, max_age=lasts)
    except signing.BadSignature:  # too old, too
        return None
    pk, _, piece = named.partition("-")
    return EmailAddress.objects.filter(pk=int(pk), key__startswith=piece).exclude(address="").first()
