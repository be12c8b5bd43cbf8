"""`make bench`: the article page at 20, 2,020 and 20,020 comments: queries, bytes and requests a second on SQLite.

Times depend on the machine, so each is also given as a share of what the same server and the same client do with a file
of the same bytes, or of a page like it under an article with a tenth of the comments.
"""

import http.client
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

CLIENTS = 4  # connections, kept open
SECONDS = 3
SIZES = (2_000, 20_000)  # comments beside the demo's, four in a thread
WITHOUT_CACHE = """from advice.settings import *
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
"""
PAGE = "/should-you-get-back-together/"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="advice-bench-") as folder:
        os.environ.update(VAR=folder, DJANGO_SETTINGS_MODULE="advice.settings")
        (Path(folder) / "without_cache.py").write_text(WITHOUT_CACHE)
        import django

        django.setup()
        from django.core.management import call_command

        from advice import demo, starting

        call_command("migrate", verbosity=0)
        starting.collect_static()
        demo.fill()
        figures = [measured(Path(folder))]
        for size in SIZES:
            fill_up(size)
            figures.append(measured(Path(folder)))
        _, small, large = figures  # these two pages look alike: the demo's threads are shorter
        print(f"Made anew at the last: {share(large, small, 'made anew')} of the speed before it.")  # noqa: T201


def measured(folder: Path) -> dict[str, float]:
    from advice.models import Article

    count = Article.objects.get(slug=PAGE.strip("/")).comment_count
    queries, content = page()
    (folder / "static").mkdir(exist_ok=True)
    (folder / "static" / "page.html").write_bytes(content)
    figures: dict[str, float] = {"comments": count}
    with serving(folder, "advice.settings") as port:
        figures["file"] = rate(port, "/static/page.html")
        figures["kept"] = rate(port, PAGE)
    with serving(folder, "without_cache") as port:
        figures["made anew"] = rate(port, PAGE)
    print(f"{count:,} comments: {queries} queries, {len(content):,} bytes of HTML; requests/s:")  # noqa: T201
    for what in ("file", "kept", "made anew"):
        print(f"  {what:10} {figures[what]:7.0f}  {share(figures, {**figures, what: figures['file']}, what)}")  # noqa: T201
    return figures


def share(figures: dict[str, float], of: dict[str, float], what: str) -> str:
    return f"{figures[what] / of[what]:.0%}"


def page() -> tuple[int, bytes]:
    """How many queries the page costs when it is made, and its bytes."""
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        content = Client(SERVER_NAME="127.0.0.1").get(PAGE).content
    connection.close()
    return len(queries), content


def fill_up(size: int) -> None:
    """That many comments beside the demo's, as an import would write them: what is there already is skipped."""
    from django.db import transaction
    from django.utils import timezone

    from advice.models import Article
    from comments import interchange

    article = Article.objects.get(slug=PAGE.strip("/"))
    start, records = timezone.now() - timedelta(days=900), []
    for number in range(1, size + 1):
        parent = "" if number % 4 == 1 else str(number - (number - 1) % 4)
        moment = start + timedelta(minutes=number)
        text = f"Comment {number}. " + "What would you do in my place? " * 12
        author = article.author_id if number % 4 == 2 else None
        name = "" if author else f"Reader {number}"
        records.append(interchange.Record(str(number), parent, author, name, "", text, "approved", moment))
    with transaction.atomic():
        interchange.hold("bench", Article.objects.filter(pk=article.pk))
        interchange.write(article.pk, "bench", records, keep_numbers=False)


@contextmanager
def serving(folder: Path, settings: str) -> Iterator[int]:
    from tests.hammer.server import serve

    inherited = {name: os.environ[name] for name in ("PATH", "VAR") if name in os.environ}
    path = os.pathsep.join([str(ROOT), str(folder)])
    environment = {**inherited, "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": path}
    with serve(environment, folder) as server:
        yield server.port


def rate(port: int, path: str) -> float:
    """Answered requests a second by all clients together, after one to warm up."""
    counts = [0] * CLIENTS

    def ask(client: int, until: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < until:
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise AssertionError(f"{path}: {response.status}")
            counts[client] += 1
        connection.close()

    ask(0, time.monotonic() + 0.5)
    counts[0] = 0
    until = time.monotonic() + SECONDS
    clients = [threading.Thread(target=ask, args=(number, until)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(counts) / SECONDS


if __name__ == "__main__":
    main()
