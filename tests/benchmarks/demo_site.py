"""The demo's site filled up with comments, and served: for `make bench-desk` and `replies.py`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PAGE = "/should-you-get-back-together/"


def measure_on_both_databases(script: str) -> None:
    """Run this file with the word "measure", once for each, in a process and a folder of its own."""
    from tests import environment

    for database in ("", environment._start_postgresql()):
        with tempfile.TemporaryDirectory(prefix=f"advice-{Path(script).stem}-") as folder:
            inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
            theirs = {"VAR": folder, "DATABASE_URL": database or f"sqlite:///{folder}/db.sqlite3"}
            subprocess.run([sys.executable, script, "measure"], env={**inherited, **theirs}, check=True)
    environment.pytest_unconfigure()


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
def serving(folder: Path) -> Iterator[int]:
    """Its port."""
    from tests.hammer.server import serve

    inherited = {name: os.environ[name] for name in ("PATH", "VAR") if name in os.environ}
    environment = {**inherited, "DJANGO_SETTINGS_MODULE": "advice.settings", "PYTHONPATH": str(ROOT)}
    with serve(environment, folder) as server:
        yield server.port
