"""Feeds: valid Atom, only what readers may see, at a cost that does not grow."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advice.models import Article
from advice.site_models import SiteIdentity
from comments import moderation
from comments.models import Comment
from tests.factories import answer, ask, fresh, make_article, reply_to
from tests.pictures import stored

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://advice.example"
HOSTILE = 'Tom & "Ann" <script>alert(1)</script> ]]> 💔'


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.SITE_URL = SITE


def feed(client: Client, path: str) -> Element:
    """The feed, once everything that RFC 4287 asks of it has been seen there."""
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root: Element = fromstring(response.content)
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-gb"
    _has_what_it_must(root)
    assert {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}["self"] == f"{SITE}{path}"
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        _has_what_it_must(entry)
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))
    return root


def _has_what_it_must(element: Element) -> None:
    for name in ("id", "title", "updated"):
        (found,) = element.findall(f"{ATOM}{name}")
        assert found.text
    assert str(element.findtext(f"{ATOM}id")).startswith(f"{SITE}/")
    assert datetime.fromisoformat(str(element.findtext(f"{ATOM}updated"))).tzinfo is not None
    assert element.findtext(f"{ATOM}author/{ATOM}name")
    assert element.find(f"{ATOM}author/{ATOM}email") is None
    (alternate,) = [link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert str(alternate.get("href")).startswith(f"{SITE}/")


def told(root: Element, name: str = "content") -> list[str]:
    return [str(entry.findtext(f"{ATOM}{name}")) for entry in root.findall(f"{ATOM}entry")]


def test_the_feed_of_articles_holds_them_whole_newest_first(
    client: Client, article: Article, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    picture = stored()
    newer = make_article(title="Newer", body=f"## Then\n\nRead [this](/advice/), [then](#then).\n\n![]({picture.src})")
    root = feed(client, "/feed/")
    assert told(root, "title") == ["Newer", article.title]
    assert told(root, "summary") == ["In short.", "In short."]
    assert f'href="{SITE}/advice/"' in told(root)[0]
    assert f'href="{SITE}{newer.get_absolute_url()}#then"' in told(root)[0]
    assert f'<img src="{SITE}{picture.src}" width=' in told(root)[0]
    assert told(root, "id") == [f"{SITE}/#article-{newer.pk}", f"{SITE}/#article-{article.pk}"]


def test_drafts_and_unlisted_articles_are_in_no_feed(client: Client) -> None:
    later = timezone.now() + timedelta(days=1)
    make_article(listed=False)
    hidden = [make_article(published_at=None), make_article(published_at=later)]
    assert told(feed(client, "/feed/")) == []
    for article in hidden:
        assert client.get(f"{article.get_absolute_url()}feed/").status_code == 404
    assert client.get("/nothing-here/feed/").status_code == 404


def test_the_feed_of_an_article_holds_its_comments_as_they_were_published(client: Client, article: Article) -> None:
    question = ask(article, "Should I write?")
    answer(question, "Not yet. See [this](/advice/).")
    reply_to(question, "Me too.", name="Bob")
    root = feed(client, f"{article.get_absolute_url()}feed/")
    names = [str(entry.findtext(f"{ATOM}author/{ATOM}name")) for entry in root.findall(f"{ATOM}entry")]
    assert names == ["Bob", "mod", "Ann"]
    assert told(root, "title") == [
        "Bob replies: Me too.",
        "mod answers: Not yet. See this.",
        "Ann asks: Should I write?",
    ]
    assert told(root, "id")[-1] == f"{SITE}/comments/{question.pk}/"
    assert f'href="{SITE}/advice/"' in told(root)[1]


def test_the_feed_of_questions_holds_the_answered_ones_with_their_first_answer(
    client: Client, article: Article
) -> None:
    ask(article, "Nobody has answered this.")
    early, late = ask(article, "Early"), ask(article, "Late")
    answer(late, "To the late one.")
    answer(early, "To the early one.")
    answer(early, "And one more word.")
    root = feed(client, "/questions/feed/")
    assert told(root, "title") == ["Ann asks: Early", "Ann asks: Late"]
    assert told(root)[0] == "<p>Early</p><h2>mod answers</h2><p>To the early one.</p>\n"
    assert told(root, "id")[0] == f"{SITE}/questions/{early.pk}/"


PATHS: list[Callable[[Article], str]] = [
    lambda _: "/questions/feed/",
    lambda article: f"{article.get_absolute_url()}feed/",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("verb", [moderation.hold, moderation.mark_spam, moderation.trash, moderation.erase])
def test_what_readers_no_longer_see_leaves_the_feeds(
    client: Client, article: Article, sarah: Any, path: Any, verb: Any
) -> None:
    question = ask(article, "SECRET question", name="SECRET name", email="secret@example.com")
    answer(question, "SECRET answer")
    assert "SECRET question" in client.get(path(article)).content.decode()
    verb(fresh(question), by=sarah)
    text = client.get(path(article)).content.decode()
    assert "SECRET question" not in text
    assert "SECRET name" not in text
    assert "secret@example.com" not in text


def test_what_waits_for_moderation_is_in_no_feed(client: Client, article: Article) -> None:
    answer(ask(article, "Public"))
    ask(article, "SECRET", approved=False)
    reply_to(ask(article, "Another"), "SECRET", approved=False)
    for path in PATHS:
        assert "SECRET" not in client.get(path(article)).content.decode()


def test_a_thread_kept_out_of_search_engines_is_in_no_feed(client: Client, article: Article) -> None:
    question = ask(article, "KEPT OUT")
    answer(question, "KEPT OUT too")
    Comment.objects.filter(pk=question.pk).update(in_search_engines=False)
    for path in PATHS:
        assert told(feed(client, path(article))) == []


def test_questions_of_an_article_taken_back_are_in_no_feed(client: Client, article: Article) -> None:
    answer(ask(article))
    Article.objects.filter(pk=article.pk).update(published_at=None)
    assert told(feed(client, "/questions/feed/")) == []


def test_no_text_breaks_a_feed(client: Client) -> None:
    SiteIdentity.objects.create(pk=1, name=HOSTILE[:60], author_name="\x0bS&rah")
    article = make_article(title=f"\x0b{HOSTILE}\ufffe", summary=f"\x1f{HOSTILE}", body=HOSTILE)
    answer(ask(article, f"{HOSTILE} {'word' * 2_000}", name=HOSTILE[:60]), HOSTILE)
    assert told(feed(client, "/feed/"), "title") == [HOSTILE]
    for path in PATHS:
        root = feed(client, path(article))
        assert all("<script>" not in content for content in told(root))
        assert any("💔" in title for title in told(root, "title"))
        assert all(len(title) < 250 for title in told(root, "title"))


def test_a_long_comment_is_begun_and_leads_to_the_rest(client: Client, article: Article) -> None:
    question = ask(article, "A long story. " * 700)
    (content,) = told(feed(client, f"{article.get_absolute_url()}feed/"))
    assert len(content) < 3_000
    assert content.endswith(f'<p><a href="{SITE}/comments/{question.pk}/">Read all of it</a></p>')


def test_an_empty_feed_is_the_same_tomorrow(client: Client, article: Article) -> None:
    path = f"{article.get_absolute_url()}feed/"
    assert client.get(path)["ETag"] == client.get(path)["ETag"]
    assert feed(client, path).findtext(f"{ATOM}updated") == "2000-01-01T00:00:00+00:00"


@pytest.mark.parametrize("path", ["/feed/", *PATHS])
def test_a_feed_that_has_not_changed_answers_304(client: Client, article: Article, path: Any) -> None:
    answer(ask(article))
    address = path if isinstance(path, str) else path(article)
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=10"
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    moderation.trash(Comment.objects.approved().replies()[:1], by=None)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == (304 if address == "/feed/" else 200)


def test_addresses_are_the_sites_own_whatever_host_asks(client: Client, article: Article) -> None:
    ask(article)
    for path in ["/feed/", f"{article.get_absolute_url()}feed/"]:
        assert "localhost" not in client.get(path, headers={"host": "localhost"}).content.decode()


def test_a_feed_is_bounded_and_costs_the_same_however_much_there_is(client: Client, article: Article) -> None:
    addresses = ["/feed/", *(path(article) for path in PATHS)]
    answer(ask(article))
    client.get("/feed/")  # the identity is read once a minute
    few = [cost(client, address) for address in addresses]
    for number in range(60):
        answer(ask(article, f"Question {number}"))
    assert [cost(client, address) for address in addresses] == few
    assert max(few) <= 4
    for address in addresses:
        assert client.get(address).content.count(b"<entry>") <= 50


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)
