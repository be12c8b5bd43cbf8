"""Receipts of erasing: what went, what stays, until when. Signed, not stored, and about nobody.

The page of a receipt works for ever, after the address is gone: all that it says is in its own address, and the number
stands in the log.
"""

from dataclasses import astuple, dataclass, replace
from datetime import date, datetime, timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from . import discussion_settings, references

SALT = "comments.receipt"
BEGUN = "comments.receipt.begun"  # of a number that a form has, before anything is erased: no page shows it
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
    return _as_of(references.make(), timezone.now())


def recalled(number: str, at: datetime, said: list[str]) -> Receipt:
    """A receipt from what `summary` said for the log, of each step of it."""
    parts = [part.split(", ") for part in said]
    return replace(
        _as_of(number, at),
        comments=sum(int(part[0].removeprefix("Comments: ")) for part in parts),
        is_muted=any("muted" in part for part in parts),
        is_blocked=any("blocked" in part for part in parts),
    )


def summary(receipt: Receipt) -> str:
    muted, blocked = ", muted" * receipt.is_muted, ", blocked" * receipt.is_blocked
    return f"Comments: {receipt.comments}{muted}{blocked}"


def _as_of(number: str, moment: datetime) -> Receipt:
    at = moment.replace(microsecond=0)
    return Receipt(number, at, timezone.localdate(at) + timedelta(days=discussion_settings.fresh().backup_days))


def token_of(receipt: Receipt, salt: str = SALT) -> str:
    number, at, backups_until, *rest = astuple(receipt)
    said = [number, at.isoformat(), backups_until.isoformat(), *rest]
    return signing.Signer(salt=salt, sep=SEPARATOR).sign_object(said)


def path_of(receipt: Receipt) -> str:
    return reverse("comments:receipt", args=[token_of(receipt)])


def read(token: str, salt: str = SALT) -> Receipt | None:
    """The receipt that this token is; None where it is none of ours."""
    try:
        number, at, backups_until, *rest = signing.Signer(salt=salt, sep=SEPARATOR).unsign_object(token)
    except signing.BadSignature:
        return None
    return Receipt(number, datetime.fromisoformat(at), date.fromisoformat(backups_until), *rest)
