"""What waits in the outbox as the mails that it becomes, and what was sent of them."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from html.parser import HTMLParser
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from comments import addresses, mails
from comments.mail_models import EmailAddress, OutboxMessage
from comments.outbox import Bundle
from tests.comments.smtp import SmtpServer

MESSAGE_ID = "<0123456789abcdef@advice.example>"
ANN, BOB = "ann@example.org", "bob@example.org"


def confirmed(email: str = ANN, **columns: Any) -> EmailAddress:
    now = timezone.now()
    known = {"address": email, "added_at": now, "confirmed_at": now, **columns}
    address, _ = EmailAddress.objects.update_or_create(key=addresses.key_of(email), defaults=known)
    return address


def bundle(*kinds: str, **which: Any) -> Bundle:
    """All that is in the outbox of these kinds, as one mail."""
    rows = OutboxMessage.objects.filter(kind__in=kinds, **which).select_related("address", "moderator").order_by("pk")
    return Bundle(MESSAGE_ID, list(rows))


def compose(*kinds: str, **which: Any) -> mails.Letter:
    return mails.compose(bundle(*kinds, **which))


def sent(server: SmtpServer, *kinds: str, **which: Any) -> EmailMessage:
    """The mail that these rows become, as it came to a real server."""
    letter = compose(*kinds, **which)
    assert letter.message is not None, letter.skipped
    letter.message.send()
    return server.wait_for(1)[-1].message


def parsed(message: EmailMultiAlternatives) -> EmailMessage:
    """As a mail program reads it."""
    read = BytesParser(policy=default).parsebytes(message.message().as_bytes(linesep="\r\n"))
    assert isinstance(read, EmailMessage)
    return read


def text_of(message: EmailMessage) -> str:
    return _part(message, "plain")


def html_of(message: EmailMessage) -> str:
    return _part(message, "html")


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


class Page(HTMLParser):
    """The tags, attributes and texts of a mail's HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def links(self) -> list[str]:
        return [str(attributes["href"]) for tag, attributes in self.tags if tag == "a"]
