"""What a mail that does not arrive says: whether of the address, of the mail, or of this site.

Servers answer with three digits (RFC 5321, 4.2) and mostly with an enhanced code (RFC 3463, and IANA's registry by
RFC 5248). Their words are neither kept nor logged: they repeat the address.
"""

import re
import smtplib
import sys
from enum import StrEnum
from types import ModuleType
from typing import NamedTuple

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
BASIC = re.compile(r"\b([245]\d\d)\b")


class Verdict(StrEnum):
    """What an error means for the mail that was to be sent."""

    ADDRESS = "address"  # nothing will ever arrive there
    MESSAGE = "message"  # this one will not be taken, however often it is tried
    LATER = "later"  # it may be taken when it is tried again
    SETUP = "setup"  # ours: the connection, the login or the sender. Others will not go either.


WORDS = {
    Verdict.ADDRESS: "there is no such address, or it takes no mail",
    Verdict.MESSAGE: "this mail is not taken",
    Verdict.LATER: "not now",
    Verdict.SETUP: "the site’s mail server, login or sender is not accepted",
}


class Answer(NamedTuple):
    """A server's: 550, and of its enhanced code 5.1.1 what follows the class; None where it gave none."""

    code: int
    detail: tuple[int, int] | None = None

    def __str__(self) -> str:
        enhanced = f"{self.code // 100}.{self.detail[0]}.{self.detail[1]}" if self.detail else ""
        return " ".join(filter(None, (str(self.code) if self.code > 99 else "", enhanced)))


# By the detail of a permanent answer: RFC 3463, where nothing else is named. What is in neither is this mail's fault.
OF_ADDRESS = {
    *((1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 6)),  # no such mailbox or host, bad syntax, ambiguous, moved
    (1, 10),  # its domain takes no mail (RFC 7505)
    (2, 1),  # the mailbox is disabled
    *((4, 1), (4, 4)),  # no such host; Microsoft's servers say the first of mailboxes that do not exist
}
OF_SETUP = {
    *((1, 7), (1, 8)),  # the sender's address
    *((7, number) for number in (8, 9, 11, 12, 13, 14)),  # login, encryption (RFC 4954, RFC 5248)
    *((7, number) for number in range(20, 30)),  # SPF, DKIM, reverse DNS (RFC 7372), ARC
}
# Where there is no detail, RFC 5321 (4.2.3), RFC 7504 and RFC 4954.
CODES_OF_ADDRESS = {550, 551, 553, 556}
CODES_OF_SETUP = {530, 534, 535, 538}


def verdict(error: BaseException) -> Verdict:
    """Of what sending raised. What connecting raised is the setup's, whatever it is."""
    answer = answer_in(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return of_answer(answer, names_address=True) if answer else Verdict.LATER
    if isinstance(error, smtplib.SMTPDataError):
        return of_answer(answer) if answer else Verdict.LATER
    if isinstance(error, smtplib.SMTPSenderRefused) and answer and _is_too_large(answer):
        return Verdict.MESSAGE
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Verdict.LATER
    if (provider := _provider()) and isinstance(error, provider.AnymailError):
        return _of_provider(error, provider)
    if isinstance(error, OSError):  # smtplib's own, too; in the middle of a session they are SMTPServerDisconnected
        return Verdict.SETUP
    return Verdict.MESSAGE if isinstance(error, ValueError) else Verdict.LATER  # Django refuses bad addresses so


def reason(error: BaseException) -> str:
    """For people, without anything that the server said: 550 5.1.1: there is no such address, or it takes no mail."""
    status = getattr(error, "status_code", None)
    what = answer_in(error) or (f"HTTP {status}" if status else type(error).__name__)
    return f"{what}: {'it cannot be reached' if _is_of_network(error) else WORDS[verdict(error)]}"


def _is_of_network(error: BaseException) -> bool:
    return isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)


def answer_in(error: BaseException) -> Answer | None:
    """The server's answer, where it is one that was raised."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((_answer(*said) for said in error.recipients.values()), None)  # a mail has one recipient
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return None


def of_answer(answer: Answer, *, names_address: bool = False) -> Verdict:
    """`names_address`: it was given to the address (RCPT TO), not to the whole mail."""
    if answer.code < 500:
        return Verdict.LATER
    if answer.code in CODES_OF_SETUP or answer.detail in OF_SETUP:
        return Verdict.SETUP
    if answer.detail in OF_ADDRESS or (answer.detail is None and names_address and answer.code in CODES_OF_ADDRESS):
        return Verdict.ADDRESS
    return Verdict.MESSAGE


def of_report(status: str, diagnosis: str = "") -> tuple[Verdict, str]:
    """What the fields `Status` and `Diagnostic-Code` say of an address (RFC 3464, 2.3), and their codes.

    Where the status says no more than that it failed (5.0.0), as exim's always does, the diagnosis is asked.
    """
    found, asked = ENHANCED.search(status), ENHANCED.search(diagnosis)
    if (found is None or found[0] == "5.0.0") and asked:
        found = asked
    basic = BASIC.search(diagnosis)
    if found is None or found[0] == "5.0.0":
        answer = Answer(int(basic[1])) if basic else Answer(550)
    else:
        answer = Answer(int(found[1]) * 100, (int(found[2]), int(found[3])))
    return of_answer(answer, names_address=True), found[0] if found else str(answer)


def _answer(code: int, text: bytes | str) -> Answer | None:
    """smtplib has the code -1 where it could not read any."""
    found = ENHANCED.match(text.decode("ascii", "replace") if isinstance(text, bytes) else text)
    fits = found is not None and int(found[1]) == code // 100
    return Answer(code, (int(found[2]), int(found[3])) if found and fits else None) if code > 0 else None


def _is_too_large(answer: Answer) -> bool:
    return answer.code == 552 or (answer.code >= 500 and answer.detail == (3, 4))


def _provider() -> ModuleType | None:
    """django-anymail's errors. It is an optional extra, and what it raises it has loaded."""
    return sys.modules.get("anymail.exceptions")


def _of_provider(error: BaseException, provider: ModuleType) -> Verdict:
    if isinstance(error, (provider.AnymailRecipientsRefused, provider.AnymailInvalidAddress)):
        return Verdict.ADDRESS
    status = getattr(error, "status_code", None)
    if status is None:  # no answer at all, or a mail that this provider has no form for
        return Verdict.SETUP if isinstance(error, provider.AnymailAPIError) else Verdict.MESSAGE
    if status in (401, 403):
        return Verdict.SETUP
    return Verdict.LATER if status in (408, 429) or status >= 500 else Verdict.MESSAGE
