"""Nothing goes because it is old where the clock may have leapt: the log tells."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.utils import timezone

from comments import clock, moderation, purging
from comments.log_models import ModerationEvent
from comments.models import Comment
from tests.factories import ask, fresh

pytestmark = pytest.mark.django_db


def days(number: float) -> timedelta:
    return timedelta(days=number)


def logged(at: datetime) -> None:
    """As `strike` does on that day."""
    before = set(ModerationEvent.objects.values_list("pk", flat=True))
    clock.strike(at)
    QuerySet.update(ModerationEvent.objects.exclude(pk__in=before), at=at)


@pytest.fixture
def spam(article: Any, sarah: Any) -> Comment:
    comment = ask(article, "Buy this.")
    moderation.mark_spam([comment.pk], by=sarah)
    return comment


def test_a_clock_that_leapt_a_year_takes_nothing_away(spam: Comment) -> None:
    with pytest.raises(clock.Doubtful, match="If the clock is right, wait"):
        purging.daily(timezone.now() + days(365))
    assert fresh(spam).body == "Buy this."


def test_once_the_log_has_a_week_from_there_on_what_is_old_goes(spam: Comment) -> None:
    then = timezone.now() + days(365)
    for day in range(8):
        logged(then + days(day))
    with pytest.raises(clock.Doubtful):
        purging.daily(then + days(6.9))
    assert sum(purging.daily(then + days(7.1)), purging.Purged()).deleted == 1


def test_a_clock_that_leapt_before_and_was_set_right_is_not_believed_when_it_leaps_again(spam: Comment) -> None:
    """What it wrote in the log on its first day there would else be the week that is waited for."""
    now = timezone.now()
    with pytest.raises(clock.Doubtful):
        purging.daily(now + days(365))
    logged(now + days(365))
    for day in range(1, 9):
        logged(now + days(day))
        clock.check(now + days(day))
    with pytest.raises(clock.Doubtful):
        purging.daily(now + days(365 + 8))
    assert fresh(spam).body == "Buy this."


def test_set_right_after_weeks_ahead_it_is_believed_at_once(spam: Comment) -> None:
    now = timezone.now()
    for day in range(20):
        logged(now + days(100 + day))
    for day in range(20, 30):
        logged(now + days(day))
        clock.check(now + days(day))


def test_where_nobody_does_anything_for_months_every_day_is_in_the_log_once() -> None:
    start = timezone.now()
    for hours in range(0, 24 * 60, 12):
        logged(start + timedelta(hours=hours))
        clock.check(start + timedelta(hours=hours))
    assert ModerationEvent.objects.count() == 60


def test_where_something_is_done_the_log_has_nothing_of_days(spam: Comment) -> None:
    before = ModerationEvent.objects.count()
    list(purging.daily(timezone.now()))
    assert ModerationEvent.objects.count() == before


def test_a_site_that_has_just_begun_has_nothing_to_doubt() -> None:
    clock.check(timezone.now())


def test_the_command_says_why_and_takes_nothing_away(spam: Comment) -> None:
    """As seen a year later."""
    year_ago = timezone.now() - days(365)
    QuerySet.update(ModerationEvent.objects.all(), at=year_ago)
    with pytest.raises(CommandError, match="the log ends at"):
        call_command("purge")
    assert fresh(spam).status == "spam"
