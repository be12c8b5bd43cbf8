"""Where the desk stands: the numbers, the plots, and the page that shows them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import figures, moderation, plots
from comments.models import Comment
from tests.factories import answer, ask, fresh, make_situation

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def answered_at(article: Any, moment: datetime, *, after: timedelta) -> Comment:
    question = ask(article, f"Question of {moment}, {after}?")
    answer(question)
    Comment.objects.filter(pk=question.pk).update(posted_at=moment - after, answered_at=moment)
    return fresh(question)


def asked_at(article: Any, moment: datetime, **columns: Any) -> Comment:
    question = ask(article, f"Question of {moment}?", **columns)
    Comment.objects.filter(pk=question.pk).update(posted_at=moment)
    return fresh(question)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def test_the_months_are_those_of_the_answers_and_half_of_the_questions_waited_less(article: Any) -> None:
    for wait in (1, 2, 9):
        answered_at(article, datetime(2026, 2, 28, 23, 59, tzinfo=UTC), after=days(wait))
    answered_at(article, datetime(2026, 3, 1, tzinfo=UTC), after=days(40))
    answered_at(article, datetime(2025, 3, 31, tzinfo=UTC), after=days(1))  # more than twelve months ago
    months = figures.answered(NOW).months
    assert [month.first for month in months[:2] + months[-1:]] == [
        date(2025, 4, 1), date(2025, 5, 1), date(2026, 3, 1),
    ]  # fmt: skip
    assert [(month.answered, month.wait) for month in months[-3:]] == [(0, None), (3, days(2)), (1, days(40))]
    assert sum(month.answered for month in months) == 4


def test_a_week_begins_on_monday(article: Any) -> None:
    monday = datetime(2026, 3, 9, tzinfo=UTC)
    for moment in (monday, monday + days(1), monday - timedelta(seconds=1), monday - days(7), monday - days(8)):
        answered_at(article, moment, after=days(1))
    found = figures.answered(NOW)
    assert (found.this_week, found.week_before) == (2, 2)


def test_new_questions_are_counted_by_week_without_spam_replies_and_moderators(article: Any) -> None:
    asked_at(article, NOW)
    asked_at(article, NOW - days(7), approved=False)
    spam = asked_at(article, NOW - days(7))
    moderation.mark_spam(spam, by=None)
    asked_at(article, NOW - days(7 * 12))
    weeks = figures.asked(NOW)
    assert [week.asked for week in weeks] == [0] * 10 + [1, 1]
    assert weeks[-1].monday == date(2026, 3, 9)


def test_days_are_those_of_the_sites_own_time_zone(article: Any, settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    with timezone.override("Pacific/Auckland"):
        answered_at(article, datetime(2026, 2, 28, 12, tzinfo=UTC), after=days(1))
        assert [month.answered for month in figures.answered(NOW).months[-2:]] == [0, 1]


def test_where_more_is_there_than_is_looked_at_the_page_says_so(
    desk: Client, article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "MOST", 2)
    for number in range(3):
        answered_at(article, timezone.now() - days(number / 100), after=days(1))
    assert figures.answered().is_capped
    assert "Only the newest 2 answers are looked at" in desk.get("/admin/desk/standing/").content.decode()


def test_bars_share_the_width_and_the_highest_is_as_tall_as_there_is_room() -> None:
    points = [plots.Point(str(value), "", value, str(value)) for value in (5.0, None, 10.0, 0.0)]
    drawn = plots.bars(points)
    assert [bar.height for bar in drawn] == ["65.0", "0.0", "130.0", "0.0"]
    assert [bar.middle for bar in drawn] == ["12.50%", "37.50%", "62.50%", "87.50%"]
    assert plots.bars([]) == []
    assert plots.bars([plots.Point("none", "", 0, "0")])[0].height == "0.0"


def test_the_page_shows_it_all_with_links(desk: Client, article: Any) -> None:
    now = timezone.now()
    waits = asked_at(article, now - days(3), name="Wendy")
    done = answered_at(article, now, after=days(4))
    done.situations.add(make_situation("No contact"))
    Comment.objects.filter(pk=done.pk).update(helped="no", unhelped_at=now)
    html = desk.get("/admin/desk/standing/").content.decode()
    assert f'<a href="/admin/desk/{waits.pk}/">Wendy</a>, 3\xa0days' in html
    assert f'<a href="/admin/desk/{done.pk}/">Ann</a>, under “{article}”, said so' in html
    assert "No contact</a>: 1" in html
    assert f"{article}</a>: 2, 1 of them answered" in html
    assert '<text class="desk-plot__value" x="95.83%" y="21.0">4.0</text>' in html
    month = f"{timezone.localdate():%B %Y}"
    assert f'<tr><th scope="row">{month}</th><td>4.0</td></tr>' in html
    assert "style=" not in html[html.index("desk-standing") :]


def test_an_empty_site_has_kind_words_and_no_plots(desk: Client) -> None:
    html = desk.get("/admin/desk/standing/").content.decode()
    for words in ("Nothing waits", "No answer in the last twelve months", "Quiet times are allowed"):
        assert words in html
    assert "desk-plot__picture" not in html


def test_the_page_costs_the_same_queries_with_one_question_and_with_twenty(desk: Client, article: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/admin/desk/standing/").status_code == 200
        return len(captured)

    answered_at(article, timezone.now(), after=days(1))
    few = queries()
    for number in range(20):
        question = answered_at(article, timezone.now(), after=days(number))
        Comment.objects.filter(pk=question.pk).update(helped="no", unhelped_at=timezone.now())
    assert queries() == few <= 12


def test_only_moderators_look_at_it(client: Client) -> None:
    assert client.get("/admin/desk/standing/").status_code == 302
