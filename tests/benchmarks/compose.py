"""The containers as two machines: what readers see while a web container, and then the database, is killed under load;
and what 500 slow clients cost the others. `make bench-compose`; needs a Docker engine, and port 80.

It runs under a project name of its own and takes everything away that it made, the volumes too.
"""

import asyncio
import http.client
import itertools
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "advice-bench"
READERS, WRITERS = 6, 2
SLOW = 500
CALM, FAULT = 10, 20  # seconds of load before a fault, and with it
ENVIRONMENT = {"SITE_URL": "http://127.0.0.1", "UPSTREAMS": "web:8000 web2:8000", "COMPOSE_PROJECT_NAME": PROJECT}
FILES = ["--file", "docker-compose.yml", "--file", "tests/benchmarks/compose.override.yml", "--profile", "several"]
ARTICLE = re.compile(r'href="/([a-z0-9-]+)/"[^>]*>[^<]{20,}')


@dataclass(frozen=True, slots=True)
class Answer:
    at: float
    took: float
    what: str  # read or post
    status: int  # 0 where the connection broke


@dataclass
class Load:
    """Readers and writers until it is left. A writer who is not told "received" sends the same words again."""

    article: str
    writers: int = WRITERS
    answers: list[Answer] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._threads += [threading.Thread(target=self._read) for _ in range(READERS)]
        self._threads += [threading.Thread(target=self._write, args=(number,)) for number in range(self.writers)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def between(self, start: float, end: float, what: str) -> list[Answer]:
        return [answer for answer in self.answers if start <= answer.at < end and answer.what == what]

    def _read(self) -> None:
        while not self._over.wait(0.02):
            self._ask("read", "GET", f"/{self.article}/")

    def _write(self, number: int) -> None:
        for count in itertools.count():
            body = f"Words {number}.{count} of {time.time_ns()}."
            while self._ask("post", "POST", f"/{self.article}/comments/", {"name": "Ann", "body": body}) != 303:
                if self._over.wait(0.5):
                    return
            self.acknowledged.append(body)
            if self._over.wait(0.1):
                return

    def _ask(self, what: str, method: str, path: str, form: dict[str, str] | None = None) -> int:
        begun, status = time.monotonic(), 0
        connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=60)
        with suppress(OSError, http.client.HTTPException):
            headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
            connection.request(method, path, urlencode(form) if form else None, headers)
            response = connection.getresponse()
            response.read()
            status = response.status
        connection.close()
        self.answers.append(Answer(begun, time.monotonic() - begun, what, status))
        return status


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def main() -> None:
    compose = _compose()
    with _running(compose) as article:
        say("| fault | what | answers | statuses | median ms | p95 ms | slowest s | last failure after s |")
        say("| --- | --- | --- | --- | --- | --- | --- | --- |")
        with Load(article) as load:
            time.sleep(CALM)
            started = load.answers[0].at
            fallen = _kill(compose, "web2")
            time.sleep(FAULT)
            _run(compose, "up", "--detach", "--no-build", "web2")
            _until_healthy(compose, "web2")
            _tell(load, "none", started, fallen)
            _tell(load, "one web container killed", fallen, time.monotonic())
            fallen = _kill(compose, "db")
            time.sleep(FAULT)
            back = time.monotonic()
            _run(compose, "up", "--detach", "--no-build", "db")
            _until_healthy(compose, "db")
            time.sleep(CALM)
            _tell(load, f"database killed, started again after {back - fallen:.0f} s", fallen, time.monotonic())
        _tell_of_rows(compose, load)
        _with_slow_clients(compose, article)


def _compose() -> list[str]:
    """The command, of either generation; else why there is none."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and not subprocess.run([*command, "version"], capture_output=True).returncode:
            if subprocess.run(["docker", "info"], capture_output=True).returncode:
                sys.exit("No Docker engine answers: start one, or name it in DOCKER_HOST.")
            return [*command, *FILES]
    sys.exit("bench-compose needs Docker with Compose: neither `docker compose` nor `docker-compose` is here.")


@contextmanager
def _running(compose: list[str]) -> Iterator[str]:
    """The set-up with the demo; the slug of an article of it."""
    subprocess.run(["docker/make-secrets"], cwd=ROOT, check=True)
    try:
        _run(compose, "up", "--detach", "--build")
        for service in ("web", "web2"):
            _until_healthy(compose, service)
        _run(compose, "run", "--rm", "web", "demo")
        yield _article()
    finally:
        _run(compose, "down", "--volumes", "--timeout", "5")


def _article() -> str:
    connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=30)
    connection.request("GET", "/")
    page = connection.getresponse().read().decode()
    found = ARTICLE.search(page)
    if found is None:
        sys.exit("The front page shows no article.")
    return found[1]


def _run(compose: list[str], *words: str, **options: object) -> "subprocess.CompletedProcess[bytes]":
    # What it says goes to stderr, so that the tables can be kept.
    return subprocess.run(
        [*compose, *words], cwd=ROOT, env={**os.environ, **ENVIRONMENT}, check=True, **{"stdout": sys.stderr, **options}
    )  # type: ignore[call-overload,no-any-return]


def _container(compose: list[str], service: str) -> str:
    found = _run(compose, "ps", "--quiet", service, stdout=subprocess.PIPE).stdout
    return str(found.decode().split()[0])


def _kill(compose: list[str], service: str) -> float:
    """As the kernel does it where memory is out. The moment."""
    container = _container(compose, service)
    moment = time.monotonic()
    subprocess.run(["docker", "kill", container], check=True, capture_output=True)
    return moment


def _until_healthy(compose: list[str], service: str) -> None:
    container = _container(compose, service)
    for _ in range(300):
        status = subprocess.run(
            ["docker", "inspect", "--format", "{{.State.Health.Status}}", container], capture_output=True, check=True
        )
        if status.stdout.strip() == b"healthy":
            return
        time.sleep(0.5)
    sys.exit(f"{service} did not become healthy.")


def _tell(load: Load, fault: str, start: float, end: float) -> None:
    for what, fine in (("read", 200), ("post", 303)):
        answers = load.between(start, end, what)
        counted = sorted(Counter(answer.status for answer in answers).items())
        statuses = ", ".join(f"{status or 'broken'}: {count}" for status, count in counted)
        failed = [answer.at + answer.took - start for answer in answers if answer.status != fine]
        took = sorted(answer.took for answer in answers)
        last = f"{max(failed):.1f}" if failed else "none failed"
        times = f"{_median(took)} | {_p95(took)} | {took[-1]:.1f} | {last}"
        say(f"| {fault} | {what} | {len(answers)} | {statuses} | {times} |")


def _median(took: list[float]) -> str:
    return f"{statistics.median(took) * 1000:.0f}"


def _p95(took: list[float]) -> str:
    return f"{took[int(len(took) * 0.95)] * 1000:.0f}"


def _tell_of_rows(compose: list[str], load: Load) -> None:
    """Of what was acknowledged, and of all that was sent: the database's own word."""
    asked = "SELECT body FROM comments_comment WHERE body LIKE 'Words %'"
    command = [
        "psql",
        "--username=advice",
        "--dbname=advice",
        "--host=/var/run/postgresql",
        "--tuples-only",
        "--no-align",
        "--command",
        asked,
    ]
    rows = Counter(_run(compose, "exec", "-T", "db", *command, stdout=subprocess.PIPE).stdout.decode().splitlines())
    lost = sum(body not in rows for body in load.acknowledged)
    doubled = sum(count > 1 for count in rows.values())
    say(f"\nAcknowledged {len(load.acknowledged)}, lost {lost}, doubled {doubled}.\n")


def _with_slow_clients(compose: list[str], article: str) -> None:
    say("| slow clients | answers | statuses | median ms | p95 ms | memory |")
    say("| --- | --- | --- | --- | --- | --- |")
    for number in (0, SLOW):
        over = threading.Event()
        slow = threading.Thread(target=lambda n=number, o=over: asyncio.run(_dawdle(n, article, o)))  # type: ignore[misc]
        slow.start()
        time.sleep(2)
        with Load(article, writers=0) as load:
            time.sleep(FAULT)
            memory = _memory(compose)
        over.set()
        slow.join()
        took = sorted(answer.took for answer in load.answers)
        statuses = dict(Counter(answer.status for answer in load.answers))
        say(f"| {number} | {len(took)} | {statuses} | {_median(took)} | {_p95(took)} | {memory} |")


def _memory(compose: list[str]) -> str:
    services = ("proxy", "web", "web2")
    names = [_container(compose, service) for service in services]
    shown = subprocess.run(
        ["docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", *names],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.splitlines()
    return ", ".join(f"{service} {line.partition(' /')[0]}" for service, line in zip(services, shown, strict=True))


async def _dawdle(number: int, article: str, over: threading.Event) -> None:
    """A third sends headers, a third a body, and a third reads, a byte a second; who is cut off comes again."""
    await asyncio.gather(*(_one_slow(index % 3, article, over) for index in range(number)))


async def _one_slow(kind: int, article: str, over: threading.Event) -> None:
    head = f"GET /{article}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    post = f"POST /{article}/comments/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n"
    while not over.is_set():
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", 80, limit=1)
            writer.write({0: b"", 1: post.encode(), 2: f"{head}\r\n".encode()}[kind])
            for byte in itertools.cycle(head.encode()):
                if over.is_set() or reader.at_eof():
                    break
                if kind < 2:
                    writer.write(bytes([byte]))
                    await writer.drain()
                elif not await reader.read(1):
                    break
                await asyncio.sleep(1)
            writer.close()


if __name__ == "__main__":
    main()
