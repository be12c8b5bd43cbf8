"""Every page of the three sites: queries, rows touched, bytes, and how its time grows with the site."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.benchmarks import spread
from tests.benchmarks.sites import ROOT, Site

ROUNDS = 7


class Asker:
    """The process of one site (asking.py)."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.pages = self.hear()

    def ask(self, what: str, name: str) -> Any:
        _, path, is_desk = self.pages[name]
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([what, path, is_desk]) + "\n")
        self.process.stdin.flush()
        return self.hear()

    def hear(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline() or '"it ended"')


@contextmanager
def asking(site: Site) -> Iterator[Asker]:
    command = [sys.executable, str(ROOT / "tests/benchmarks/asking.py")]
    with subprocess.Popen(
        command, cwd=ROOT, env=site.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Asker(process)
        assert process.stdin is not None
        process.stdin.close()


def measure(sites: list[Site]) -> dict[str, Any]:
    """By page, by size."""
    with ExitStack() as until_the_end:
        askers = {site.size: until_the_end.enter_context(asking(site)) for site in sites}
        return {name: of_page(name, askers) for name in next(iter(askers.values())).pages}


def of_page(name: str, askers: dict[int, Asker]) -> dict[str, Any]:
    found: dict[str, Any] = {str(size): asker.ask("count", name) for size, asker in askers.items()}
    there = {size: asker for size, asker in askers.items() if found[str(size)]["status"] < 400}
    times = spread.in_turn(
        {size: (lambda asker=asker: asker.ask("time", name)) for size, asker in there.items()}, ROUNDS
    )
    smallest = next(iter(times), 0)
    for size, taken in times.items():
        found[str(size)] |= {"ms": spread.middle(taken), "growth": spread.ratio(taken, times[smallest])}
    return found
