"""How long an answer usually takes, as askers are told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from advice.models import Article
from comments import moderation, waiting
from tests.factories import answer, ask, make_article

pytestmark = pytest.mark.django_db


def answered_after(article, *days):
    """Questions that waited this long for their answers, the last answered last."""
    start = timezone.now() - timedelta(days=400)
    for number, wait in enumerate(days):
        question = ask(article, f"Question {number}?")
        posted = start + timedelta(hours=number)
        question.posted_at = posted
        question.save(update_fields=["posted_at"])
        answer(question)
        question.answered_at = posted + timedelta(days=wait)
        question.save(update_fields=["answered_at"])


def test_four_in_five_of_the_answers_came_within_the_days_that_are_named(article):
    answered_after(article, 1, 1, 2, 3, 20)
    assert waiting.usual_days() == 3


def test_a_part_of_a_day_is_a_day(article):
    answered_after(article, 0.1, 0.1, 0.1, 2.01, 9)
    assert waiting.usual_days() == 3


def test_at_once_is_within_a_day(article):
    answered_after(article, 0, 0, 0, 0, 0)
    assert waiting.usual_days() == 1


def test_four_answers_say_nothing_of_what_is_usual(article):
    answered_after(article, 1, 1, 1, 1)
    assert waiting.usual_days() is None


def test_no_question_at_all_says_nothing_either(db):
    assert waiting.usual_days() is None


def test_only_questions_that_readers_see_count(article, sarah):
    answered_after(article, 1, 1, 1, 1, 1)
    question = article.comments.roots().first()
    moderation.hold(question, by=sarah)
    assert waiting.usual_days() is None
    moderation.approve(question, by=sarah)
    assert waiting.usual_days() == 1
    Article.objects.update(published_at=None)
    assert waiting.usual_days() is None


def test_what_was_slow_long_ago_is_forgotten(monkeypatch):
    monkeypatch.setattr(waiting, "MEASURED", 5)
    answered_after(make_article(), 90, 90, 90, 300, 301, 302, 303, 304)
    assert waiting.usual_days() == 303


def test_it_is_one_query(article, django_assert_num_queries):
    answered_after(article, 1, 2, 3, 4, 5)
    with django_assert_num_queries(1):
        waiting.usual_days()
