"""`make bench`: sites of 1,000, 100,000 and 1,000,000 comments on SQLite and PostgreSQL, measured in one run.

What is measured is a part (--only); its results are kept in results.json beside this file, and RESULTS.md and its plot
are written from there. Sites are built where they are missing (--sites), which takes minutes for a million comments.
"""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import machine, of_articles, of_memory, of_pages, of_posts, of_starts, plot, sites, table  # noqa: E402

SIZES = (1_000, 100_000, 1_000_000)
RESULTS = ROOT / "tests" / "benchmarks" / "results.json"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of comments, with commas between")
    options.add_argument("--databases", default="sqlite,postgresql")
    options.add_argument("--only", default=",".join(parts(1)), help="parts, with commas between")
    options.add_argument("--seconds", type=int, default=2, help="of each measurement of requests a second")
    options.add_argument("--sites", type=Path, default=sites.kept_in(), help="the folder where sites are kept")
    options.add_argument("--results", type=Path, default=RESULTS)
    chosen = options.parse_args()
    run(chosen)
    results = json.loads(chosen.results.read_text())
    table.write(results, chosen.results.with_name("RESULTS.md"))
    plot.write(results, chosen.results.with_name("growth.svg"))


def run(chosen: argparse.Namespace) -> None:
    results = json.loads(chosen.results.read_text()) if chosen.results.exists() else {"parts": {}}
    sizes = sorted(int(size) for size in chosen.sizes.split(","))
    for database in chosen.databases.split(","):
        with ExitStack() as until_the_end:
            found = [until_the_end.enter_context(sites.copied(database, size, chosen.sites)) for size in sizes]
            for name in chosen.only.split(","):
                print(f"{database}: {name}", flush=True)  # noqa: T201
                measured = {"figures": parts(chosen.seconds)[name](found), "at": machine.moment()}
                results["parts"].setdefault(name, {})[database] = measured
                results["machine"] = machine.described(results.get("machine", {}), database, found[0])
                chosen.results.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")


def parts(seconds: int) -> dict[str, Callable[[list[sites.Site]], Any]]:
    """In this order: what writes comes after what only reads."""
    return {
        "pages": of_pages.measure,
        "article": lambda found: of_articles.measure(found, seconds),
        "starts": of_starts.measure,
        "memory": of_memory.measure,
        "posts": lambda found: of_posts.measure(found, seconds),
    }


if __name__ == "__main__":
    main()
