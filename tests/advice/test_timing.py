"""What a page cost: for moderators who ask, and for nobody else."""

import re
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from advice import timing
from tests.factories import ask

pytestmark = pytest.mark.django_db
COST = re.compile(r'total;dur=\d+\.\d, db;dur=\d+\.\d;desc="(\d+) quer(?:y|ies)"')


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def cost(response: Any) -> int:
    """How many queries its page took, as the header says."""
    found = COST.fullmatch(response["Server-Timing"])
    assert found
    return int(found[1])


def test_the_desk_says_what_its_pages_cost(desk: Client) -> None:
    assert cost(desk.get("/admin/desk/")) > 3


def test_the_login_says_nothing(client: Client) -> None:
    assert "Server-Timing" not in client.get("/admin/login/")
    assert "Server-Timing" not in client.get("/admin/desk/")


@pytest.mark.parametrize("query", ["", "?timing=", "?timing=on", "?timing=on:1x:abc", "?timing=\u20ac&timing="])
def test_readers_get_nothing(client: Client, article: Any, query: str) -> None:
    response = client.get(article.get_absolute_url() + query)
    assert response.status_code == 200
    assert "Server-Timing" not in response
    assert "public" in response["Cache-Control"]


def test_a_word_is_good_for_an_hour(client: Client, article: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "GOOD_FOR", -1)
    assert "Server-Timing" not in client.get(f"{article.get_absolute_url()}?timing={timing.word()}")


def test_a_word_signed_for_something_else_is_none(client: Client, article: Any) -> None:
    other = signing.TimestampSigner(salt="other").sign("on")
    assert "Server-Timing" not in client.get(f"{article.get_absolute_url()}?timing={other}")


def test_a_moderators_link_opens_the_same_page_with_its_cost_and_nobody_keeps_it(desk: Client, article: Any) -> None:
    ask(article)
    path = article.get_absolute_url()
    plain = Client().get(path)
    asked = desk.get("/admin/timing/", {"path": path})
    timed = Client().get(asked["Location"])  # somebody without a session: the word alone counts
    assert timed.content == plain.content
    assert (cost(timed), timed["Cache-Control"]) == (1, "no-store, private")
    assert "CDN-Cache-Control" not in timed
    again = Client().get(path)
    assert "Server-Timing" not in again
    assert "public" in again["Cache-Control"]


def test_the_page_links_what_there_is(desk: Client, article: Any) -> None:
    question = ask(article)
    html = desk.get("/admin/timing/").content.decode()
    for path in ("/", "/questions/", article.get_absolute_url(), f"/questions/{question.pk}/"):
        assert f">{path}<" in html


@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example/", "questions/", "/a" * 300, "/\\evil.example"]
)
def test_a_page_elsewhere_is_refused_and_what_was_typed_is_kept(desk: Client, path: str) -> None:
    response = desk.get("/admin/timing/", {"path": path})
    assert response.status_code == 400
    assert "no page of this site" in response.content.decode()
