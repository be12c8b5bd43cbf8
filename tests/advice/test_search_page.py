"""/search/: articles and threads for a few words."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advice import publishing
from advice.models import Article
from comments import documents, moderation
from tests.advice.test_article_page import many
from tests.factories import answer, ask, make_article

pytestmark = pytest.mark.django_db


def page(client: Client, query: str = "", status: int = 200) -> str:
    response = client.get(f"/search/{query}")
    assert response.status_code == status, query
    return str(response.content.decode())


def shown(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<h3><a href="/questions/(\d+)/">', html)]


def written(title: str, body: str, **columns: Any) -> Article:
    article = make_article(title=title, body=body, **columns)
    publishing.rewrite(article, {"title", "body"})
    return article


def test_articles_and_threads_with_the_words_are_found_and_marked(client: Client, article: Any, sarah: Any) -> None:
    found = written("Far away", "A border lies between you.")
    question = ask(article, "Borders closed, and he was in Lisbon.")
    answered = ask(article, "And now?")
    answer(answered, "No border lasts.", by=sarah)
    html = page(client, "?q=border")
    assert f'<h3><a href="/{found.slug}/">Far away</a></h3>' in html
    assert set(shown(html)) == {question.pk, answered.pk}
    assert html.count("<mark>") == 3
    assert "2 questions" in html
    assert 'href="/questions/?q=border"' in html


def test_without_words_there_is_the_field_and_nothing_else(client: Client, article: Any) -> None:
    ask(article)
    for query in ("", "?q=", "?q=+++", "?q=%20"):
        html = page(client, query)
        assert '<input id="id_q" name="q" type="search" value=""' in html
        assert shown(html) == []
        assert "questions</h2>" not in html


def test_nothing_found_offers_other_ways(client: Client) -> None:
    html = page(client, "?q=zebra")
    assert "No question says “zebra”." in html
    for link in ("/situations/", "/guidelines/", "/help/"):
        assert f'href="{link}"' in html


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_what_is_not_approved_is_not_found(client: Client, article: Any, sarah: Any, status: str) -> None:
    hidden = ask(article, "SECRET border", approved=False)
    if status != "pending":
        {"spam": moderation.mark_spam, "trash": moderation.trash}[status](hidden, by=sarah)
    html = page(client, "?q=border")
    assert shown(html) == []
    assert "SECRET" not in html


def test_a_draft_and_its_questions_are_not_found(client: Client) -> None:
    draft = written("Far away", "A border lies between you.")
    ask(draft, "A border?")
    Article.objects.filter(pk=draft.pk).update(published_at=None)
    html = page(client, "?q=border")
    assert "Far away" not in html
    assert shown(html) == []


@pytest.mark.parametrize(
    "words", ['"', "a AND", "NEAR(", "x*", "(((", "!!! & |", "\\", "' OR 1=1", "<b>", "a" * 10_000, "💔"]
)
def test_any_words_are_fine(client: Client, article: Any, words: str) -> None:
    ask(article)
    assert "<b>" not in page(client, f"?q={quote(words)}")


def test_threads_come_in_pages_and_articles_on_the_first(client: Client, article: Any) -> None:
    written("Far away", "A border lies between you.")
    many(article, 45, body_html="<p>border</p>")
    documents.rebuild()
    assert [len(shown(page(client, f"?q=border&page={number}"))) for number in (1, 2, 3)] == [20, 20, 5]
    assert "Far away" in page(client, "?q=border")
    assert "Far away" not in page(client, "?q=border&page=2")
    assert '<a rel="next" href="?q=border&amp;page=2">' in page(client, "?q=border")
    for number in ("0", "4", "01", "x", "", "51", "9" * 30):
        page(client, f"?q=border&page={number}", 404)


def test_it_is_kept_out_of_search_engines_and_takes_no_posts(client: Client) -> None:
    for query in ("", "?q=border"):
        assert '<meta name="robots" content="noindex">' in page(client, query)
    assert client.post("/search/").status_code == 405


def test_its_queries_do_not_grow(client: Client, article: Any) -> None:
    counts = []
    for more in (30, 2_970):
        written(f"Far away {more}", "A border lies between you.")
        many(article, more, body_html="<p>border</p>")
        documents.rebuild()
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert len(shown(page(client, "?q=border"))) == 20
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
