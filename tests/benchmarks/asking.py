"""A process that asks its own site for pages and says what each cost: a line of JSON in, a line of JSON out.

It has the database for itself, so what is counted is the page's: queries; rows that PostgreSQL read from tables and
indexes, or steps of SQLite's machine; bytes before and after compression. Times are taken in the same process, warm,
without a server between.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

STEPS = 20  # of SQLite's machine between two calls of the handler
ROWS = """SELECT
    (SELECT sum(seq_tup_read) FROM pg_stat_user_tables) + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes),
    (SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'comments_comment')"""


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "advice.settings"
    import django

    django.setup()
    from tests.benchmarks import places

    asker = Asker()
    answer({page.name: page for page in places.pages()})
    for line in sys.stdin:
        what, path, is_desk = json.loads(line)
        answer(asker.counted(path, is_desk) if what == "count" else asker.timed(path, is_desk))


def answer(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Asker:
    def __init__(self) -> None:
        from django.contrib.auth.models import User
        from django.test import Client

        self.reader = Client(SERVER_NAME="127.0.0.1", headers={"Accept-Encoding": "br"})
        self.moderator = Client(SERVER_NAME="127.0.0.1", headers={"Accept-Encoding": "br"})
        self.moderator.force_login(User.objects.get(username="sarah"))

    def get(self, path: str, is_desk: bool) -> Any:
        from tests.benchmarks import uncached

        uncached.forget()
        return (self.moderator if is_desk else self.reader).get(path)

    def timed(self, path: str, is_desk: bool) -> float:
        """Milliseconds."""
        since = time.perf_counter()
        self.get(path, is_desk)
        return (time.perf_counter() - since) * 1_000

    def counted(self, path: str, is_desk: bool) -> dict[str, Any]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        response = self.get(path, is_desk)  # warm: templates, settings of the minute
        with CaptureQueriesContext(connection) as queries:
            self.get(path, is_desk)
            count = len(queries)
        touched, scans = self.touched(path, is_desk)
        return {
            "status": response.status_code,
            "queries": count,
            "touched": touched,
            "scans": scans,
            "bytes": len(response.content),
        }

    def touched(self, path: str, is_desk: bool) -> tuple[int, int]:
        """Rows or steps, and how often all comments were read one by one."""
        from django.db import connection

        connection.ensure_connection()
        if connection.vendor == "postgresql":
            before = self.read_so_far()
            self.get(path, is_desk)
            after = self.read_so_far()
            return after[0] - before[0], after[1] - before[1]
        steps = [0]

        def count() -> None:
            steps[0] += STEPS

        connection.connection.set_progress_handler(count, STEPS)
        self.get(path, is_desk)
        connection.connection.set_progress_handler(None, 0)
        return steps[0], 0

    def read_so_far(self) -> tuple[int, int]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_force_next_flush()")
            cursor.execute("SELECT 1")
            cursor.execute(ROWS)
            rows, scans = cursor.fetchone()
        return int(rows), int(scans)


if __name__ == "__main__":
    main()
