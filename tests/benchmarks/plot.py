"""The plot beside RESULTS.md: what grows with the number of comments, as SVG, readable on light and on dark."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# What is drawn: the pages that readers come by most.
PAGES = {
    "article, 120 comments": "#3366cc",
    "its middle numbered page": "#dc3912",
    "permalink: longest thread, middle": "#ff9900",
    "thread: the longest, middle page": "#109618",
    "questions": "#990099",
    "questions, a common word": "#0099c6",
    "desk: queue": "#888888",
}
WIDTH, HEIGHT, LEFT, TOP, PANEL = 860, 420, 50, 50, 330
LEAST, MOST = 0.5, 8.0  # of the growth that is drawn; what is beyond stands at the edge
STYLE = """<style>
text { font: 12px system-ui, sans-serif; fill: #222; }
.grid { stroke: #8886; } .budget { stroke: #888; stroke-dasharray: 4 4; }
@media (prefers-color-scheme: dark) { text { fill: #ddd; } }
</style>"""


def write(results: dict[str, Any], file: Path) -> None:
    parts = results["parts"].get("pages", {})
    if not parts:
        return
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">', STYLE]
    lines.append("<title>Time of pages beside the smallest site, by the number of comments</title>")
    for number, (database, part) in enumerate(sorted(parts.items())):
        lines += panel(LEFT + number * (PANEL + 70), database, part["figures"])
    for number, (name, colour) in enumerate(PAGES.items()):
        x, y = LEFT + (number % 3) * 260, HEIGHT - 50 + (number // 3) * 18
        lines.append(f'<rect x="{x}" y="{y - 9}" width="14" height="8" fill="{colour}"/>')
        lines.append(f'<text x="{x + 20}" y="{y}">{name}</text>')
    file.write_text("\n".join([*lines, "</svg>"]) + "\n")


def panel(left: int, database: str, pages: dict[str, Any]) -> Iterator[str]:
    sizes = sorted({int(size) for one in pages.values() for size in one})
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[database]
    yield f'<text x="{left}" y="{TOP - 24}">{name}: time beside that at {sizes[0]:,} comments</text>'
    for growth in (0.5, 1, 2, 4, 8):
        y = height(growth)
        yield f'<line class="grid" x1="{left}" x2="{left + PANEL}" y1="{y:.0f}" y2="{y:.0f}"/>'
        yield f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{growth:g} ×</text>'
    yield f'<line class="budget" x1="{left}" x2="{left + PANEL}" y1="{height(1.2):.0f}" y2="{height(1.2):.0f}"/>'
    for size in sizes:
        x, y = place(left, size, sizes), height(LEAST) + 20
        yield f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle">{size:,}</text>'
    for page, colour in PAGES.items():
        yield line(left, sizes, pages.get(page, {}), colour)


def line(left: int, sizes: list[int], page: dict[str, Any], colour: str) -> str:
    points = [
        f"{place(left, size, sizes):.1f},{height(page[str(size)]['growth']['median']):.1f}"
        for size in sizes
        if "growth" in page.get(str(size), {})
    ]
    return f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>'


def place(left: int, size: int, sizes: list[int]) -> float:
    low, high = math.log(sizes[0]), math.log(max(sizes[-1], sizes[0] + 1))
    return left + PANEL * (math.log(size) - low) / (high - low)


def height(growth: float) -> float:
    low, high = math.log(LEAST), math.log(MOST)
    bounded = min(max(growth, LEAST), MOST)
    return TOP + 260 * (1 - (math.log(bounded) - low) / (high - low))
