"""Addresses of readers who want news: whether their owners agreed, and who must get no mail."""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from . import discussion_settings, outbox
from .mail_models import EmailAddress, Kind, MailRequest, OutboxMessage, QuietThread
from .models import Comment, Status

logger = logging.getLogger(__name__)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED_A_DAY = 3  # mails that one address is sent because somebody typed it
KEY_LENGTH = 32  # hex digits
Muted = EmailAddress.Muted


def key_of(email: str) -> str:
    """32 hex digits, the same for the same mailbox: in capitals or not, its host in any letters or in ASCII's.

    Keyed: a guess cannot be checked.
    """
    local, at, host = email.strip().rpartition("@")
    text = f"address {local.lower() if local.isascii() else local}{at}{(_in_ascii(host) or host).casefold()}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:KEY_LENGTH]


def spelled(email: str) -> str:
    """A valid address with its host in small letters, and not in ASCII's for others: as it is kept.

    A mailbox has one key in all spellings; what was written with it is found by this one.
    """
    local, at, host = email.rpartition("@")
    return f"{local}{at}{_from_ascii(_in_ascii(host).lower()) or host.lower()}"


def spellings(email: str) -> list[str]:
    """The ways in which comments may have this address: as given, its host in letters, and in ASCII's for them.

    Never one of another mailbox, and none of an empty address: that is what most comments have.
    """
    local, _, host = email.strip().rpartition("@")
    if not (local and host):
        return []
    other = "" if _goes_elsewhere(email) else _in_ascii(host)
    return [f"{local}@{each}" for each in dict.fromkeys((host, _from_ascii(other.lower()), other)) if each]


def is_mailable(email: str) -> bool:
    """Whether mail goes to this valid address, and to no other one.

    Not where its host is a number, nor in letters that Python's IDNA takes for others (ß for ss): that would be
    somebody else's mailbox.
    """
    local, _, host = email.rpartition("@")
    if '"' in local or "." not in host or host.startswith("["):
        return False
    return not _goes_elsewhere(email)


def _goes_elsewhere(email: str) -> bool:
    local, _, host = email.strip().rpartition("@")
    return not local.isascii() or not (host.isascii() or _from_ascii(_in_ascii(host)) == host.lower())


def _in_ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""


def _from_ascii(host: str) -> str:
    try:
        return host.encode().decode("idna")
    except UnicodeError:
        return ""


def known(emails: Iterable[str]) -> dict[str, EmailAddress]:
    """By what was typed, those of these addresses that the site knows. One query, or none."""
    return _by_email(emails, EmailAddress.objects.all())


def held(emails: Iterable[str]) -> dict[str, EmailAddress]:
    """As `known`, for who writes to them, inside a transaction.

    Who confirms meanwhile waits for it: else their news would wait for a confirmation that has been.
    """
    return _by_email(emails, EmailAddress.objects.select_for_update(no_key=True).order_by("pk"))


def _by_email(emails: Iterable[str], addresses: QuerySet[EmailAddress]) -> dict[str, EmailAddress]:
    keys = {email: key_of(email) for email in emails if email}
    if not keys:
        return {}
    found = {address.key: address for address in addresses.filter(key__in=keys.values())}
    return {email: found[key] for email, key in keys.items() if key in found}


def ask_to_confirm(email: str) -> None:
    """Have its owner asked whether they want news, unless they agreed or refused, or were asked enough.

    Inside the transaction of the comment that it was left with: until that ends, nobody forgets the address.
    """
    if _goes_elsewhere(email):  # of an imported comment, perhaps: forms take none of these
        return
    now = timezone.now()
    address, _ = EmailAddress.objects.select_for_update(no_key=True).get_or_create(
        key=key_of(email), defaults={"address": email.strip(), "added_at": now}
    )
    if not address.address:  # erased, of somebody who wants no mail: it is here again, and so is their way back
        EmailAddress.objects.filter(pk=address.pk).update(address=email.strip())
    if address.confirmed_at is None and address.muted_at is None:
        write_to(address, Kind.CONFIRM, now)


def ask_for_links(email: str) -> None:
    """Have the way to all that was written with this address mailed there; or, until its owner agreed, be asked first.

    Nothing goes where nobody wrote with it, or where its owner wants no mail. Inside a transaction.
    """
    address = EmailAddress.objects.filter(key=key_of(email)).first()
    if address is None:
        if Comment.objects.with_address(email).exclude(status=Status.SPAM).exists():
            ask_to_confirm(email)
    elif address.muted_at is None:
        write_to(address, Kind.LINKS if address.confirmed_at else Kind.CONFIRM, timezone.now())


def write_to(address: EmailAddress, kind: Kind, now: datetime) -> bool:
    """Put a mail that somebody asked for by typing an address; False where that was asked for too often.

    So that nobody's mailbox can be flooded through the site, nor the site be made a sender of junk.
    """
    if OutboxMessage.objects.filter(address=address, kind=kind, done_at=None).exists():
        return True  # it is on its way
    if MailRequest.objects.filter(key=address.key, asked_at__gt=now - DAY).count() >= ASKED_A_DAY:
        return False
    due_at = _room_for_one_more(now)
    if due_at > now + DAY:
        return False
    if due_at > now:
        logger.warning(
            "More addresses are typed than are mailed in an hour: one waits until %s.", f"{due_at:%H:%M} UTC"
        )
    MailRequest.objects.create(key=address.key, asked_at=due_at)
    outbox.put([outbox.message(kind, address=address, due_at=due_at)])
    return True


def _room_for_one_more(now: datetime) -> datetime:
    """When the whole site may send one more. Who is late because others flood it waits, and is not forgotten."""
    most = discussion_settings.current().row.confirmations_an_hour
    counted = MailRequest.objects.filter(asked_at__gt=now - HOUR).exclude(key="").order_by("-asked_at")
    before = next(iter(counted.values_list("asked_at", flat=True)[most - 1 : most]), None)
    return max(now, before + HOUR) if before else now


@transaction.atomic
def confirm(address: EmailAddress, choices: Mapping[str, Any]) -> None:
    """Its owner wants news, of the kinds they chose: what waited for that is due. Who wanted none before does now."""
    now = timezone.now()
    rows = EmailAddress.objects.filter(pk=address.pk)
    rows.update(confirmed_at=Coalesce("confirmed_at", Value(now)), **choices)
    want_again(address)
    outbox.release(address, now)


def choose(address: EmailAddress, choices: Mapping[str, Any]) -> None:
    """What its owner wants to be told, by the columns of EmailAddress."""
    EmailAddress.objects.filter(pk=address.pk).update(**choices)


def mute(address: EmailAddress, because: Muted, now: datetime | None = None) -> bool:
    """No mail goes there from now on; False where that was so for this reason, or for one that stays.

    The first reason stays, save that it bounced: that somebody wants no mail says more.
    """
    may_change = Q(muted_at=None) if because == Muted.BOUNCED else Q(muted_at=None) | Q(muted_because=Muted.BOUNCED)
    rows = EmailAddress.objects.filter(may_change, pk=address.pk).exclude(muted_because=because)
    return bool(rows.update(muted_at=now or timezone.now(), muted_because=because))


def unmute(address: EmailAddress) -> bool:
    """Mail may go there again. Not where the address itself was erased."""
    rows = EmailAddress.objects.filter(pk=address.pk, muted_at__isnull=False).exclude(address="")
    return bool(rows.update(muted_at=None, muted_because=""))


def want_again(address: EmailAddress) -> bool:
    """As `unmute`, by its owner: not where a moderator muted it."""
    rows = EmailAddress.objects.filter(pk=address.pk).exclude(muted_because__in=["", Muted.MODERATOR])
    return rows.exists() and unmute(address)


def quiet(address: EmailAddress, thread: int) -> None:
    """No mail about this thread: the one that the comment with this pk is in by now."""
    for root in _root_of(thread):
        QuietThread.objects.get_or_create(address=address, thread_id=root)


def hear_of(address: EmailAddress, thread: int) -> None:
    """Mail about this thread again."""
    QuietThread.objects.filter(address=address, thread__in=_root_of(thread)).delete()


def is_quiet(address: EmailAddress, thread: int) -> bool:
    return QuietThread.objects.filter(address=address, thread__in=_root_of(thread)).exists()


def quiet_among(address: EmailAddress, threads: Iterable[int]) -> set[int]:
    """Those of these roots about whose threads no mail is wanted."""
    quiet = QuietThread.objects.filter(address=address, thread__in=list(threads))
    return set(quiet.values_list("thread", flat=True))


def _root_of(comment: int) -> QuerySet[Comment, int]:
    return Comment.objects.filter(pk=comment).values_list("tree_id", flat=True)


def forget(emails: Iterable[str]) -> None:
    """After their comments were erased: of those that no comment has any more, only who wants no mail is known."""
    found = {address.pk: address for address in held(set(emails)).values()}  # once, in however many spellings
    for address in found.values():
        if Comment.objects.with_any_address(spellings(address.address)).exists():
            continue
        if address.muted_at is None:
            address.delete()
        else:
            EmailAddress.objects.filter(pk=address.pk).update(address="")


def erase(email: str) -> bool:
    """After everything that was written with it: what is known of the address goes, with its mails and choices.

    Whether something stays: of who wants no mail the key, so that none comes, in a row of its own, to which no link of
    before leads. That a mail was asked for still counts for the site's limit, and for nobody's address.
    """
    key, since = key_of(email), None
    for address in held([email]).values():
        since, because = address.muted_at, address.muted_because
        address.delete()
        if since is not None:
            EmailAddress.objects.create(key=key, added_at=since, muted_at=since, muted_because=because)
    MailRequest.objects.filter(key=key).update(key=secrets.token_hex(KEY_LENGTH // 2))
    return since is not None
