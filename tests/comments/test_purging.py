"""What is kept for a time only: gone after it, and not before."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from comments import addresses, checking, moderation, purging, reporting
from comments.log_models import ModerationEvent
from comments.mail_models import EmailAddress, OutboxMessage
from comments.models import Comment
from comments.reader_models import Report
from tests.factories import answer, ask, discuss, fresh, reply_to

pytestmark = pytest.mark.django_db
NETWORK = "0f" * 16


def posted(comment: Comment, days: int) -> Comment:
    """As if it had been sent, and dealt with, so many days ago."""
    moment = timezone.now() - timedelta(days=days)
    Comment.objects.filter(pk=comment.pk).update(posted_at=moment)
    QuerySet.update(ModerationEvent.objects.filter(comment=comment), at=moment)  # the log itself is not changed
    return fresh(comment)


def test_networks_go_after_their_term_and_not_before(article: Any, settings: Any) -> None:
    old, young = (posted(ask(article, f"{days} days", network=NETWORK), days) for days in (91, 89))
    for comment, days in ((old, 91), (young, 89)):
        reporting.report(comment, reason="other", details="", network=NETWORK)
        Report.objects.filter(comment=comment).update(reported_at=timezone.now() - timedelta(days=days))
    assert purging.purge() == purging.Purged(comments=1, reports=1, erased=0)
    assert (fresh(old).network, fresh(young).network) == ("", NETWORK)
    assert fresh(old).body == "91 days"
    assert list(Report.objects.order_by("pk").values_list("network", flat=True)) == ["", NETWORK]
    assert purging.purge() == purging.Purged(0, 0, 0)


def test_the_limits_keep_what_they_need_whatever_the_settings_say(article: Any) -> None:
    comment = posted(ask(article, network=NETWORK), 1)
    discuss(network_days=0)
    purging.purge()
    assert fresh(comment).network == NETWORK


def test_networks_go_in_batches(
    article: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    for number in range(5):
        posted(ask(article, f"Number {number}", network=NETWORK), 100)
    merging = 2 * 5 if connection.vendor == "sqlite" else 0  # the index of search
    with django_assert_max_num_queries(1 + 3 * 2 + 1 + 1 + 3 + 3 + 1 + 1 + merging):
        assert purging.purge().comments == 5


def test_the_trash_stays_for_ever_by_default(article: Any, sarah: Any) -> None:
    question = ask(article)
    moderation.trash(question, by=sarah)
    posted(question, 4_000)
    assert purging.purge() == purging.Purged()
    assert fresh(question).body


def test_the_words_of_the_trash_go_after_their_term(article: Any, sarah: Any) -> None:
    discuss(removed_days=30)
    trashed, young = (ask(article, body, email="a@example.com") for body in ("Trash", "Young"))
    moderation.trash([trashed, young], by=sarah, reason="rude")
    for comment, days in ((trashed, 31), (young, 29)):
        posted(comment, days)
    public = posted(ask(article, "Public", email="b@example.com"), 400)
    assert purging.purge().erased == 1
    gone = fresh(trashed)
    assert (gone.body, gone.name, gone.email) == ("", "", "")
    assert gone.erased_at is not None
    assert fresh(young).body == "Young"
    assert fresh(public).body == "Public"
    assert not ModerationEvent.objects.filter(comment=trashed).exclude(reason="").exists()
    assert purging.purge().erased == 0
    assert checking.check().damages == []


@pytest.mark.parametrize("verb", [moderation.trash, moderation.mark_spam])
def test_what_somebody_touched_since_starts_anew(article: Any, sarah: Any, verb: Any) -> None:
    discuss(removed_days=30)
    question = ask(article)
    moderation.trash(question, by=sarah)
    posted(question, 400)
    moderation.restore(question, by=sarah)
    verb(question, by=sarah)
    assert purging.purge() == purging.Purged()


def test_what_its_writer_took_back_can_still_be_put_back(article: Any) -> None:
    discuss(removed_days=30)
    question = ask(article)
    moderation.withdraw(question)
    posted(question, 400)
    assert purging.purge().erased == 0
    moderation.put_back(question)
    assert fresh(question).is_public


def test_below_public_replies_words_stay_so_that_no_answer_goes(article: Any, sarah: Any) -> None:
    discuss(removed_days=30)
    question = ask(article)
    reply = answer(question, by=sarah)
    moderation.trash(question, by=sarah)
    posted(question, 400)
    assert purging.purge().erased == 0
    moderation.trash(reply, by=sarah)
    posted(reply, 400)
    assert purging.purge().erased == 2
    assert not fresh(reply).is_public


def test_what_was_restored_meanwhile_stays(article: Any, sarah: Any) -> None:
    question = ask(article)
    moderation.trash(question, by=sarah)
    before = timezone.now() + timedelta(days=1)
    moderation.restore(question, by=sarah)
    assert purging._erase([question.pk], Comment.objects.trash_before(before)) == 0
    assert fresh(question).is_public


def test_removed_replies_in_the_middle_of_a_thread_go(
    article: Any, sarah: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    discuss(removed_days=30)
    monkeypatch.setattr(purging, "ERASED", 2)
    question = ask(article)
    replies = [reply_to(question, f"Reply {number}") for number in range(5)]
    moderation.trash(replies, by=sarah)
    for reply in replies:
        posted(reply, 31)
    assert purging.purge().erased == 5
    assert fresh(question).is_public
    assert checking.check().damages == []


def test_the_command_says_what_it_did(article: Any, capsys: pytest.CaptureFixture[str]) -> None:
    posted(ask(article, network=NETWORK), 100)
    posted(ask(article, "The site was there meanwhile."), 20)
    call_command("purge")
    assert capsys.readouterr().out == (
        "fingerprints of networks: 1 off comments, 0 off reports\nspam and trash: 0 deleted, the words of 0 erased\n"
        "mail: 0 off the list, 0 unconfirmed addresses\n"
    )


@pytest.mark.sqlite  # plans without statistics; PostgreSQL chooses by how many are left
def test_old_networks_are_found_by_their_index(article: Any) -> None:
    known = Comment.objects.filter(posted_at__lt=timezone.now()).exclude(network="").order_by("network")
    assert "comment_network" in known.values_list("pk")[:500].explain()


def test_sessions_that_have_expired_go_too() -> None:
    """One may hold an answer that was sent after the login had ended, and that nobody came back for."""
    for key, days in (("old", -1), ("young", 1)):
        Session.objects.create(session_key=key, session_data="x", expire_date=timezone.now() + timedelta(days=days))
    call_command("purge")
    assert list(Session.objects.values_list("session_key", flat=True)) == ["young"]


def address(email: str, days: int, **columns: Any) -> EmailAddress:
    """One that somebody entered so many days ago."""
    moment = timezone.now() - timedelta(days=days)
    return EmailAddress.objects.create(key=addresses.key_of(email), address=email, added_at=moment, **columns)


def told(to: EmailAddress, days: int, **columns: Any) -> OutboxMessage:
    """A mail of so many days ago."""
    moment = timezone.now() - timedelta(days=days)
    return OutboxMessage.objects.create(kind="confirm", address=to, written_at=moment, due_at=moment, **columns)


def test_who_was_told_of_what_is_forgotten_after_its_term_however_it_ended(article: Any) -> None:
    now = timezone.now()
    ann = address("ann@example.org", 400, confirmed_at=now)
    for outcome in OutboxMessage.Outcome.values:
        told(ann, 100, outcome=outcome, done_at=now - timedelta(days=91))
    kept = {told(ann, 89, outcome="sent", done_at=now - timedelta(days=89)).pk, told(ann, 400).pk}
    assert purging.purge().mails == 3
    assert set(OutboxMessage.objects.values_list("pk", flat=True)) == kept
    assert EmailAddress.objects.exists()


def test_addresses_that_nobody_confirmed_go_with_what_waits_for_them(article: Any) -> None:
    now = timezone.now()
    told(address("old@example.org", 31), 31, outcome="sent", done_at=now - timedelta(days=31))
    told(address("asked.again@example.org", 400), 29)
    address("young@example.org", 29)
    address("confirmed@example.org", 400, confirmed_at=now)
    address("refused@example.org", 400, muted_at=now, muted_because="owner")
    assert purging.purge().addresses == 1
    assert not EmailAddress.objects.filter(address="old@example.org").exists()
    assert EmailAddress.objects.count() == 4
    assert OutboxMessage.objects.count() == 1


def test_mails_go_in_batches(article: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    ann = address("ann@example.org", 400, confirmed_at=timezone.now())
    for _ in range(5):
        told(ann, 100, outcome="sent", done_at=timezone.now() - timedelta(days=91))
    assert purging.purge().mails == 5


@pytest.mark.sqlite
def test_old_mails_and_unconfirmed_addresses_are_found_by_their_indexes() -> None:
    now = timezone.now()
    assert "mail_done" in OutboxMessage.objects.filter(done_at__lt=now).values_list("pk")[:500].explain()
    assert "address_unconfirmed" in purging._unconfirmed(now).values_list("pk")[:500].explain()
