"""Answered questions like the one that somebody is writing."""

import pytest

from advice import demo
from comments import excerpts, moderation, search
from comments.fulltext import significant
from comments.models import Comment
from tests.factories import answer, ask, reply_to

pytestmark = pytest.mark.django_db


ASKED = {
    "my ex went silent again after texting": "Priya",
    "She stopped replying to my messages two weeks ago. Should I send another one?": "Priya",
    "We live far apart since lockdown and she ended it": "Rosa",
    "should I forget him": "Maureen",
    "We have broken up three times already, should we try again?": "Bex",
    "all we did was fight and I lost my feelings": "k.o.",
    "she never accepts my invitations": "Joanna",
    "he wants to stay friends": "Daniel",
    "We got back together and then he dumped me a second time": "callum",
    "Is it too late to apologise to my girlfriend?": "Marcus",
}
NOTHING = ["how do I bake a cake with chocolate", "lorem ipsum dolor sit amet", "", "the and of"]


def test_the_demo_answers_what_others_ask_and_nothing_is_like_something_else():
    """All texts in one test: the demo takes longer to make than to search."""
    demo.fill()
    assert {text: search.similar(text)[0].question.display_name for text in ASKED} == ASKED
    assert {text: search.similar(text) for text in NOTHING} == {text: [] for text in NOTHING}


def test_only_answered_questions_that_readers_see_are_named(article, sarah):
    question = ask(article, "The lighthouse keeper left me.")
    assert search.similar("lighthouse keeper") == []
    reply_to(question, "Mine too.")
    assert search.similar("lighthouse keeper") == []
    reply = answer(question, "Let the *beacon* go out.", by=sarah)
    [alike] = search.similar("My lighthouse keeper went away")
    assert alike.question == question
    assert alike.question_text == "The lighthouse keeper left me."
    assert (alike.answer_text, alike.answer_author) == ("Let the beacon go out.", "Sarah")
    assert search.similar("lighthouse keeper", exclude=question.pk) == []
    moderation.hold(reply, by=sarah)
    assert search.similar("lighthouse keeper") == []
    moderation.approve(reply, by=sarah)
    moderation.trash(question, by=sarah)
    assert search.similar("lighthouse keeper") == []


def test_long_texts_are_shown_by_their_beginnings(article, sarah):
    question = ask(article, "The lighthouse keeper left me. " + "And so on. " * 100)
    answer(question, "No. " * 200, by=sarah)
    [alike] = search.similar("a lighthouse keeper")
    assert len(alike.question_text) <= excerpts.BEGINNING + 1
    assert alike.question_text.endswith("…")
    assert alike.answer_text.endswith("No.…")


def test_a_beginning_ends_at_a_word_and_says_that_there_is_more_where_blanks_were_put_together(article, sarah):
    question = ask(article, "The lighthouse keeper left.\n\n" + "beacon, " * 60)
    answer(question, "It is out.", by=sarah)
    [alike] = search.similar("a lighthouse keeper")
    assert alike.question_text.endswith(" beacon…")


def test_at_most_so_many_are_named_the_closest_first(article, sarah):
    for number in range(5):
        answer(ask(article, f"A keeper of things, number {number}."), by=sarah)
    close = ask(article, "A keeper of a lighthouse.")
    answer(close, by=sarah)
    alike = search.similar("the keeper and his lighthouse", limit=3)
    assert len(alike) <= 3
    assert alike[0].question == close


def test_a_longer_text_is_known_by_its_beginning(settings):
    words = significant("My ex-husband, whom I still love, ghosted me. " + " ".join(f"word{n}" for n in range(50)))
    assert [group[0] for group in words[:4]] == ["ex", "feelings", "silent", "word0"]
    assert len(words) == 12
    settings.LANGUAGE_CODE = "de"
    assert significant("Er liebt mich nicht, er liebt mich.") == [["liebt"], ["mich"], ["nicht"]]


def test_a_question_on_its_own_is_like_no_other(article, sarah):
    question = ask(article, "The lighthouse keeper left me.")
    answer(question, by=sarah)
    assert search.similar(question.body, exclude=question.pk) == []
    assert Comment.objects.count() == 2
