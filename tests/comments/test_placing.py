"""Where a comment stands in its thread, and what stands at a place, is told by the tree's columns."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import moderation, placing, threads
from comments.models import Comment
from comments.rows import COLUMNS, Row
from tests.factories import answer, ask, fresh, reply_to

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


def read_rows(comments: Any) -> list[Row]:
    return [Row(*values) for values in comments.values_list(*COLUMNS)]


def replies_at(root: Row, start: int, most: int) -> list[Row]:
    hidden = placing.hidden_in(root)
    return read_rows(placing.stretch(root, start, most, hidden).with_placeholders([], 0))


def seen(question: Comment) -> list[Row]:
    return read_rows(Comment.objects.filter(tree_id=question.pk).replies().approved().order_by("lft"))


def test_every_stretch_of_a_thread_holds_the_replies_that_readers_see_in_their_order(question: Comment) -> None:
    replies, root = seen(question), Row.of(question)
    assert len(replies) == question.reply_count < question.rght // 2 - 4
    for start in range(len(replies)):
        for most in (1, 4, 100):
            assert replies_at(root, start, most) == replies[start : start + most]


def test_a_thread_without_replies_has_none_anywhere(article: Any) -> None:
    assert replies_at(Row.of(ask(article)), 0, 100) == []


def test_a_placeholder_stands_above_what_is_shown_and_between_but_on_no_other_page(article: Any) -> None:
    question = ask(article)
    above = reply_to(question, "Above all others.")
    replies = [reply_to(above, f"Number {number}.") for number in range(6)]
    reply_to(replies[3], "Below a removed one.")
    moderation.trash([fresh(above), fresh(replies[3])], by=None)
    root = Row.of(fresh(question))
    hidden = placing.hidden_in(root)
    for start, expected in ((0, {above.pk}), (2, {above.pk, replies[3].pk}), (4, {above.pk})):
        stretch = placing.stretch(root, start, 2, hidden)
        found = stretch.with_placeholders(hidden, 10).exclude(status="approved")
        assert set(found.values_list("pk", flat=True)) == expected, start


def test_answers_beyond_a_place_are_the_first_of_each_thread(article: Any, sarah: Any) -> None:
    asked = [ask(article) for _ in range(2)]
    given = [[answer(question, f"Number {number}.", by=sarah) for number in range(4)] for question in asked]
    reply_to(asked[0], "A reader's.")
    moderation.hold(given[0][1], by=sarah)
    found = placing.answers_beyond([question.pk for question in asked], 3, 2)
    expected = [given[0][2], given[0][3], given[1][1], given[1][2]]
    assert list(found.values_list("pk", flat=True)) == [each.pk for each in expected]


def test_every_reply_knows_how_many_of_those_that_readers_see_stand_before_it(question: Comment) -> None:
    for number, row in enumerate(seen(question)):
        assert placing.replies_before(Comment.objects.get(pk=row.pk)) == number


@pytest.mark.sqlite
def test_no_row_before_the_page_is_read(question: Comment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "THREAD_PAGE", 3)
    with CaptureQueriesContext(connection) as captured:
        assert threads.thread(question, 3)
        threads.thread_page_of(Comment.objects.get(pk=seen(question)[5].pk))
    plans = "\n".join(plan(query["sql"]) for query in captured if "comments_comment" in query["sql"])
    assert "OFFSET" not in "".join(query["sql"] for query in captured)
    assert plans.count("INDEX comment_unseen (tree_id=? AND level>?)") == 2
    assert plans.count("INDEX comment_tree (tree_id=? AND lft<?)") == 2


@pytest.mark.sqlite
def test_late_answers_are_read_from_their_own_index(article: Any) -> None:
    sql, parameters = placing.answers_beyond([1, 2], 45, 50).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        plans = "; ".join(row[3] for row in cursor.fetchall())
    assert plans.count("INDEX comment_answers (tree_id=? AND lft>?)") == 2


def plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())
