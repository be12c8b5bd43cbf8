"""A reply and an answer touch what must change, and do nothing under the thread's lock that could be done before."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import checking, discussion_settings, documents, moderation, posting
from comments.models import Comment
from comments.reader_models import SearchDocument
from tests.factories import answer, ask, fresh, reply_to, submission

pytestmark = pytest.mark.django_db

# Every index that a public reply of a reader is in, if it has no address, once its network is forgotten: on PostgreSQL
# each gets an entry whenever the reply is shifted. Another one for all comments has to be worth that.
IN_INDEXES = {
    *("comments_comment_pkey", "comments_comment_parent_id_3e0802fb", "comment_tree"),
    *("comment_latest", "comment_published", "comment_digest", "comment_words"),
}


def test_a_reply_holds_its_thread_for_a_few_statements(article: Any, sarah: Any) -> None:
    parent = reply_to(ask(article), "Did he call?")
    with CaptureQueriesContext(connection) as captured:
        posting.post(submission(article, "He did.", parent_id=parent.pk, network="one"), with_link=True)
    said = [query["sql"] for query in captured]
    held = next(place for place, sql in enumerate(said) if 'IN (SELECT U0."tree_id"' in sql)
    under_the_lock = [sql.split(maxsplit=1)[0] for sql in said[held:] if not sql.startswith("RELEASE")]
    assert under_the_lock == ["SELECT", "SELECT", "UPDATE", "INSERT"]  # hold and read, shift, insert
    assert len(said) <= 17


def test_what_a_reader_sends_costs_few_reads(client: Any, article: Any) -> None:
    discussion_settings.current()  # in any minute's first post they are read once more
    address, parent = f"{article.get_absolute_url()}comments/", reply_to(ask(article))
    with CaptureQueriesContext(connection) as captured:
        sent = client.post(address, {"name": "Ann", "body": "Did he write to you?", "parent": parent.pk})
    assert sent.status_code == 303
    said = [query["sql"] for query in captured]
    assert len([sql for sql in said if 'FROM "comments_discussionsettings"' in sql]) == 1
    assert not [sql for sql in said if '"advice_article"."body' in sql]
    assert len([sql for sql in said if sql.startswith("SELECT") and '"comments_comment"."body"' in sql]) == 2  # held
    assert len(said) <= 20


def test_a_reply_to_the_question_reads_it_once(article: Any) -> None:
    question = ask(article)
    with CaptureQueriesContext(connection) as captured:
        posting.post(submission(article, "Mine did.", parent_id=question.pk))
    whole_rows = [query for query in captured if query["sql"].startswith("SELECT") and '."body_html"' in query["sql"]]
    assert len([query for query in whole_rows if "comments_comment" in query["sql"]]) == 1


def test_the_same_click_again_takes_no_lock(article: Any) -> None:
    question = ask(article)
    again = submission(article, "Mine did.", parent_id=question.pk)
    first = posting.post(again).comment
    with CaptureQueriesContext(connection) as captured:
        assert posting.post(again).comment == first
    assert not [query for query in captured if 'IN (SELECT U0."tree_id"' in query["sql"]]


def test_an_answer_counts_a_thread_by_what_is_not_public_in_it(article: Any, sarah: Any) -> None:
    question = ask(article)
    replies = [reply_to(question, f"Reply {number}") for number in range(5)]
    moderation.mark_spam(replies[1], by=sarah)
    reply_to(replies[2], "Waits", approved=False)
    first = answer(replies[3], by=sarah)
    later = answer(question, by=sarah)
    found = fresh(question)
    assert (found.reply_count, found.answered_at) == (6, fresh(first).published_at)
    moderation.trash(first, by=sarah)
    found = fresh(question)
    assert (found.reply_count, found.answered_at) == (5, fresh(later).published_at)
    assert checking.check().damages == []


@pytest.mark.sqlite
def test_what_follows_from_a_change_is_read_from_indexes_and_not_from_the_thread(article: Any, sarah: Any) -> None:
    question = ask(article)
    with CaptureQueriesContext(connection) as captured:
        answer(question, by=sarah)
    plans = [
        plan(query["sql"])
        for query in captured
        if query["sql"].startswith("SELECT") and '."tree_id" IN' in query["sql"]
    ]
    assert {"comment_unseen", "comment_answers"} <= {index for plan in plans for index in plan.split()}
    assert not [plan for plan in plans if "comment_tree (tree_id=?)" in plan]


def test_a_document_has_the_answers_that_stand_late_in_a_thread(article: Any, sarah: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(documents, "ROWS", 2)
    question = ask(article, "First")
    for text in ("Second", "Third", "Fourth"):
        reply_to(question, text)
    answer(question, body="Fifth", by=sarah)
    written = SearchDocument.objects.get(thread=question)
    assert (written.lead, written.answer, written.rest) == ("First", "Fifth", "Second")


@pytest.mark.postgresql
def test_the_table_has_room_for_rows_that_are_shifted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'comments_comment'::regclass")
        assert cursor.fetchone() == (["fillfactor=70"],)


@pytest.mark.postgresql
def test_a_reply_is_in_no_index_more_than_it_must_be(article: Any) -> None:
    reply = reply_to(
        ask(article), "He called me last night and wants to talk about everything again. Should I go there?"
    )
    assert fresh(reply).words_key
    assert indexes_with(reply) == IN_INDEXES


def indexes_with(comment: Comment) -> set[str]:
    """Those whose condition its row meets, or that have none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, COALESCE(pg_get_expr(indpred, indrelid), 'true')"
            " FROM pg_index WHERE indrelid = 'comments_comment'::regclass"
        )
        found = set()
        for name, condition in cursor.fetchall():
            cursor.execute(f"SELECT 1 FROM comments_comment WHERE id = {comment.pk} AND ({condition})")
            found |= {name} if cursor.fetchone() else set()
    return found


def plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "; ".join(row[3] for row in cursor.fetchall())
