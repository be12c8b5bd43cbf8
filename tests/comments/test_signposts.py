"""Answers that link to an article point readers there; the article can show who was sent to it."""

import pytest

from advice import publishing
from comments import moderation
from comments.models import Comment
from comments.reader_models import Signpost
from tests.factories import answer, ask, make_article, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(sarah):
    return make_article(slug="target", author=sarah)


def pointing(article):
    return [question.pk for question in Comment.objects.pointing_to(article.pk)]


@pytest.mark.parametrize(
    "link", ["/target/", "/target", "/target/#respond", "http://127.0.0.1:8000/target/", "/target/?from=answer"]
)
def test_a_link_to_an_article_is_a_signpost(article, target, sarah, link):
    question = ask(article)
    answer(question, f"Read [this]({link}).", by=sarah)
    assert pointing(target) == [question.pk]


@pytest.mark.parametrize(
    "link", ["https://elsewhere.example/target/", "mailto:target@example.com", "/", "/nowhere/", "/%00/"]
)
def test_other_links_are_none(article, target, sarah, link):
    answer(ask(article), f"Read [this]({link}).", by=sarah)
    assert pointing(target) == []


def test_readers_links_and_links_to_its_own_article_are_none(article, target, sarah):
    question = ask(article, "I read http://127.0.0.1:8000/target/ already.")
    reply_to(question, "http://127.0.0.1:8000/target/ is good.")
    answer(question, f"As said [above](/{article.slug}/).", by=sarah)
    assert not Signpost.objects.exists()


def test_a_signpost_goes_with_the_answer_and_comes_back(article, target, sarah):
    question = ask(article)
    reply = answer(question, "Read [this](/target/).", by=sarah)
    moderation.hold(reply, by=sarah)
    assert pointing(target) == []
    moderation.undo(reply, by=sarah)
    assert pointing(target) == [question.pk]


def test_removed_questions_and_unpublished_articles_are_not_shown(article, target, sarah):
    question = ask(article)
    answer(question, "Read [this](/target/).", by=sarah)
    publishing.change([article.pk], published_at=None)
    assert pointing(target) == []
    publishing.change([article.pk], published_at=article.published_at)
    moderation.hold(question, by=sarah)
    assert pointing(target) == []


def test_signposts_survive_a_new_address(article, target, sarah):
    question = ask(article)
    answer(question, "Read [this](/target/).", by=sarah)
    target.slug = "another"
    publishing.rewrite(target, ["slug"])
    reply_to(question, "Thanks.")  # which writes the thread's signposts again
    assert pointing(target) == [question.pk]


def test_the_newest_questions_come_first(article, target, sarah):
    questions = [ask(article, f"Question {number}") for number in range(3)]
    for question in questions:
        answer(question, "Read [this](/target/) and [again](/target/).", by=sarah)
    assert pointing(target) == [question.pk for question in reversed(questions)]


def test_who_was_sent_here_is_read_by_one_query(article, target, sarah, django_assert_num_queries):
    answer(ask(article, "May I call?", name="Ann"), "Read [this](/target/).", by=sarah)
    with django_assert_num_queries(1):
        shown = [(question.display_name, question.body) for question in Comment.objects.pointing_to(target.pk)]
    assert shown == [("Ann", "May I call?")]


@pytest.mark.parametrize("verb", [moderation.trash, moderation.erase, moderation.hold])
def test_the_kept_page_of_the_article_shows_no_question_that_is_gone(client, article, target, sarah, verb):
    question = ask(article, "Nobody else must read this.")
    answer(question, "Read [this](/target/).", by=sarah)
    assert "Nobody else must" in client.get("/target/").content.decode()
    verb(question, by=sarah)
    assert "Nobody else must" not in client.get("/target/").content.decode()


def test_nor_one_of_an_article_that_is_a_draft_again(client, article, target, sarah):
    answer(ask(article, "Nobody else must read this."), "Read [this](/target/).", by=sarah)
    assert "Nobody else must" in client.get("/target/").content.decode()
    publishing.change([article.pk], published_at=None)
    assert "Nobody else must" not in client.get("/target/").content.decode()
