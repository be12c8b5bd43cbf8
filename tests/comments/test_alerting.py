"""Each moderator is told what they chose, when they chose; whatever clocks do, and whatever they choose next."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from comments import alert_choices, alerting, moderation
from comments.desk_models import DeskPreference
from comments.log_models import ModerationEvent
from comments.mail_models import Kind, OutboxMessage
from comments.models import Comment
from tests.factories import answer, ask, discuss, fresh, moderator

pytestmark = pytest.mark.django_db
CHOICES = {
    "mail_questions": "at_once",
    "mail_hour": 7,
    "mail_reports": True,
    "mail_follow_ups": True,
    "mail_nudge": True,
}


def choose(who: Any, **choices: Any) -> bool:
    return alert_choices.choose(who, by=who, **{**CHOICES, **choices})


def alerts(who: Any, *kinds: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(moderator=who, kind__in=kinds or Kind.values).order_by("pk"))


def wait(comment: Comment, **span: int) -> Comment:
    """The comment as if it had been sent so long ago."""
    Comment.objects.filter(pk=comment.pk).update(posted_at=timezone.now() - timedelta(**span))
    return fresh(comment)


# --- When -----------------------------------------------------------------------------------------------------------


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("hour", "now", "due"),
    [
        (7, utc(2026, 7, 1, 4, 59), utc(2026, 7, 1, 5)),  # seven in Berlin's summer
        (7, utc(2026, 7, 1, 5), utc(2026, 7, 2, 5)),
        (7, utc(2026, 3, 28, 6, 30), utc(2026, 3, 29, 5)),  # the night has an hour less: 22 and a half hours
        (7, utc(2026, 10, 24, 5, 30), utc(2026, 10, 25, 6)),  # and here one more: 24 and a half
        (2, utc(2026, 3, 29, 0, 30), utc(2026, 3, 29, 1)),  # two o'clock is left out: it is three
        (2, utc(2026, 3, 29, 1), utc(2026, 3, 30, 0)),
        (2, utc(2026, 10, 24, 23, 30), utc(2026, 10, 25, 0)),  # two o'clock comes twice: the first is meant
        (2, utc(2026, 10, 25, 0, 30), utc(2026, 10, 26, 1)),
        (2, utc(2026, 10, 25, 1, 30), utc(2026, 10, 26, 1)),
    ],
)
def test_the_daily_mail_comes_at_its_hour_of_the_site_whatever_the_clocks_do(
    settings: Any, hour: int, now: datetime, due: datetime
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert alerting.next_mail(DeskPreference(mail_questions="daily", mail_hour=hour), now) == due


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
def test_over_a_year_each_day_has_one_mail(settings: Any, zone: str) -> None:
    settings.TIME_ZONE = zone
    for hour in (0, 2, 7):
        moments, likes = [utc(2026, 1, 1)], DeskPreference(mail_questions="daily", mail_hour=hour)
        while moments[-1] < utc(2027, 1, 1):
            following = alerting.next_mail(likes, moments[-1])
            assert following is not None
            moments.append(following)
        days = [timezone.localtime(moment).date() for moment in moments[1:]]
        assert len(days) == len(set(days))
        assert {later - day for day, later in pairwise(days)} == {timedelta(days=1)}


@pytest.mark.parametrize("now", [utc(2026, 3, 29, 0, 10), utc(2026, 10, 25, 0, 10), utc(2026, 10, 25, 1, 10)])
def test_the_hourly_mail_comes_within_the_hour_when_the_clocks_change(settings: Any, now: datetime) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert alerting.next_mail(DeskPreference(mail_questions="hourly"), now) == now + timedelta(minutes=50)


# --- Whom -----------------------------------------------------------------------------------------------------------


def test_whoever_is_let_in_no_more_or_has_no_address_is_not_told(article: Any, sarah: Any) -> None:
    moderator("ben", is_active=False)
    moderator("zoe", email="")
    User.objects.create_user("clerk", email="clerk@example.com", is_staff=True)
    ask(article, approved=False)
    assert {row.moderator for row in OutboxMessage.objects.filter(kind="new")} == {sarah}


# --- Another choice -------------------------------------------------------------------------------------------------


def test_what_waits_for_the_daily_mail_is_due_at_once_when_that_is_chosen(article: Any, sarah: Any) -> None:
    choose(sarah, mail_questions="daily")
    ask(article, approved=False)
    [waiting] = alerts(sarah)
    assert waiting.due_at is not None
    assert waiting.due_at > timezone.now()
    choose(sarah, mail_questions="at_once")
    [waiting] = alerts(sarah)
    assert waiting.due_at is not None
    assert waiting.due_at <= timezone.now()


def test_another_hour_moves_the_daily_mail(article: Any, sarah: Any) -> None:
    choose(sarah, mail_questions="daily", mail_hour=7)
    ask(article, approved=False)
    choose(sarah, mail_questions="daily", mail_hour=19)
    [waiting] = alerts(sarah)
    assert waiting.due_at is not None
    assert timezone.localtime(waiting.due_at).hour == 19


def test_what_is_not_wanted_any_more_does_not_come_and_the_rest_does(article: Any, sarah: Any) -> None:
    ben = moderator("ben")
    ask(article, approved=False)
    choose(sarah, mail_questions="none")
    assert alerts(sarah) == []
    assert len(alerts(ben)) == 1


def test_what_a_worker_has_begun_to_send_goes_its_way(article: Any, sarah: Any) -> None:
    ask(article, approved=False)
    ask(article, "And I?", approved=False)
    begun, sent = alerts(sarah)
    OutboxMessage.objects.filter(pk=begun.pk).update(message_id="<1@example.org>")
    OutboxMessage.objects.filter(pk=sent.pk).update(done_at=timezone.now(), outcome="sent", message_id="<2@b.example>")
    choose(sarah, mail_questions="none")
    assert [row.pk for row in alerts(sarah)] == [begun.pk, sent.pk]
    choose(sarah, mail_questions="daily")
    assert [row.due_at for row in alerts(sarah)] == [begun.due_at, sent.due_at]


def test_a_choice_is_in_the_log_and_the_same_again_is_none(sarah: Any) -> None:
    ben = moderator("ben")
    assert alert_choices.choose(ben, by=sarah, **{**CHOICES, "mail_questions": "daily", "mail_nudge": False})
    assert not alert_choices.choose(ben, by=sarah, **{**CHOICES, "mail_questions": "daily", "mail_nudge": False})
    event = ModerationEvent.objects.get()
    assert (event.by, event.verb, event.subject) == (sarah, "change", "mails to “ben”")
    assert event.before == "What is new: At once\nThe oldest question: yes"
    assert event.after == "What is new: Once a day, in one mail\nThe oldest question: no"


def test_to_choose_as_everybody_has_it_writes_nothing(sarah: Any) -> None:
    assert not choose(sarah)
    assert not DeskPreference.objects.exists()


# --- The oldest question --------------------------------------------------------------------------------------------


def test_moderators_are_reminded_of_a_question_that_waits_for_three_days(article: Any, sarah: Any) -> None:
    ben, zoe = moderator("ben"), moderator("zoe")
    choose(zoe, mail_nudge=False)
    question = wait(ask(article, approved=False), days=2, hours=23)
    assert alerting.nudge(timezone.now()) == 0
    wait(question, days=3)
    assert alerting.nudge(timezone.now()) == 2
    assert alerts(zoe, "nudge") == []
    for one in (sarah, ben):
        [row] = alerts(one, "nudge")
        assert row.comment == question
        assert row.due_at is not None
        assert timezone.localtime(row.due_at).hour == 7


def test_once_a_week_at_most_and_then_of_the_same_question_again(article: Any, sarah: Any) -> None:
    question = wait(ask(article, approved=False), days=4)
    other = wait(ask(article, "And I?", approved=False), days=3, hours=1)
    now = timezone.now()
    assert alerting.nudge(now) == 1
    OutboxMessage.objects.filter(kind="nudge").update(done_at=now, outcome="sent", message_id="<1@example.org>")
    assert alerting.nudge(now + timedelta(days=6)) == 0
    OutboxMessage.objects.filter(kind="nudge").update(written_at=now - timedelta(days=7))
    assert alerting.nudge(now) == 1
    [row] = alerts(sarah, "nudge")
    assert (row.comment, row.done_at) == (question, None)
    answer(question, by=sarah)
    row.delete()
    assert alerting.nudge(now) == 1
    assert alerts(sarah, "nudge")[0].comment == other


def test_a_reminder_that_was_not_sent_after_all_is_none(article: Any, sarah: Any) -> None:
    wait(ask(article, approved=False), days=4)
    now = timezone.now()
    alerting.nudge(now)
    OutboxMessage.objects.filter(kind="nudge").update(done_at=now, outcome="skipped", reason="answered")
    assert alerting.nudge(now) == 1


def test_nobody_is_reminded_while_the_site_says_that_nobody_answers(article: Any, sarah: Any) -> None:
    wait(ask(article, approved=False), days=4)
    discuss(is_away=True)
    assert alerting.nudge(timezone.now()) == 0
    discuss(is_away=True, away_until=timezone.localdate() - timedelta(days=1))
    assert alerting.nudge(timezone.now()) == 1


def test_what_waits_for_its_asker_and_what_is_done_with_reminds_nobody(article: Any, sarah: Any) -> None:
    asked = wait(ask(article, approved=False), days=9)
    Comment.objects.filter(pk=asked.pk).update(detail_asked_at=timezone.now(), detail_wanted="Since when?")
    moderation.trash(wait(ask(article, "What?", approved=False), days=9), by=sarah)
    answer(wait(ask(article, "Why?", approved=False), days=9), by=sarah)
    assert alerting.nudge(timezone.now()) == 0


def test_reminding_takes_few_queries_however_much_waits(article: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        moderator(f"mod{number}")
        wait(ask(article, f"Question {number}", approved=False), days=4)
    with django_assert_max_num_queries(9):
        assert alerting.nudge(timezone.now()) == 13
