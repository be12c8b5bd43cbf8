"""Comments posted by 1 to 8 processes at once, into one thread and into many; and a moderator's deeds at the desk.

Afterwards no tree may be damaged, and there must be as many rows more as there were answers that said so.
"""

import itertools
import json
import statistics
import subprocess
import sys
from collections import Counter
from typing import Any

from tests.benchmarks import serving
from tests.benchmarks.shapes import BUSY
from tests.benchmarks.sites import ROOT, Site

PROCESSES = (1, 2, 4, 8)
_seeds = itertools.count()  # the same words a second time would be the same click, and make no row


def measure(sites: list[Site], seconds: int) -> dict[str, Any]:
    return {str(site.size): of_site(site, seconds) for site in sites}


def of_site(site: Site, seconds: int) -> dict[str, Any]:
    roots, before = deed(site, "roots"), deed(site, "count")
    found: dict[str, Any] = {}
    with serving.served(site) as port:
        warm = posted(
            port, PROCESSES[-1], seconds, [roots.pop()]
        )  # each process's first post reads lists and templates
        for number in PROCESSES:
            # A thread for each: it closes at 1,000 comments.
            found[f"one thread, {number}"] = posted(port, number, seconds, [roots.pop()])
        for number in PROCESSES:
            found[f"many threads, {number}"] = posted(port, number, seconds, [*roots, *[None] * len(roots)])
    acknowledged = sum(one["answers"].get("303", 0) for one in [warm, *found.values()])
    written = deed(site, "count") - before
    return {"posts": found, "acknowledged": acknowledged, "written": written, "desk": deed(site, "desk"),
            "trees": site.manage("check_trees")}  # fmt: skip


def posted(port: int, number: int, seconds: int, parents: list[int | None]) -> dict[str, Any]:
    """Answers by status, posts a second, and how long one took."""
    script = str(ROOT / "tests/benchmarks/senders.py")
    senders = [
        subprocess.Popen(
            [sys.executable, script, str(port), BUSY, str(seconds), str(next(_seeds)), json.dumps(parents)],
            stdout=subprocess.PIPE,
        )
        for _ in range(number)
    ]
    answers = [answer for sender in senders for answer in json.loads(sender.communicate()[0])]
    took = sorted(ms for status, ms in answers if status == 303) or [0.0]
    return {
        "answers": Counter(str(status) for status, _ in answers),
        "rate": len(took) / seconds,
        "ms": statistics.median(took),
        "p95": took[int(len(took) * 0.95)],
    }


def deed(site: Site, what: str) -> Any:
    script = str(ROOT / "tests/benchmarks/deeds.py")
    done = subprocess.run(
        [sys.executable, script, what], cwd=ROOT, env=site.environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])
