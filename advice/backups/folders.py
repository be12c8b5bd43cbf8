"""Folders of backups: one appears whole or not at all, named by its moment, for its owner's eyes alone."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from . import manifest
from .manifest import Manifest, Readable, Sum, Unusable

PREFIX = "advice-"
PARTIAL = ".partial-"  # being made, or going: what is left of one that was killed
LOCK = ".lock"
RESTORE_LOCK = ".lock-restore"


@contextmanager
def alone(*directories: Path) -> Iterator[None]:
    """Nobody else makes, restores or deletes backups there meanwhile; what a killed process left behind goes.

    A lock on a file ends with its process, however that ends.
    """
    with ExitStack() as locked:
        for directory in sorted({each.resolve() for each in directories}):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            at_work = f"another process is at work in {directory}"
            _lock(locked.enter_context((directory / LOCK).open("a")), fcntl.LOCK_EX, at_work)
            for left in directory.glob(f"{PARTIAL}*"):
                shutil.rmtree(left, ignore_errors=True)  # what cannot go shall not be in the way of a new one
        yield


@contextmanager
def replacing(directory: Path) -> Iterator[None]:
    """No import writes meanwhile what a restore would take away without a word. Raises Unusable while one does."""
    with (directory / RESTORE_LOCK).open("a") as file:
        _lock(file, fcntl.LOCK_EX, "an import is at work")
        yield


@contextmanager
def adding(directory: Path) -> Iterator[None]:
    """No restore takes the place of what an import writes, of which there may be several. Raises Unusable."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / RESTORE_LOCK).open("a") as file:
        _lock(file, fcntl.LOCK_SH, "the site is being restored")
        yield


def _lock(file: IO[str], how: int, otherwise: str) -> None:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Unusable(otherwise) from None


@contextmanager
def temporary(directory: Path) -> Iterator[Path]:
    """A folder for what is made ready; it goes with the block, or, after a kill, with the next one who is `alone`."""
    folder = directory / f"{PARTIAL}restoring"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def appearing(directory: Path, moment: datetime) -> Iterator[Path]:
    """A new folder to fill; when the block ends it has its name, and whatever the name says is on the disk.

    Where the block raises, nothing is left.
    """
    folder = directory / f"{PREFIX}{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    if folder.exists():
        raise Unusable(f"{folder} is there already")
    draft = directory / f"{PARTIAL}{folder.name}"
    draft.mkdir(mode=0o700)
    try:
        yield draft
        _sync_all(draft)
        draft.rename(folder)
        sync(directory)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def backups(directory: Path) -> Iterator[tuple[Path, Manifest]]:
    """Those that `backup` made there, the oldest first."""
    for folder in sorted(directory.glob(f"{PREFIX}*")):
        with suppress(Unusable):
            yield folder, manifest.read(folder)


def delete(folder: Path) -> None:
    """Under another name first: what is half gone never looks whole."""
    going = folder.with_name(f"{PARTIAL}{folder.name}")
    folder.rename(going)
    shutil.rmtree(going)


def copy(source: Readable, target: Path) -> Sum:
    """Summed up as it is read: what the disk keeps is compared with that when it is read again."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("xb") as written:
        return manifest.sum_up(source, written.write)


def sync(path: Path) -> None:
    """Have the disk keep a file, or a folder's names."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _sync_all(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o600)
        sync(path)
    sync(folder)
