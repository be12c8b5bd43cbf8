"""`make bench-night`: 50,000 spam posts as fast as the site takes them, and 200 questions of readers in between.

What pages take before and meanwhile, what the desk costs in the morning and what is left of the questions there, and
what the database holds before, after, and once spam has gone. On SQLite; `--postgresql` starts one, and DATABASE_URL
names another. `--posts` and `--questions` for a shorter night.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import flood  # noqa: E402 - found by the line above

SENDERS = 4  # processes
QUIET = 10.0  # seconds of measuring before the flood
PAUSE = 0.5  # between two rounds of measuring, or that would be the flood
BASELINE = 30  # questions that are sent before it
ROUNDS = 3  # of looking through the campaigns in the morning
SLUG = "should-you-get-back-together"
PAGES = {"article, kept": f"/{SLUG}/", "article, made anew": f"/{SLUG}/", "all questions": "/questions/"}

Times = dict[str, list[float]]  # milliseconds


def main() -> None:
    options = _options()
    from tests import environment

    with tempfile.TemporaryDirectory(prefix="advice-night-") as folder:
        url = os.environ.get("DATABASE_URL") or (
            environment._start_postgresql() if options.postgresql else f"sqlite:///{folder}/db.sqlite3"
        )
        os.environ.update(
            VAR=folder, DATABASE_URL=url, DJANGO_SETTINGS_MODULE="advice.settings", TRUSTED_PROXIES="127.0.0.0/8"
        )
        import django

        django.setup()
        from django.test.utils import setup_test_environment

        setup_test_environment()  # what a page was made of is looked at
        measure(Path(folder), options.posts, options.questions)
    environment.pytest_unconfigure()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=50_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--postgresql", action="store_true")
    return parser.parse_args()


def measure(folder: Path, posts: int, questions: int) -> None:
    from django.db import connection

    _prepare()
    say(f"{connection.vendor}, {posts:,} posts of spam, {questions} questions, {SENDERS} senders")
    before = size()
    with _serving(folder) as (port, cacheless):
        _probed(port, cacheless, time.monotonic() + QUIET)  # first requests make what later ones find
        quiet = _probed(port, cacheless, time.monotonic() + QUIET)
        quiet["sending a question"] = _sent_before(port)
        start = time.monotonic()
        senders = [_sender(port, number, posts, questions) for number in range(SENDERS)]
        during = _probed(port, cacheless, senders=senders)
        took = time.monotonic() - start
    statuses = _tally(senders, during)
    _say_sent(statuses, took)
    _say_latencies(quiet, during)
    after = size()
    asked = {post.body for post in flood.questions(questions)}
    _say_found(asked, "in the morning")
    _say_desk()
    _sweep()
    _say_found(asked, "after the campaigns were dealt with")
    swept = size()
    _say_desk()
    _purge(before, after, swept)


# --- The night ------------------------------------------------------------------------------------------------------


def _prepare() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from advice import demo, starting

    call_command("migrate", verbosity=0)
    starting.collect_static()
    demo.fill()
    User.objects.filter(username=demo.SARAH).update(email="sarah@advice.example")  # she hears of what is new


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[int, int]]:
    """The site as it runs, and beside it one that keeps no page."""
    from tests.hammer.server import serve

    names = ("PATH", "VAR", "DATABASE_URL", "TRUSTED_PROXIES")
    environment = {**{name: os.environ[name] for name in names}, "PYTHONPATH": str(ROOT), "POST_LIMITS": "on"}
    with ExitStack() as servers:
        ports = []
        for name in ("advice.settings", "tests.benchmarks.uncached"):
            logs = folder / name
            logs.mkdir(exist_ok=True)
            server = servers.enter_context(serve({**environment, "DJANGO_SETTINGS_MODULE": name}, logs))
            servers.callback(lambda server=server: _no_complaints(server))
            ports.append(server.port)
        yield ports[0], ports[1]


def _no_complaints(server: Any) -> None:
    assert server.complaints() == [], server.complaints()[:5]


def _sender(port: int, number: int, posts: int, questions: int) -> "subprocess.Popen[str]":
    arguments = [str(each) for each in (port, number, posts, questions)]
    return subprocess.Popen([sys.executable, __file__, "send", *arguments], stdout=subprocess.PIPE, text=True)


def send(port: int, number: int, posts: int, questions: int) -> None:
    """One sender's share of the night; what became of it and how long questions took, on standard output."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    statuses: Counter[str] = Counter()
    took = []
    for post in flood.night(posts, questions)[number::SENDERS]:
        start = time.perf_counter()
        status = _post(connection, post)
        statuses[f"{post.kind}: {status}"] += 1
        if post.kind == "question":
            took.append(1_000 * (time.perf_counter() - start))
    print(json.dumps({"statuses": statuses, "took": took}))  # noqa: T201


def _post(connection: http.client.HTTPConnection, post: flood.Post) -> int:
    form = urlencode({"name": post.name, "email": post.email, "body": post.body})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": post.network}
    connection.request("POST", f"/{SLUG}/comments/", form, headers)
    response = connection.getresponse()
    response.read()
    return response.status


def _sent_before(port: int) -> list[float]:
    connection, took = http.client.HTTPConnection("127.0.0.1", port), []
    for number in range(BASELINE):
        post = flood.Post(
            f"192.0.2.{number + 1}", "Early", "", f"An early question, number {number}: what now?", "early"
        )
        start = time.perf_counter()
        assert _post(connection, post) == 303
        took.append(1_000 * (time.perf_counter() - start))
    return took


def _probed(
    port: int, cacheless: int, until: float = 0.0, senders: "list[subprocess.Popen[str]] | None" = None
) -> Times:
    """How long pages take, one after the other, until that moment, or as long as somebody sends."""
    ports = dict.fromkeys(PAGES, port) | {"article, made anew": cacheless}
    open_ = {page: http.client.HTTPConnection("127.0.0.1", ports[page], timeout=120) for page in PAGES}
    took: Times = defaultdict(list)
    while any(sender.poll() is None for sender in senders) if senders else time.monotonic() < until:
        for page, path in PAGES.items():
            start = time.perf_counter()
            open_[page].request("GET", path)
            response = open_[page].getresponse()
            response.read()
            assert response.status == 200, (path, response.status)
            took[page].append(1_000 * (time.perf_counter() - start))
        time.sleep(PAUSE)
    return took


def _tally(senders: "list[subprocess.Popen[str]]", during: Times) -> Counter[str]:
    statuses: Counter[str] = Counter()
    for sender in senders:
        said = json.loads(sender.communicate()[0])
        statuses.update(said["statuses"])
        during["sending a question"] += said["took"]
    return statuses


# --- The morning ----------------------------------------------------------------------------------------------------


def _say_found(asked: set[str], when: str) -> None:
    """Where the questions are, and how many pages of a list are to be looked through for them."""
    from comments import queues
    from comments.models import Comment
    from comments.queues import Narrowed

    rows = {row.body: row for row in Comment.objects.filter(body__in=asked)}
    statuses = Counter(row.status for row in rows.values())
    lost = len(asked) - len(rows)
    say(f"\nQuestions {when}: {dict(statuses)}, urgent {sum(row.urgent for row in rows.values())}; lost: {lost}")
    for tab in (queues.NEW, queues.SPAM):
        for narrowed in (Narrowed(tab), Narrowed(tab, is_alone=True)):
            pks = queues.pks(narrowed, queues.LOOKED_THROUGH)
            among = sum(row.pk in set(pks) for row in rows.values())
            name = f"{tab.label}{', like nothing else' if narrowed.is_alone else ''}"
            pages = -(-len(pks) // queues.PAGE)
            say(f"  {name:26} {len(pks):6} comments on {pages:4} pages, with {among} of the questions")


def _say_desk() -> None:
    from comments.models import Comment

    say("The desk:")
    oldest = Comment.objects.pending().order_by("posted_at").first()
    paths = ["", "?tab=new", "?tab=new&alone=yes", "?tab=spam", "?tab=spam&unseen=yes", "campaigns/"]
    for path in [*paths, *([f"{oldest.pk}/"] if oldest else [])]:
        queries, milliseconds, _ = _asked(f"/admin/desk/{path}")
        say(f"  /admin/desk/{path:22} {queries:3} queries {milliseconds:6.0f} ms")


def _sweep() -> None:
    """Sarah marks what waits as spam, campaign by campaign; not by network, which people share."""
    from comments import campaigns

    clicks, start = 0, time.perf_counter()
    for _ in range(ROUNDS):  # one text may be in several, and others come up when the largest are gone
        for one in campaigns.all_():
            if one.waiting <= one.urgent or one.like.kind == "network":
                continue
            fields: dict[str, Any] = {"like": one.like.key, "verb": "mark_spam"}
            _, _, preview = _asked("/admin/desk/campaigns/act/", fields)
            fields |= {"confirmed": "yes", "until": preview.context["preview"].until}
            *_, response = _asked("/admin/desk/campaigns/act/", fields)
            clicks += 2
            while response.status_code == 200:  # "go on"
                *_, response = _asked("/admin/desk/campaigns/act/", {**fields, "act": response.context["act"]})
                clicks += 1
    say(f"\nCampaigns marked as spam: {clicks} clicks, {time.perf_counter() - start:.0f} s")


def _asked(path: str, fields: dict[str, Any] | None = None) -> tuple[int, float, Any]:
    """Queries and milliseconds of a page of the desk, when it is asked for the second time; a form is sent once."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from advice import demo

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=demo.SARAH))
    if fields is None:
        client.get(path)
    start = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path) if fields is None else client.post(path, fields)
    assert response.status_code in (200, 302), (path, response.status_code)
    return len(queries), 1_000 * (time.perf_counter() - start), response


def _purge(before: int, after: int, swept: int) -> None:
    """A term later: what is spam goes, and there is room for what comes next."""
    from django.core.management import call_command
    from django.utils import timezone

    from comments import discussion_settings, purging
    from comments.models import Comment

    count, start = Comment.objects.count(), time.perf_counter()
    term = timedelta(days=discussion_settings.fresh().spam_days + 1)
    purged = purging.purge(timezone.now() + term)
    took = time.perf_counter() - start
    say(f"\nPurge after {term.days} days: {purged.deleted:,} of {count:,} rows deleted in {took:.0f} s")
    call_command("check_trees")
    sizes = {"before": before, "after the night": after, "marked": swept, "purged": size(), "of it free": free()}
    say("Database, MB: " + ", ".join(f"{name} {bytes_ / 1e6:.1f}" for name, bytes_ in sizes.items()))


def size() -> int:
    """Bytes of the database, with what waits beside it written in."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
    return Path(connection.settings_dict["NAME"]).stat().st_size


def free() -> int:
    """Bytes in it that the next comments may use: after VACUUM on PostgreSQL, which its autovacuum does by itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA freelist_count")
            pages = int(cursor.fetchone()[0])
            cursor.execute("PRAGMA page_size")
            return pages * int(cursor.fetchone()[0])
        cursor.execute("VACUUM comments_comment")
        cursor.execute("SELECT pg_relation_size('comments_comment'), (SELECT SUM(LENGTH(body)) FROM comments_comment)")
        whole, live = cursor.fetchone()
        return int(whole - 3 * (live or 0))


# --- What is told ---------------------------------------------------------------------------------------------------


def _say_sent(statuses: Counter[str], took: float) -> None:
    total = statuses.total()
    say(f"{total:,} posts in {took:.0f} s, {total / took:.0f} a second:")
    for kind, count in sorted(statuses.items()):
        say(f"  {kind:32} {count:6}")


def _say_latencies(quiet: Times, during: Times) -> None:
    say(f"\n{'milliseconds: median, p95':26} {'before':>16} {'meanwhile':>16}   times")
    for page in (*PAGES, "sending a question"):
        old, new = (statistics.quantiles(times[page], n=20) for times in (quiet, during))
        (was, was_slow), (is_, is_slow) = ((quantiles[9], quantiles[18]) for quantiles in (old, new))
        figures = f"{was:8.1f}{was_slow:8.1f} {is_:8.1f}{is_slow:8.1f}"
        say(f"{page:26} {figures}   {is_ / was:.1f}, {is_slow / was_slow:.1f}")


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:2] == ["send"]:
        send(*map(int, sys.argv[2:]))
    else:
        main()
