"""A site as `manage.py run` starts it, with its mail worker, in processes that can be killed."""

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.faults.postgres import Postgres, _free_port
from tests.hammer.server import _collected

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds until it must answer

# Run on the site's own settings: an article with three questions, one of them answered.
FILL = """
import django; django.setup()
from tests import factories
article = factories.make_article(author=factories.moderator("sarah", first_name="Sarah"))
for number in range(3):
    question = factories.ask(article, f"First question {number}?")
print(article.get_absolute_url())
"""


@dataclass
class Site:
    """`folder` is VAR; the log stands beside it, where a full disk does not reach."""

    folder: Path
    log: Path
    postgres: Postgres | None = None
    also: dict[str, str] = field(default_factory=dict)  # more of the environment
    port: int = field(default_factory=_free_port)
    path: str = ""  # of the article
    server: "subprocess.Popen[bytes] | None" = None
    mail: "subprocess.Popen[bytes] | None" = None

    @property
    def environment(self) -> dict[str, str]:
        own = {"VAR": str(self.folder), "PORT": str(self.port), "POST_LIMITS": "off", "PYTHONPATH": str(ROOT)}
        database = {"DATABASE_URL": self.postgres.url} if self.postgres else {}
        settings = {"DJANGO_SETTINGS_MODULE": "advice.settings"}
        return {"PATH": os.environ["PATH"], **settings, **own, **database, **self.also}

    @property
    def file(self) -> Path:
        return self.folder / "advice.sqlite3"

    def make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        python([str(ROOT / "manage.py"), "migrate", "--verbosity=0"], self.environment)
        self.path = python(["-c", FILL], self.environment).strip()

    def start(self, *, mail: bool = True) -> None:
        self.also.setdefault("STATIC_ROOT", str(_collected(self.environment)))
        self._start_server()
        if mail:
            self.start_mail()
        self.wait()

    def start_mail(self) -> None:
        self.mail = self._run([str(ROOT / "manage.py"), "send_mail"])

    def _start_server(self) -> None:
        from advice.management.commands.run import SERVER

        address = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--no-ws"]
        self.server = self._run(["-m", "granian", *address, "advice.wsgi:application"], SERVER)

    def _run(self, arguments: list[str], also: dict[str, str] | None = None) -> "subprocess.Popen[bytes]":
        with self.log.open("a") as output:
            environment = {**self.environment, **(also or {})}
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=output, stderr=output
            )

    def start_again(self) -> None:
        """As a supervisor does."""
        self._start_server()

    def wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException), closing(self.connection()) as connection:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.05)  # nothing tells when it listens
        raise AssertionError(self.log.read_text())

    def connection(self, timeout: float = 30) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def workers(self) -> list[psutil.Process]:
        """The processes that answer, without what Python starts beside them."""
        assert self.server is not None
        children = psutil.Process(self.server.pid).children()
        return [child for child in children if not any("tracker" in part for part in child.cmdline())]

    def kill(self) -> None:
        """All of the server at once, as when memory runs out or its container is killed."""
        assert self.server is not None
        processes = [psutil.Process(self.server.pid), *psutil.Process(self.server.pid).children(recursive=True)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.server.wait()

    def stop(self) -> None:
        for process in filter(None, (self.server, self.mail)):
            process.send_signal(signal.SIGTERM)
        for process in filter(None, (self.server, self.mail)):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def texts(self) -> Counter[str]:
        """How often each text is there."""
        query = "SELECT body FROM comments_comment"
        if self.postgres is None:
            with closing(sqlite3.connect(self.file)) as database:
                return Counter(row[0] for row in database.execute(query))
        with closing(self.postgres.connect("advice")) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return Counter(row[0] for row in cursor)

    def damage(self) -> str:
        """What `check_trees` says last."""
        return python([str(ROOT / "manage.py"), "check_trees"], self.environment).strip().splitlines()[-1]

    def said(self, since: int = 0) -> list[str]:
        """The log's lines from this place in it on."""
        return self.log.read_bytes()[since:].decode(errors="replace").splitlines()


def python(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, json.dumps([done.stdout, done.stderr])
    return done.stdout
