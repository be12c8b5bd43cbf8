"""What an article's page with 120 comments costs the processor when nobody has kept it, here and in other checkouts.

    python tests/benchmarks/of_drawing.py [another checkout ...]

They take turns, so that whatever else the machine does falls on all of them.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, PAGES = 5, 20
ADDRESS = "/few-comments/"


def compared(checkouts: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _run(ROOT, folder, "tests/benchmarks/equal.py", "few")
        found: dict[Path, list[float]] = {checkout: [] for checkout in checkouts}
        for _ in range(ROUNDS):
            for checkout in checkouts:
                ms, queries, comments = _run(checkout, folder, __file__, "page").split()
                found[checkout].append(float(ms))
        for checkout, times in found.items():
            print(f"{statistics.median(times):6.1f} ms ({min(times):.1f}-{max(times):.1f})", checkout)  # noqa: T201
        print(f"{queries} queries, {comments} comments")  # noqa: T201 - of the last


def _run(checkout: Path, folder: str, *command: str) -> str:
    site = {"VAR": folder, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "PYTHONPATH": str(checkout)}
    env = {**os.environ, **site, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.uncached"}
    return subprocess.run([sys.executable, *command], cwd=checkout, env=env, check=True, text=True, stdout=-1).stdout


def page() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from advice import starting

    starting.collect_static()
    client = Client(SERVER_NAME="127.0.0.1", headers={"Accept-Encoding": "identity"})
    client.get(ADDRESS)  # templates, words
    with CaptureQueriesContext(connection) as queries:
        html = client.get(ADDRESS).content
    read = len(queries)  # later requests empty the log
    began = time.process_time()
    for _ in range(PAGES):
        client.get(ADDRESS)
    ms = (time.process_time() - began) / PAGES * 1_000
    print(ms, read, html.count(b'<li id="comment-'))  # noqa: T201


if __name__ == "__main__":
    page() if sys.argv[1:] == ["page"] else compared([ROOT, *map(Path, sys.argv[1:])])
