"""Reads what mail servers send back: that a mail was not delivered (RFC 3464), or that it was called spam (RFC 5965).

Anybody can send such a thing. All that is taken from it are codes, and Message-IDs, which only who got the mail knows.
"""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser, Parser
from enum import StrEnum
from typing import Any

from . import bouncing

LARGEST = 1_000_000  # bytes; ours, sent back whole, have some thousands
PARTS = 20  # boundaries: a report has one, what it returns one or two. Many within each other take long to read.
# Both as well take long, and ours have some thousands: the blocks of a status end at empty lines, parameters at “;”.
LINES, PARAMETERS = 50_000, 50_000
IDS = 10
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,198}>")  # printable ASCII: not every database can be asked for all else
STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
WHOLE = ("message/rfc822", "message/global")
HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
COMPLAINTS = ("abuse", "fraud", "opt-out")  # "not-spam" (RFC 6430), "auth-failure" (RFC 6591) and others are none
# What the standard library raises over parts within parts within parts, charsets that nobody has, and the like.
BROKEN = (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError)


class Said(StrEnum):
    """What a report says of a mail."""

    BOUNCED = "bounced"  # nothing will ever arrive there
    FAILED = "failed"  # this one did not arrive
    DELAYED = "delayed"
    COMPLAINED = "complained"
    UNWANTED = "unwanted"  # its reader told a provider that they want none
    NOTHING = "nothing"  # that concerns us


@dataclass(frozen=True, slots=True)
class Report:
    said: Said
    code: str  # 5.1.1, or what kind of complaint it is
    message_ids: list[str]


def read(raw: bytes) -> Report | None:
    """The report that this mail is; None where it is none, or too large, or not to be read."""
    if len(raw) > LARGEST or raw.lower().count(b"boundary") > PARTS:
        return None
    if raw.count(b"\n") > LINES or raw.count(b";") > PARAMETERS:
        return None
    try:
        return _read(BytesParser().parsebytes(raw))
    except BROKEN:
        return None


def _read(mail: Message) -> Report | None:
    parts = mail.get_payload()
    if not mail.is_multipart() or not isinstance(parts, list):
        return None
    said = next((found for part in parts if (found := _said(part)) is not None), None)
    return Report(*said, _message_ids(mail, parts)) if said else None


def _said(part: Any) -> tuple[Said, str] | None:
    kind, blocks = part.get_content_type(), part.get_payload()
    if not isinstance(blocks, list):
        return None
    if kind in STATUS_PARTS:
        return _worst(blocks)
    if kind == "message/feedback-report" and blocks:
        told = _field(blocks[0], "Feedback-Type").lower()
        return (Said.COMPLAINED if told in COMPLAINTS else Said.NOTHING), told[:20]
    return None


def _worst(blocks: list[Any]) -> tuple[Said, str]:
    """Of a status: a mail of ours has one recipient, whom a server may have made several."""
    order = list(Said)
    return min((_of_recipient(block) for block in blocks), key=lambda one: order.index(one[0]))


def _of_recipient(block: Message) -> tuple[Said, str]:
    action = _field(block, "Action").lower()
    verdict, code = bouncing.of_report(_field(block, "Status"), _field(block, "Diagnostic-Code"))
    if action == "delayed":
        return Said.DELAYED, code
    if action != "failed":  # delivered, relayed, expanded; or the block about the whole mail
        return Said.NOTHING, ""
    return (Said.BOUNCED if verdict == bouncing.Verdict.ADDRESS else Said.FAILED), code


def _message_ids(mail: Message, parts: list[Any]) -> list[str]:
    """Of what came back; else what the report itself refers to."""
    returned = [_returned(part) for part in parts]
    told = [_field(one, "Message-ID") for one in returned if one is not None]
    told += [_field(mail, name) for name in ("In-Reply-To", "References")]
    return [found[0] for found in MESSAGE_ID.finditer(" ".join(told))][:IDS]


def _returned(part: Any) -> Message | None:
    """The headers of the mail that came back, with or without its text."""
    kind, payload = part.get_content_type(), part.get_payload()
    if kind in (*WHOLE, *HEADERS) and isinstance(payload, list):
        first: Message = payload[0]
        return first
    if kind in HEADERS:
        return Parser().parsestr((part.get_payload(decode=True) or b"").decode("ascii", "replace"), headersonly=True)
    return None


def _field(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip()
