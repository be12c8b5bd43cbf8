"""People in danger: which texts are noticed, as what, and at what cost."""

import json
import time
from pathlib import Path

import pytest

from comments import care, phrases
from comments.screening_models import Topic

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
GERMAN = Path(__file__).parents[1] / "labelled" / "tuning" / "care.de.jsonl"
LONGEST, USUAL = 0.05, 0.003  # seconds of processor time, for the longest text there can be and for most


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I don’t want to be here any more.", Topic.SELF_HARM),
        ("im so tired, gonna unalive myself lol", Topic.SELF_HARM),
        ("He says he will kill himself if I leave.", Topic.SELF_HARM),
        ("My brother tried with his car in the garage.", Topic.SELF_HARM),
        ("Everyone would be better off without me.", Topic.SELF_HARM),
        ("The bridge again tonight. I have said my goodbyes.", Topic.SELF_HARM),
        ("She slapped me, twice.", Topic.VIOLENCE),
        ("He’s bought a gun and says I’ll be sorry.", Topic.VIOLENCE),
        ("I’m afraid I’ll hurt her.", Topic.VIOLENCE),
        ("I have to ask him before I go out.", Topic.ABUSE),
        ("He keeps my passport.", Topic.ABUSE),
        ("I said no and he went on.", Topic.ABUSE),
        ("There was an AirTag in my bag.", Topic.STALKING),
        ("He’s outside my flat again.", Topic.STALKING),
        ("I followed her home, twice.", Topic.STALKING),
        ("im 14 and my boyfriend is 27", Topic.MINOR),
        ("My stepdad hits my little brother.", Topic.MINOR),
    ],
)
def test_what_sounds_like_danger_is_noticed(text: str, topic: Topic) -> None:
    assert topic in care.notice(text).topics


@pytest.mark.parametrize(
    "text",
    [
        "My heart is dead.",
        "It is killing me that he is so happy.",
        "I am dying to see him.",
        "She always beat me at chess.",
        "I stalk his Instagram, I admit it.",
        "Should I end it with him by text?",
        "Then it hit me that he had lied.",
        "My mum would kill me if she knew.",
        "I could murder a curry.",
        "I’m scared of what people think.",
        "It was social suicide to date my boss.",
        "He kicked me out of the group chat.",
        "Was I wrong to throw myself into work?",
        "I was fifteen when we met, he was sixteen.",
        "We burned all our bridges. How do I get over her?",
        "He left me for somebody else and I cannot sleep. Does it get better?",
    ],
)
def test_hard_words_of_ordinary_heartbreak_are_not(text: str) -> None:
    assert care.notice(text) == care.NOTHING


def test_german_is_noticed_too() -> None:
    cases = [json.loads(line) for line in GERMAN.read_text(encoding="utf-8").splitlines()]
    missed = [case["text"] for case in cases if case["care"] and not care.notice(case["text"])]
    wrong = [case["text"] for case in cases if not case["care"] and care.notice(case["text"])]
    assert len(missed) <= 1, missed
    assert len(wrong) <= 2, wrong


def test_a_reason_names_the_topic_and_what_was_said() -> None:
    assert care.notice("I want to die.").reasons == ("suicide or self-harm: “want to die”",)


@pytest.mark.parametrize(
    "text",
    [
        "ﷺ" * 10_000,
        "a " * 5_000,
        "x" * 10_000,
        "i " * 5_000,
        "." * 10_000,
        "he hit … " * 1_100,
        ("I want to kill myself. He hit me and she is scared of him " * 200)[:10_000],
        ("they would never let me go out to see him in the house with the kids " * 200)[:10_000],
    ],
)
def test_no_text_takes_long(text: str) -> None:
    phrases.current()
    assert min(map(_seconds, [text] * 3)) < LONGEST


def test_a_usual_question_takes_next_to_nothing() -> None:
    question = "We broke up in March. He says he needs time, and then he writes every night. What does he want? " * 10
    phrases.current()
    assert min(_seconds(question) for _ in range(3)) < USUAL


def _seconds(text: str) -> float:
    begin = time.process_time()
    care.notice(text)
    return time.process_time() - begin
