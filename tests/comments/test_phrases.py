"""Lists of phrases: how they are read, and what a text says of them."""

from typing import Any

import pytest
from django.db import connection

from comments import phrase_words, phrases
from comments.phrases import Lists, Malformed
from comments.screening_models import Phrase, Topic
from tests.clocks import seconds

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def lists(*words: str, unless: tuple[str, ...] = (), hints: tuple[str, ...] = ()) -> Lists:
    kinds = {Phrase.Kind.ALONE: words, Phrase.Kind.HINT: hints, Phrase.Kind.EXCEPTION: unless}
    return Lists.of(
        Phrase(topic=Topic.VIOLENCE, kind=kind, words=each) for kind, phrases in kinds.items() for each in phrases
    )


def said(found: Lists, text: str) -> list[str]:
    return [match.said for match in found.find(text)]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("he hit me", "And then HE  hit\tme.", ["he hit me"]),
        ("he hit me", "The hit men he met.", []),
        ("dont hit", "Don’t hit. Don't hit.", ["dont hit"]),
        ("don't hit", "dont hit", ["dont hit"]),
        ("strangl*", "He strangled me.", ["strangled"]),
        ("(he|she) (hit|slap*) me", "She slapped me.", ["she slapped me"]),
        ("he … hit me", "He often really hit me.", ["he often really hit me"]),
        ("he ... hit me", "He hit me.", ["he hit me"]),
        ("he … hit me", "He left. You hit me.", []),
        ("he … hit me", "He one two three four five hit me.", []),
        ("hit me", "hit. me", []),
        ("ＨＩＴ me", "h\u200bit me", ["hit me"]),
        ("want (so|) to die", "I want to die.", ["want to die"]),
        ("want (so|) to die", "I want so to die.", ["want so to die"]),
        ("(he|my ex|my ex hu*) hit me", "My ex-husband hit me.", ["my ex husband hit me"]),
        ("end it (tonight|for good|)", "I’ll end it for good.", ["end it"]),
        ("hes (3#|4#)", "He’s 31, not 301.", ["hes 31"]),
        ("## calls", "40 calls, 247 calls, 4 calls, calls.", ["40 calls"]),
        ("#", "7 or 77?", ["7"]),
    ],
)
def test_a_phrase_is_read_as_people_say_it(words: str, text: str, expected: list[str]) -> None:
    assert said(lists(words), text) == expected


def test_a_match_that_shares_a_word_with_an_exception_is_none() -> None:
    found = lists("hit me", unless=("it hit me",))
    assert said(found, "Then it hit me that he lied.") == []
    assert said(found, "Then it hit me that he hit me.") == ["hit me"]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "…",
        "… me",
        "he …",
        "(he",
        "he)",
        "((he))",
        "a*",
        "he.",
        "a … b … c … d",
        "x " * 13,
        "(a|) (b|)",
        "a ()",
        "a (b|c",
        "3#x",
        "(a|b* c) d",
        "a " + "(b|) " * 5,
    ],
)
def test_what_is_no_phrase_is_refused_with_advice(words: str) -> None:
    with pytest.raises(Malformed, match=r"\.$"):
        phrase_words.read(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The door was locked.", []),
        ("The door was locked. Locked, I say.", []),
        ("The door was locked and he came with a knife.", ["locked", "locked", "knife"]),
        ("Locked." + " So we talked." * 20 + " He had a knife.", []),
        ("He hit me. Locked.", ["hit me"]),
    ],
)
def test_two_different_hints_not_far_apart_say_it_together(text: str, expected: list[str]) -> None:
    assert said(lists("hit me", hints=("locked", "knife", "(locked|shut)")), text) == expected


def test_hints_of_several_topics_say_all_of_them_but_none_is_taken_with_one_of_spam() -> None:
    topics = {"locked": Topic.ABUSE, "knife": Topic.VIOLENCE, "casino": Topic.SPAM}
    found = Lists.of(Phrase(topic=topic, words=word, kind=Phrase.Kind.HINT) for word, topic in topics.items())
    assert {match.topic for match in found.find("Locked, with a knife.")} == {Topic.ABUSE, Topic.VIOLENCE}
    assert said(found, "A casino, and a knife.") == []


def test_a_bad_row_keeps_no_comment_from_coming_in() -> None:
    assert said(lists("((", "hit me"), "He hit me.") == ["hit me"]


@pytest.mark.parametrize("text", ["hit number " * 900, "hit … " * 1_600, "x" * 10_000, "hit " * 2_500])
def test_no_text_takes_long(text: str) -> None:
    found = lists("hit … hit … hit me", "hi* … hi* me", *(f"hit number{number}" for number in range(2_000)))
    assert seconds(lambda: found.find(text)) < 1


def test_each_shipped_phrase_can_be_read_and_is_in_the_database() -> None:
    shipped = phrases.shipped()
    assert all(phrase_words.read(row.words) for row in shipped)
    assert Phrase.objects.count() == len(shipped)


def test_loading_again_brings_what_is_new_and_leaves_what_was_changed() -> None:
    Phrase.objects.order_by("pk").first().delete()
    switched_off = Phrase.objects.order_by("pk").first()
    Phrase.objects.filter(pk=switched_off.pk).update(is_on=False)
    assert (phrases.load(), phrases.load()) == (1, 0)
    assert not Phrase.objects.get(pk=switched_off.pk).is_on


def test_without_rows_or_without_the_database_those_of_the_files_are_looked_for(monkeypatch: Any) -> None:
    Phrase.objects.all().delete()
    phrases.forget()
    assert phrases.find("I want to die.")
    phrases.forget()
    monkeypatch.setitem(connection.__dict__, "execute_wrappers", [_away])
    assert phrases.find("I want to die.")


def test_what_is_switched_off_is_not_looked_for() -> None:
    Phrase.objects.update(is_on=False)
    phrases.forget()
    assert phrases.find("I want to die.") == []


def _away(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    from django.db import OperationalError

    raise OperationalError("away")
