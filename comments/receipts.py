"""Receipts of erasing: what went, what stays, until when. Signed, not stored, and about nobody.

The page of a receipt works for ever, after the address is gone: all that it says is in its own address, and the number
stands in the log.
"""

from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from . import discussion_settings, references

SALT = "comments.receipt"
SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Receipt:
    """`comments`: how many were erased. `is_muted`: that no mail is wanted is still known; `is_blocked`: a rule is."""

    number: str
    at: datetime
    backups_until: date
    comments: int = 0
    is_muted: bool = False
    is_blocked: bool = False


def begin() -> Receipt:
    """As of now, of nothing yet."""
    now = timezone.now().replace(microsecond=0)
    days = discussion_settings.fresh().backup_days
    return Receipt(references.make(), now, timezone.localdate(now) + timedelta(days=days))


def token_of(receipt: Receipt) -> str:
    number, at, backups_until, *rest = astuple(receipt)
    said = [number, at.isoformat(), backups_until.isoformat(), *rest]
    return signing.Signer(salt=SALT, sep=SEPARATOR).sign_object(said)


def path_of(receipt: Receipt) -> str:
    return reverse("comments:receipt", args=[token_of(receipt)])


def read(token: str) -> Receipt | None:
    """The receipt that this token is; None where it is none of ours."""
    try:
        number, at, backups_until, *rest = signing.Signer(salt=SALT, sep=SEPARATOR).unsign_object(token)
    except signing.BadSignature:
        return None
    return Receipt(number, datetime.fromisoformat(at), date.fromisoformat(backups_until), *rest)
