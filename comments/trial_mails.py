"""Whether mail works here: where it goes, and a test mail, sent at once so that whoever asks sees what comes of it."""

import smtplib
import socket
import ssl
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from . import markup, senders

# Backends of Django's that send nothing to anybody, and what they do instead.
INSTEAD = {
    "django.core.mail.backends.filebased.EmailBackend": "each becomes a file in {folder}",
    "django.core.mail.backends.console.EmailBackend": "they are printed where the site’s worker runs",
    "django.core.mail.backends.dummy.EmailBackend": "they are thrown away",
}
# What mostly is wrong, by what is raised; the first that fits.
HINTS: list[tuple[type[Exception], str]] = [
    (smtplib.SMTPAuthenticationError, "The server does not accept the user or the password in EMAIL_URL."),
    (smtplib.SMTPSenderRefused, "The server does not let this login send as DEFAULT_FROM_EMAIL or EMAIL_BOUNCES_TO."),
    (smtplib.SMTPRecipientsRefused, "The server takes no mail for this address. It may want a login first."),
    (smtplib.SMTPDataError, "The server took the addresses, and then refused the mail."),
    (smtplib.SMTPNotSupportedError, "The server offers no encryption, or no login, on this port."),
    (smtplib.SMTPServerDisconnected, "The server hung up. smtp+ssl:// is for port 465, smtp+tls:// for port 587."),
    (ssl.SSLCertVerificationError, "The server’s certificate is not for the name in EMAIL_URL, or is not valid."),
    (ssl.SSLError, "This port begins without encryption. smtp+ssl:// is for port 465, smtp+tls:// for port 587."),
    (socket.gaierror, "There is no host with the name in EMAIL_URL."),
    (ConnectionRefusedError, "Nothing listens at the host and port in EMAIL_URL."),
    (TimeoutError, "Nothing answers at the host and port in EMAIL_URL. Many hosters block port 25."),
]
LONG = 200  # characters of what a server says
BODY = """You asked for this test mail at {host}. It has arrived, so mails from there reach you.

If it lies among the spam, those to readers will too: “manage.py check_mail” says what is missing.
"""


class NotSent(Exception):
    """With what the mail server said, or why it was not reached. Nothing in it says who was to get the mail."""

    @property
    def hint(self) -> str:
        """What is likely wrong; "" where nobody can tell."""
        if getattr(self.__cause__, "status_code", None) in (401, 403):
            return "The provider does not accept the key in EMAIL_URL."
        return next((hint for kind, hint in HINTS if isinstance(self.__cause__, kind)), "")


def instead() -> str:
    """What becomes of mails where none are sent; empty where they are."""
    return INSTEAD.get(settings.EMAIL_BACKEND, "").format(folder=settings.EMAIL_FILE_PATH)


def way() -> str:
    """How mails leave, without a secret: by SMTP through mail.example, port 587, with STARTTLS and a login."""
    if words := instead():
        return words
    if settings.EMAIL_PROVIDER:
        return f"through {settings.EMAIL_PROVIDER.capitalize()}"
    encryption = "STARTTLS" if settings.EMAIL_USE_TLS else "TLS" if settings.EMAIL_USE_SSL else "no encryption"
    login = "a login" if settings.EMAIL_HOST_USER else "no login"
    return f"by SMTP through {settings.EMAIL_HOST}, port {settings.EMAIL_PORT}, with {encryption} and {login}"


def send_to(address: str) -> None:
    """A test mail to this address. Raises NotSent."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    headers = {"Message-ID": make_msgid(domain=host), "Auto-Submitted": "auto-generated", **senders.headers()}
    subject, body = f"A test mail from {host}", BODY.format(host=host)
    connection = get_connection()
    mail = EmailMessage(subject, body, senders.envelope(), to=[address], headers=headers)
    try:
        connection.send_messages([mail])
    except Exception as error:  # providers' interfaces have errors of their own
        raise NotSent(markup.veiled(_said(error))[:LONG]) from error
    finally:
        connection.close()  # Django leaves it open after a refused login


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _answered(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__


def _answered(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
