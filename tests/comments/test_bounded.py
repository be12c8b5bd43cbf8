"""The admin's long lists are counted, leafed through and searched only so far, and say so."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments import bounded
from tests.factories import ask, fresh

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/comment/"
MORE = "are shown, and there are more"


@pytest.fixture
def as_sarah(client: Client, sarah: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(bounded, "MOST", 3)
    monkeypatch.setattr(bounded, "LOOKED_THROUGH", 4)
    client.force_login(sarah)
    return client


def test_a_list_says_that_there_is_more_than_it_shows(as_sarah: Client, article: Any) -> None:
    for number in range(3):
        ask(article, f"Question {number}?", approved=False)
    assert MORE not in as_sarah.get(LIST).content.decode()
    ask(article, "One more?", approved=False)
    assert MORE in as_sarah.get(LIST).content.decode()


def test_words_are_looked_for_among_the_newest(as_sarah: Client, article: Any) -> None:
    asked = [ask(article, f"Lisbon {number}?", approved=False) for number in range(6)]
    found = as_sarah.get(LIST, {"q": "Lisbon"}).context["cl"]
    assert {row.pk for row in found.queryset} == {question.pk for question in asked[2:]}


def test_select_all_selects_what_the_list_shows(as_sarah: Client, article: Any) -> None:
    asked = [ask(article, f"Question {number}?", approved=False) for number in range(5)]
    data = {"action": "trash", "_selected_action": [asked[-1].pk], "select_across": "1"}
    as_sarah.post(LIST, data)
    assert [fresh(question).status for question in asked] == ["pending"] * 2 + ["trash"] * 3


def test_nothing_is_counted_without_an_end(as_sarah: Client, article: Any) -> None:
    ask(article)
    for name in ("comment", "moderationevent", "outboxmessage", "emailaddress", "report"):
        with CaptureQueriesContext(connection) as captured:
            as_sarah.get(f"/admin/comments/{name}/")
        counts = [query["sql"] for query in captured if "COUNT(" in query["sql"]]
        assert all("LIMIT 4" in sql for sql in counts), counts
