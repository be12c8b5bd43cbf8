"""The tests' own ground: rows come out as the site would write them, on the database that was asked for."""

import os

import pytest
from django.conf import settings
from django.db import connection

from tests import factories

pytestmark = pytest.mark.django_db


def test_an_answered_question_is_counted_on_its_article(article, sarah):
    question = factories.ask(article, "Should I write?")
    factories.reply_to(question, "I did.")
    factories.answer(question, "Wait.", by=sarah)
    article.refresh_from_db()
    assert (article.comment_count, article.question_count, article.answered_count) == (3, 1, 1)


def test_a_question_can_be_left_pending(article):
    assert factories.ask(article, approved=False).status == "pending"


def test_nothing_is_written_into_the_checkout():
    assert not settings.VAR.is_relative_to(settings.BASE_DIR)


@pytest.mark.postgresql
def test_tests_marked_postgresql_run_there():
    assert connection.vendor == "postgresql"


@pytest.mark.sqlite
def test_sqlite_keeps_its_test_database_in_a_file():
    assert os.path.exists(connection.settings_dict["NAME"])  # noqa: PTH110
