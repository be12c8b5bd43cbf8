"""The cap on new questions: one person cannot answer unlimited mail, and readers learn that before they write."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from comments import discussion_settings, links, moderation, posting, refusals
from comments.models import Comment
from tests.factories import answer, ask, discuss, fresh, make_article, reply_to, submission

pytestmark = pytest.mark.django_db


def seen(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def send(client: Client, article: Any, **fields: Any) -> Any:
    return client.post(f"{article.get_absolute_url()}comments/", {"name": "Ann", "body": "May I?", **fields})


def ask_at(article: Any, moment: datetime, body: str) -> Comment:
    question = ask(article, body)
    Comment.objects.filter(pk=question.pk).update(posted_at=moment)
    return fresh(question)


def test_the_form_gives_way_to_a_notice_that_says_when_to_come_back(client: Client, article: Any) -> None:
    now = timezone.now()
    for days in (2, 6, 9):
        ask_at(article, now - timedelta(days=days), f"Asked {days} days ago")
    discuss(weekly_cap=3)
    assert '<form id="respond"' in seen(client, article.get_absolute_url())
    discuss(weekly_cap=2)
    html = seen(client, article.get_absolute_url())
    assert '<form id="respond"' not in html
    assert 'id="respond"' in html
    back = discussion_settings.told(now + timedelta(days=1))
    assert html.count(f"From {back} on, new questions fit again.") == 2  # in the call, and where the form was
    assert "data-reply" in html
    assert "Ask your own" not in html
    assert "Ask your own" not in seen(client, "/questions/")


def test_a_question_that_does_not_fit_is_refused_with_its_text_and_the_day(client: Client, article: Any) -> None:
    discuss(weekly_cap=1)
    assert send(client, article).status_code == 303
    for step in ({}, {"step": "check"}):
        response = send(client, article, body="KEEP THIS", **step)
        assert response.status_code == 403
        html = response.content.decode()
        assert "KEEP THIS" in html
        assert f"From {discussion_settings.told(timezone.now() + timedelta(days=7))[:8]}" in html
    assert Comment.objects.count() == 1


def test_the_same_click_twice_takes_one_place(client: Client, article: Any) -> None:
    discuss(weekly_cap=1)
    assert [send(client, article).status_code for _ in range(2)] == [303, 303]
    assert Comment.objects.count() == 1


def test_replies_and_what_askers_add_are_not_counted_and_go_on(client: Client, article: Any) -> None:
    question = ask(article)
    discuss(weekly_cap=1)
    reply_to(question)
    assert send(client, article, parent=str(question.pk), body="Me too.").status_code == 303
    assert client.post(f"{links.mint(question)}add/", {"body": "And this."}).status_code == 303
    assert Comment.objects.replies().count() == 3


def test_spam_trash_and_moderators_questions_take_no_place(article: Any, sarah: Any) -> None:
    moderation.mark_spam(ask(article, "One"), by=sarah)
    moderation.trash(ask(article, "Two"), by=sarah)
    moderation.withdraw(ask(article, "Three"))
    moderation.erase(ask(article, "Four"), by=sarah)
    answer(ask_at(article, timezone.now() - timedelta(days=8), "Long ago"))
    discuss(weekly_cap=1)
    assert posting.post(submission(article, "Five")).is_new
    with pytest.raises(refusals.CapReached):
        posting.post(submission(article, "Six"))


def test_a_lowered_cap_waits_until_enough_have_fallen_out(article: Any) -> None:
    now = timezone.now()
    for days in (1, 3, 5):
        ask_at(article, now - timedelta(days=days), f"Asked {days} days ago")
    row = discuss(weekly_cap=2)
    assert discussion_settings.full_until(row, now) == now + timedelta(days=4)


def test_one_network_takes_few_places_so_that_nobody_closes_the_site_to_all_others(article: Any) -> None:
    row = discuss(weekly_cap=4)
    for number in range(9):
        ask(article, f"Question {number}", network="0f" * 16)
    assert discussion_settings.full_until(row, timezone.now()) is None
    ask(article, "From elsewhere", network="1f" * 16)
    assert discussion_settings.full_until(row, timezone.now()) is not None


def test_what_a_clock_that_went_wrong_wrote_takes_no_place_and_stops_nobody(article: Any, settings: Any) -> None:
    settings.POST_LIMITS = True
    row = discuss(weekly_cap=2)
    for number in range(5):
        asked = ask(article, f"Question {number}", network=f"{number // 3:032}", approved=False)
        Comment.objects.filter(pk=asked.pk).update(posted_at=timezone.now() + timedelta(days=400), network="0f" * 16)
    assert discussion_settings.full_until(row, timezone.now()) is None
    assert posting.post(submission(article, "May I?", network="0f" * 16)).is_new


def test_counting_reads_an_index_alone(article: Any) -> None:
    ask(article)
    new = Comment.objects.new_questions(timezone.now() - timedelta(days=7)).values_list("posted_at")[:5]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = new.explain()
    assert "comment_asked" in plan
    assert "TEMP B-TREE" not in plan
    assert "Seq Scan" not in plan


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_gets_the_last_place() -> None:
    article = make_article()
    discuss(weekly_cap=1)
    together = threading.Barrier(8)

    def post(number: int) -> str:
        try:
            together.wait()
            posting.post(submission(article, f"Question {number}"))
        except refusals.CapReached:
            return "full"
        finally:
            connections.close_all()
        return "posted"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(post, range(8)))
    assert sorted(outcomes) == ["full"] * 7 + ["posted"]
    assert Comment.objects.count() == 1
