"""When what readers see last changed, as this process knows, and a mark that all processes of this machine share.

Whoever keeps pages shows none from before. The mark is eight bytes in a file: each change puts others there, after it
is written and before its writer is answered. Who finds the same ones as when they read the database knows that nobody
on this machine has changed anything since. Of other machines it says nothing.
"""

import mmap
import os
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings

FILE = "changed"
SIZE = 8  # bytes

_last: dict[int, float] = {}  # by article


def note(article: int) -> None:
    """What readers see of this article has just changed."""
    _last[article] = time.monotonic()
    announce()


def last(article: int | None = None) -> float:
    """When that was last so, by the monotonic clock: of this article, or of any."""
    moments = list(_last.values()) if article is None else [_last[article]] if article in _last else []
    return max(moments, default=float("-inf"))


def announce() -> None:
    """Give the machine another mark. Where its file cannot be written nobody hears of it."""
    with suppress(OSError):
        number = _opened(Path(settings.VAR))
        try:
            # The clock's nanoseconds, which all processes share: no two changes of a machine have the same.
            os.pwrite(number, time.monotonic_ns().to_bytes(SIZE, "little"), 0)
        finally:
            os.close(number)


def mark() -> bytes | None:
    """The machine's, of now; None where it has none."""
    memory = _in_memory(str(settings.VAR))
    return None if memory is None else memory[:SIZE]


@lru_cache(maxsize=2)
def _in_memory(folder: str) -> mmap.mmap | None:
    """The file, read without asking the system: no other thread takes over meanwhile, as each cached page reads it."""
    try:
        number = _opened(Path(folder))
        try:
            if os.fstat(number).st_size < SIZE:
                os.pwrite(number, bytes(SIZE), 0)  # another process may do so too
            return mmap.mmap(number, SIZE, prot=mmap.PROT_READ)
        finally:
            os.close(number)
    except (OSError, ValueError):  # no such folder, no room, a file system that cannot
        return None


def _opened(folder: Path) -> int:
    return os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
