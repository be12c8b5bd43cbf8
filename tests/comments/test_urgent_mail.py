"""A moderator is told at once of somebody who may be in danger, whatever else they chose."""

import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from comments import alert_choices, claiming, following, mails, moderation, posting, receiving
from comments.desk_models import DeskPreference
from comments.mail_models import OutboxMessage
from comments.models import Comment
from tests.comments.mailing import compose, parsed, text_of
from tests.comments.smtp import SmtpServer
from tests.factories import ask, fresh, moderator

pytestmark = pytest.mark.django_db
DANGER = "I want to die."
QUIET = {"mail_questions": "none", "mail_follow_ups": False, "mail_reports": False, "mail_nudge": False}


def choose(who: Any, **choices: Any) -> None:
    alert_choices.choose(who, by=who, **{"mail_questions": "daily", **choices})


def waiting(who: Any) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(moderator=who, done_at=None).order_by("pk"))


def is_due(row: OutboxMessage) -> bool:
    return row.due_at is not None and row.due_at <= timezone.now()


def told(who: Any, *kinds: str) -> str:
    message = compose(*kinds, moderator=who).message
    assert message is not None
    return text_of(parsed(message))


@pytest.mark.parametrize("questions", ["daily", "hourly", "none"])
def test_it_is_told_at_once_whatever_is_chosen_for_what_is_new(article: Any, sarah: Any, questions: str) -> None:
    choose(sarah, mail_questions=questions)
    ask(article, "Should I write?", approved=False)
    ask(article, DANGER, name="Kim", approved=False)
    at_once = [row.comment for row in waiting(sarah) if is_due(row)]
    assert [comment.name for comment in at_once if comment] == ["Kim"]
    assert told(sarah, "new").startswith("Kim asks\n")


def test_whoever_does_not_want_that_is_told_as_of_all_that_is_new(article: Any, sarah: Any) -> None:
    choose(sarah, mail_urgent=False)
    ben = moderator("ben")
    choose(ben, **QUIET, mail_urgent=False)
    ask(article, DANGER, approved=False)
    [row] = waiting(sarah)
    assert not is_due(row)
    assert waiting(ben) == []


def test_what_an_asker_adds_is_told_too(article: Any, sarah: Any) -> None:
    choose(sarah, **QUIET)
    posting.post(posting.addition(ask(article, "Should I write?"), "He called.", network=""))
    assert waiting(sarah) == []
    posting.post(posting.addition(Comment.objects.earliest("pk"), DANGER, network=""))
    assert [row.kind for row in waiting(sarah)] == ["follow_up"]
    assert f"> {DANGER}\n" in told(sarah, "follow_up")


def test_a_change_that_is_asked_for_is_told_too(article: Any, sarah: Any) -> None:
    choose(sarah, **QUIET)
    question = ask(article, "Should I write?", approved=False)
    following.ask_detail(question, by=sarah, words="How are you?")
    posting.rewrite(question, name="Ann", body=DANGER)
    assert [(row.kind, is_due(row)) for row in waiting(sarah)] == [("follow_up", True)]


def test_a_change_is_told_once_more_and_only_once(article: Any, sarah: Any) -> None:
    choose(sarah, mail_questions="at_once")
    question = ask(article, "Should I write?", approved=False)
    OutboxMessage.objects.update(done_at=timezone.now(), outcome="sent", message_id="<1@example.org>")
    posting.rewrite(fresh(question), name="Ann", body="Should I call?")
    assert waiting(sarah) == []
    posting.rewrite(fresh(question), name="Ann", body=DANGER)
    [row] = waiting(sarah)
    assert is_due(row)
    OutboxMessage.objects.update(done_at=timezone.now(), outcome="sent")
    posting.rewrite(fresh(question), name="Ann", body=f"{DANGER} Really.")
    assert waiting(sarah) == []


def test_a_change_brings_the_daily_mail_forward(article: Any, sarah: Any) -> None:
    choose(sarah)
    question = ask(article, "Should I write?", approved=False)
    assert [is_due(row) for row in waiting(sarah)] == [False]
    posting.rewrite(question, name="Ann", body=DANGER)
    assert [is_due(row) for row in waiting(sarah)] == [True]


def test_what_the_site_filed_as_spam_waits_again_and_is_told_once_it_sounds_so(article: Any, sarah: Any) -> None:
    trapped = ask(article, "Buy pills.", approved=False, trapped=True)
    assert (trapped.status, waiting(sarah)) == ("spam", [])
    receiving.rewrite(trapped, name="Ann", body="Buy more pills.")
    assert fresh(trapped).status == "spam"
    receiving.rewrite(trapped, name="Ann", body=DANGER)
    assert (fresh(trapped).status, fresh(trapped).urgent) == ("pending", True)
    event = trapped.events.get()
    assert (event.by, event.from_status, event.to_status) == (None, "spam", "pending")
    assert told(sarah, "new").startswith("Ann asks\n")


def test_what_a_moderator_marked_as_spam_stays_so(article: Any, sarah: Any) -> None:
    question = ask(article, "Buy pills.", approved=False)
    moderation.mark_spam(question, by=sarah)
    receiving.rewrite(fresh(question), name="Ann", body=DANGER)
    assert fresh(question).status == "spam"


def test_another_choice_holds_for_what_waits(article: Any, sarah: Any) -> None:
    choose(sarah, mail_urgent=False)
    ask(article, DANGER, approved=False)
    assert [is_due(row) for row in waiting(sarah)] == [False]
    choose(sarah, mail_questions="none", mail_urgent=True)
    assert [is_due(row) for row in waiting(sarah)] == [True]
    choose(sarah, mail_questions="hourly", mail_urgent=False)
    assert [is_due(row) for row in waiting(sarah)] == [False]
    choose(sarah, mail_questions="none", mail_urgent=False)
    assert waiting(sarah) == []


def test_what_has_been_dealt_with_meanwhile_is_not_told(article: Any, sarah: Any) -> None:
    choose(sarah, **QUIET)
    ask(article, DANGER, approved=False)
    Comment.objects.update(status="trash")
    assert compose("new", moderator=sarah).message is None


def test_owners_see_who_is_told(sarah: Any) -> None:
    sarah.desk_preference = DeskPreference(**QUIET)
    assert alert_choices.told_to(sarah) == ["what is urgent, at once"]
    sarah.desk_preference = DeskPreference()
    assert "what is urgent, at once" not in alert_choices.told_to(sarah)  # all is told at once


@pytest.mark.parametrize("on", [True, False])
def test_it_is_chosen_on_the_page_of_the_desk(client: Any, sarah: Any, on: bool) -> None:
    client.force_login(sarah)
    client.post(
        "/admin/desk/mail/", {"mail_questions": "none", "mail_hour": "7", **({"mail_urgent": "on"} if on else {})}
    )
    assert alert_choices.of(sarah).mail_urgent == on
    html = client.get("/admin/desk/mail/").content.decode()
    assert ("checked" in html.partition('name="mail_urgent"')[2].partition(">")[0]) == on


def test_a_flood_is_one_mail_in_ten_minutes(article: Any, sarah: Any, smtp_backend: SmtpServer) -> None:
    choose(sarah, **QUIET)

    def work() -> int:
        call_command("send_mail", once=True, stdout=StringIO())
        return len(smtp_backend.received)

    ask(article, f"{DANGER} The first.", name="Kim", approved=False)
    assert work() == 1
    for number in range(30):
        ask(article, f"{DANGER} {number}", approved=False)
    assert work() == 1
    ago = timezone.now() - claiming.BURST
    OutboxMessage.objects.filter(done_at__isnull=False).update(done_at=ago)
    OutboxMessage.objects.filter(done_at=None).update(due_at=ago)
    assert work() == 2
    first, second = smtp_backend.messages
    assert first["Subject"] == second["Subject"] == "127.0.0.1: something urgent waits for you"
    assert first["To"] == "sarah@example.com"
    assert "Urgent\n" in text_of(first)
    assert "Why it was held: suicide or self-harm: “want to die”" in text_of(first)
    assert "And 10 more wait." in text_of(second)


def test_whoever_is_in_danger_is_told_among_many_who_only_sound_so(article: Any, sarah: Any) -> None:
    text = "I want to die, says everybody who reads these pages here every evening"
    for number in range(60):
        ask(article, text, name=f"N{number}", network=f"{number:032}", approved=False)
        ask(article, f"{DANGER} Visit number{number} now", network="0f" * 16, approved=False)
    ask(article, f"{DANGER} He is at the door.", name="Kim", network="1f" * 16, approved=False)
    [row] = [row for row in waiting(sarah) if row.comment and row.comment.name == "Kim"]
    bundle = claiming.claim(timezone.now())
    assert bundle is not None
    assert row in bundle.rows
    html = told(sarah, "new")
    assert "Kim asks\n" in html
    assert "And 101 more wait." in html


@pytest.mark.parametrize("number", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_of_thousands_that_sound_like_danger_one_mail_tells_in_a_moment(article: Any, sarah: Any, number: int) -> None:
    pks = range(10_000_001, 10_000_001 + number)
    body = f"{DANGER} {'Really. ' * 100}"
    known = {"article": article, "name": "N", "body": body, "urgent": True, "care": ["self_harm"], "lft": 1, "rght": 2}
    now = timezone.now()
    Comment.objects.bulk_create(
        [Comment(pk=pk, tree_id=pk, level=0, posted_at=now, network=f"{pk:032}", **known) for pk in pks], 1000
    )
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(kind="new", comment_id=pk, moderator=sarah, due_at=now, written_at=now) for pk in pks], 1000
    )
    begin = time.process_time()
    bundle = claiming.claim(timezone.now())
    assert bundle is not None
    message = mails.compose(bundle).message
    assert message is not None
    assert time.process_time() - begin < number / 500  # a seventh of it on a machine that does nothing else
    assert claiming.sent(bundle, timezone.now()) == number
    assert f"And {number - 20} more wait." in text_of(parsed(message))
