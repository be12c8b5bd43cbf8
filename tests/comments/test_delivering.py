"""A mail goes to a real server; whatever that says is written down, and nothing is lost."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from comments import addresses, claiming, mails
from comments.mail_models import EmailAddress, OutboxMessage
from tests.comments.mailing import confirmed, text_of
from tests.comments.smtp import SmtpServer
from tests.factories import answer, ask, moderator

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"


def asked(*emails: str) -> None:
    """Each of these addresses is to be asked whether it wants news."""
    for email in emails:
        addresses.ask_to_confirm(email)


def rows() -> list[tuple[str, str]]:
    return list(OutboxMessage.objects.order_by("pk").values_list("outcome", "reason"))


def send(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("send_mail", "--once")
    return capsys.readouterr().out.strip()


def due_again() -> None:
    OutboxMessage.objects.filter(done_at=None).update(due_at=timezone.now())


def test_what_is_due_goes_by_one_connection_and_the_command_says_what_became_of_it(
    smtp_backend: SmtpServer, capsys: pytest.CaptureFixture[str], sarah: Any
) -> None:
    asked(*(f"a{number}@example.org" for number in range(4)))
    EmailAddress.objects.filter(address="a1@example.org").update(muted_at=timezone.now(), muted_because="owner")
    smtp_backend.answers["a2@example.org"] = "550 5.1.1 No such user a2@example.org"
    smtp_backend.answers["a3@example.org"] = "450 4.2.0 Greylisted"
    assert send(capsys) == "sent 1, skipped 1, failed 1, later 1"
    assert [one.recipients for one in smtp_backend.received] == [["a0@example.org"]]
    assert smtp_backend.count() == {OutboxMessage.objects.get(outcome="sent").message_id: 1}


def test_what_was_published_while_its_article_was_not_is_told_once_that_is_back(
    smtp_backend: SmtpServer, capsys: pytest.CaptureFixture[str], article: Any, sarah: Any
) -> None:
    confirmed(ANN)
    answer(ask(article, email=ANN), by=sarah)
    OutboxMessage.objects.exclude(kind="answer").delete()
    published_at = article.published_at
    type(article).objects.update(published_at=None)
    due_again()
    assert send(capsys) == "sent 0, skipped 0, failed 0, later 1"
    due_at, message_id = OutboxMessage.objects.values_list("due_at", "message_id").get()
    assert (due_at > timezone.now() + timedelta(minutes=59), message_id) == (True, "")
    type(article).objects.update(published_at=published_at)
    due_again()
    assert send(capsys) == "sent 1, skipped 0, failed 0, later 0"
    assert "Sarah has answered." in text_of(smtp_backend.received[0].message)


def test_an_article_that_stays_away_is_not_waited_for_for_ever(
    smtp_backend: SmtpServer, capsys: pytest.CaptureFixture[str], article: Any
) -> None:
    confirmed(ANN)
    ask(article, email=ANN)
    type(article).objects.update(published_at=None)
    OutboxMessage.objects.exclude(kind="public").delete()
    OutboxMessage.objects.update(written_at=timezone.now() - timedelta(days=91))
    due_again()
    assert send(capsys) == "sent 0, skipped 1, failed 0, later 0"
    assert rows() == [("skipped", "Its article is not public.")]


def test_mails_share_a_connection(smtp_backend: SmtpServer, capsys: pytest.CaptureFixture[str]) -> None:
    asked(*(f"a{number}@example.org" for number in range(5)))
    assert send(capsys) == "sent 5, skipped 0, failed 0, later 0"
    assert smtp_backend.connections == 1
    assert set(smtp_backend.count().values()) == {1}


def test_an_address_that_does_not_exist_gets_no_more_mail(
    smtp_backend: SmtpServer, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    asked(ANN)
    smtp_backend.answers[ANN] = f"550 5.1.1 <{ANN}> does not exist"
    send(capsys)
    ((outcome, reason),) = rows()
    assert (outcome, reason.startswith("550 5.1.1")) == ("failed", True)
    assert EmailAddress.objects.get().muted_because == "bounced"
    assert "ann" not in caplog.text + reason


def test_a_moderator_s_address_that_does_not_exist_is_seen_in_the_list(
    smtp_backend: SmtpServer, capsys: pytest.CaptureFixture[str], article: Any
) -> None:
    smtp_backend.answers["mod@example.com"] = "550 5.1.1 No such user"
    moderator("mod")
    ask(article, approved=False)
    send(capsys)
    assert OutboxMessage.objects.get(moderator__username="mod").outcome == "failed"


def test_what_a_server_does_not_take_now_is_sent_later_under_the_same_id(
    smtp_backend: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(ANN)
    smtp_backend.answer_to_data = "451 4.3.0 Later"
    assert send(capsys) == "sent 0, skipped 0, failed 0, later 1"
    first = OutboxMessage.objects.get()
    assert first.due_at is not None
    assert timedelta(seconds=50) < first.due_at - timezone.now() < timedelta(seconds=61)
    assert first.reason.startswith("451 4.3.0")
    smtp_backend.answer_to_data = "250 OK"
    due_again()
    assert send(capsys) == "sent 1, skipped 0, failed 0, later 0"
    assert smtp_backend.count() == {first.message_id: 1}
    assert rows() == [("sent", "")]


def test_a_reply_that_is_lost_repeats_one_mail_under_the_same_id(
    smtp_backend: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(ANN, "bob@example.org")
    smtp_backend.lost_replies = 1
    assert send(capsys) == "sent 1, skipped 0, failed 0, later 1"
    due_again()
    assert send(capsys) == "sent 1, skipped 0, failed 0, later 0"
    assert sorted(smtp_backend.count().values()) == [1, 2]


def test_without_a_mail_server_nothing_is_counted_and_nothing_is_lost(
    smtp_backend: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(ANN)
    smtp_backend.stop()
    with pytest.raises(CommandError, match=r"The mail server is away.* sent 0, skipped 0, failed 0, later 1"):
        send(capsys)
    assert OutboxMessage.objects.get().attempts == 0
    smtp_backend.start()
    assert send(capsys) == "sent 1, skipped 0, failed 0, later 0"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_a_wrong_password_is_no_mail_s_fault(
    smtp_backend: SmtpServer, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(ANN)
    smtp_backend.login, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = ("ann", "right"), "ann", "wrong"
    with pytest.raises(CommandError, match=r"The mail server is away\. 535"):
        send(capsys)
    settings.EMAIL_HOST_PASSWORD = "right"
    assert send(capsys) == "sent 1, skipped 0, failed 0, later 0"


def test_a_mail_that_cannot_be_made_keeps_no_other_and_its_words_are_not_logged(
    smtp_backend: SmtpServer,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked(ANN, "bob@example.org")
    make, words = mails.compose, "He left me."

    def broken(bundle: Any) -> mails.Letter:
        if bundle.address.address == ANN:
            raise RuntimeError(words)
        return make(bundle)

    monkeypatch.setattr(mails, "compose", broken)
    with caplog.at_level(logging.INFO):
        assert send(capsys) == "sent 1, skipped 0, failed 0, later 1"
    assert "could not be made: RuntimeError" in caplog.text
    assert words not in caplog.text


def test_without_a_mail_server_of_its_own_each_mail_is_a_file_that_nobody_else_reads(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    asked(*(f"a{number}@example.org" for number in range(20)))  # within one second
    assert send(capsys) == "sent 20, skipped 0, failed 0, later 0"
    assert [file.stat().st_mode & 0o777 for file in tmp_path.iterdir()] == [0o600] * 20


def test_a_worker_that_slept_too_long_sends_nothing(
    smtp_backend: SmtpServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(ANN)
    monkeypatch.setattr(claiming, "SAFE", claiming.LEASE)
    send(capsys)
    assert smtp_backend.received == []
    assert rows() == [("", "")]
