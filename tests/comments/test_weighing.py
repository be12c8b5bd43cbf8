"""What whole texts sound like, where no phrase says it."""

import pytest

from comments import care, folding, phrases, weighing
from comments.screening_models import Phrase, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
VEILED = "He said he would see to it that I never needed a phone again, and he took the door off the bathroom."


def weigh(text: str, found: int = 0) -> weighing.Weighed | None:
    return weighing.weigh(folding.spoken(text), found=found)


def test_what_no_phrase_says_may_sound_like_danger_as_a_whole() -> None:
    assert not phrases.find(VEILED)
    noticed = care.notice(VEILED)
    assert noticed.topics
    assert "by its words as a whole: “" in noticed.reasons[0]


def test_the_words_that_weigh_most_are_told_as_they_were_said() -> None:
    weighed = weigh(VEILED)
    assert weighed is not None
    assert weighed.words
    assert all(words in " ".join(folding.spoken(VEILED)) for words in weighed.words)


def test_phrases_weigh_with_the_words() -> None:
    scores = [weighed.score for found in (0, 1, 3, 9) if (weighed := weigh("I do not know what to do.", found))]
    assert scores[0] < scores[1] < scores[2] == scores[3]


def test_a_text_in_another_language_is_not_weighed_and_its_phrases_decide_alone() -> None:
    assert weigh("Meine Frau ist ausgezogen und die Wohnung ist so still.") is None
    assert care.notice("Ich will nicht mehr leben.").topics == (Topic.SELF_HARM,)


def test_a_few_words_are_not_weighed() -> None:
    assert weigh("Buy pills.") is None
    assert care.notice("I want to die.").topics == (Topic.SELF_HARM,)


def test_a_phrase_of_an_owner_decides_alone() -> None:
    question = "When will he bring back my blue umbrella?"
    assert not care.notice(question)
    Phrase.objects.create(topic=Topic.STALKING, words="blue umbrella")
    phrases.forget()
    assert care.notice(question).reasons == ("stalking: “blue umbrella”",)


def test_words_that_an_exception_names_weigh_nothing() -> None:
    heavy = "I want to kill myself."
    assert care.notice(heavy)
    Phrase.objects.create(topic=Topic.SELF_HARM, words="want to kill myself", kind=Phrase.Kind.EXCEPTION)
    phrases.forget()
    assert not care.notice(heavy)


def test_a_text_without_a_word_sounds_like_nothing() -> None:
    assert not care.notice("🙂 …")
    assert not care.notice("")
