"""That no test sees what another one wrote, whatever their order."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from advice.site_models import Helpline
from comments.models import MODERATORS, Comment
from comments.reader_models import SearchDocument
from tests.factories import ask

pytestmark = pytest.mark.django_db(transaction=True)
twice = pytest.mark.parametrize("time", ["first", "again"])


@twice
def test_a_test_with_real_transactions_begins_with_what_the_migrations_made(article: Any, time: str) -> None:
    assert Group.objects.filter(name=MODERATORS).count() == 1
    assert Helpline.objects.exists()
    ask(article)
    Helpline.objects.all().delete()
    Group.objects.all().delete()


@pytest.mark.sqlite
@twice
def test_the_full_text_holds_what_this_test_wrote_alone(article: Any, time: str) -> None:
    assert ask(article).pk == 1  # PostgreSQL's numbers go on after tests whose transaction was undone
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM comments_fulltext")
        assert {pk for (pk,) in cursor.fetchall()} == set(SearchDocument.objects.values_list("pk", flat=True))


@twice
def test_no_rows_are_left(article: Any, time: str) -> None:
    ask(article)
    assert Comment.objects.count() == 1
