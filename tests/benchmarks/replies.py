"""What a reply costs in threads of 100, 1,000 and 20,000 replies, at the end, in the middle and at the beginning of
each, on both databases: `python tests/benchmarks/replies.py`.

Statements and rows that are written; the processor's time in the web process and the time that the thread is locked
(the median of TIMES); on PostgreSQL the processor's time in its process, which others on the machine disturb least, and
the bytes of its log (WAL). Reply after reply is written and taken back.
"""

import os
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SIZES = (100, 1_000, 20_000)
TIMES = 9
TEXT = "What would you do in my place? " * 12


def main() -> None:
    from tests.benchmarks import demo_site

    demo_site.measure_on_both_databases(__file__)


def measure() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "advice.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from advice import demo
    from comments import posting

    call_command("migrate", verbosity=0)
    demo.fill()
    posting.THREAD_LIMIT = 10 * max(SIZES)  # an imported thread may be as long
    print(f"{connection.vendor}:   replies, place | statements | rows | ms cpu | of the database | ms locked | WAL")  # noqa: T201
    for size in SIZES:
        root = grow(size)
        for place, parent in (("end", root), ("middle", root + size // 2), ("beginning", root + 1)):
            print(f"  {size:,} {place} | " + " | ".join(cost(parent)), flush=True)  # noqa: T201


def grow(size: int) -> int:
    """A question with so many replies, each to the question or to the one before; its pk, the first of all in a row."""
    from django.db import connection, transaction
    from django.utils import timezone

    from advice.models import Article
    from comments import interchange
    from comments.models import Comment

    article, source = Article.objects.order_by("pk").first(), f"thread of {size}"
    start = timezone.now() - timedelta(days=90)
    records = [
        interchange.Record(
            str(number), "" if number == 1 else str(number - 1 if number % 3 == 0 else 1), None, f"Reader {number}", "",
            f"{number}. {TEXT}", "approved", start + timedelta(minutes=number),
        )
        for number in range(1, size + 2)
    ]  # fmt: skip
    with transaction.atomic():
        interchange.hold(source, Article.objects.filter(pk=article.pk))  # type: ignore[union-attr]
        written = interchange.write(article.pk, source, records, keep_numbers=False)  # type: ignore[union-attr]
    assert written.created == len(records), written.refused[:3]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE comments_comment")
    return Comment.objects.get(source=source, source_id="1").pk


def cost(parent: int) -> list[str]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        rows = reply(parent)[2]
    costs = [reply(parent) for _ in range(TIMES)]
    cpu, locked, _, written, server = (statistics.median(column) for column in zip(*costs, strict=True))
    times = [f"{1_000 * seconds:.1f}" for seconds in (cpu, server, locked)]
    return [str(len(captured)), f"{rows:,}", *times, f"{written:,.0f}"]


def reply(parent: int) -> tuple[float, float, int, int, float]:
    """Seconds of the processor, and under the lock; rows that were changed or made; bytes of the log; seconds of the
    processor in PostgreSQL's process."""
    from django.db import connection, transaction

    from comments import posting
    from comments.models import Comment
    from comments.screening import Submission

    above = Comment.objects.get(pk=parent)
    number = time.perf_counter_ns()
    submission = Submission(above.article_id, parent, "Ann", "ann@example.com", f"{number} {TEXT}", network="")
    watch, before, busy, start = Watch(), log_position(connection), server_time(connection), time.process_time()
    with transaction.atomic(), connection.execute_wrapper(watch):
        posting.post(submission)
        transaction.set_rollback(True)  # so that the next reply finds the thread as this one did
    took, locked = time.process_time() - start, time.perf_counter() - (watch.held_at or 0)
    busy = server_time(connection) - busy
    return took, locked, watch.rows, log_position(connection) - before, busy


class Watch:
    """When the thread is held, and how many rows of comments each statement changes."""

    def __init__(self) -> None:
        self.held_at: float | None = None
        self.rows = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        is_sqlite = context["connection"].vendor == "sqlite"  # where a transaction holds everything from its start
        if self.held_at is None and (is_sqlite or "FOR NO KEY UPDATE" in sql):
            self.held_at = time.perf_counter()
        verb = sql.split(maxsplit=1)[0]
        if verb in ("UPDATE", "INSERT") and "comments_comment" in sql:
            self.rows += context["cursor"].rowcount if verb == "UPDATE" else 1
        return answer


def log_position(connection: Any) -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        return int(cursor.fetchone()[0])


def server_time(connection: Any) -> float:
    """Of this connection's process, as Linux counts it."""
    if connection.vendor != "postgresql":
        return 0.0
    spent = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(spent.read_text().split()[0]) / 1e9 if spent.exists() else 0.0


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["measure"] else main()
