"""What follows when a mail came back or was called spam: its row says so, and its reader's address gets no more.

By the Message-ID, which is ours or is nobody's: a report about another mail, or a made-up one, changes nothing.
Moderators are not muted, so that no report leaves anybody without alerts; the list of mails shows what was said.
"""

from enum import StrEnum

from django.db import transaction

from . import addresses, auditing, returned
from .log_models import Verb
from .mail_models import EmailAddress, OutboxMessage
from .returned import Said

BECAUSE = {
    Said.BOUNCED: EmailAddress.Muted.BOUNCED,
    Said.COMPLAINED: EmailAddress.Muted.COMPLAINED,
    Said.UNWANTED: EmailAddress.Muted.OWNER,
}
WORDS = {
    Said.BOUNCED: "It came back: there is no such address.",
    Said.FAILED: "It came back: it was not taken.",
    Said.DELAYED: "It is late: its server has not taken it yet.",
    Said.COMPLAINED: "Who got it called it spam.",
    Said.UNWANTED: "Who got it wants no more.",
}


class Taken(StrEnum):
    """What became of a report."""

    MUTED = "muted"
    NOTED = "noted"
    FOREIGN = "foreign"  # about no mail of ours
    NO_REPORT = "no report"


def take(raw: bytes) -> Taken:
    """Of a mail as a server sent it. May come twice, and changes nothing the second time."""
    report = returned.read(raw)
    if report is None:
        return Taken.NO_REPORT
    return tell(report.said, report.message_ids, report.code)


@transaction.atomic
def tell(said: Said, message_ids: list[str], code: str = "") -> Taken:
    """Of the mail with one of these Message-IDs. `code` is for people, and holds nothing but codes."""
    rows = OutboxMessage.objects.exclude(message_id="").filter(message_id__in=message_ids)
    known = list(rows.select_related("address").order_by("pk"))
    if not known:
        return Taken.FOREIGN
    if said in WORDS:
        rows.update(reason=" ".join(filter(None, (WORDS[said], code))))
    if said in (Said.BOUNCED, Said.FAILED):
        rows.filter(outcome=OutboxMessage.Outcome.SENT).update(outcome=OutboxMessage.Outcome.FAILED)
    found = {row.address.pk: row.address for row in known if row.address is not None}
    because = BECAUSE.get(said)
    muted = [address for address in found.values() if because and mute(address, because)]
    return Taken.MUTED if muted else Taken.NOTED


def mute(address: EmailAddress, because: EmailAddress.Muted) -> bool:
    """No more mail goes there, and the log says so; False where it was so already."""
    if address.muted_at is not None:
        return False
    addresses.mute(address, because)
    auditing.record(by=None, verb=Verb.CHANGE, subject=str(address), after=f"Muted: {because.label}")
    return True
