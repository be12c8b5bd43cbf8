"""One mail on its way: made, given to the mail server, and what that said written down. Never inside a transaction."""

import logging
import os
import traceback
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.filebased import EmailBackend as Files
from django.db import Error, connection, transaction
from django.utils import timezone

from . import bouncing, claiming, mails, muting
from .bouncing import Verdict
from .mail_models import EmailAddress
from .outbox import Bundle
from .storage import is_away

logger = logging.getLogger(__name__)

MAILS_A_LINE = 100  # servers end a connection that has brought many
AGAIN = 2.0  # seconds until a database that is away is asked again

Wait = Callable[[float], bool]  # sleeps for so many seconds; True where the worker is to stop


class Away(Exception):
    """The mail server cannot be reached, or takes nothing from this site: no mail is at fault."""


@dataclass(slots=True)
class Tally:
    """What became of how many rows."""

    sent: int = 0
    skipped: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"sent {self.sent}, skipped {self.skipped}, failed {self.failed}"


class Line:
    """The connection to the mail server, kept for several mails."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._left = 0

    def send(self, message: EmailMessage) -> None:
        if self._left == 0:
            self.close()
            self._open()
        self._left -= 1
        if not self._backend.send_messages([message]):
            raise ValueError("It has no recipient.")

    def close(self) -> None:
        """Where it breaks on closing, it is closed."""
        backend, self._backend, self._left = self._backend, None, 0
        if backend is not None:
            with suppress(Exception):
                backend.close()

    def _open(self) -> None:
        self._backend = backend = get_connection()
        if isinstance(backend, Files):  # Django's names hold a second and an address in memory: both come again
            name = f"{timezone.now():%Y%m%d-%H%M%S}-{uuid.uuid4()}.log"
            backend._fname = str(Path(backend.file_path) / name)  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            backend.open()
        except Exception as error:  # noqa: BLE001 - as below
            self.close()  # Django leaves it open where the login was refused
            raise Away(bouncing.reason(error)) from None
        self._left = MAILS_A_LINE
        if isinstance(backend, Files):
            os.fchmod(backend.stream.fileno(), 0o600)  # it holds private links
            self._left = 1  # and one mail


def deliver(bundle: Bundle, line: Line, wait: Wait) -> Tally:
    """Send it, unless nothing of it is to be told any more. Raises Away, and then it waits as before."""
    letter = _made(bundle)
    if letter is None:
        return Tally(failed=_later(bundle, "The mail could not be made: see the worker’s log."))
    claiming.put_off(bundle, letter.not_yet, timezone.now())
    nothing = {} if letter.message else {row.pk: "Nothing is left to tell." for row in bundle.rows}
    tally = Tally(skipped=claiming.skip(bundle, {**nothing, **letter.skipped}, timezone.now()))
    if letter.message is None or not claiming.is_safe(bundle, timezone.now()):
        return tally
    try:
        line.send(letter.message)
    except Away:
        claiming.release(bundle)
        raise
    except Exception as error:  # noqa: BLE001 - providers' libraries raise their own; `bouncing` knows them
        line.close()
        tally.failed = _not_taken(bundle, error)
    else:
        tally.sent = _mark_sent(bundle, wait)
    return tally


def _made(bundle: Bundle) -> mails.Letter | None:
    try:
        return mails.compose(bundle)
    except Exception as error:
        if is_away(error):
            raise
        # One mail that cannot be made must not keep all others. The log gets where it happened, and nothing of what the
        # exception says: that may be a reader's words.
        lines = "".join(traceback.format_tb(error.__traceback__))
        logger.error("%s could not be made: %s\n%s", _named(bundle), type(error).__name__, lines)  # noqa: TRY400
        return None


def _not_taken(bundle: Bundle, error: Exception) -> int:
    """How many rows are given up because of this."""
    verdict, reason = bouncing.verdict(error), bouncing.reason(error)
    if verdict == Verdict.SETUP:
        claiming.release(bundle)
        raise Away(reason) from None
    if verdict == Verdict.LATER:
        return _later(bundle, reason)
    logger.warning("%s is given up. %s", _named(bundle), reason)
    with transaction.atomic():
        given_up = claiming.give_up(bundle, timezone.now(), reason)
        if verdict == Verdict.ADDRESS and bundle.address is not None:
            muting.mute(bundle.address, EmailAddress.Muted.BOUNCED)
    return given_up


def _later(bundle: Bundle, reason: str) -> int:
    is_put_off = claiming.retry(bundle, timezone.now(), reason)
    logger.info("%s %s. %s", _named(bundle), "is tried again later" if is_put_off else "is given up", reason)
    return 0 if is_put_off else len(bundle.rows)


def _mark_sent(bundle: Bundle, wait: Wait) -> int:
    """Also where the database is away at just this moment: otherwise the mail would be sent once more."""
    while True:
        try:
            return claiming.sent(bundle, timezone.now())
        except Error as error:
            if not is_away(error):
                raise
            connection.close()
            if wait(AGAIN) or not _is_early(bundle):
                raise


def _is_early(bundle: Bundle) -> bool:
    until = bundle.rows[0].leased_until
    return until is not None and timezone.now() < until


def _named(bundle: Bundle) -> str:
    """For the log: numbers of rows, and nobody's address."""
    numbers = ", ".join(str(row.pk) for row in bundle.rows[:10])
    return f"Mail {numbers} ({bundle.rows[0].kind})"
