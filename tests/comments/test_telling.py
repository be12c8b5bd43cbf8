"""Who is to be told of what, as rows in the transaction that makes it so."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from comments import addresses, arranging, following, mails, moderation, posting, reporting, undoing
from comments.desk_models import DeskPreference
from comments.mail_models import EmailAddress, MailRequest, OutboxMessage
from comments.models import Comment
from tests.comments.mailing import bundle, parsed, text_of
from tests.factories import answer, ask, discuss, fresh, moderator, reply_to, submission

pytestmark = pytest.mark.django_db

ANN, BOB = "ann@example.org", "bob@example.org"


def confirmed(*emails: str) -> None:
    now = timezone.now()
    for email in emails:
        EmailAddress.objects.update_or_create(
            key=addresses.key_of(email), defaults={"address": email, "added_at": now, "confirmed_at": now}
        )


def news(*kinds: str) -> list[tuple[str, int | None, str]]:
    rows = OutboxMessage.objects.filter(moderator=None).exclude(kind="confirm").order_by("pk")
    rows = rows.filter(kind__in=kinds) if kinds else rows
    return [(row.kind, row.comment_id, row.address.address if row.address else "") for row in rows]


def test_a_question_with_an_address_has_its_owner_asked_once(article: Any) -> None:
    ask(article, email=ANN, approved=False)
    ask(article, "And another thing.", email=ANN.upper(), approved=False)
    row = OutboxMessage.objects.get(address__isnull=False)
    assert (row.kind, row.address.address if row.address else "", row.comment) == ("confirm", ANN, None)
    assert EmailAddress.objects.get().confirmed_at is None


def test_nobody_is_asked_because_of_spam(article: Any) -> None:
    posting.post(submission(article, email=ANN, trapped=True))
    assert not EmailAddress.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("email", ["ann@straße.example", "ſam@example.org"])
def test_an_imported_address_whose_mail_would_go_to_somebody_else_is_not_asked(article: Any, email: str) -> None:
    question = ask(article)
    Comment.objects.filter(pk=question.pk).update(email=email, source="wordpress", source_id="1")
    posting.post(posting.addition(fresh(question), "It went well.", network=""))
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize("verb", [moderation.approve, moderation.restore, answer])
def test_whose_question_was_no_spam_after_all_is_asked_and_told(article: Any, sarah: Any, verb: Any) -> None:
    question = posting.post(submission(article, email=ANN, trapped=True)).comment
    verb(question, by=sarah)
    if not fresh(question).is_public:
        moderation.approve(question, by=sarah)
    assert OutboxMessage.objects.filter(kind="confirm", address__address=ANN).count() == 1
    assert ("public", question.pk, ANN) in news()


def test_a_question_that_is_not_written_after_all_tells_nobody(article: Any) -> None:
    with transaction.atomic():
        posting.post(submission(article, email=ANN))
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()


def test_an_answer_to_a_pending_question_tells_its_asker_of_both(article: Any, sarah: Any) -> None:
    confirmed(ANN)
    question = ask(article, email=ANN, approved=False)
    reply = answer(question, by=sarah)
    assert news() == [("public", question.pk, ANN), ("answer", reply.pk, ANN)]


def test_a_reader_s_reply_tells_those_above_it_and_its_writer_but_nobody_twice(article: Any) -> None:
    confirmed(ANN, BOB)
    question = ask(article, email=ANN)
    first = reply_to(question, email=BOB)
    OutboxMessage.objects.all().delete()
    second = reply_to(first, "I know that.", name="Ann", email=ANN)
    assert news() == [("public", second.pk, ANN), ("reply", second.pk, BOB)]


def test_who_asked_the_same_hears_of_the_answer_too_and_of_no_reply(article: Any, sarah: Any) -> None:
    confirmed(ANN, BOB)
    first, second = ask(article, email=ANN), ask(article, "Should I write to her?", email=BOB)
    arranging.merge(second, first, by=sarah)
    OutboxMessage.objects.all().delete()
    reply_to(fresh(first), "So did I.")
    reply = answer(fresh(first), by=sarah)
    assert [told for told in news() if told[2] == BOB] == [("answer", reply.pk, BOB)]
    letter = mails.compose(bundle("answer", address=EmailAddress.objects.get(address=BOB)))
    assert letter.message is not None
    text = text_of(parsed(letter.message))
    assert "Sarah has written in your conversation." in text
    assert f"/comments/{reply.pk}/" in text


def test_nobody_is_told_of_their_own_reply_in_another_spelling_of_their_address(article: Any) -> None:
    confirmed("ann@bücher.example")
    question = ask(article, email="ann@bücher.example")
    OutboxMessage.objects.all().delete()
    reply = reply_to(question, "I know now.", name="Ann", email="Ann@xn--bcher-kva.example")
    assert [(kind, pk) for kind, pk, _ in news()] == [("public", reply.pk)]


def test_what_a_moderator_does_is_due_a_minute_later_and_what_the_site_lets_through_at_once(
    article: Any, sarah: Any
) -> None:
    confirmed(ANN)
    question, other = ask(article, email=ANN, approved=False), ask(article, "Why?", email=ANN, approved=False)
    moderation.approve(question, by=sarah)
    moderation.approve(other, by=None)
    held, at_once = OutboxMessage.objects.filter(kind="public").order_by("pk")
    assert held.due_at is not None
    assert at_once.due_at is not None
    assert timedelta(seconds=50) < held.due_at - at_once.due_at <= timedelta(seconds=60)


def test_what_is_undone_before_it_was_sent_is_not_told_and_told_when_it_becomes_true_again(
    article: Any, sarah: Any
) -> None:
    confirmed(ANN)
    question, act = ask(article, email=ANN, approved=False), uuid4()
    moderation.answer(question, by=sarah, body="Wait.", act=act)
    undoing.undo_act(act, by=sarah)
    assert news() == []
    moderation.approve(question, by=sarah)
    assert news() == [("public", question.pk, ANN)]


def test_what_was_told_is_never_told_again(article: Any, sarah: Any) -> None:
    confirmed(ANN)
    question = ask(article, email=ANN)
    OutboxMessage.objects.filter(kind="public").update(done_at=timezone.now(), outcome="sent")
    moderation.hold(question, by=sarah)
    moderation.approve(question, by=sarah)
    assert OutboxMessage.objects.get(kind="public").outcome == "sent"


def test_what_a_worker_left_out_because_it_was_not_public_is_told_when_it_is_again(article: Any, sarah: Any) -> None:
    confirmed(ANN)
    question = ask(article, email=ANN)
    row = OutboxMessage.objects.filter(kind="public")
    row.update(leased_until=timezone.now() + timedelta(minutes=10))  # a worker has it in its hands
    moderation.hold(question, by=sarah)
    row.update(leased_until=None, done_at=timezone.now(), outcome="skipped")
    moderation.approve(question, by=sarah)
    assert news() == [("public", question.pk, ANN)]
    assert OutboxMessage.objects.get(kind="public").outcome == ""


def test_news_for_an_address_that_is_not_confirmed_waits_for_that(article: Any, sarah: Any) -> None:
    question = ask(article, email=ANN)
    answer(question, by=sarah)
    assert set(OutboxMessage.objects.exclude(kind="confirm").filter(moderator=None).values_list("due_at")) == {(None,)}


def test_who_wants_no_mail_gets_none(article: Any, sarah: Any) -> None:
    confirmed(ANN)
    EmailAddress.objects.update(muted_at=timezone.now(), muted_because="owner")
    answer(ask(article, email=ANN), by=sarah)
    assert not OutboxMessage.objects.filter(moderator=None).exists()


def test_that_more_is_wanted_is_told_beside_that_the_question_is_public(article: Any, sarah: Any) -> None:
    confirmed(ANN)
    question = ask(article, email=ANN, approved=False)
    following.ask_detail(question, by=sarah, words="Since when?", act=uuid4())
    moderation.approve(fresh(question), by=sarah)
    assert news() == [("detail", question.pk, ANN), ("public", question.pk, ANN)]


def test_an_asker_is_told_that_more_is_wanted_unless_that_is_taken_back(article: Any, sarah: Any) -> None:
    confirmed(ANN)
    question, act = ask(article, email=ANN, approved=False), uuid4()
    following.ask_detail(question, by=sarah, words="Since when?", act=act)
    assert news() == [("detail", question.pk, ANN)]
    undoing.undo_act(act, by=sarah)
    assert news() == []


def test_erasing_takes_the_address_and_all_mails_along_where_nothing_else_has_it(article: Any, sarah: Any) -> None:
    confirmed(ANN)
    first, second = ask(article, email=ANN), ask(article, "Why?", email=ANN)
    moderation.erase(first, by=sarah)
    assert EmailAddress.objects.get().address == ANN
    assert news() == [("public", second.pk, ANN)]
    moderation.erase(second, by=sarah)
    assert not EmailAddress.objects.exists()
    assert news() == []


def test_erasing_keeps_that_somebody_wants_no_mail_and_not_their_address(article: Any, sarah: Any) -> None:
    confirmed(ANN)
    EmailAddress.objects.update(muted_at=timezone.now(), muted_because="owner")
    moderation.erase(ask(article, email=ANN), by=sarah)
    assert EmailAddress.objects.get().address == ""
    ask(article, "Once more.", email=ANN)
    assert news("confirm") == []


def test_one_address_is_asked_three_times_a_day_at_most(article: Any) -> None:
    for number in range(5):
        ask(article, f"Question {number}", email=ANN)
        OutboxMessage.objects.filter(kind="confirm").update(done_at=timezone.now(), outcome="sent")
    assert OutboxMessage.objects.filter(kind="confirm").count() == 3


def test_the_whole_site_asks_so_many_addresses_an_hour(article: Any) -> None:
    discuss(confirmations_an_hour=2)
    for number in range(5):
        ask(article, f"Question {number}", email=f"a{number}@example.org")
    now = timezone.now()
    due = OutboxMessage.objects.filter(kind="confirm").order_by("pk").values_list("due_at", flat=True)
    assert [round((at - now) / timedelta(hours=1)) for at in due if at] == [0, 0, 1, 1, 2]


def test_what_would_have_to_wait_for_more_than_a_day_is_not_asked_at_all(article: Any) -> None:
    discuss(confirmations_an_hour=1)
    ask(article, email=ANN)
    MailRequest.objects.filter(key=addresses.key_of(ANN)).update(asked_at=timezone.now() + timedelta(hours=23.5))
    ask(article, "Another question", email=BOB)
    assert OutboxMessage.objects.filter(kind="confirm").count() == 1


def test_each_moderator_hears_of_new_questions_as_they_chose(article: Any, sarah: Any) -> None:
    for name, choice in (("ben", "none"), ("eva", "daily"), ("kim", "hourly")):
        DeskPreference.objects.create(moderator=moderator(name), mail_questions=choice)
    moderator("noa", email="")
    question = ask(article, approved=False)
    rows = {row.moderator.username: row for row in OutboxMessage.objects.filter(comment=question) if row.moderator}
    assert set(rows) == {"sarah", "eva", "kim"}
    now = timezone.now()
    due = {name: row.due_at - now for name, row in rows.items() if row.due_at}
    assert due["sarah"] <= timedelta(0) < due["kim"] <= timedelta(hours=1)
    assert due["eva"] <= timedelta(days=1)


def test_moderators_hear_of_reports_and_of_askers_who_write_again(article: Any, sarah: Any) -> None:
    question = ask(article)
    OutboxMessage.objects.all().delete()
    added = posting.post(posting.addition(question, "He called.", network="")).comment
    reporting.report(fresh(question), reason="other", details="Rude.", network="n")
    rows = OutboxMessage.objects.filter(moderator=sarah).order_by("pk").values_list("kind", "comment")
    assert list(rows) == [("follow_up", added.pk), ("report", question.pk)]
