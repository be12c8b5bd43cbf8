"""What a page's head says to search engines and link previews, and that all of it is true, bounded and safe."""

import html as html_module
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import brotli
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from advice import linked_data
from advice.models import Article
from advice.site_models import Picture, SiteIdentity
from comments import moderation
from comments.models import Comment
from comments.reader_models import Situation
from tests.advice.test_article_page import chain, many
from tests.factories import answer, ask, fresh, make_article, moderator, reply_to

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

SITE = "https://advice.example"
HOSTILE = "</script><script>alert(1)</script><!-- \" ' & \u2028 \u2029 💔"

# Every type and property that the site uses, each checked against schema.org's vocabulary (schema-dts 2.1).
THING = {"@type", "@id", "name", "description", "url", "image", "mainEntityOfPage"}
WORK = THING | {
    "headline", "text", "author", "publisher", "datePublished", "dateModified", "inLanguage", "isPartOf", "comment",
    "commentCount", "discussionUrl", "mainEntity",
}  # fmt: skip
VOCABULARY = {
    "Article": WORK | {"wordCount"},
    "QAPage": WORK,
    "Question": WORK | {"answerCount", "acceptedAnswer", "suggestedAnswer"},
    "Answer": WORK,
    "Comment": WORK,
    "DiscussionForumPosting": WORK,
    "CollectionPage": WORK,
    "WebSite": WORK,
    "Person": THING,
    "ImageObject": WORK | {"caption"},
    "BreadcrumbList": THING | {"itemListElement"},
    "ListItem": THING | {"position", "item"},
}
# What Google's documentation requires or recommends of each, as far as the site has it.
EXPECTED = {
    "Article": {"headline", "author", "datePublished", "dateModified"},
    "QAPage": {"mainEntity"},
    "Question": {"name", "text", "answerCount", "author", "datePublished"},
    "Answer": {"text", "url", "author", "datePublished"},
    "Comment": {"text", "author", "datePublished"},
    "DiscussionForumPosting": {"author", "datePublished", "text", "headline", "url"},
    "Person": {"name"},
    "WebSite": {"name", "url"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "ImageObject": {"url"},
}


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.SITE_URL = SITE


class Head(HTMLParser):
    """What a page's head says, as a parser of HTML reads it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.scripts: list[str] = []
        self._in_data = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_data = tag == "script" and given.get("type") == "application/ld+json"
        name = given.get("name") or given.get("property")
        if tag == "meta" and name:
            assert name not in self.meta, f"{name} twice"
            self.meta[name] = given["content"]
        elif tag == "link" and given["rel"] in ("canonical", "alternate"):
            assert given["rel"] not in self.links
            self.links[given["rel"]] = given["href"]

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.scripts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False


def head(client: Client, address: Any) -> Head:
    path = address if isinstance(address, str) else address.get_absolute_url()
    response = client.get(path)
    assert response.status_code == 200
    return Head(response.content.decode())


def data(client: Client, address: Any) -> dict[str, Any]:
    """The page's linked data by type, once all of it has been seen to be in the vocabulary and complete."""
    (script,) = head(client, address).scripts
    found = json.loads(script)
    assert found["@context"] == "https://schema.org"
    for node in every(found["@graph"]):
        assert node.keys() <= VOCABULARY[node["@type"]], node["@type"]
        if set(node) - {"@type", "@id", "url", "headline", "name"}:  # not only a pointer to what is told elsewhere
            assert EXPECTED.get(node["@type"], set()) <= node.keys(), node
        assert all(value not in ("", None, [], {}) for value in node.values())
        for name in ("@id", "url", "item", "discussionUrl"):
            assert str(node.get(name, SITE)).startswith(SITE)
    return {node["@type"]: node for node in found["@graph"]}


def every(value: Any) -> Iterator[dict[str, Any]]:
    """All nodes, at every depth."""
    if isinstance(value, list):
        for each in value:
            yield from every(each)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for each in value.values():
            yield from every(each)


def trail(found: dict[str, Any]) -> list[tuple[int, str]]:
    return [(item["position"], item["item"]) for item in found["BreadcrumbList"]["itemListElement"]]


def picture(**columns: Any) -> Picture:
    name = f"{Picture.objects.count():032x}"
    return Picture.objects.create(
        **{
            "name": name, "description": "A “bench”", "width": 1200, "height": 630, "widths": [480, 1200],
            "uploaded_at": "2026-01-01T00:00Z", **columns,
        }
    )  # fmt: skip


def test_the_front_page_is_the_site_and_whom_it_is_named_for(client: Client) -> None:
    SiteIdentity.objects.create(
        pk=1, name="Ask Jo", author_name="Jo", tagline="Advice", introduction="Hello.", bio="*Jo* answers.",
        portrait=picture(),
    )  # fmt: skip
    found = data(client, "/")
    assert found["WebSite"]["name"] == "Ask Jo"
    assert found["WebSite"]["publisher"] == {"@id": found["Person"]["@id"]}
    assert found["Person"]["description"] == "Jo answers."
    assert found["Person"]["image"]["caption"] == "A “bench”"
    said = head(client, "/")
    assert said.links == {"canonical": f"{SITE}/", "alternate": "/feed/"}
    assert said.meta["description"] == "Hello."
    assert (said.meta["og:type"], said.meta["og:title"], said.meta["og:site_name"]) == ("website", "Advice", "Ask Jo")
    assert said.meta["og:locale"] == "en_GB"


def test_an_article_says_who_wrote_it_when_and_how_much_is_asked_below(client: Client, article: Article) -> None:
    SiteIdentity.objects.create(pk=1, bio="She answers.")
    Article.objects.filter(pk=article.pk).update(lead_picture=picture())
    answer(ask(article))
    found = data(client, article)["Article"]
    assert found["headline"] == article.title
    assert found["author"]["name"] == "Sarah"
    assert found["author"]["description"] == "She answers."
    assert found["commentCount"] == 2
    assert found["discussionUrl"] == f"{SITE}{article.get_absolute_url()}#comments"
    assert found["datePublished"] <= found["dateModified"]
    assert found["image"]["caption"] == "A “bench”"
    assert "comment" not in found
    said = head(client, article)
    assert said.links == {
        "canonical": f"{SITE}{article.get_absolute_url()}",
        "alternate": f"{article.get_absolute_url()}feed/",
    }
    assert said.meta["og:type"] == "article"
    assert said.meta["description"] == said.meta["og:description"] == "In short."
    assert said.meta["og:image"] == found["image"]["url"]
    assert said.meta["og:image:alt"] == "A “bench”"
    assert said.meta["twitter:card"] == "summary_large_image"


def test_an_article_of_somebody_else_lends_nobody_the_authors_portrait(client: Client) -> None:
    SiteIdentity.objects.create(pk=1, bio="She answers.", portrait=picture())
    found = data(client, make_article(author=moderator("guest", first_name="Guest"), summary=""))["Article"]
    assert found["author"] == {"@type": "Person", "name": "Guest"}
    assert found["publisher"]["name"] == "Sarah"
    assert "description" not in found


def test_an_article_without_summary_and_picture_is_described_by_its_beginning(client: Client) -> None:
    said = head(client, make_article(summary="", body="Give it **time**.\n\nThen ask.")).meta
    assert said["description"] == "Give it time. Then ask."
    assert "og:image" not in said
    assert said["twitter:card"] == "summary"


def test_numbered_pages_stand_for_themselves(client: Client, article: Article) -> None:
    many(article, 45)
    path = f"{article.get_absolute_url()}comment-page-1/"
    assert head(client, path).links["canonical"] == f"{SITE}{path}"
    found = data(client, path)
    assert trail(found)[-1] == (3, f"{SITE}{path}")
    assert found["Article"]["url"] == f"{SITE}{article.get_absolute_url()}"


def test_an_answered_question_is_a_page_of_question_and_answers(client: Client, article: Article) -> None:
    question = ask(article, "We broke up.\n\nShould I write?")
    readers = reply_to(question, "I did.", name="Bob")
    below = reply_to(readers, "And?", name="Cy")
    answered = answer(question, "Not *yet*.")
    deep = answer(below, "He is well.")
    path = f"/questions/{question.pk}/"
    found = data(client, path)
    main = found["QAPage"]["mainEntity"]
    assert main["name"] == "We broke up. Should I write?"
    assert main["text"] == "We broke up.\n\nShould I write?"
    assert main["author"] == {"@type": "Person", "name": "Ann"}
    assert [each["text"] for each in main["acceptedAnswer"]] == ["He is well.", "Not yet."]
    assert main["acceptedAnswer"][1]["url"] == f"{SITE}{path}#comment-{answered.pk}"
    assert [each["text"] for each in main["suggestedAnswer"]] == ["I did."]
    assert [each["text"] for each in main["suggestedAnswer"][0]["comment"]] == ["And?"]
    assert (main["answerCount"], main["commentCount"]) == (3, 4)
    assert trail(found) == [(1, f"{SITE}/"), (2, f"{SITE}{article.get_absolute_url()}"), (3, f"{SITE}{path}")]
    assert deep.pk
    said = head(client, path)
    assert said.links["canonical"] == f"{SITE}{path}"
    assert said.meta["og:title"] == "Ann asks: We broke up. Should I write?"


def test_an_answer_to_what_the_asker_added_is_an_answer_to_the_question(client: Client, article: Article) -> None:
    question = ask(article)
    detail = reply_to(question, "One more thing.", name="Ann")
    Comment.objects.filter(pk=detail.pk).update(by_asker=True)
    answer(detail, "I see.")
    main = data(client, f"/questions/{question.pk}/")["QAPage"]["mainEntity"]
    assert [each["text"] for each in main["acceptedAnswer"]] == ["I see."]
    assert [each["text"] for each in main["comment"]] == ["One more thing."]


def test_a_question_that_waits_is_a_posting_with_comments(client: Client, article: Article) -> None:
    question = ask(article)
    reply_to(reply_to(question, "One"), "Two", name="Cy")
    found = data(client, f"/questions/{question.pk}/")["DiscussionForumPosting"]
    assert found["headline"] == found["text"] == "Should I write?"
    assert found["comment"][0]["text"] == "One"
    assert found["comment"][0]["comment"][0]["text"] == "Two"
    assert found["commentCount"] == 2
    assert "name" not in found


@pytest.mark.parametrize("verb", [moderation.hold, moderation.mark_spam, moderation.trash, moderation.erase])
def test_removed_comments_are_told_to_nobody(client: Client, article: Article, sarah: User, verb: Any) -> None:
    question = ask(article)
    removed = reply_to(question, "SECRET", name="SECRET name")
    reply_to(removed, "Stays.", name="Cy")
    reply_to(question, "SECRET pending", approved=False)
    verb(fresh(removed), by=sarah)
    found = data(client, f"/questions/{question.pk}/")["DiscussionForumPosting"]
    assert [each["text"] for each in every(found) if each["@type"] == "Comment"] == ["Stays."]
    assert "SECRET" not in client.get(f"/questions/{question.pk}/").content.decode()


def test_a_removed_question_with_replies_has_nothing_to_say(client: Client, article: Article, sarah: User) -> None:
    question = ask(article)
    reply_to(question)
    moderation.trash(question, by=sarah)
    said = head(client, f"/questions/{question.pk}/")
    assert said.meta["robots"] == "noindex"
    assert (said.scripts, said.links) == ([], {})


def test_a_question_kept_out_of_search_engines_says_so_and_nothing_else(client: Client, article: Article) -> None:
    question = ask(article, "KEPT OUT")
    Comment.objects.filter(pk=question.pk).update(in_search_engines=False)
    said = head(client, f"/questions/{question.pk}/")
    assert said.meta["robots"] == "noindex"
    assert (said.scripts, said.links) == ([], {})
    assert not any("KEPT OUT" in value for value in said.meta.values())


def test_a_long_thread_is_told_in_part_moderators_first(client: Client, article: Article) -> None:
    question = ask(article, "word " * 1_900)
    chain(question, 150)
    late = Comment.objects.get(tree_id=question.pk, level=95)
    Comment.objects.filter(pk=late.pk).update(name="", author=moderator(), body_html=f"<p>{'long ' * 1_000}</p>")
    main = data(client, f"/questions/{question.pk}/")["QAPage"]["mainEntity"]
    told = [node for node in every(main) if node["@type"] in ("Answer", "Comment")]
    assert len(told) == linked_data.COMMENTS
    assert len(main["acceptedAnswer"]) == 1
    assert len(main["acceptedAnswer"][0]["text"]) <= linked_data.TEXT
    assert len(main["text"]) > linked_data.TEXT
    later = head(client, f"/questions/{question.pk}/?page=2")
    assert later.links["canonical"] == f"{SITE}/questions/{question.pk}/?page=2"
    assert data(client, f"/questions/{question.pk}/?page=2").keys() == {"BreadcrumbList"}


def test_lists_of_questions_say_what_they_are(client: Client, article: Article) -> None:
    situation = Situation.objects.create(name="On and off", slug="on-and-off", description="Again and again.")
    question = ask(article)
    question.situations.add(situation)
    for path in ("/questions/", situation.get_absolute_url()):
        found = data(client, path)
        assert found["CollectionPage"]["url"] == f"{SITE}{path}"
        assert head(client, path).links["alternate"] == "/questions/feed/"
    assert data(client, situation.get_absolute_url())["CollectionPage"]["description"] == "Again and again."


@pytest.mark.parametrize("query", ["q=write", "answered=1", "answered=0"])
def test_chosen_questions_are_kept_out_of_search_engines(client: Client, article: Article, query: str) -> None:
    answer(ask(article))
    said = head(client, f"/questions/?{query}")
    assert said.meta["robots"] == "noindex"
    assert said.scripts == []
    assert "robots" not in head(client, "/questions/").meta


@pytest.mark.parametrize(
    "path", ["/search/", "/search/?q=write", "/q/", "/q/sent/", "/comments/{pk}/reply/", "/comments/{pk}/report/"]
)
def test_search_private_reply_and_report_pages_are_kept_out(client: Client, article: Article, path: str) -> None:
    said = head(client, path.format(pk=ask(article).pk))
    assert said.meta["robots"].startswith("noindex")
    assert said.scripts == []
    assert "canonical" not in said.links


def test_a_form_that_comes_back_is_kept_out(client: Client, article: Article) -> None:
    response = client.post(f"{article.get_absolute_url()}comments/", {"body": ""})
    assert response.status_code == 422
    assert Head(response.content.decode()).meta["robots"] == "noindex"


@pytest.mark.parametrize("path", ["/help/", "/guidelines/", "/privacy/", "/situations/"])
def test_pages_of_words_say_where_they_live(client: Client, path: str) -> None:
    said = head(client, path)
    assert said.links == {"canonical": f"{SITE}{path}"}
    assert said.meta["description"] == said.meta["og:description"]
    assert said.meta["og:url"] == f"{SITE}{path}"


def test_what_people_write_stays_text(client: Client) -> None:
    SiteIdentity.objects.create(pk=1, name=HOSTILE[:60], author_name=HOSTILE[:60], tagline=HOSTILE, bio=HOSTILE)
    article = make_article(title=HOSTILE, summary=HOSTILE, lead_picture=picture(description=HOSTILE))
    question = ask(article, f"{HOSTILE} {'word' * 2_400}", name=HOSTILE[:60])
    reply_to(question, HOSTILE, name=HOSTILE[:60])
    for path in ("/", article.get_absolute_url(), f"/questions/{question.pk}/"):
        response = client.get(path).content.decode()
        assert "<script>alert" not in response
        (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', response, re.DOTALL)
        assert not re.search("[<>&\u2028\u2029]", script)
    assert head(client, article).meta["og:title"] == HOSTILE
    assert data(client, article)["Article"]["headline"] == HOSTILE
    found = data(client, f"/questions/{question.pk}/")["DiscussionForumPosting"]
    assert found["comment"][0]["text"] == html_module.unescape(HOSTILE).strip()
    assert len(found["headline"]) <= linked_data.HEADLINE


def test_addresses_are_the_sites_own_whatever_host_asks(client: Client, article: Article) -> None:
    for path in ("/", article.get_absolute_url()):
        said = Head(client.get(path, headers={"host": "localhost"}).content.decode())
        assert said.links["canonical"] == f"{SITE}{path}"


def test_a_language_without_a_country_has_no_locale(client: Client) -> None:
    with translation.override("de"):
        assert "og:locale" not in head(client, "/").meta


def test_what_an_article_says_of_itself_weighs_little(client: Client, article: Article) -> None:
    for number in range(20):
        answer(ask(article, f"Question {number}"))
    page = client.get(article.get_absolute_url()).content.decode()
    without = re.sub(r"<meta property=.*?</script>", "", page, count=1, flags=re.DOTALL)
    assert len(brotli.compress(page.encode(), quality=5)) - len(brotli.compress(without.encode(), quality=5)) < 1_000


def test_the_cards_cost_the_same_however_much_there_is(client: Client, article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(lead_picture=picture())
    short, long = ask(article), ask(article)
    chain(short, 101)  # two pages: to find where the second begins is a query more
    many(article, 60)  # with them no long thread is among the newest any more
    few = _queries(client, article, short)
    chain(long, 300)
    many(article, 2_700)
    assert _queries(client, article, long) == few
    assert max(few) <= 8


def _queries(client: Client, article: Article, question: Comment) -> list[int]:
    from django.core.cache import cache

    counts = []
    for path in ("/", article.get_absolute_url(), f"/questions/{question.pk}/", "/questions/"):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    return counts
