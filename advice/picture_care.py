"""Whether pictures' files can be kept, which are missing, and which belong to no picture any more."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from . import picture_files
from .exporting import media

YOUNG = timedelta(days=1)  # an upload, or an import, writes files before their rows


@dataclass(frozen=True, slots=True)
class Found:
    files: int
    missing: list[str]
    strays: list[str]  # of no picture: of an import that was killed, or a deletion that the bucket did not hear


def look() -> Found:
    there, expected = picture_files.names(), media.names()
    return Found(len(there), sorted(set(expected) - set(there)), sorted(set(there) - set(expected)))


def try_out() -> None:
    """Write a file, read it, remove it. Raises OSError with what failed."""
    name, content = f".trial-{secrets.token_hex(8)}", secrets.token_bytes(64)
    picture_files.write(name, content)
    try:
        with picture_files.opened(name) as file:
            if file.read() != content:
                raise OSError("what is written there is not what is read")
    finally:
        picture_files.remove(name)


def remove_strays(names: Iterable[str]) -> int:
    """But for those that may be getting their row at this moment; how many went."""
    before, removed = timezone.now() - YOUNG, 0
    for name in names:
        with suppress(FileNotFoundError):
            if picture_files.written_at(name) < before:
                picture_files.remove(name)
                removed += 1
    return removed
