"""The article page with 120 comments, kept and made anew, on each site, beside a file of the same bytes from nginx."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.benchmarks import load, serving, spread
from tests.benchmarks.places import ARTICLE
from tests.benchmarks.sites import Site

ROUNDS = 5


def measure(sites: list[Site], seconds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="advice-nginx-") as name, ExitStack() as until_the_end:
        folder = Path(name)
        measures: dict[str, Callable[[], float]] = {}
        content = b""
        for site in sites:
            for way in ("cached", "uncached"):
                serve = serving.served(site, cached=way == "cached")
                port = until_the_end.enter_context(serve)
                measures[f"{way} {site.size}"] = lambda port=port: load.rate(port, ARTICLE, seconds)
                content = content or serving.get(port, ARTICLE)[1]
                assert serving.get(port, ARTICLE)[1] == content, "The sites' pages differ."
        port = until_the_end.enter_context(serving.a_file(content, folder))
        assert serving.get(port, "/page")[1] == content
        taken = spread.in_turn({"file": lambda: load.rate(port, "/page", seconds), **measures}, ROUNDS)
    smallest = sites[0].size
    found = {name: {"rate": spread.middle(rates)} for name, rates in taken.items()}
    for name, rates in taken.items():
        found[name]["of file"] = spread.ratio(rates, taken["file"])
        if name != "file":
            found[name]["of smallest"] = spread.ratio(rates, taken[f"{name.split()[0]} {smallest}"])
    return {"bytes": len(content), "rates": found}
