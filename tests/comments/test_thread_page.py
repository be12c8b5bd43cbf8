"""/questions/<pk>/: one thread with what is around it."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advice.models import Article
from comments import labelling, moderation, moving
from tests.advice.test_article_page import chain, many
from tests.factories import answer, ask, fresh, make_article, make_situation, reply_to

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return str(response.content.decode())


def test_it_names_the_article_and_who_asks(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article, name="Ann & Bo")
    answer(question, by=sarah)
    html = page(client, f"/questions/{question.pk}/")
    assert "<title>Question by Ann &amp; Bo – " in html
    assert "<h1><bdi>Ann &amp; Bo</bdi> asks</h1>" in html
    assert f'<a href="{article.get_absolute_url()}">{article}</a>' in html
    assert "1 reply" in html
    assert "answered" in html


def test_it_leads_to_the_form_where_the_article_is_open(client: Client, article: Any) -> None:
    question = ask(article)
    link = f'<a href="{article.get_absolute_url()}#respond">Ask your own question</a>'
    assert link in page(client, f"/questions/{question.pk}/")
    Article.objects.filter(pk=article.pk).update(comments_open=False)
    assert link not in page(client, f"/questions/{question.pk}/")


def test_a_question_without_an_answer_says_that_it_waits(client: Client, article: Any) -> None:
    assert page(client, f"/questions/{ask(article).pk}/").count("waiting for an answer") == 2


def test_the_questions_before_and_after_are_those_readers_see_on_this_article(client: Client, article: Any) -> None:
    first, gone, second, pending, third = (
        ask(article, f"q{number}", name=f"N{number}", approved=number != 3) for number in range(5)
    )
    reply_to(gone)
    moderation.trash(gone, by=None)
    ask(make_article(), name="Elsewhere")
    html = page(client, f"/questions/{second.pk}/")
    assert f'<a rel="prev" href="/questions/{first.pk}/">The question before: <bdi>N0</bdi></a>' in html
    assert f'<a rel="next" href="/questions/{third.pk}/">The question after: <bdi>N4</bdi></a>' in html
    assert 'rel="prev"' not in page(client, f"/questions/{first.pk}/")
    assert 'rel="next"' not in page(client, f"/questions/{third.pk}/")
    assert pending.pk


def test_a_placeholder_has_neighbours_but_says_nothing_else(client: Client, article: Any) -> None:
    question = ask(article, "Lisbon Lisbon", name="Annabel")
    reply_to(question)
    labelling.label(question, situations=[make_situation("Silence").pk], in_search_engines=True)
    moderation.trash(question, by=None)
    html = page(client, f"/questions/{question.pk}/")
    assert "A question that was removed" in html
    assert '<meta name="robots" content="noindex">' in html
    for secret in ("Annabel", "Lisbon", "/situations/silence/", "waiting for an answer"):
        assert secret not in html


def test_its_situations_lead_to_their_pages(client: Client, article: Any) -> None:
    question = ask(article)
    labelling.label(question, situations=[make_situation("On and off").pk], in_search_engines=True)
    assert '<a href="/situations/on-and-off/">On and off</a>' in page(client, f"/questions/{question.pk}/")


def test_answered_questions_like_it_are_shown_and_never_itself(client: Client, article: Any, sarah: Any) -> None:
    words = "He moved to Lisbon and I do not know whether to follow him to Portugal"
    alike = ask(article, f"{words}, he says.", name="Like")
    waiting = ask(article, f"{words}, she says.", name="Waiting")
    answer(alike, "Decide about **Portugal** first.", by=sarah)
    for number in range(5):
        answer(ask(article, f"Completely different number {number}: jealousy of a climbing friend."), by=sarah)
    question = ask(article, f"{words}?")
    answer(question, by=sarah)
    html = page(client, f"/questions/{question.pk}/")
    related = html[html.index('class="related"') : html.index('class="beside"')]
    assert f'href="/questions/{alike.pk}/"' in related
    assert "Decide about Portugal first." in related
    for other in (question, waiting):
        assert f'href="/questions/{other.pk}/"' not in related


def test_a_question_kept_out_of_search_engines_asks_them_to_leave_it(client: Client, article: Any) -> None:
    question = ask(article)
    assert "noindex" not in page(client, f"/questions/{question.pk}/")
    labelling.label(question, situations=[], in_search_engines=False)
    html = page(client, f"/questions/{question.pk}/")
    assert html.count('<meta name="robots" content="noindex">') == 1
    assert "canonical" not in html


def test_comments_can_be_reported_and_while_the_article_is_open_replied_to(client: Client, article: Any) -> None:
    question = ask(article)
    html = page(client, f"/questions/{question.pk}/")
    assert f'href="/comments/{question.pk}/reply/"' in html
    Article.objects.filter(pk=article.pk).update(comments_open=False)
    html = page(client, f"/questions/{question.pk}/")
    assert "/reply/" not in html
    assert f'href="/comments/{question.pk}/report/"' in html


@pytest.mark.parametrize("number", ["0", "4", "01", "x", "", "-1", "1.0", "٣", "9" * 30, "%ff"])
def test_a_page_that_it_does_not_have_is_not_found(client: Client, article: Any, number: str) -> None:
    question = ask(article)
    chain(question, 230)
    page(client, f"/questions/{question.pk}/?page={number}", 404)


def test_page_two_continues_and_leaves_out_what_stands_around(client: Client, article: Any) -> None:
    question = ask(article)
    chain(question, 130)
    labelling.label(question, situations=[make_situation("Silence").pk], in_search_engines=True)
    html = page(client, f"/questions/{question.pk}/?page=2")
    assert "Page 2 of 2" in html
    assert 'href="?"' in html
    assert "/situations/silence/" not in html


@pytest.mark.parametrize("total", [30, 3_000])
def test_it_costs_eight_queries_at_most_however_many_questions_there_are(
    client: Client, article: Any, sarah: Any, total: int
) -> None:
    question = ask(article, "Should I follow him to Lisbon?")
    for number in range(4):
        answer(ask(article, f"Shall I follow her to Lisbon, number {number}?"), by=sarah)
    labelling.label(question, situations=[make_situation("Distance").pk], in_search_engines=True)
    removed = answer(question, by=sarah)
    answer(removed, by=sarah)
    many(article, total - 5)
    for expected in (7, 8):  # what is removed is read apart, where there is any
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            html = page(client, f"/questions/{question.pk}/")
        assert 'class="related"' in html
        assert len(queries) == expected
        moderation.trash(fresh(removed), by=sarah)


def test_what_a_moderator_began_asks_nothing_and_waits_for_nothing(client: Client, article: Any, sarah: Any) -> None:
    moved = moving.move(answer(ask(article, "A question?"), "A word to all of you.", by=sarah), by=sarah)
    for address in (f"/questions/{moved.pk}/", "/questions/?q=word"):
        html = client.get(address).content.decode()
        assert "<bdi>Sarah</bdi> writes" in html
        assert "<bdi>Sarah</bdi> asks" not in html
        assert "waiting for an answer" not in html
