"""Finding threads and articles: any words, every filter, pages, and what the matches look like."""

import re
import string
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments import moderation, search
from comments.models import Comment
from comments.reader_models import Situation
from tests.factories import answer, ask, make_article, reply_to

pytestmark = pytest.mark.django_db


def found(words="", **filters):
    return [hit.pk for hit in search.find(words, **filters).hits]


def test_words_are_found_in_the_question_the_answers_and_the_replies(article, sarah):
    question = ask(article, "The lighthouse keeper left me.")
    answer(question, "Let the beacon go out.", by=sarah)
    reply_to(question, "A zeppelin pilot left me.")
    ask(article, "Something else.")
    assert found("lighthouse") == found("beacon") == found("zeppelin") == [question.pk]


def test_words_are_found_in_their_other_forms(article):
    question = ask(article, "He leaves and I keep waiting.")
    assert found("leaving") == found("WAITED") == [question.pk]


def test_all_words_must_be_there(article):
    both, _ = ask(article, "silver and gold"), ask(article, "silver alone")
    assert found("gold silver") == [both.pk]


def test_quotes_make_a_phrase_and_a_minus_leaves_out(article):
    one, other = ask(article, "silver beats gold"), ask(article, "gold beats silver")
    assert found('"silver beats gold"') == found("“silver beats gold”") == [one.pk]
    assert set(found("silver")) == {one.pk, other.pk}
    ask(article, "silver and copper")
    assert set(found("silver -copper")) == {one.pk, other.pk}
    assert found('silver -"beats gold"  -copper') == [other.pk]


def test_a_word_with_signs_in_it_is_found(article):
    question = ask(article, "My ex-husband's sister-in-law wrote.")
    for words in ("ex-husband", "sister-in-law", "ex-husband's", "(sister)"):
        assert found(words) == [question.pk], words


@pytest.mark.sqlite
def test_accents_make_no_difference(article):
    question = ask(article, "We met in a café.")
    assert found("cafe") == [question.pk]


HOSTILE = [
    *(
        '"',
        "'",
        "-",
        '-"',
        "*",
        "(((",
        "\\",
        "%s %(a)s",
        "-gold",
        "_",
        "🙂",
        "\u0301",
        "\x00",
        "\ud800",
        "a\x00b",
        "\u202e",
    ),
    *("NEAR(a b)", "a AND", "OR", "NOT", "lead:x", "^a", "a:*", "a & | !", "𝒳 ﷺ \u200d"),
    *("x" * 10_000, "a " * 5_000, '"' * 500, "- " * 300),
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_find_nothing_and_harm_nothing(article, words):
    ask(article, "silver beats gold")
    assert found(words) == []
    assert search.articles(words) == []
    assert search.similar(words) == []


@given(st.text(alphabet=st.sampled_from(string.printable + "“”\x00\x02\x03\ud800é漢🙂"), max_size=60))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_raise(db, words):
    search.find(words)
    search.articles(words)
    search.similar(words)


def test_matches_are_marked_and_html_stays_text(article, sarah):
    question = ask(article, "<b>lighthouse</b> <script>alert(1)</script> & “co” \x02lighthouse\x03")
    answer(question, "About your `<lighthouse>`: wait.", by=sarah)
    [hit] = search.find("lighthouse").hits
    assert "&lt;b&gt;<mark>lighthouse</mark>&lt;/b&gt;" in hit.excerpt_html
    assert "&lt;<mark>lighthouse</mark>&gt;: wait." in hit.answer_html
    for markup in (hit.excerpt_html, hit.answer_html):
        assert "<" not in markup.replace("<mark>", "").replace("</mark>", "")
        assert markup.count("<mark>") == markup.count("</mark>")
        assert not set(markup) & {"\x02", "\x03"}


def test_the_excerpt_is_around_the_match(article):
    ask(article, f"{'Before it all went well. ' * 40}Then the lighthouse burned. {'After it I wept. ' * 40}")
    [hit] = search.find("lighthouse").hits
    assert "<mark>lighthouse</mark>" in hit.excerpt_html
    assert hit.excerpt_html.startswith("…")
    assert hit.excerpt_html.endswith("…")
    assert len(hit.excerpt_html) < 500


def test_what_is_around_the_match_is_cut_between_marks(article):
    for words in (40, 41, 47, 60):
        ask(article, f"{'lone ' * words}{'lighthouse keeper ' * 40}lighthouse")
    for words in ("lighthouse", '"lighthouse keeper"', '"keeper lighthouse" lighthouse', "lone keeper"):
        hits = search.find(words).hits
        assert len(hits) == 4
        for hit in hits:
            marks = re.findall("</?mark>", hit.excerpt_html)
            assert marks == ["<mark>", "</mark>"] * (len(marks) // 2) != []


def test_a_text_full_of_matches_takes_no_time(article):
    ask(article, "x " * 5_000)
    words = " ".join(f'"{"x " * length}"' for length in range(2, 14))
    start = time.perf_counter()
    assert len(search.find(words).hits) == 1
    assert time.perf_counter() - start < 2  # by FTS5's snippet(): minutes


def test_the_excerpt_comes_from_a_reply_where_only_that_matches(article):
    reply_to(ask(article, "The keeper left."), "A zeppelin pilot left me.")
    [hit] = search.find("zeppelin").hits
    assert hit.excerpt_html == "A <mark>zeppelin</mark> pilot left me."


def test_without_words_the_beginnings_are_shown(article, sarah):
    question = ask(article, "Is <this> it? " + "word " * 200)
    answer(question, "Yes & no.", by=sarah)
    [hit] = search.find(" ").hits
    assert hit.excerpt_html.startswith("Is &lt;this&gt; it? word")
    assert hit.excerpt_html.endswith("word…")
    assert hit.answer_html == "Yes &amp; no."


def test_a_heading_does_not_run_into_the_text_below_it(article, sarah):
    question = ask(article, "What feels unbearable\n\nPerhaps you know.\n\nTell me")
    answer(question, "## The first days\n\nThey pass.", by=sarah)
    for words in ("", "unbearable", "days"):
        [hit] = search.find(words).hits
        excerpt, answered = (re.sub("</?mark>", "", text) for text in (hit.excerpt_html, hit.answer_html))
        assert (excerpt, answered) == ("What feels unbearable. Perhaps you know. Tell me", "The first days. They pass.")


def test_the_closest_comes_first_and_other_orders_are_kept(article, sarah):
    close = ask(article, "Silver, silver and silver!")
    far = ask(article, "Something else.")
    reply_to(far, f"{'Never mind. ' * 30}There was silver, too.")
    answer(close, "Yes.", by=sarah)
    assert found("silver") == [close.pk, far.pk]
    assert found("silver", order="new") == [far.pk, close.pk]
    assert found("silver", order="answered") == [close.pk]


@pytest.fixture
def various(article, sarah):
    """Questions by what they are, oldest first; all of them say "silver"."""
    other, now = make_article(author=sarah), timezone.now()
    made = {
        "answered": ask(article, "silver 1"),
        "waiting": ask(article, "silver 2"),
        "elsewhere": ask(other, "silver 3"),
        "elsewhere answered": ask(other, "silver 4"),
    }
    answer(made["elsewhere answered"], by=sarah)
    answer(made["answered"], by=sarah)  # the latest answer
    for number, question in enumerate(made.values()):
        Comment.objects.filter(pk=question.pk).update(published_at=now + timedelta(minutes=number))
    situation = Situation.objects.create(name="No contact", slug="no-contact")
    situation.questions.set([made["answered"], made["elsewhere"]])
    return {"situation": situation, "other": other, **{name: question.pk for name, question in made.items()}}


@pytest.mark.parametrize("words", ["", "silver"])
def test_filters_and_orders_work_together(various, article, words):
    def names(**filters):
        pks = found(words, **{"order": "new", **filters})
        return [name for pk in pks for name, value in various.items() if value == pk]

    situation, other = various["situation"].pk, various["other"].pk
    assert names() == ["elsewhere answered", "elsewhere", "waiting", "answered"]
    assert names(answered=True) == ["elsewhere answered", "answered"]
    assert names(order="answered") == names(answered=True, order="answered") == ["answered", "elsewhere answered"]
    assert names(answered=False) == names(answered=False, order="answered") == ["elsewhere", "waiting"]
    assert names(article=article.pk) == ["waiting", "answered"]
    assert names(article=other, answered=True) == names(article=other, order="answered") == ["elsewhere answered"]
    assert names(article=other, answered=False) == ["elsewhere"]
    assert names(situation=situation) == ["elsewhere", "answered"]
    assert names(situation=situation, answered=True) == ["answered"]
    assert names(situation=situation, article=other, answered=False) == ["elsewhere"]
    assert names(situation=situation, article=other, answered=True) == []
    assert names(article=0) == names(situation=0) == []


def test_lists_without_words_leave_out_removed_questions(article, sarah):
    question = ask(article)
    reply_to(question)
    moderation.hold(question, by=sarah)
    assert found() == []
    assert found(article=article.pk) == []


def test_pages_are_counted_up_to_a_limit(article, monkeypatch):
    monkeypatch.setattr(search, "PAGE", 2)
    monkeypatch.setattr(search, "MOST", 4)
    questions = [ask(article, f"silver {number}").pk for number in range(5)]
    for words in ("", "silver"):
        first = search.find(words, order="new")
        assert (first.total, first.pages, first.number, first.is_capped) == (4, 2, 1, True)
        assert [hit.pk for hit in first.hits] == questions[:-3:-1]
        assert [hit.pk for hit in search.find(words, order="new", page=2).hits] == questions[2:0:-1]
        for page in (0, -1, 3, 10**9):
            assert search.find(words, order="new", page=page).hits == []


def test_the_newest_are_ranked_where_there_are_too_many(article, monkeypatch):
    monkeypatch.setattr(search, "RANKED", 3)
    questions = [ask(article, f"silver {number}").pk for number in range(5)]
    capped = search.find("silver")
    assert {hit.pk for hit in capped.hits} == set(questions[2:])
    assert capped.is_capped


def test_filters_choose_from_more_than_are_ranked_and_say_where_that_ends(article, monkeypatch):
    monkeypatch.setattr(search, "RANKED", 2)
    monkeypatch.setattr(search, "CHOSEN_FROM", 4)
    elsewhere = make_article()
    oldest, old = ask(elsewhere, "silver 1"), ask(elsewhere, "silver 2")
    for number in range(3):
        ask(article, f"silver {number}")
    found = search.find("silver", article=elsewhere.pk)
    assert [hit.pk for hit in found.hits] == [old.pk]
    assert found.is_capped
    monkeypatch.setattr(search, "CHOSEN_FROM", 3)
    nothing = search.find("silver", article=elsewhere.pk)
    assert (nothing.hits, nothing.is_capped) == ([], True)
    monkeypatch.setattr(search, "CHOSEN_FROM", 6)
    assert {hit.pk for hit in search.find("silver", article=elsewhere.pk).hits} == {oldest.pk, old.pk}


@pytest.mark.parametrize("words", ["", "silver"])
def test_a_page_takes_at_most_three_queries(various, words, article):
    with CaptureQueriesContext(connection) as queries:
        for hit in search.find(words).hits:
            assert hit.question.display_name
            assert hit.question.article.get_absolute_url()
            assert hit.question.posted_at
            assert hit.question.reply_count or not hit.question.answered_at
    assert len(queries) == (3 if words else 2)


@pytest.mark.sqlite  # whose plans follow from the indexes alone, not from how many rows there are
@pytest.mark.parametrize("answered", [None, True, False])
@pytest.mark.parametrize("of_article", [True, False])
@pytest.mark.parametrize("order", ["new", "answered"])
def test_every_list_follows_an_index(article, answered, of_article, order):
    with CaptureQueriesContext(connection) as queries:
        search.find("", answered=answered, article=article.pk if of_article else None, order=order)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {queries[0]['sql']}")
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "comments_comment USING" in plan
    assert "SCAN comments_comment" not in plan
    assert "TEMP B-TREE" not in plan
