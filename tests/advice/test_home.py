"""The front page: articles, situations, what was answered last, and a field to search."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advice import identity
from advice.models import Article
from advice.site_models import SiteIdentity
from comments import moderation
from tests.advice.test_article_page import many
from tests.factories import answer, ask, make_article, make_situation, reply_to

pytestmark = pytest.mark.django_db


def home(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return str(response.content.decode())


def recent(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<h3><a href="/questions/(\d+)/">', html)]


def test_an_empty_site_says_so_and_still_leads_on(client: Client) -> None:
    html = home(client)
    assert "There are no articles yet." in html
    assert "Recently answered" not in html
    for link in ("/questions/", "/search/", "/help/"):
        assert f'href="{link}"' in html


def test_listed_articles_stand_newest_first_with_their_counts(client: Client, article: Any, sarah: Any) -> None:
    answer(ask(article), by=sarah)
    ask(article, "another")
    make_article(title="Imprint", listed=False)
    html = home(client)
    assert f'<h2><a href="{article.get_absolute_url()}">{article.title}</a></h2>' in html
    assert "2 questions</span> <span>1 answered" in html
    assert "Imprint" not in html


def test_the_five_last_answered_show_the_answers_first_lines(client: Client, article: Any, sarah: Any) -> None:
    questions = [ask(article, f"q{number}") for number in range(7)]
    for question in questions[:6]:
        answer(question, f"An answer to {question.body}. " + "It goes on and on. " * 50, by=sarah)
    html = home(client)
    assert recent(html) == [question.pk for question in questions[5:0:-1]]
    assert "An answer to q5." in html
    assert "q6" not in html
    assert len(html) < 20_000


def test_what_is_not_public_is_not_there(client: Client, article: Any, sarah: Any) -> None:
    for status in ("trash", "mark_spam", "hold"):
        question = ask(article, f"SECRET {status}", name="Annabel")
        answer(question, by=sarah)
        reply_to(question)
        getattr(moderation, status)(question, by=sarah)
    draft = make_article()
    answer(ask(draft, "SECRET draft"), by=sarah)
    Article.objects.filter(pk=draft.pk).update(published_at=None)
    html = home(client)
    assert "SECRET" not in html
    assert "Annabel" not in html


def test_situations_lead_to_their_pages(client: Client) -> None:
    make_situation("On and off")
    assert '<a href="/situations/on-and-off/">On and off</a>' in home(client)


def test_the_owners_words_stand_at_the_top(client: Client) -> None:
    SiteIdentity.objects.create(pk=1, tagline="After the end", introduction="Plain advice.")
    identity.forget()
    html = home(client)
    assert "<h1>After the end</h1>" in html
    assert "<p>Plain advice.</p>" in html


def test_it_can_be_searched_without_javascript(client: Client) -> None:
    assert '<form class="search" role="search" method="get" action="/search/">' in home(client)


def test_its_queries_do_not_grow(client: Client, article: Any, sarah: Any) -> None:
    counts = []
    for more in (30, 2_970):
        for _ in range(6):
            answer(ask(make_article(author=sarah), f"{more} {_}"), by=sarah)
        many(article, more)
        make_situation(f"S{more}")
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            home(client)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
