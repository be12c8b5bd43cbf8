"""Addresses of readers who want news: whether their owners agreed, and who must get no mail."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from . import discussion_settings, outbox
from .mail_models import EmailAddress, Kind, OutboxMessage
from .models import Comment

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED_A_DAY = 3  # mails that one address is sent because somebody typed it


def key_of(email: str) -> str:
    """32 hex digits, the same for the same address however it is capitalised. Keyed: a guess cannot be checked."""
    text = f"address {email.strip().casefold()}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def known(emails: Iterable[str]) -> dict[str, EmailAddress]:
    """By what was typed, those of these addresses that the site knows. One query, or none."""
    keys = {email: key_of(email) for email in emails if email}
    if not keys:
        return {}
    found = {address.key: address for address in EmailAddress.objects.filter(key__in=keys.values())}
    return {email: found[key] for email, key in keys.items() if key in found}


def ask_to_confirm(email: str) -> None:
    """Have its owner asked whether they want news, unless they agreed or refused, or were asked enough.

    Inside the transaction of the comment that it was left with.
    """
    now = timezone.now()
    address, _ = EmailAddress.objects.get_or_create(
        key=key_of(email), defaults={"address": email.strip(), "added_at": now}
    )
    if address.confirmed_at is None and address.muted_at is None:
        write_to(address, Kind.CONFIRM, now)


def write_to(address: EmailAddress, kind: Kind, now: datetime) -> bool:
    """Put a mail that somebody asked for by typing an address; False where that was asked for too often.

    So that nobody's mailbox can be flooded through the site, nor the site be made a sender of junk.
    """
    asked = OutboxMessage.objects.filter(kind__in=[Kind.CONFIRM, Kind.LINKS], written_at__gt=now - DAY)
    if asked.filter(address=address).count() >= ASKED_A_DAY:
        return False
    most = discussion_settings.current().row.confirmations_an_hour
    if asked.filter(written_at__gt=now - HOUR)[:most].count() >= most:
        return False
    outbox.put([outbox.message(kind, address=address, due_at=now)])
    return True


def mute(address: EmailAddress, because: EmailAddress.Muted, now: datetime | None = None) -> None:
    """No more mail goes there. The first reason stays."""
    rows = EmailAddress.objects.filter(pk=address.pk, muted_at=None)
    rows.update(muted_at=now or timezone.now(), muted_because=because)


def forget(emails: Iterable[str]) -> None:
    """After their comments were erased: of those that no comment has any more, only who wants no mail is known."""
    for address in known(set(emails)).values():
        if Comment.objects.filter(email__iexact=address.address).exists():
            continue
        if address.muted_at is None:
            address.delete()
        else:
            EmailAddress.objects.filter(pk=address.pk).update(address="")
