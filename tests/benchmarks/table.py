"""RESULTS.md from what was measured."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.budgets import budgets

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
TOUCHED = {"sqlite": "steps of SQLite's machine", "postgresql": "rows read of tables and indexes"}
HEAD = """# What `make bench` measured

Written by `make bench` (tests/benchmarks/bench.py); the figures are in `results.json`. Sites of each size have the
same shapes (`shapes.py`): an article with 120 comments, the same on all; a thread of 20,000 replies (a fifth of a site
that is smaller); a chain 500 deep; half of the rest under one article in short threads, the others under up to 300.
They came in through the bulk door of imports, and `check_trees` found nothing damaged.

Times depend on the machine, ratios much less: both sides were measured in turn, in one run. Given are medians, and in
brackets least and most.

![How the pages' times grow with the number of comments](growth.svg)

"""


def write(results: dict[str, Any], file: Path) -> None:
    tables = [
        lines for part, table in TABLES.items() if part in results["parts"] for lines in table(results["parts"][part])
    ]
    lines = [HEAD, *machine(results), *budget_lines(results), *tables]
    file.write_text("\n".join(lines).replace("\n\n\n", "\n\n") + "\n")


def machine(results: dict[str, Any]) -> Iterator[str]:
    about = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    yield f"Machine: {about['cores']} cores ({about['CPU']}), {about['GiB']} GiB. {versions}.\n"
    rows = [
        (part, NAMES[database], figures["at"]["date"], figures["at"]["commit"], f"{figures['at']['load']}")
        for part, databases in results["parts"].items()
        for database, figures in databases.items()
    ]
    yield from table(("part", "database", "measured", "commit", "load of the machine"), rows)
    yield "A load far above the number of cores: others worked there too. Then trust the counts, and ratios roughly.\n"


def budget_lines(results: dict[str, Any]) -> Iterator[str]:
    yield "## Budgets (DESIGN, part 8)\n"
    rows = [(one.what, one.allowed, one.measured, "met" if one.is_met else "**not met**") for one in budgets(results)]
    yield from table(("what", "budget", "measured", ""), rows)


def articles(databases: dict[str, Any]) -> Iterator[str]:
    yield "## The article page with 120 comments\n"
    yield "Client: wrk, 8 connections. Server: granian as `manage.py run` starts it; nginx: 2 workers, sendfile.\n"
    for database, part in databases.items():
        figures = part["figures"]
        yield f"{NAMES[database]}, {figures['bytes']:,} bytes (Brotli) in every answer:\n"
        rows = [
            (name_of(name), middle(one["rate"], "{:,.0f}"), middle(one["of file"], "{:.1%}"),
             middle(one["of smallest"], "{:.2f}") if "of smallest" in one else "")
            for name, one in figures["rates"].items()
        ]  # fmt: skip
        yield from table(("", "requests/s", "of nginx", "of the smallest site's"), rows)


def name_of(measure: str) -> str:
    way, _, size = measure.partition(" ")
    return f"{way}, {int(size):,} comments" if size else "nginx, a file of the same bytes"


def pages(databases: dict[str, Any]) -> Iterator[str]:
    yield "## Every page, made anew\n"
    yield "In one process, without a server between. `×`: its time beside that on the smallest site that has it.\n"
    for database, part in databases.items():
        figures = part["figures"]
        sizes = sorted({int(size) for one in figures.values() for size in one})
        at = ", ".join(f"{size:,}" for size in sizes)
        yield f"{NAMES[database]}; touched: {TOUCHED[database]}; at {at} comments:\n"
        rows = [(name, *columns(one, sizes)) for name, one in figures.items()]
        yield from table(("page", "queries", "touched", "bytes", "ms", "×"), rows)


def columns(page: dict[str, Any], sizes: list[int]) -> Iterator[str]:
    """Of each figure one for each size; one alone where all are the same."""
    found = [page[str(size)] for size in sizes]
    for key, form in (("queries", "{}"), ("touched", "{:,}"), ("bytes", "{:,}")):
        yield joined(form.format(one[key]) if one["status"] < 400 else "-" for one in found)
    yield joined(f"{one['ms']['median']:.1f}" if "ms" in one else "-" for one in found)
    yield middle(found[-1]["growth"], "{:.2f}") if "growth" in found[-1] else "-"


def joined(figures: Iterable[str]) -> str:
    each = list(figures)
    return each[0] if len(set(each)) == 1 else " / ".join(each)


def posts(databases: dict[str, Any]) -> Iterator[str]:
    yield "## Posting\n"
    yield "Client: one Python process for each who posts. 303 is a comment that was taken.\n"
    for database, part in databases.items():
        for size, site in part["figures"].items():
            yield (
                f"{NAMES[database]}, {int(size):,} comments: {site['acknowledged']:,} acknowledged,"
                f" {site['written']:,} written; afterwards {site['trees']}.\n"
            )
            rows = [(name, *posted(one)) for name, one in site["posts"].items()]
            yield from table(("into, processes", "posts/s", "ms", "95 % below, ms", "answers"), rows)
            yield from at_the_desk(site["desk"])


def posted(one: dict[str, Any]) -> Iterator[str]:
    yield from (f"{one[key]:,.0f}" for key in ("rate", "ms", "p95"))
    yield ", ".join(f"{count} × {status}" for status, count in sorted(one["answers"].items()))


def at_the_desk(desk: dict[str, Any]) -> Iterator[str]:
    answer, bulk, late = desk["answer"], desk["bulk"], desk.get("answer in the longest")
    longest = f" ({late['ms']:,.0f} ms early in a thread of {late['thread']:,})" if late else ""
    yield (
        f"At its desk: an answer {answer['ms']:.0f} ms, {answer['queries']} queries{longest};"
        f" {bulk['comments']} approved in one go {bulk['ms']:.0f} ms, {bulk['queries']} queries.\n"
    )


def memory(databases: dict[str, Any]) -> Iterator[str]:
    yield "## Memory of one web process\n"
    rows = [
        (NAMES[database], f"{int(requests):,}", f"{held:.0f}")
        for database, part in databases.items()
        for requests, held in sorted(part["figures"].items(), key=lambda item: int(item[0]))
    ]
    yield from table(("database", "requests", "resident MiB"), rows)


def starts(databases: dict[str, Any]) -> Iterator[str]:
    yield "## Cold start, to the first article page\n"
    rows = [
        (NAMES[database], way, f"{seconds['median']:.2f}", f"{seconds['most']:.2f}")
        for database, part in databases.items()
        for way, seconds in part["figures"].items()
    ]
    yield from table(("database", "started by", "seconds", "at most"), rows)


def middle(figures: dict[str, float], form: str) -> str:
    least, most = form.format(figures["least"]), form.format(figures["most"])
    return f"{form.format(figures['median'])} ({least} to {most})"


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "| --- " * len(heads) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


TABLES = {"article": articles, "pages": pages, "posts": posts, "memory": memory, "starts": starts}
