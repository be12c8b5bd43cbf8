"""A page that is kept, sent before Django looks at the request: the same as it would send, or left to it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from advice import fast_path, gateway, kept_pages, outages
from comments import changes, moderation
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


@pytest.fixture
def one_moment(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """All of the test is one moment, on a machine of its own."""
    monkeypatch.setattr(kept_pages, "SAME_MOMENT", 3600)
    settings.VAR = tmp_path


def served_after(path: str) -> tuple[bool, int]:
    """Whether it went out early, and after how many queries."""
    with CaptureQueriesContext(connection) as queries:
        early = served(path, HTTP_ACCEPT_ENCODING="br")
    return early is not None, len(queries)


@pytest.mark.usefixtures("one_moment")
def test_of_many_in_the_same_moment_one_asks_for_all(path: str) -> None:
    assert [served_after(path) for _ in range(3)] == [(True, 1), (True, 0), (True, 0)]


@pytest.mark.usefixtures("one_moment")
def test_a_moment_later_one_asks_again(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert served_after(path) == (True, 1)
    monkeypatch.setattr(kept_pages, "SAME_MOMENT", 0)
    assert served_after(path) == (True, 1)


@pytest.mark.usefixtures("one_moment")
def test_a_machine_without_a_mark_asks_each_time(path: str, settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "not there"
    assert [served_after(path) for _ in range(2)] == [(True, 1), (True, 1)]
    changes.announce()  # which says nothing, and fails nobody


@pytest.mark.usefixtures("one_moment")
def test_what_another_process_of_the_machine_changed_goes_the_usual_way_at_once(
    path: str, article: Any, sarah: Any, site_environment: dict[str, str], tmp_path: Path
) -> None:
    assert served_after(path) == (True, 1)
    taken_away = f"""
import django
django.setup()
from django.contrib.auth.models import User
from comments import moderation
from comments.models import Comment
moderation.trash(Comment.objects.get(pk={article.comments.get().pk}), by=User.objects.get(pk={sarah.pk}))
"""
    environment = {**site_environment, "VAR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", taken_away], env=environment, check=True)
    assert served_after(path) == (False, 1)


@pytest.mark.usefixtures("one_moment")
def test_what_changes_while_one_asks_is_not_missed_by_the_next(
    path: str, article: Any, sarah: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = kept_pages.version_of

    def taken_away_meanwhile(slug: str) -> Any:
        version = asked(slug)
        moderation.trash(article.comments.get(), by=sarah)
        return version

    monkeypatch.setattr(kept_pages, "version_of", taken_away_meanwhile)
    assert served(path, HTTP_ACCEPT_ENCODING="br") is not None  # it was there when this reader asked
    monkeypatch.setattr(kept_pages, "version_of", asked)
    assert served_after(path) == (False, 1)


@pytest.mark.usefixtures("one_moment")
def test_maintenance_is_heard_of_at_once(path: str) -> None:
    assert served_after(path) == (True, 1)
    outages.close()
    assert served(path, HTTP_ACCEPT_ENCODING="br") is None


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
    (tmp_path / "maintenance").touch()
    was, settings.VAR = settings.VAR, tmp_path
    assert served(path, HTTP_ACCEPT_ENCODING="br") is None
    settings.VAR = was
    assert served(path, HTTP_ACCEPT_ENCODING="br") is not None
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
