"""The desk's lists are read from their own indexes, however many comments there are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import queue_rows, search
from comments.models import Comment
from tests.advice.test_article_page import many
from tests.factories import answer, ask, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.parametrize(
    ("read", "index"),
    [
        (lambda rows: rows.followed_up(), "comment_follow_up"),
        (lambda rows: rows.marked_spam(), "comment_status"),
        (lambda rows: rows.trashed(), "comment_status"),
        (lambda rows: rows.unhelped(), "comment_unhelped"),
        (lambda rows: rows.waiting_for_asker(), "comment_detail"),
        (lambda rows: rows.asked_since(timezone.now() - timedelta(days=84)), "comment_asked"),
        (lambda rows: rows.answered_since(timezone.now() - timedelta(days=365)), "comment_answered"),
    ],
)
def test_a_list_and_its_count_use_the_index_that_is_there_for_it(read: Any, index: str) -> None:
    for queryset in (read(Comment.objects), read(Comment.objects).order_by()):
        assert index in plan(queryset)
    assert "TEMP B-TREE" not in plan(read(Comment.objects))


def test_answers_to_quote_are_read_from_their_threads(article: Any) -> None:
    asked = [ask(article, f"He left me after four years, should I write to him? {number}") for number in range(3)]
    for question in asked:
        answer(question)
    with CaptureQueriesContext(connection) as captured:
        assert search.similar("He left me after four years. Should I write to him now?")
    sql = next(query["sql"] for query in captured if '"tree_id" IN' in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        assert "INDEX comment_answers" in str(cursor.fetchall())


def plan(queryset: QuerySet[Comment]) -> str:
    sql, parameters = queryset.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        return "; ".join(row[3] for row in cursor.fetchall())


def test_what_stands_beside_a_row_costs_the_same_however_many_others_have_no_email(article: Any) -> None:
    first = fresh(ask(article, "The first."))
    few = steps(lambda: queue_rows.dress([first]))
    many(article, 2_000)
    last = fresh(ask(article, "The last."))
    assert steps(lambda: queue_rows.dress([last])) < 2 * few


def test_what_the_same_person_asked_before_is_found_by_its_email(article: Any) -> None:
    question = fresh(ask(article, email="ann@example.com"))
    with CaptureQueriesContext(connection) as queries:
        queue_rows.dress([question])
    (sql,) = [query["sql"] for query in queries if "by_email" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        read = "; ".join(row[3] for row in cursor.fetchall())
    assert "comment_email (email=? AND id<?)" in read
    assert "comment_network (network=? AND posted_at<?)" in read
    assert "SCAN other" not in read


def steps(read: Callable[[], None]) -> int:
    """Tens of SQLite's machine."""
    counted = [0]

    def count() -> None:
        counted[0] += 1

    connection.connection.set_progress_handler(count, 10)
    read()
    connection.connection.set_progress_handler(None, 0)
    return counted[0]


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_what_is_not_public_is_found_by_its_status_in_the_admin(client: Any, sarah: Any, status: str) -> None:
    client.force_login(sarah)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/admin/comments/comment/?status__exact={status}").status_code == 200
    found = [query["sql"] for query in captured if f"'{status}'" in query["sql"] and "comments_comment" in query["sql"]]
    assert len(found) == 2  # count, and the page
    with connection.cursor() as cursor:
        for sql in found:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert "INDEX comment_status (status=?)" in str(cursor.fetchall())
