"""Whoever asks again and again in a night gets a kind word and help; whoever sends too much hears when to come back."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from comments import links, pacing, refusals
from comments.models import Comment
from tests.factories import answer, ask, reply_to, tell_the_planner

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def asked(article: Any, hours_ago: float, body: str = "", **columns: Any) -> Comment:
    question = ask(article, body or f"Asked {hours_ago} hours ago?", approved=False, **columns)
    Comment.objects.filter(pk=question.pk).update(posted_at=NOW - timedelta(hours=hours_ago))
    question.refresh_from_db(fields=["posted_at"])
    return question


def is_due(comment: Comment, now: datetime = NOW) -> bool:
    return pacing.is_fourth_of_a_night(comment, now)


def test_the_fourth_question_of_a_night_gets_a_kind_word_and_the_third_does_not(article: Any) -> None:
    first, second, third, fourth = (asked(article, hours, network="one") for hours in (9, 6, 3, 0))
    assert [is_due(each) for each in (first, second, third, fourth)] == [False, False, False, True]
    assert is_due(asked(article, -0.1, network="one"))
    assert not is_due(asked(article, 0, "And this?", network="another"))


def test_whoever_shares_a_home_or_knows_an_address_does_not_learn_that_somebody_has_asked(article: Any) -> None:
    for hours in (3, 2, 1):
        asked(article, hours, network="home", name="Ann", email="ann@example.com")
    assert not is_due(asked(article, 0, "What is she up to?", network="home", name="Bob", email="bob@example.com"))
    assert not is_due(asked(article, 0, "And here?", network="away", name="Ann", email="ann@example.com"))
    assert is_due(asked(article, 0, "It is me.", network="home", name="Kim", email="Ann@example.com"))
    assert is_due(asked(article, 0, "It is me.", network="home", name="ann"))


def test_what_is_known_of_neither_network_nor_address_has_nothing_in_common(article: Any) -> None:
    questions = [asked(article, hours) for hours in (3, 2, 1, 0)]
    assert not any(map(is_due, questions))


def test_yesterdays_questions_and_replies_do_not_count(article: Any) -> None:
    question = ask(article, network="one")
    for number in range(5):
        reply_to(question, f"Reply {number}", network="one")
    for hours in (13, 14, 15):
        asked(article, hours, network="one")
    assert not is_due(asked(article, 0, network="one"))


def test_after_twelve_hours_it_is_gone(article: Any) -> None:
    *_, fourth = (asked(article, hours, network="one") for hours in (3, 2, 1, 0))
    assert is_due(fourth, NOW + timedelta(hours=11))
    assert not is_due(fourth, NOW + timedelta(hours=12))


def page_of(client: Client, comment: Comment) -> str:
    html = client.get(links.mint(comment)).content.decode()
    return " ".join(html.partition("<main")[2].partition("</main>")[0].split())


def test_the_word_stands_on_the_private_page_refuses_nothing_and_gives_nobody_away(
    client: Client, article: Any
) -> None:
    *_, third, fourth = (asked(article, hours, network="one") for hours in (3, 2, 1, 0))
    said = page_of(client, fourth).partition('id="pacing"')[2].partition("</section>")[0]
    assert "will be read" in said
    assert "/change/" in said
    assert 'href="/help/"' in said
    for word in ("network", "connection", "address", "fourth", "limit", "already"):
        assert word not in said  # somebody at the same network does not learn that another has asked
    assert 'id="pacing"' not in page_of(client, third)
    assert fourth.status == "pending"
    answer(fourth)
    assert "/change/" not in page_of(client, fourth).partition('id="pacing"')[2].partition("</section>")[0]


def test_help_for_somebody_in_danger_stands_in_its_place(client: Client, article: Any) -> None:
    for hours in (3, 2, 1):
        asked(article, hours, network="one")
    html = page_of(client, asked(article, 0, "I want to die.", network="one"))
    assert 'id="care"' in html
    assert 'id="pacing"' not in html


def test_it_takes_one_query_and_reads_indexes_alone(article: Any, django_assert_num_queries: Any) -> None:
    for hours in range(60):
        asked(article, 20 + hours, network="one", email="ann@example.com")
    comment = asked(article, 0, network="one", email="ann@example.com")
    tell_the_planner()
    with django_assert_num_queries(1):
        assert not is_due(comment)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Comment.objects.asked_before(comment, pacing.NIGHT, 3).explain()
    assert "Seq Scan on comments_comment" not in plan
    assert not re.search(r"SCAN \w+(?! USING)$", plan.replace("SCAN SUBQUERY", ""), re.MULTILINE)
    if connection.vendor == "sqlite":
        assert "comment_network" in plan


# --- Too many -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "in about a minute"),
        (61, "in about 2 minutes"),
        (599, "in about 10 minutes"),
        (3_540, "in about 59 minutes"),
        (3_541, "in about an hour"),
        (3_601, "in about 2 hours"),
        (86_400, "in about 24 hours"),
    ],
)
def test_a_wait_is_told_in_words_rounded_up(seconds: int, said: str) -> None:
    assert refusals.TooMany(timedelta(seconds=seconds - 1)).message.endswith(f"again {said}.")


def test_who_sends_too_much_hears_kindly_when_to_come_back_and_where_help_is(
    client: Client, article: Any, settings: Any
) -> None:
    settings.POST_LIMITS = True
    address = f"{article.get_absolute_url()}comments/"
    for number in range(6):
        response = client.post(address, {"name": "Ann", "body": f"Question {number}"})
    said = response.content.decode().partition('role="alert"')[2].partition("</div>")[0]
    assert response.status_code == 429
    assert "in about 10 minutes" in said
    assert 'href="/help/"' in said
