"""The cache of one process: what is asked for again soon, bounded in number, in bytes and in time.

Things are kept as they are, not pickled as by Django's own cache in memory, which copied a page for each reader:
whoever gets one changes nothing in it.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

SMALL = 1_000  # bytes; what a thing weighs that does not say
SWEEP = 60  # seconds after which what is too old goes, whether or not anybody asks


@dataclass(slots=True)
class Shelf:
    """What all threads of the process share; Django makes a cache of each thread's own."""

    things: OrderedDict[str, tuple[Any, float, int]] = field(default_factory=OrderedDict)  # the last used is the last
    weight: int = 0
    swept_at: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def drop(self, key: str) -> bool:
        found = self.things.pop(key, None)
        self.weight -= found[2] if found else 0
        return found is not None

    def sweep(self, now: float) -> None:
        self.swept_at = now
        for key in [key for key, (_, until, _) in self.things.items() if until <= now]:
            self.drop(key)


_shelves: dict[str, Shelf] = {}  # by the cache's name


class MemoryCache(BaseCache):
    """A thing that has `weight` counts with it. OPTIONS: MAX_ENTRIES, and MAX_BYTES of all together."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.shelf = _shelves.setdefault(name, Shelf())
        self.most_bytes: int = params.get("OPTIONS", {}).get("MAX_BYTES", 1_000_000)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        shelf, now = self.shelf, time.monotonic()
        with shelf.lock:
            found = shelf.things.get(key)
            if found is None:
                return default
            if found[1] <= now:
                shelf.drop(key)
                return default
            shelf.things.move_to_end(key)
        return found[0]

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        shelf, now = self.shelf, time.monotonic()
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        weight = getattr(value, "weight", SMALL) + len(key)
        with shelf.lock:
            if now - shelf.swept_at >= SWEEP:
                shelf.sweep(now)
            shelf.drop(key)
            shelf.things[key] = (value, float("inf") if seconds is None else now + seconds, weight)
            shelf.weight += weight
            while shelf.weight > self.most_bytes or len(shelf.things) > self._max_entries:
                shelf.drop(next(iter(shelf.things)))

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        if self.get(key, self) is not self:
            return False
        self.set(key, value, timeout)
        return True

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        value = self.get(key, self)
        if value is self:
            return False
        self.set(key, value, timeout)
        return True

    def delete(self, key: str, version: int | None = None) -> bool:
        with self.shelf.lock:
            return self.shelf.drop(key)

    def clear(self) -> None:
        with self.shelf.lock:
            self.shelf.things.clear()
            self.shelf.weight = 0
