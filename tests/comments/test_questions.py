"""/questions/: all threads, narrowed down by words, answer, article and situation; the address holds every choice."""

import html as html_module
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advice.models import Article
from comments import documents, labelling, moderation
from comments.models import Comment
from tests.advice.test_article_page import many
from tests.factories import answer, ask, make_article, make_situation, reply_to

pytestmark = pytest.mark.django_db


def page(client: Client, query: str = "", status: int = 200) -> str:
    response = client.get(f"/questions/{query}")
    assert response.status_code == status, query
    return str(response.content.decode())


def shown(html: str) -> list[int]:
    """The pks of the questions listed, in order."""
    listed = html[html.index('id="found-title"') :]
    return [int(pk) for pk in re.findall(r'<h3><a href="/questions/(\d+)/">', listed)]


def label(question: Comment, *situations: Any) -> None:
    labelling.label(question, situations=[situation.pk for situation in situations], in_search_engines=True)


# --- What is listed -------------------------------------------------------------------------------------------------


def test_below_what_was_found_one_can_ask(client: Client, article: Any) -> None:
    ask(article)
    assert f'<a href="{article.get_absolute_url()}#respond">Ask your own question</a>' in page(client)


def test_all_questions_of_all_articles_newest_first_with_their_answers(
    client: Client, article: Any, sarah: Any
) -> None:
    first, second = ask(article, "The first one?", name="Ann"), ask(make_article(), "The second one?", name="Bo")
    answer(first, "An **answer** to it.", by=sarah)
    html = page(client)
    assert shown(html) == [second.pk, first.pk]
    assert "2 questions" in html
    assert "The first one?" in html
    assert "An answer to it." in html
    assert html.count("waiting for an answer") == 1
    assert f"under “<bdi>{article}</bdi>”" in html


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_what_is_not_approved_is_not_listed(client: Client, article: Any, sarah: Any, status: str) -> None:
    hidden = ask(article, "SECRET WORDS", approved=False)
    if status != "pending":
        {"spam": moderation.mark_spam, "trash": moderation.trash}[status](hidden, by=sarah)
    for query in ("", "?q=secret", "?answered=0", f"?article={article.slug}"):
        html = page(client, query)
        assert "SECRET" not in html
        assert shown(html) == []


def test_nothing_of_a_removed_question_is_shown_though_its_replies_live_on(
    client: Client, article: Any, sarah: Any
) -> None:
    question = ask(article, "SECRET WORDS", name="Annabel")
    reply_to(question, "Unmistakable reply.")
    moderation.trash(question, by=sarah)
    for query in ("", "?q=secret", "?q=unmistakable"):
        html = page(client, query)
        assert "SECRET" not in html
        assert "Annabel" not in html


def test_questions_of_a_draft_are_not_listed_nor_is_it_offered(client: Client, article: Any) -> None:
    ask(article)
    Article.objects.filter(pk=article.pk).update(published_at=None)
    html = page(client, f"?article={article.slug}")
    assert shown(html) == []
    assert str(article) not in html


def test_a_site_without_questions_leads_to_its_articles(client: Client) -> None:
    html = page(client)
    assert "0 questions" in html
    assert "Nobody has asked anything yet." in html


# --- Choosing -------------------------------------------------------------------------------------------------------


def test_answered_and_waiting(client: Client, article: Any, sarah: Any) -> None:
    waiting, answered = ask(article, "one"), ask(article, "two")
    answer(answered, by=sarah)
    assert shown(page(client, "?answered=1")) == [answered.pk]
    assert shown(page(client, "?answered=0")) == [waiting.pk]


def test_one_article(client: Client, article: Any) -> None:
    here = ask(article)
    ask(make_article())
    html = page(client, f"?article={article.slug}")
    assert shown(html) == [here.pk]
    assert f'<option value="{article.slug}" selected>' in html


def test_one_situation(client: Client, article: Any) -> None:
    silence, again = make_situation("Silence"), make_situation("On and off")
    both, one = ask(article, "one"), ask(article, "two")
    label(both, silence, again)
    label(one, again)
    assert shown(page(client, "?situation=silence")) == [both.pk]
    assert shown(page(client, "?situation=on-and-off")) == [one.pk, both.pk]


def test_words_are_found_in_questions_and_answers_and_marked(client: Client, article: Any, sarah: Any) -> None:
    asked, answered, other = (
        ask(article, "He went to Lisbon."),
        ask(article, "And me?"),
        ask(article, "Something else."),
    )
    answer(answered, "Go to Lisbon.", by=sarah)
    html = page(client, "?q=lisbon")
    assert set(shown(html)) == {asked.pk, answered.pk}
    assert html.count("<mark>Lisbon</mark>") == 2
    assert other.pk not in shown(html)


def test_choices_narrow_each_other(client: Client, article: Any, sarah: Any) -> None:
    silence = make_situation("Silence")
    wanted, no_answer, no_word = ask(article, "Lisbon one"), ask(article, "Lisbon two"), ask(article, "Porto")
    for question in (wanted, no_answer, no_word):
        label(question, silence)
    for question in (wanted, no_word):
        answer(question, by=sarah)
    assert shown(page(client, f"?q=lisbon&answered=1&situation=silence&article={article.slug}")) == [wanted.pk]


def test_recently_answered_first(client: Client, article: Any, sarah: Any) -> None:
    early, late = ask(article, "one"), ask(article, "two")
    answer(late, by=sarah)
    answer(early, by=sarah)
    ago = timezone.now() - timedelta(days=1)
    Comment.objects.filter(pk=late.pk).update(answered_at=ago)
    assert shown(page(client, "?order=answered")) == [early.pk, late.pk]
    assert shown(page(client, "?order=new")) == [late.pk, early.pk]


def test_what_was_chosen_is_shown_and_each_can_be_taken_away(client: Client, article: Any) -> None:
    make_situation("Silence")
    ask(article)
    html = page(client, f"?q=a+%26+b&answered=0&situation=silence&article={article.slug}&order=new")
    chosen = html[html.index('<ul class="chosen"') : html.index('id="found-title"')]
    links = [html_module.unescape(link) for link in re.findall(r'href="(\?[^"]*)"', chosen)]
    rest = f"article={article.slug}"
    assert links == [
        f"?answered=0&{rest}&situation=silence&order=new",
        f"?q=a+%26+b&{rest}&situation=silence&order=new",
        "?q=a+%26+b&answered=0&situation=silence&order=new",
        f"?q=a+%26+b&answered=0&{rest}&order=new",
    ]
    assert 'href="/questions/"' in chosen
    assert "“a &amp; b”" in chosen


def test_nothing_chosen_shows_nothing_to_take_away(client: Client, article: Any) -> None:
    ask(article)
    html = page(client)
    assert 'class="chosen"' not in html
    assert '<details class="filters">' in html
    assert '<details class="filters" open>' in page(client, "?answered=1")


def test_nothing_found_offers_other_words_situations_asking_and_help(client: Client, article: Any) -> None:
    ask(article)
    html = page(client, "?q=zebra")
    assert "0 questions" in html
    for link in ("/situations/", f"/{article.slug}/#respond", "/help/"):
        assert f'href="{link}"' in html
    assert "fewer words" in html
    Article.objects.filter(pk=article.pk).update(comments_open=False)
    assert "#respond" not in page(client, "?q=zebra")


def test_an_article_with_too_few_questions_to_be_offered_can_be_chosen_all_the_same(
    client: Client, article: Any
) -> None:
    quiet = make_article()
    ask(article)
    html = page(client, f"?article={quiet.slug}")
    assert f'<option value="{quiet.slug}" selected>' in html
    assert shown(html) == []


# --- What nobody can mean -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "?answered=2", "?answered=", "?answered=true", "?article=nothing", "?article=" + "a" * 5_000, "?situation=none",
        "?order=random", "?article=%27+OR+1%3D1", "?situation=%ff%fe", "?q=", "?q=+++", "?nonsense=1",
        "?article=&situation=", "?q=%ff%fe", "?answered=1&answered=3",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_ignored(client: Client, article: Any, query: str) -> None:
    question = ask(article)
    html = page(client, query)
    if "q=%ff" not in query:
        assert shown(html) == [question.pk]
        assert 'class="chosen"' not in html


@pytest.mark.parametrize(
    "words",
    ['"', "''", "a AND", "NEAR(", "x*", "-", "(((", "!!! & | <->", "\\", "%", "' OR '1'='1", "<script>", "a" * 10_000,
     "it " * 3_000, "💔", "\u202e\u0301", "שלום", "body:x", "^a", "to be or not to be"],
)  # fmt: skip
def test_any_words_are_fine(client: Client, article: Any, words: str) -> None:
    ask(article)
    html = page(client, f"?q={quote(words)}")
    assert "<script>" not in html.replace('<script type="module"', "").replace("<script src", "")


def test_words_are_kept_as_typed_up_to_two_hundred_characters(client: Client) -> None:
    html = page(client, f"?q={quote('ü' * 300)}")
    assert f'value="{"ü" * 200}"' in html


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (41, 3)])
def test_pages_of_twenty(client: Client, article: Any, total: int, pages: int) -> None:
    pks = [comment.pk for comment in many(article, total)][::-1]
    for number in range(1, pages + 1):
        assert shown(page(client, f"?page={number}")) == pks[(number - 1) * 20 : number * 20]
    page(client, f"?page={pages + 1}", 404)


def test_page_fifty_is_the_last(client: Client, article: Any) -> None:
    many(article, 1_030)
    html = page(client, "?page=50")
    assert len(shown(html)) == 20
    assert "More than 1,000 questions" in html
    assert 'rel="next"' not in html
    page(client, "?page=51", 404)


@pytest.mark.parametrize("number", ["0", "01", "-1", "x", "", "1.0", "+1", "1 ", "٣", "9" * 30, "%ff"])
def test_what_is_no_page_number_is_not_found(client: Client, article: Any, number: str) -> None:
    many(article, 30)
    page(client, f"?page={number}", 404)


def test_page_links_keep_what_was_chosen(client: Client, article: Any) -> None:
    many(article, 50)
    html = html_module.unescape(page(client, f"?article={article.slug}&order=new&page=2"))
    assert f'<a rel="prev" href="?article={article.slug}&order=new">' in html
    assert f'<a rel="next" href="?article={article.slug}&order=new&page=3">' in html


# --- The outside ----------------------------------------------------------------------------------------------------


def test_only_the_unfiltered_list_is_for_search_engines(client: Client, article: Any) -> None:
    many(article, 30)
    assert "noindex" not in page(client)
    assert "noindex" not in page(client, "?page=2")
    for query in ("?q=a", "?answered=1", f"?article={article.slug}", "?order=new", "?answered=0&page=2"):
        html = page(client, query)
        assert '<meta name="robots" content="noindex">' in html
        assert "canonical" not in html


def test_it_is_a_public_page_and_read_only(client: Client, article: Any, sarah: Any) -> None:
    ask(article)
    anonymous = client.get("/questions/")
    assert anonymous["Cache-Control"] == "public, max-age=0, s-maxage=10"
    assert "Set-Cookie" not in anonymous
    assert client.post("/questions/").status_code == 405
    client.force_login(sarah)
    assert client.get("/questions/").content == anonymous.content


@pytest.mark.parametrize("query", ["", "?q=lisbon&answered=1&situation=silence"])
def test_its_queries_do_not_grow(client: Client, article: Any, sarah: Any, query: str) -> None:
    silence = make_situation("Silence")
    for number in range(25):
        question = ask(article, f"Lisbon {number}?")
        answer(question, by=sarah)
        label(question, silence)
    counts = []
    for more in (5, 2_970):
        silence.questions.add(*many(article, more, body_html="<p>Lisbon</p>", answered_at=timezone.now()))
        documents.rebuild()
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert len(shown(page(client, query))) == 20
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
