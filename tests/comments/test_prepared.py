"""A query that is asked each time is made once, and answers what is there now for the values of now."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import NotSupportedError, connection, transaction
from django.db.models import DateTimeField, Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advice.models import Article
from comments import moderation
from comments.models import Comment
from comments.prepared import Blank, Prepared
from tests.factories import answer, ask, make_article, reply_to

pytestmark = pytest.mark.django_db


def test_it_finds_what_the_queryset_finds(article: Any) -> None:
    first, second = ask(article, "Should I call?"), ask(article, "Should I write?")
    reply_to(second, "Write.")
    threads = Prepared(lambda: Comment.objects.filter(tree_id=Blank("thread")).order_by("lft"))
    for thread in (first, second, first):
        expected = list(Comment.objects.filter(tree_id=thread.pk).order_by("lft"))
        assert threads.ask(thread=thread.pk) == expected
    assert threads.ask(thread=0) == []


def test_what_changed_since_it_was_made_is_found(article: Any) -> None:
    texts = Prepared(lambda: Comment.objects.filter(article=Blank("article")).approved().values_list("body", flat=True))
    assert texts.ask(article=article.pk) == []
    question = ask(article, "Should I call?")
    assert texts.ask(article=article.pk) == ["Should I call?"]
    moderation.trash(question, by=None)
    assert texts.ask(article=article.pk) == []


def test_its_sql_is_made_once_on_a_connection(article: Any) -> None:
    made = []

    def questions() -> Any:
        made.append("again")
        return Comment.objects.filter(article=Blank("article"), level=0)

    prepared = Prepared(questions)
    for _ in range(3):
        prepared.ask(article=article.pk)
    assert made == ["again"]


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_get_into_each_others_values(article: Any) -> None:
    articles = [article, make_article(slug="another")]
    questions = [ask(each) for each in articles]
    prepared = Prepared(lambda: Comment.objects.filter(article=Blank("article")))
    wrong = []

    def look(number: int) -> None:
        try:
            wrong.extend(1 for _ in range(50) if prepared.ask(article=articles[number].pk) != [questions[number]])
        finally:
            connection.close()

    lookers = [Thread(target=look, args=(number,)) for number in (0, 1)]
    for looker in lookers:
        looker.start()
    for looker in lookers:
        looker.join()
    assert not wrong


def test_a_moment_is_taken_as_the_database_keeps_it(article: Any) -> None:
    question = ask(article)
    before = Prepared(lambda: Comment.objects.filter(posted_at__lte=Blank("moment", DateTimeField())))
    for moment, expected in ((question.posted_at, [question]), (timezone.now() - timedelta(days=1), [])):
        assert before.ask(moment=moment) == expected


def test_blanks_may_stand_in_subqueries_ranges_and_joins(article: Any, sarah: Any) -> None:
    asked = [ask(article) for _ in range(3)]
    answered = answer(asked[1], by=sarah)
    places = Q(position__range=(Blank("first"), Blank("last"))) | Q(pk=Blank("pinned"))
    roots = Comment.objects.filter(places, article=Blank("article")).order_by().values("pk")
    prepared = Prepared(lambda: Comment.objects.filter(tree_id__in=roots).order_by("pk").select_related("author"))
    found = prepared.ask(article=article.pk, first=3, last=3, pinned=asked[1].pk)
    assert [(comment.pk, comment.author) for comment in found] == [
        (asked[1].pk, None),
        (asked[2].pk, None),
        (answered.pk, sarah),
    ]


def test_what_is_not_planned_is_asked_as_it_stands(article: Any) -> None:
    asked = [ask(article, name=name) for name in ("Ann", "O'Hara % s")]
    named = Prepared(lambda: Comment.objects.filter(name=Blank("name")), is_planned=False)
    with CaptureQueriesContext(connection) as captured:
        assert [named.ask(name=one.name) for one in asked] == [[one] for one in asked]
    assert all(query["sql"].startswith("SELECT") for query in captured)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_column_that_a_migration_widens_meanwhile_stops_no_page(article: Any) -> None:
    titles = Prepared(lambda: Article.objects.filter(pk=Blank("pk")).values_list("title", flat=True))
    assert titles.ask(pk=article.pk) == [article.title]
    longest = Article._meta.get_field("title").max_length
    try:
        type_title(longest + 1)
        assert titles.ask(pk=article.pk) == [article.title]
        type_title(longest + 2)
        with transaction.atomic(), pytest.raises(NotSupportedError):  # who is in one has to begin it anew
            titles.ask(pk=article.pk)
    finally:
        type_title(longest)


def type_title(length: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE advice_article ALTER title TYPE varchar({length})")
