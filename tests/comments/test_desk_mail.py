"""The page on which a moderator chooses what the desk mails to them, and tries whether mails arrive."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from comments import alert_choices, outbox
from comments.log_models import ModerationEvent
from comments.mail_models import OutboxMessage
from tests.comments.smtp import SmtpServer
from tests.factories import ask, moderator

pytestmark = pytest.mark.django_db
PAGE, TEST = "/admin/desk/mail/", "/admin/desk/mail/test/"
FILES = "django.core.mail.backends.filebased.EmailBackend"
ALL = {"mail_questions": "at_once", "mail_hour": "7", "mail_reports": "on", "mail_follow_ups": "on", "mail_nudge": "on"}


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def seen(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_it_shows_what_is_chosen_and_where_mails_go(desk: Client, sarah: Any) -> None:
    alert_choices.choose(sarah, by=sarah, mail_questions="daily", mail_hour=18)
    html = seen(desk, PAGE)
    assert "They go to <strong>sarah@example.com</strong>" in html
    assert f"/admin/comments/moderator/{sarah.pk}/change/" in html
    assert '<option value="18" selected>18:00</option>' in html
    assert "No mail is sent from here" not in html


def test_a_moderator_is_told_that_an_owner_changes_addresses(client: Client, sarah: Any) -> None:
    client.force_login(moderator("ben", email=""))
    html = seen(client, PAGE)
    assert "You have no address" in html
    assert "An owner of this site can change that" in html
    assert "Send me a test mail" not in html


def test_every_page_of_the_desk_leads_there(desk: Client, article: Any) -> None:
    for address in ("/admin/desk/", "/admin/desk/keys/", f"/admin/desk/{ask(article).pk}/"):
        assert f'href="{PAGE}"' in seen(desk, address)


def test_what_is_chosen_is_kept_and_holds_for_what_waits(desk: Client, sarah: Any, article: Any) -> None:
    ask(article, approved=False)
    response = desk.post(PAGE, {"mail_questions": "none", "mail_hour": "7", "mail_reports": "on"}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "From now on it is so" in response.content.decode()
    likes = alert_choices.of(sarah)
    assert (likes.mail_questions, likes.mail_reports, likes.mail_nudge) == ("none", True, False)
    assert not OutboxMessage.objects.filter(moderator=sarah).exists()
    assert ModerationEvent.objects.get().subject == "mails to “sarah”"
    again = desk.post(PAGE, {"mail_questions": "none", "mail_hour": "7", "mail_reports": "on"}, follow=True)
    assert "It was so already" in again.content.decode()


@pytest.mark.parametrize("wrong", [{"mail_questions": "often"}, {"mail_hour": "24"}, {"mail_hour": ""}])
def test_what_cannot_be_chosen_is_named_and_nothing_is_kept(desk: Client, sarah: Any, wrong: dict[str, str]) -> None:
    response = desk.post(PAGE, {**ALL, **wrong})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not ModerationEvent.objects.exists()


def test_only_moderators_choose(client: Client, sarah: Any) -> None:
    for address in (PAGE, TEST):
        assert client.post(address, ALL)["Location"].startswith("/admin/login/")
    assert mail.outbox == []


def test_a_test_mail_goes_to_whoever_asks_and_nobody_else(desk: Client) -> None:
    said = desk.post(TEST, {"email": "other@example.org"}, follow=True).content.decode()
    assert "The mail server has taken it" in said
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["sarah@example.com"], "A test mail from 127.0.0.1")
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert desk.get(TEST).status_code == 405


def test_a_server_that_is_not_there_is_named(desk: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert (
        "It could not be sent. Nothing listens at the host and port in EMAIL_URL."
        in desk.post(TEST, follow=True).content.decode()
    )


def test_where_mails_are_files_owners_are_told_so_on_the_desk_and_everybody_on_this_page(
    desk: Client, settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = FILES, str(tmp_path)
    told = f"No mail is sent from here:</strong> each becomes a file in {tmp_path}"
    assert told in seen(desk, "/admin/desk/")
    assert told not in seen(desk, "/admin/desk/?tab=all")
    assert "It was not sent, as no mail is here" in desk.post(TEST, follow=True).content.decode()
    assert "To: sarah@example.com" in next(tmp_path.iterdir()).read_text()
    desk.force_login(moderator("ben"))
    assert told in seen(desk, PAGE)
    assert told not in seen(desk, "/admin/desk/")


def test_where_mails_do_not_leave_owners_are_told_so_on_the_desk(desk: Client, article: Any) -> None:
    ask(article, approved=False)
    told = "1 mail should be on the way</strong> for a quarter of an hour"
    OutboxMessage.objects.update(due_at=timezone.now() - timedelta(minutes=14))
    assert told not in seen(desk, "/admin/desk/")
    OutboxMessage.objects.filter(moderator__username="sarah").update(due_at=timezone.now() - timedelta(minutes=16))
    assert told in seen(desk, "/admin/desk/")
    assert "should be on the way" not in seen(desk, "/admin/desk/?tab=all")
    desk.force_login(moderator("ben"))
    assert "should be on the way" not in seen(desk, "/admin/desk/")
    OutboxMessage.objects.update(done_at=timezone.now(), outcome="sent")
    desk.force_login(moderator("sarah"))
    assert "should be on the way" not in seen(desk, "/admin/desk/")


@pytest.mark.sqlite
def test_that_is_read_from_an_index() -> None:
    assert "mail_due" in outbox.late(timezone.now()).explain()


def test_a_test_mail_arrives_and_a_refusal_is_shown_without_the_address(desk: Client, smtp_backend: SmtpServer) -> None:
    assert "The mail server has taken it" in desk.post(TEST, follow=True).content.decode()
    assert smtp_backend.wait_for(1)[0].recipients == ["sarah@example.com"]
    smtp_backend.answers["sarah@example.com"] = "550 5.1.1 No mailbox sarah@example.com here"
    response = desk.post(TEST, follow=True).content.decode()
    assert "550 5.1.1 No mailbox s…@example.com here" in response


def test_it_says_what_became_of_the_last_mail(desk: Client, sarah: Any, article: Any) -> None:
    ask(article, approved=False)
    assert "The last one" not in seen(desk, PAGE)
    mails = OutboxMessage.objects.filter(moderator=sarah)
    mails.update(done_at=timezone.now(), outcome="sent")
    assert "The last one went out on" in seen(desk, PAGE)
    mails.update(outcome="failed", reason="550 5.1.1: there is no such address")
    for page in (PAGE, f"/admin/comments/moderator/{sarah.pk}/mail/"):
        html = seen(desk, page)
        assert "The last one was given up</strong> on" in html
        assert "550 5.1.1: there is no such address" in html
        assert f"/admin/comments/outboxmessage/{mails.get().pk}/change/" in html
