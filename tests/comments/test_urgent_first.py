"""What sounds like danger stands first at the desk, and does not bury everything else there."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from comments import desk_pages, queues
from comments.models import Comment
from comments.queue_reads import URGENT_FIRST
from comments.queues import Narrowed
from tests.factories import ask, fresh, tell_the_planner

pytestmark = pytest.mark.django_db
DANGER = "I want to die."


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def flood(article: Any, count: int, *, hours: int = 1, **columns: Any) -> list[Comment]:
    """This many urgent pending questions at once, sent so many hours ago."""
    sent = timezone.now() - timedelta(hours=hours)
    first = (Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    made = [
        Comment(
            **{
                "pk": pk, "tree_id": pk, "lft": 1, "rght": 2, "level": 0, "article": article, "name": "Kim",
                "body": "?", "body_html": "<p>?</p>", "urgent": True,
                "posted_at": sent + timedelta(milliseconds=pk), **columns,
            }
        )
        for pk in range(first, first + count)
    ]  # fmt: skip
    return Comment.objects.bulk_create(made)


def shown(desk: Client, **query: Any) -> list[int]:
    return [row.pk for row in desk.get("/admin/desk/", query).context["page"]]


def test_what_sounds_like_danger_stands_first_then_the_oldest(desk: Client, article: Any) -> None:
    old, public = ask(article, "Old?", approved=False), ask(article, "Should I call?")
    Comment.objects.filter(pk=public.pk).update(urgent=True)
    danger = ask(article, DANGER, approved=False)
    assert shown(desk) == [public.pk, danger.pk, old.pk]
    html = desk.get("/admin/desk/").content.decode()
    assert "3 comments wait, what is urgent first, then the oldest first." in html
    ask(article, "New?", approved=False)
    assert shown(desk, q="?") == [old.pk, public.pk, Comment.objects.latest("pk").pk]


def test_the_oldest_that_is_named_is_the_oldest(desk: Client, article: Any) -> None:
    old = ask(article, "Old?", approved=False)
    Comment.objects.filter(pk=old.pk).update(posted_at=timezone.now() - timedelta(days=3, hours=1))
    ask(article, DANGER, approved=False)
    assert "The oldest waits 3\xa0days" in desk.get("/admin/desk/").content.decode()


@pytest.mark.parametrize("address", ["/admin/desk/", "/admin/desk/{}/"])
def test_the_row_and_the_page_say_in_words_that_it_is_urgent_and_why(desk: Client, article: Any, address: str) -> None:
    html = desk.get(address.format(ask(article, DANGER, approved=False).pk)).content.decode()
    assert ">Urgent</strong>" in html
    assert "<strong>Somebody may be in danger.</strong> Screening said: suicide or self-harm: “want to die”." in html


def test_many_urgent_ones_do_not_bury_what_has_waited_longer(desk: Client, article: Any) -> None:
    old = ask(article, "Old?", approved=False)
    made = flood(article, 40)
    Comment.objects.filter(pk=old.pk).update(posted_at=timezone.now() - timedelta(days=2))
    rows = shown(desk)
    assert rows[: URGENT_FIRST + 2] == [*(row.pk for row in made[:URGENT_FIRST]), old.pk, made[URGENT_FIRST].pk]
    every = rows + shown(desk, page=2)
    assert len(set(every)) == len(every) == 41


def test_after_an_answer_comes_what_is_urgent(article: Any) -> None:
    old, danger, new = (ask(article, words, approved=False) for words in ("Old?", DANGER, "New?"))
    assert desk_pages.next_after(old) == danger.pk
    assert desk_pages.next_after(danger) == new.pk
    Comment.objects.filter(pk=danger.pk).update(status="trash")
    assert desk_pages.next_after(fresh(danger)) == new.pk
    assert desk_pages.next_after(new) == old.pk


def test_where_very_many_are_urgent_they_take_turns_with_the_others(article: Any) -> None:
    old = ask(article, "Old?", approved=False)
    made = flood(article, URGENT_FIRST + 2)
    assert desk_pages.next_after(made[0]) == old.pk
    assert desk_pages.next_after(old) == made[0].pk
    Comment.objects.filter(pk=old.pk).update(status="trash")
    assert desk_pages.next_after(made[0]) == made[1].pk


def test_what_waits_for_its_asker_is_not_in_front(desk: Client, article: Any) -> None:
    danger, old = ask(article, DANGER, approved=False), ask(article, "Old?", approved=False)
    Comment.objects.filter(pk=danger.pk).update(detail_asked_at=timezone.now(), detail_wanted="Are you safe?")
    assert shown(desk) == [old.pk]
    assert shown(desk, tab="urgent") == [danger.pk]


def test_the_queue_and_its_next_are_read_from_indexes_of_what_waits(article: Any) -> None:
    flood(article, 300)
    flood(article, 300, status="trash")
    tell_the_planner()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_incremental_sort = off")
    plan = Narrowed().rows(25).explain()
    for index in ("comment_waiting", "comment_unanswered", "comment_urgent", "comment_urgent_public"):
        assert f"{index} " in plan, plan
    for plan in (Narrowed(queues.URGENT).rows(25).explain(), Comment.objects.first_urgent(queues.MOST).explain()):
        assert "comment_urgent " in plan, plan
        assert "comment_urgent_public " in plan, plan
