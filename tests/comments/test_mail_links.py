"""The links in mails, as they came: programs that follow them change nothing, and one click of a mail program does."""

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from comments import following, posting, reporting
from comments.mail_models import EmailAddress, OutboxMessage, QuietThread
from tests.comments.mailing import ANN, Page, bundle, compose, confirmed, html_of, parsed, sent, text_of
from tests.comments.smtp import SmtpServer
from tests.factories import answer, ask, fresh, reply_to

pytestmark = pytest.mark.django_db

SITE = "https://advice.example"
NEWS = ("public", "answer", "reply")
ALERTS = ("new", "follow_up", "report")


@pytest.fixture(autouse=True)
def _at_its_own_address(settings: Any) -> None:
    settings.SITE_URL = SITE
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "advice.example"]


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "advice.example", "user-agent": "scanner"})


def every_mail(article: Any, sarah: Any) -> Iterator[EmailMessage]:
    """One of each, all about one thread."""
    address, now = confirmed(with_words=True), timezone.now()
    question = ask(article, email=ANN, approved=False)
    following.ask_detail(question, by=sarah, words="Since when?")
    yield mail("detail", address=address)
    answer(question, by=sarah)
    reply_to(fresh(question))
    posting.post(posting.addition(fresh(question), "He called.", network=""))
    reporting.report(fresh(question), reason="other", details="Rude.", network="n")
    ask(article, "And I?", approved=False)
    yield mail(*NEWS, address=address)
    yield mail(*ALERTS, moderator=sarah)
    for kind in ("links", "confirm"):
        confirmed(confirmed_at=now if kind == "links" else None)
        OutboxMessage.objects.create(kind=kind, address=address, written_at=now, due_at=now)
        yield mail(kind, address=address)


def mail(*kinds: str, **which: Any) -> EmailMessage:
    message = compose(*kinds, **which).message
    assert message is not None
    return parsed(message)


def links_in(message: EmailMessage) -> set[str]:
    in_text = {word for word in text_of(message).split() if "://" in word}
    in_header = str(message["List-Unsubscribe"] or "").strip(" <>")
    return {*Page(html_of(message)).links, *in_text, in_header} - {""}


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.managed
    }


def test_a_program_that_follows_every_link_in_every_mail_changes_nothing(
    client: Client, article: Any, sarah: Any
) -> None:
    links = {link for message in every_mail(article, sarah) for link in links_in(message)}
    before = everything()
    for link in sorted(links):
        path = link.removeprefix(SITE)
        for ask_for in (client.get, client.head, client.options):
            response = ask_for(path)
            assert response.status_code in (200, 302, 405), (response.status_code, link)
            assert not response.cookies or path.startswith("/admin/")
    assert len(links) > 12
    assert everything() == before


def test_one_click_in_a_mail_program_stops_the_mails_of_that_thread(
    smtp_backend: SmtpServer, client: Client, article: Any, sarah: Any
) -> None:
    """As RFC 8058 has it: what the headers say is posted, without a cookie or a page before it; nothing redirects."""
    address = confirmed()
    question = ask(article, email=ANN)
    answer(question, by=sarah)
    message = sent(smtp_backend, *NEWS, address=address)
    link = str(message["List-Unsubscribe"]).strip().removeprefix("<").removesuffix(">")
    body = str(message["List-Unsubscribe-Post"])
    response = client.post(link.removeprefix(SITE), body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert list(QuietThread.objects.values_list("address", "thread")) == [(address.pk, question.pk)]
    reply_to(fresh(question))
    left = compose("reply", address=address) if OutboxMessage.objects.filter(kind="reply").exists() else None
    assert left is None or left.message is None
    assert EmailAddress.objects.get(pk=address.pk).muted_at is None


def test_one_click_in_the_mail_that_asks_for_confirmation_stops_all_mails(
    smtp_backend: SmtpServer, client: Client, article: Any
) -> None:
    ask(article, email=ANN, approved=False)
    link = str(sent(smtp_backend, "confirm")["List-Unsubscribe"]).strip(" <>")
    client.post(link.removeprefix(SITE), {"List-Unsubscribe": "One-Click"})
    assert EmailAddress.objects.get().muted_because == "owner"
    assert compose("confirm").skipped == {bundle("confirm").rows[0].pk: "The address is muted."}
