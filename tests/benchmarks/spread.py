"""Figures taken again and again, one after another, so that what the machine does meanwhile hits all alike."""

import statistics
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)


def in_turn(measures: Mapping[K, Callable[[], float]], rounds: int) -> dict[K, list[float]]:
    """Each of them in every round; the first round warms up and is not counted."""
    taken: dict[K, list[float]] = {name: [] for name in measures}
    for number in range(rounds + 1):
        for name, measure in measures.items():
            figure = measure()
            if number:
                taken[name].append(figure)
    return taken


def middle(figures: Sequence[float]) -> dict[str, Any]:
    """The median, and the least and the most of them."""
    return {"median": statistics.median(figures), "least": min(figures), "most": max(figures)}


def ratio(ones: Sequence[float], others: Sequence[float]) -> dict[str, Any]:
    """Of what was taken in the same round; a round in which a busy machine gave nothing says nothing."""
    return middle([one / other for one, other in zip(ones, others, strict=True) if other] or [0.0])
