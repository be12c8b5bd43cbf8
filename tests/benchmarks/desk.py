"""`make bench-desk`: the desk's pages with 50 and with 5,000 comments pending among 100,000, on both databases.

Queries of each page, and the time that the server takes for it: the median of twenty, in one process, when warm.
"""

import os
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SIZE = 100_000
PENDING = (50, 5_000)
TIMES = 20
RULED = 3  # every third of the pending was held by a rule
TEXT = "He left in May after four years, and I do not know whether to write to him or to wait. " * 5


def main() -> None:
    from tests.benchmarks import demo_site

    demo_site.measure_on_both_databases(__file__)


def measure() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "advice.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from advice import demo, starting
    from tests.benchmarks import demo_site

    call_command("migrate", verbosity=0)
    starting.collect_static()
    demo.fill()
    demo_site.fill_up(SIZE)
    there = 0
    for count in PENDING:
        hold(range(there, count))
        there = count
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "SELECT 1")
        print(f"{connection.vendor}, {count:,} pending among {SIZE:,}:", flush=True)  # noqa: T201
        report()


def hold(numbers: range) -> None:
    """Pending questions, the oldest of all that wait; every third was caught by a rule."""
    from django.db import transaction
    from django.utils import timezone

    from advice.models import Article
    from comments import interchange
    from comments.desk_models import BlockRule, RuleHit
    from comments.models import Comment
    from tests.benchmarks.demo_site import PAGE

    article = Article.objects.get(slug=PAGE.strip("/"))
    start = timezone.now() - timedelta(days=20)
    records = [
        interchange.Record(
            str(number + 1), "", None, f"Asker {number % 700}", f"asker{number % 700}@example.com", f"{number}. {TEXT}",
            "pending", start + timedelta(minutes=number),
        )
        for number in numbers
    ]  # fmt: skip
    with transaction.atomic():
        interchange.hold("pending", Article.objects.filter(pk=article.pk))
        written = interchange.write(article.pk, "pending", records, keep_numbers=False)
    assert written.created == len(numbers), written.refused[:3]
    rule, _ = BlockRule.objects.get_or_create(kind="word", value="in May")
    caught = Comment.objects.pending().exclude(rule_hits__rule=rule).order_by("pk")[::RULED]
    RuleHit.objects.bulk_create(RuleHit(rule=rule, comment=one, matched="in May", at=one.posted_at) for one in caught)


def report() -> None:
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from advice import demo
    from comments.models import Comment

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=demo.SARAH))
    question = Comment.objects.waiting().filter(source="pending").first()
    for name, path in (
        ("queue", "/admin/desk/"),
        ("question", f"/admin/desk/{question.pk}/"),  # type: ignore[union-attr]
        ("where we stand", "/admin/desk/standing/"),
    ):
        assert client.get(path).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
            count = len(queries)
        took = []
        for _ in range(TIMES):
            start = time.perf_counter()
            client.get(path)
            took.append(time.perf_counter() - start)
        print(f"  {name:16} {count:3} queries {1_000 * statistics.median(took):6.0f} ms", flush=True)  # noqa: T201


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["measure"] else main()
