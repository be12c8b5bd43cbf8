"""Whether mail works here: where it goes, and a test mail, sent at once so that whoever asks sees what comes of it."""

import smtplib
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from . import markup

# Backends of Django's that send nothing to anybody, and what they do instead.
INSTEAD = {
    "django.core.mail.backends.filebased.EmailBackend": "each becomes a file in {folder}",
    "django.core.mail.backends.console.EmailBackend": "they are printed where the site’s worker runs",
    "django.core.mail.backends.dummy.EmailBackend": "they are thrown away",
}
LONG = 200  # characters of what a server says
BODY = """You asked for this test mail at the desk of {host}. It has arrived, so mails from there reach you.

If it lies among the spam, those to readers will too: “manage.py check_mail” says what is missing.
"""


class NotSent(Exception):
    """With what the mail server said, or why it was not reached. Nothing in it says who was to get the mail."""


def instead() -> str:
    """What becomes of mails where none are sent; empty where they are."""
    return INSTEAD.get(settings.EMAIL_BACKEND, "").format(folder=settings.EMAIL_FILE_PATH)


def send_to(address: str) -> None:
    """A test mail to this address. Raises NotSent."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    headers = {"Message-ID": make_msgid(domain=host), "Auto-Submitted": "auto-generated"}
    mail = EmailMessage(f"A test mail from {host}", BODY.format(host=host), to=[address], headers=headers)
    try:
        mail.send()
    except (OSError, ValueError) as error:  # what smtplib raises is an OSError
        raise NotSent(markup.veiled(_said(error))[:LONG]) from error


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _answered(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__


def _answered(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
