"""The outbox's rows as a mail, made the moment it is sent: nothing of it is kept.

Nothing that readers wrote is ever in a header, and no subject says what a mail is about.
"""

from dataclasses import dataclass, field
from email.charset import QP, Charset
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from . import mail_alerts, mail_news, mail_words, senders
from .mail_models import ALERTS, ASKED_FOR, EmailAddress, OutboxMessage
from .mail_words import Told
from .outbox import Bundle

# On the wire all is ASCII, in lines that are not too long: no server on the way changes a byte, and signatures hold.
# What is ASCII anyway goes as it is, and can be read where mails are files.
_utf8 = Charset("utf-8")
_utf8.body_encoding = QP


@dataclass(frozen=True, slots=True)
class Letter:
    """The mail that a bundle becomes; None where nothing is left to tell. `skipped`: what it does not tell, and why.

    Of that, `not_yet` is what may be told later.
    """

    message: EmailMultiAlternatives | None = field(repr=False)
    skipped: dict[int, str]
    not_yet: list[int]


def compose(bundle: Bundle) -> Letter:
    """The mail for these rows, as everything stands now, in the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        told, skipped = _told(bundle.rows)
        not_yet = [pk for pk, reason in skipped.items() if reason == mail_news.NOT_YET]
        return Letter(_message(told, bundle.message_id) if told else None, skipped, not_yet)


def _told(rows: list[OutboxMessage]) -> tuple[Told | None, dict[int, str]]:
    if rows[0].kind in ALERTS:
        return mail_alerts.gather(rows[0].moderator_id, rows)
    address = EmailAddress.objects.filter(pk=rows[0].address_id or 0).first()
    if address is None:
        return None, {row.pk: "The address is gone." for row in rows}
    return (mail_news.asked_for if rows[0].kind in ASKED_FOR else mail_news.gather)(address, rows)


def _message(told: Told, message_id: str) -> EmailMultiAlternatives:
    context = {"host": mail_words.host(), "subject": told.subject, **told.context}
    text, html = (render_to_string(f"email/{told.template}.{kind}", context) for kind in ("txt", "html"))
    message = EmailMultiAlternatives(
        told.subject,
        mail_words.laid_out(text),
        senders.envelope(),
        [told.to],
        headers={**_headers(told, message_id), **senders.headers()},
    )
    message.attach_alternative(html, "text/html")
    if not (text.isascii() and html.isascii()):
        message.encoding = _utf8
    return message


def _headers(told: Told, message_id: str) -> dict[str, str]:
    headers = {
        "Message-ID": message_id,
        "Date": format_datetime(timezone.now()),
        "Auto-Submitted": "auto-generated",
    }
    if told.unsubscribe:  # RFC 8058: one click in the mail program, without a page
        headers["List-Unsubscribe"] = f"<{mail_words.address(told.unsubscribe)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
