"""A moderator's digest from the question to the mailbox, and from the mail back to the box that answers."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone

from comments import alert_choices, moderation, reporting
from comments.mail_models import OutboxMessage
from comments.models import Comment
from tests.comments.mailing import text_of
from tests.comments.smtp import SmtpServer
from tests.factories import ask, fresh

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://127\.0\.0\.1:8000(/admin/desk/\d+/\?answer)")


def send() -> None:
    call_command("send_mail", once=True)


def wait(**span: int) -> None:
    """So much time passes for the outbox."""
    passed = timedelta(**span)
    for column in ("written_at", "due_at", "done_at"):
        OutboxMessage.objects.exclude(**{column: None}).update(**{column: F(column) - passed})


@pytest.fixture
def daily(sarah: Any) -> Any:
    alert_choices.choose(sarah, by=sarah, mail_questions="daily", mail_hour=7)
    return sarah


def test_a_day_s_questions_are_one_mail_and_come_once(daily: Any, article: Any, smtp_backend: SmtpServer) -> None:
    questions = [ask(article, f"Should I write, for the time {n}?", approved=False) for n in range(3)]
    moderation.trash(ask(article, "Never mind", approved=False), by=daily)
    send()
    assert smtp_backend.received == []
    wait(days=1)
    send()
    [mail] = smtp_backend.wait_for(1)
    assert mail.recipients == ["sarah@example.com"]
    assert mail.message["Subject"] == "127.0.0.1: 3 things wait for you"
    text = text_of(mail.message)
    assert "Never mind" not in text
    assert LINK.findall(text) == [f"/admin/desk/{question.pk}/?answer" for question in questions]
    wait(days=1)
    send()
    assert len(smtp_backend.received) == 1


def test_a_report_does_not_wait_for_the_digest(daily: Any, article: Any, smtp_backend: SmtpServer) -> None:
    question = ask(article)
    ask(article, "And I?", approved=False)
    reporting.report(fresh(question), reason="other", details="Rude.", network="n")
    send()
    [text] = [text_of(mail.message) for mail in smtp_backend.wait_for(2) if mail.recipients == [daily.email]]
    assert "Rude." in text
    assert "And I?" not in text


def test_the_link_leads_over_the_login_to_an_answer(
    client: Client, daily: Any, article: Any, smtp_backend: SmtpServer
) -> None:
    ask(article, approved=False)
    alert_choices.choose(daily, by=daily, mail_questions="at_once")
    send()
    [link] = LINK.findall(text_of(smtp_backend.wait_for(1)[0].message))
    to_login = client.get(link)["Location"]
    box = client.post(to_login, {"username": "sarah", "password": "sarah"}, follow=True)
    assert " autofocus>" in box.content.decode()
    client.post(link, {"body": "Not yet."})
    assert Comment.objects.by_moderators().approved().get().body == "Not yet."


def test_the_reminder_comes_at_its_hour_by_the_worker_itself(
    sarah: Any, article: Any, smtp_backend: SmtpServer
) -> None:
    question = ask(article, approved=False)
    OutboxMessage.objects.all().delete()
    Comment.objects.filter(pk=question.pk).update(posted_at=timezone.now() - timedelta(days=4))
    send()
    assert smtp_backend.received == []
    wait(days=1)
    send()
    assert "The oldest question has waited since" in text_of(smtp_backend.wait_for(1)[0].message)
    wait(days=5)
    send()
    assert len(smtp_backend.received) == 1
    wait(days=2)
    send()
    wait(days=1)
    send()
    assert len(smtp_backend.wait_for(2)) == 2
