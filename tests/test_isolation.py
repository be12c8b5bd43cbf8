"""That no test sees what another one wrote, whatever their order."""

from typing import Any

import pytest
from django.db import connection

from comments.reader_models import SearchDocument
from tests.factories import ask


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "again"])
def test_the_full_text_holds_what_this_test_wrote_alone(article: Any, time: str) -> None:
    ask(article)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM comments_fulltext")
        assert {pk for (pk,) in cursor.fetchall()} == set(SearchDocument.objects.values_list("pk", flat=True))
