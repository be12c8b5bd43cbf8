"""Bars as plain SVG. Widths are shares of the picture's and heights pixels, so its words keep their size on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 180
BASE = 156  # pixels from above: where bars stand
TALLEST = 130
WIDE = 0.62  # of a bar's place


@dataclass(frozen=True, slots=True)
class Point:
    name: str  # in the table
    label: str  # below the bar; empty where there is no room
    value: float | None  # None: nothing to measure
    shown: str  # in the table and above the bar


@dataclass(frozen=True, slots=True)
class Bar:
    """Numbers as SVG reads them, whatever the language."""

    point: Point
    x: str
    middle: str
    width: str
    y: str
    height: str
    above: str


@dataclass(frozen=True, slots=True)
class Plot:
    name: str  # for its ids
    title: str
    description: str
    of: str  # what the points are: "Month"
    measured: str  # and what is measured
    bars: list[Bar]
    height: int = HEIGHT
    base: int = BASE

    @property
    def label_y(self) -> int:
        return self.base + 16


def bars(points: Sequence[Point]) -> list[Bar]:
    """A bar for each point, from the left, the highest value as tall as there is room."""
    most = max((point.value or 0 for point in points), default=0) or 1
    place = 100 / max(len(points), 1)
    return [_bar(point, number * place, place, (point.value or 0) / most) for number, point in enumerate(points)]


def _bar(point: Point, start: float, place: float, share: float) -> Bar:
    height = share * TALLEST
    return Bar(
        point=point,
        x=f"{start + place * (1 - WIDE) / 2:.2f}%",
        middle=f"{start + place / 2:.2f}%",
        width=f"{place * WIDE:.2f}%",
        y=f"{BASE - height:.1f}",
        height=f"{height:.1f}",
        above=f"{BASE - height - 5:.1f}",
    )
