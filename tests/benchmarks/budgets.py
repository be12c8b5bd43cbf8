"""DESIGN part 8 beside what was measured: each budget, the figure, and whether it is met."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

QUERIES, GROWTH, MEMORY, START, DESK = 8, 1.2, 120, 1.5, 12
OF_A_FILE = {"sqlite": 0.25, "postgresql": 0.15}


class Budget(NamedTuple):
    what: str
    allowed: str
    measured: str
    is_met: bool


def budgets(results: dict[str, Any]) -> Iterator[Budget]:
    """Those of which there are figures."""
    parts = results["parts"]
    for database, part in parts.get("pages", {}).items():
        yield from of_pages(database, part["figures"])
    for database, part in parts.get("article", {}).items():
        yield from of_articles(database, part["figures"]["rates"])
    for database, part in parts.get("starts", {}).items():
        seconds = part["figures"]["granian"]["median"]
        yield Budget(f"cold start, {database}", f"≤ {START} s", f"{seconds:.2f} s", seconds <= START)
    for database, part in parts.get("memory", {}).items():
        requests, held = max(((int(number), held) for number, held in part["figures"].items()), default=(0, 0.0))
        name = f"memory of a process after {requests:,} requests, {database}"
        yield Budget(name, f"≤ {MEMORY} MiB", f"{held:.0f} MiB", held <= MEMORY)
    for database, part in parts.get("posts", {}).items():
        yield from of_posts(database, part["figures"])


def of_pages(database: str, pages: dict[str, Any]) -> Iterator[Budget]:
    public = {name: sizes for name, sizes in pages.items() if not name.startswith(("desk", "admin"))}
    desk = {name: sizes for name, sizes in pages.items() if name.startswith("desk: ") and "queue" in name}
    yield most_queries(f"queries of a public page, {database}", QUERIES, public)
    yield most_queries(f"queries of the desk's queue, {database}", DESK, desk)
    growing = [name for name, sizes in public.items() if is_growing([one["queries"] for one in there(sizes)])]
    # Fewer where a list is empty, or becomes a list of lists.
    yield Budget(f"no more queries on a larger site, {database}", "all pages", shown(growing), not growing)
    scanning = [name for name, sizes in public.items() if there(sizes)[-1]["scans"]]
    yield Budget(f"no sequential scan over comments, {database}", "none", shown(scanning), not scanning)


def is_growing(numbers: list[int]) -> bool:
    return any(number > numbers[0] for number in numbers[1:])


def most_queries(what: str, allowed: int, pages: dict[str, Any]) -> Budget:
    most = {name: max(one["queries"] for one in there(sizes)) for name, sizes in pages.items() if there(sizes)}
    over = [f"{name} ({count})" for name, count in most.items() if count > allowed]
    return Budget(
        what, f"≤ {allowed}", f"{max(most.values(), default=0)}{': ' + shown(over) if over else ''}", not over
    )


def of_articles(database: str, rates: dict[str, Any]) -> Iterator[Budget]:
    sizes = sorted(int(name.split()[1]) for name in rates if name.startswith("uncached "))
    speed = rates[f"uncached {sizes[-1]}"]["of smallest"]["median"]
    slower = 1 / speed if speed else math.inf  # nothing came within its seconds
    name = f"time of the uncached article at {sizes[-1]:,} against {sizes[0]:,} comments, {database}"
    yield Budget(name, f"≤ {GROWTH} ×", f"{slower:.2f} ×", slower <= GROWTH)
    share, least = rates[f"cached {sizes[0]}"]["of file"]["median"], OF_A_FILE[database]
    name = f"the cached article against nginx's file, {database}"
    yield Budget(name, f"≥ {least:.0%}", f"{share:.1%}", share >= least)


def of_posts(database: str, sites: dict[str, Any]) -> Iterator[Budget]:
    failed = sum(
        count
        for site in sites.values()
        for one in site["posts"].values()
        for status, count in one["answers"].items()
        if status not in ("303", "403")  # 403: the thread was full
    )
    lost = sum(abs(site["acknowledged"] - site["written"]) for site in sites.values())
    damaged = [site["trees"] for site in sites.values() if not site["trees"].endswith(", 0 damaged")]
    yield Budget(f"posts that failed, were lost or doubled, {database}", "0", f"{failed + lost}", failed + lost == 0)
    yield Budget(f"damaged trees after posting, {database}", "0", shown(damaged), not damaged)


def there(sizes: dict[str, Any]) -> list[dict[str, Any]]:
    """Smallest site first, without those that have no such page."""
    return [one for _, one in sorted(sizes.items(), key=lambda item: int(item[0])) if one["status"] < 400]


def shown(names: list[str]) -> str:
    return "; ".join(names) if names else "0"
