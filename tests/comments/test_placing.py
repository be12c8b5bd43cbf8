"""Where a comment stands in its thread, and what stands at a place, is told by the tree's columns."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import moderation, placing, threads
from comments.models import Comment
from comments.rows import Row, read_rows
from tests.factories import ask, fresh, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(article: Any) -> Comment:
    """Deep and wide, with replies that readers do not see: at both ends, above others, and side by side."""
    question = ask(article)
    deep = question
    for number in range(12):
        deep = reply_to(deep, f"Deep {number}.")
        reply_to(question, f"Wide {number}.", approved=number % 4 > 0)
    hidden = Comment.objects.filter(tree_id=question.pk, level__in=(3, 4)).order_by("pk")
    moderation.trash(list(hidden), by=None)
    reply_to(question, "The last one waits.", approved=False)
    return fresh(question)


def seen(question: Comment) -> list[Row]:
    return read_rows(Comment.objects.filter(tree_id=question.pk).replies().approved().order_by("lft"))


def test_every_stretch_of_a_thread_holds_the_replies_that_readers_see_in_their_order(question: Comment) -> None:
    replies, root = seen(question), Row.of(question)
    assert len(replies) == question.reply_count < question.rght // 2 - 4
    for start in range(len(replies)):
        for most in (1, 4, 100):
            assert placing.replies_at(root, start, most, placing.hidden_in(root)) == replies[start : start + most]


def test_a_thread_without_replies_has_none_anywhere(article: Any) -> None:
    assert placing.replies_at(Row.of(ask(article)), 0, 100, []) == []


def test_every_reply_knows_how_many_of_those_that_readers_see_stand_before_it(question: Comment) -> None:
    for number, row in enumerate(seen(question)):
        assert placing.replies_before(Comment.objects.get(pk=row.pk)) == number


@pytest.mark.sqlite
def test_no_row_before_the_page_is_read(question: Comment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "THREAD_PAGE", 3)
    with CaptureQueriesContext(connection) as captured:
        assert threads.thread(question, 3)
        threads.thread_page_of(Comment.objects.get(pk=seen(question)[5].pk))
    plans = "\n".join(plan(query["sql"]) for query in captured if '"level" > 0' in query["sql"])
    assert "OFFSET" not in "".join(query["sql"] for query in captured)
    assert plans.count("INDEX comment_unseen (tree_id=? AND level>?)") == 2
    assert plans.count("INDEX comment_tree (tree_id=? AND lft<?)") == 1


def plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())
