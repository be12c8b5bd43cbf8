"""/situations/ and /situations/<slug>/: what questions and articles are about."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advice.models import Article
from comments import browsing, labelling, moderation
from comments.models import Comment
from comments.reader_models import Situation
from tests.advice.test_article_page import many
from tests.factories import answer, ask, make_article, make_situation, reply_to

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return str(response.content.decode())


def shown(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<h3><a href="/questions/(\d+)/">', html)]


def label(question: Comment, situation: Situation) -> Comment:
    labelling.label(question, situations=[situation.pk], in_search_engines=True)
    return question


@pytest.fixture
def silence() -> Situation:
    return make_situation("Silence", description="Read & not answered.", order=2)


def test_all_situations_stand_in_their_order_with_what_there_is(client: Client, article: Any, silence: Any) -> None:
    make_situation("On and off", order=1)
    answer(label(ask(article, "one"), silence))
    label(ask(article, "two"), silence)
    html = page(client, "/situations/")
    assert re.findall(r'<h2><a href="/situations/([-a-z]+)/">', html) == ["on-and-off", "silence"]
    assert "Read &amp; not answered." in html
    assert re.findall(r"<span>(\d+ \w+)</span>", html) == ["0 questions", "0 answered", "2 questions", "1 answered"]


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_only_what_readers_see_is_counted_and_listed(client: Client, article: Any, silence: Any, status: str) -> None:
    hidden = label(ask(article, "SECRET WORDS", approved=False), silence)
    if status != "pending":
        {"spam": moderation.mark_spam, "trash": moderation.trash}[status](hidden, by=None)
    removed = label(ask(article, "SECRET TOO", name="Annabel"), silence)
    reply_to(removed)
    moderation.trash(removed, by=None)
    assert "0 questions" in page(client, "/situations/")
    html = page(client, "/situations/silence/")
    assert shown(html) == []
    assert "SECRET" not in html
    assert "Annabel" not in html


def test_questions_and_articles_of_a_draft_are_left_out(client: Client, article: Any, silence: Any) -> None:
    label(ask(article), silence)
    article.situations.add(silence)
    assert str(article) in page(client, "/situations/silence/")
    Article.objects.filter(pk=article.pk).update(published_at=None)
    html = page(client, "/situations/silence/")
    assert str(article) not in html
    assert shown(html) == []
    assert "0 questions" in page(client, "/situations/")


def test_a_situation_shows_what_it_is_its_articles_and_its_questions(
    client: Client, article: Any, silence: Any
) -> None:
    article.situations.add(silence)
    mine, other = label(ask(article, "Not a word?"), silence), ask(article, "Another?")
    answer(mine, "Wait a month.")
    html = page(client, "/situations/silence/")
    assert "<h1>Silence</h1>" in html
    assert "Read &amp; not answered." in html
    assert f'<a href="{article.get_absolute_url()}">{article.title}</a>' in html
    assert shown(html) == [mine.pk]
    assert other.pk not in shown(html)
    assert "Wait a month." in html
    assert 'href="/questions/?situation=silence"' in html


def test_a_reply_made_of_a_question_takes_no_place(client: Client, article: Any, silence: Any) -> None:
    from comments import moving

    question = label(ask(article), silence)
    moving.move(question, by=None, parent=ask(article, "Another?"))
    assert shown(page(client, "/situations/silence/")) == []
    assert "0 questions" in page(client, "/situations/")


def test_without_any_situation_there_is_a_way_on(client: Client) -> None:
    assert 'href="/questions/"' in page(client, "/situations/")


def test_an_unused_situation_says_so(client: Client, silence: Any) -> None:
    html = page(client, "/situations/silence/")
    assert "Nobody has asked about this yet." in html
    assert "To read first" not in html


@pytest.mark.parametrize("slug", ["none", "Silence", "a" * 5_000, "%00", "%ff", "sil ence", "٣"])
def test_a_situation_that_is_not_there_is_not_found(client: Client, silence: Any, slug: str) -> None:
    assert client.get(f"/situations/{slug}/").status_code in (400, 404)


def test_its_questions_come_in_pages(client: Client, article: Any, silence: Any) -> None:
    article.situations.add(silence)
    silence.questions.add(*many(article, 45))
    assert [len(shown(page(client, f"/situations/silence/?page={number}"))) for number in (1, 2, 3)] == [20, 20, 5]
    assert "To read first" not in page(client, "/situations/silence/?page=2")
    for number in ("0", "4", "01", "x", "", "9" * 30):
        page(client, f"/situations/silence/?page={number}", 404)


def test_they_are_public_pages_for_search_engines(client: Client, silence: Any) -> None:
    for address in ("/situations/", "/situations/silence/"):
        response = client.get(address)
        assert response["Cache-Control"] == "public, max-age=0, s-maxage=10"
        assert b"noindex" not in response.content
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/situations/", "/situations/silence/"])
def test_their_queries_do_not_grow(client: Client, article: Any, silence: Any, address: str) -> None:
    counts = []
    for more in (30, 2_970):
        silence.questions.add(*many(article, more))
        make_article().situations.add(silence)
        make_situation(f"S{more}")
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            page(client, address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_of_a_situation_with_very_many_questions_it_says_that_there_are_more(
    client: Client, article: Any, silence: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "COUNTED", 2)
    for words in ("one", "two"):
        answer(label(ask(article, words), silence))
    assert "<span>2 questions</span> <span>2 answered</span>" in page(client, "/situations/")
    label(ask(article, "three"), silence)
    cache.clear()
    assert "<span>More than 2 questions</span></p>" in page(client, "/situations/")
