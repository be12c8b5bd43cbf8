"""The sitemap and robots.txt: what search engines are shown, and in which pieces."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advice import sitemaps
from advice.models import Article
from comments import moderation
from comments.models import Comment
from tests.factories import answer, ask, fresh, make_article, reply_to

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = "https://advice.example"


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.SITE_URL = SITE


def listed(client: Client, path: str = "/sitemap.xml", kind: str = "urlset") -> dict[str, datetime | None]:
    """Paths with their dates."""
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    root = fromstring(response.content)
    assert root.tag == f"{NAMESPACE}{kind}"
    found = {}
    for entry in root:
        address = entry.findtext(f"{NAMESPACE}loc")
        assert address.startswith(f"{SITE}/")
        date = entry.findtext(f"{NAMESPACE}lastmod")
        found[address.removeprefix(SITE)] = datetime.fromisoformat(date) if date else None
    assert len(found) == len(root)
    return found


def test_a_small_site_has_one_list_of_everything(client: Client, article: Article) -> None:
    question = ask(article)
    unlisted = make_article(listed=False)
    found = listed(client)
    assert {"/", "/help/", "/guidelines/", "/privacy/", "/questions/", "/situations/"} <= found.keys()
    assert {article.get_absolute_url(), unlisted.get_absolute_url(), f"/questions/{question.pk}/"} <= found.keys()


def test_drafts_and_their_questions_are_not_listed(client: Client, article: Article) -> None:
    question = ask(article)
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now() + timedelta(hours=1))
    found = listed(client)
    assert article.get_absolute_url() not in found
    assert f"/questions/{question.pk}/" not in found
    assert client.get(f"/sitemap-questions-{article.pk}-1.xml").status_code == 404


@pytest.mark.parametrize("verb", [moderation.hold, moderation.mark_spam, moderation.trash, moderation.erase])
def test_only_public_questions_are_listed(client: Client, article: Article, sarah: Any, verb: Any) -> None:
    pending, removed, public = ask(article, "1", approved=False), ask(article, "2"), ask(article, "3")
    reply_to(removed)  # leaves a placeholder
    verb(fresh(removed), by=sarah)
    found = [path for path in listed(client) if re.fullmatch(r"/questions/\d+/", path)]
    assert found == [f"/questions/{public.pk}/"]
    assert pending.pk


def test_a_question_kept_out_of_search_engines_is_not_listed(client: Client, article: Article) -> None:
    question = ask(article)
    Comment.objects.filter(pk=question.pk).update(in_search_engines=False)
    assert f"/questions/{question.pk}/" not in listed(client)


def test_dates_are_those_of_the_last_change_that_readers_saw(client: Client, article: Article) -> None:
    question = ask(article)
    reply = reply_to(question)
    reply_to(question, "Pending", approved=False)
    found = listed(client)
    assert found[f"/questions/{question.pk}/"] == reply.published_at.replace(microsecond=0)
    assert found[article.get_absolute_url()] == reply.published_at.replace(microsecond=0)
    edited = timezone.now().replace(microsecond=0) + timedelta(minutes=1)
    Comment.objects.filter(pk=question.pk).update(edited_at=edited)
    Article.objects.filter(pk=article.pk).update(updated_at=edited)
    found = listed(client)
    assert found[f"/questions/{question.pk}/"] == edited
    assert found[article.get_absolute_url()] == edited


def test_many_threads_are_listed_in_pieces(client: Client, article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "THREADS", 2)
    other = make_article()
    questions = [ask(article, f"{number}") for number in range(5)]
    elsewhere = ask(other)
    index = listed(client, kind="sitemapindex")
    pieces = [f"/sitemap-questions-{article.pk}-{number}.xml" for number in (1, 2, 3)]
    assert set(index) == {"/sitemap-pages.xml", *pieces, f"/sitemap-questions-{other.pk}-1.xml"}
    every = [path for piece in index if piece != "/sitemap-pages.xml" for path in listed(client, piece)]
    assert sorted(every) == sorted(f"/questions/{question.pk}/" for question in [*questions, elsewhere])
    assert article.get_absolute_url() in listed(client, "/sitemap-pages.xml")


@pytest.mark.parametrize("piece", ["1-0", "1-2", f"{2**63}-1", f"1-{2**31}", f"1-{10**40}", "9999-1"])
def test_a_piece_that_does_not_exist_is_404(client: Client, article: Article, piece: str) -> None:
    ask(article)
    piece = piece.replace("1-", f"{article.pk}-", 1) if piece.startswith("1-") else piece
    assert client.get(f"/sitemap-questions-{piece}.xml").status_code == 404


def test_the_sitemap_costs_the_same_however_much_there_is(client: Client, article: Article) -> None:
    ask(article)
    with CaptureQueriesContext(connection) as few:
        client.get("/sitemap.xml")
    for number in range(40):
        answer(ask(make_article() if number % 10 == 0 else article, f"{number}"))
    with CaptureQueriesContext(connection) as many:
        client.get("/sitemap.xml")
    assert len(many) == len(few) <= 5


def test_robots_names_the_sitemap_and_what_is_nobodys_business(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /q/", "Disallow: /search/", "Disallow: /comments/"} <= set(lines)
    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"
