"""When what readers see last changed, as this process knows, and a mark that all processes of this machine share.

Whoever keeps pages shows none from before. The mark is eight bytes in a file: each change puts others there, after it
is written and before its writer is answered. Who finds the same ones as when they read the database knows that nobody
on this machine has changed anything since. Of other machines it says nothing.
"""

import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from django.conf import settings

FILE = "changed"
SIZE = 8  # bytes
POPULATE_READ = 22  # of Linux: read the memory's pages, or say that they are not there

_last: dict[int, float] = {}  # by article
_found: dict[str, "_Found"] = {}  # by folder


class _Found(NamedTuple):
    """The file that was there when this process looked."""

    file: tuple[int, int]
    memory: mmap.mmap


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
    with suppress(OSError), _opened(str(settings.VAR)) as number:
        _write(number)


def mark() -> bytes | None:
    """The machine's, of now, in the file that was looked at last; None where there is none.

    Without asking for the file: no other thread takes over meanwhile, as each cached page reads it.
    """
    found = _found.get(str(settings.VAR))
    if found is None:
        return None
    try:
        found.memory.madvise(POPULATE_READ)
    except OSError:  # it was cut off meanwhile, and reading would end the process; or the system cannot say
        return None
    return found.memory[:SIZE]


def look() -> bytes | None:
    """The same, after a look whether the file is still the one that others write to, and can be written."""
    folder = str(settings.VAR)
    try:
        with _opened(folder) as number:
            file = os.fstat(number)
            if file.st_size < SIZE:
                _write(number)
            if folder not in _found or _found[folder].file != (file.st_dev, file.st_ino):
                memory = mmap.mmap(number, SIZE, prot=mmap.PROT_READ)
                _found[folder] = _Found((file.st_dev, file.st_ino), memory)
    except (OSError, ValueError):  # no such folder, no room, a file system that cannot
        _found.pop(folder, None)
        return None
    return mark()


def _write(number: int) -> None:
    # The clock's nanoseconds, which all processes share: no two changes of a machine have the same.
    os.pwrite(number, time.monotonic_ns().to_bytes(SIZE, "little"), 0)


@contextmanager
def _opened(folder: str) -> Iterator[int]:
    number = os.open(f"{folder}/{FILE}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield number
    finally:
        os.close(number)
