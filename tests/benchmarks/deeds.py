"""A process on a site of its own that does what a moderator does at the desk, and says what it cost; and numbers for
those who post. `deeds.py roots`, `deeds.py count`, `deeds.py desk`; prints one line of JSON.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

ANSWERS = 10
IN_LONGEST = 3  # answers in the longest thread, which no site but one that was imported has: all that follows is moved
APPROVED = 100  # in one go
ROOTS = 40  # questions that are replied to


def main(what: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "advice.settings"
    import django

    django.setup()
    sys.stdout.write(json.dumps({"roots": roots, "count": count, "desk": desk}[what]()) + "\n")


def roots() -> list[int]:
    """The newest questions under the article with most of them."""
    from comments.models import Comment
    from tests.benchmarks.shapes import BUSY

    found = Comment.objects.roots().filter(article__slug=BUSY, status="approved", closed_at=None).order_by("-pk")
    return list(found.values_list("pk", flat=True)[:ROOTS])


def count() -> int:
    """How many comments there are that no import brought."""
    from comments.models import Comment

    return Comment.objects.filter(source=None).count()


def desk() -> dict[str, Any]:
    """Milliseconds and queries of an answer, of one in the longest thread, and of approving a hundred."""
    from django.contrib.auth.models import User
    from django.test import Client

    from comments.models import Comment
    from tests.benchmarks.shapes import LONG

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="sarah"))
    pending = Comment.objects.pending().order_by("posted_at", "pk")
    waiting = pending.exclude(article__slug=LONG).values_list("pk", flat=True)
    answers = answered(client, waiting[:ANSWERS])
    late = answered(client, pending.filter(article__slug=LONG).values_list("pk", flat=True)[:IN_LONGEST])
    pks = list(waiting[:APPROVED])
    bulk = {"verb": "approve", "pk": pks, "list": "tab=new", "seen_at": "2099-01-01T00:00:00+00:00", "confirmed": "1"}
    approved = sent(client, "/admin/desk/bulk/", bulk)
    left = Comment.objects.pending().filter(pk__in=pks).count()
    return {
        "answer": median(answers),
        "answer in the longest": median(late) | {"thread": of_longest()} if late else {},
        "bulk": {"ms": approved[0], "queries": approved[1], "comments": len(pks) - left},
    }


def answered(client: Any, pks: Any) -> list[tuple[float, int]]:
    return [sent(client, f"/admin/desk/{pk}/", {"body": "Not yet. Give it a month."}) for pk in list(pks)]


def median(answers: list[tuple[float, int]]) -> dict[str, Any]:
    return {"ms": statistics.median(ms for ms, _ in answers), "queries": answers[-1][1], "times": len(answers)}


def of_longest() -> int:
    """How many comments it has."""
    from comments.models import Comment
    from tests.benchmarks.shapes import LONG

    return Comment.objects.roots().filter(article__slug=LONG).values_list("rght", flat=True).latest("rght") // 2


def sent(client: Any, path: str, fields: dict[str, Any]) -> tuple[float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        since = time.perf_counter()
        response = client.post(path, fields)
        took = (time.perf_counter() - since) * 1_000
        made = len(queries)
    assert response.status_code == 302, (path, response.status_code)
    return took, made


if __name__ == "__main__":
    main(sys.argv[1])
