"""The containers as two machines: what readers see while a web container, and then the database, is killed under load;
what 500 slow clients cost the others; and what a page and a post take of a processor. `make bench-compose`; needs a
Docker engine, and port 80.

It runs under a project name of its own and takes everything away that it made, the volumes too.
"""

import asyncio
import http.client
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.compose_load import Load, dawdle  # noqa: E402

PROJECT = "advice-bench"
SLOW = 500
CALM, FAULT = 10, 20  # seconds of load before a fault, and with it
ENVIRONMENT = {"SITE_URL": "http://127.0.0.1", "UPSTREAMS": "web:8000 web2:8000", "COMPOSE_PROJECT_NAME": PROJECT}
FILES = ["--file", "docker-compose.yml", "--file", "tests/benchmarks/compose.override.yml", "--profile", "several"]
ARTICLE = re.compile(r'href="/([a-z0-9-]+)/"[^>]*>[^<]{20,}')


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
        _tell_of_costs(compose, article)


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
        slow = threading.Thread(target=lambda n=number, o=over: asyncio.run(dawdle(n, article, o)))  # type: ignore[misc]
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


def _tell_of_costs(compose: list[str], article: str) -> None:
    """What one page that is kept, and one post, takes of a processor: by that more machines can be reckoned."""
    say("\n| processor ms of each | number | proxy | web | db |")
    say("| --- | --- | --- | --- | --- |")
    for what, load in (("page", Load(article, writers=0)), ("post", Load(article, readers=0))):
        before = _processor_times(compose)
        with load:
            time.sleep(FAULT)
        spent = [now - then for then, now in zip(before, _processor_times(compose), strict=True)]
        number = len(load.answers)
        say(f"| {what} | {number} | {' | '.join(f'{seconds / number * 1000:.1f}' for seconds in spent)} |")


def _processor_times(compose: list[str]) -> list[float]:
    """Seconds so far, of the proxy, of both web containers together, and of the database."""
    proxy, web, web2, db = (_processor_time(compose, service) for service in ("proxy", "web", "web2", "db"))
    return [proxy, web + web2, db]


def _processor_time(compose: list[str], service: str) -> float:
    """Of its processes, and of those that they have ended: the engine has to be on this machine."""
    top = subprocess.run(
        ["docker", "top", _container(compose, service), "-eo", "pid"], capture_output=True, check=True, text=True
    ).stdout
    ticks = 0
    for pid in top.split()[1:]:
        with suppress(OSError):  # one that ended meanwhile
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
