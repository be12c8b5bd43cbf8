"""A page that is kept, sent before Django looks at the request: the same as it would send, or left to it."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from advice import fast_path, gateway
from comments import moderation
from tests.factories import ask

pytestmark = pytest.mark.django_db(transaction=True)


def served(path: str, method: str = "GET", **environ: str) -> tuple[str, dict[str, str], bytes] | None:
    """What goes out early, or None."""
    sent: list[Any] = []
    asked = RequestFactory().generic(method, path, **environ).environ
    body = fast_path.answer(asked, lambda status, headers: sent.extend((status, dict(headers))))
    return None if body is None else (*sent, b"".join(body))


@pytest.fixture
def path(client: Client, article: Any) -> str:
    """Of a page that is kept, and has been asked for once more."""
    ask(article, "FIRST WORDS")
    path: str = article.get_absolute_url()
    for _ in range(2):
        client.get(path, headers={"accept-encoding": "br"})
    return path


def test_the_page_goes_out_as_the_usual_way_sends_it_after_one_query(client: Client, path: str) -> None:
    usual = client.get(path, headers={"accept-encoding": "br"})
    with CaptureQueriesContext(connection) as queries:
        early = served(path, HTTP_ACCEPT_ENCODING="br")
    assert early == ("200 OK", dict(usual.headers), usual.content)
    assert len(queries) == 1


def test_the_server_sends_it_early(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "_django", lambda *_: [b"the usual way"])
    ask_early = RequestFactory().get(path, HTTP_ACCEPT_ENCODING="br").environ
    assert gateway.application(ask_early, lambda *_: None) != [b"the usual way"]
    assert gateway.application(RequestFactory().get("/").environ, lambda *_: None) == [b"the usual way"]


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_ACCEPT_ENCODING": "gzip"},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_IF_NONE_MATCH": '"x"'},
        {"QUERY_STRING": "timing=x"},
        {"CONTENT_LENGTH": "3"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"method": "POST"},
        {"method": "HEAD"},
    ],
)
def test_what_is_asked_in_another_way_goes_the_usual_one(path: str, environ: dict[str, str]) -> None:
    assert served(path, **{"HTTP_ACCEPT_ENCODING": "br", **environ}) is None


def test_what_has_changed_goes_the_usual_way(path: str, article: Any, sarah: Any, settings: Any, tmp_path: Any) -> None:
    assert served(path, HTTP_ACCEPT_ENCODING="br") is not None
    (tmp_path / "maintenance").touch()
    was, settings.VAR = settings.VAR, tmp_path
    assert served(path, HTTP_ACCEPT_ENCODING="br") is None
    settings.VAR = was
    moderation.trash(article.comments.get(), by=sarah)
    assert served(path, HTTP_ACCEPT_ENCODING="br") is None


def test_a_page_without_a_version_goes_the_usual_way(path: str, article: Any) -> None:
    """It was made while the database was away for a moment: an article that is gone has no version either."""
    address = next(known.address for asked, known in fast_path._known.items() if asked[1] == path)
    cache.get(address).version = None
    type(article).objects.update(published_at=None)
    assert served(path, HTTP_ACCEPT_ENCODING="br") is None


def test_ways_to_ask_are_bounded(client: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_path, "MOST", 2)
    for number in range(5):
        for _ in range(2):
            client.get(path, headers={"accept-encoding": f"br, x{number}"})
    assert len(fast_path._known) <= 2


@pytest.mark.parametrize("headers", [{"accept-encoding": "br, " + "x" * 500}, {"host": "testserver:" + "8" * 500}])
def test_a_way_to_ask_that_is_long_is_not_remembered(client: Client, path: str, headers: dict[str, str]) -> None:
    before = dict(fast_path._known)
    for _ in range(3):
        assert client.get(path, headers=headers).status_code == 200
    assert fast_path._known == before
