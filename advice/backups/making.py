"""A backup of the whole site while it runs: its database as of one moment, its pictures, and the proof that both can be
put back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from advice import picture_files
from comments import checking, clock, discussion_settings

from . import databases, folders, manifest, postgresql, state
from .manifest import Manifest, State, Sum, Trial, Unusable

PICTURES = f"media/{picture_files.FOLDER}/"  # the beginning of their paths in a backup
SHOWN = 3  # faults


@dataclass(frozen=True, slots=True)
class Made:
    folder: Path
    manifest: Manifest
    listed: int  # things in a dump that could not be tried
    deleted: list[str]  # older ones
    undeleted: dict[str, str]  # and those that are still there, with the reason
    doubt: str  # of the clock, by which others are too old


def make(directory: Path, *, keep: bool) -> Made:
    """A new backup in this folder; the older ones go after it, unless they are to be kept.

    Raises Unusable, and OSError where the disk does not take it: then there is none. An older one that cannot be
    deleted takes nothing from the new one.
    """
    if directory.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise Unusable(f"{directory} is among the pictures, which each backup holds: it would hold the others")
    now = timezone.now()
    term = None if keep else now - timedelta(days=discussion_settings.fresh().backup_days)
    with _for_its_owner(), folders.alone(directory, databases.workshop()):
        with folders.appearing(directory, now) as folder:
            made, listed = _fill(folder, now)
            made.write(folder)
            if damaged := manifest.read(folder).damages(folder):
                raise Unusable(f"the disk does not give back what was written: {', '.join(damaged[:SHOWN])}")
            name = folder.name.removeprefix(folders.PARTIAL)
        deleted, undeleted, doubt = _delete_older(directory, term, now) if term else ([], {}, "")
        return Made(directory / name, made, listed, deleted, undeleted, doubt)


def _fill(folder: Path, now: datetime) -> tuple[Manifest, int]:
    """The database first: what it tells of pictures is there by then."""
    database = databases.of(connection.vendor)
    file = folder / database.FILE
    found = database.save(file)
    files = {database.FILE: manifest.sum_of(file), **_pictures(folder)}
    made = Manifest(
        made_at=now,
        site=settings.SITE_URL,
        release=settings.RELEASE,
        kind=connection.vendor,
        key=manifest.key_of_secret(),
        state=found,
        files=files,
        trial=None,
    )
    try:
        return replace(made, trial=_tried(database, file, found)), 0
    except postgresql.NotAllowed:
        return made, postgresql.contents(file)


def _pictures(folder: Path) -> dict[str, Sum]:
    """One that is deleted meanwhile is not missed: nothing in this backup's database shows it, or it is gone anyway."""
    sums = {}
    for name in picture_files.names():
        try:
            with picture_files.opened(name) as file:
                sums[f"{PICTURES}{name}"] = folders.copy(file, folder / PICTURES / name)
        except FileNotFoundError:
            continue
    return sums


def _tried(database: databases.Database, file: Path, expected: State) -> Trial:
    """Restored for a moment. Raises Unusable where that does not give what was saved."""
    with database.unpacked(file, file.parent) as name, databases.working_on(name):
        if faults := database.check():
            raise Unusable(f"the trial restore found the database damaged: {'; '.join(faults[:SHOWN])}")
        if state.current() != expected:
            raise Unusable("the trial restore gave other rows than were saved")
        found = checking.check()
        return Trial(found.threads, found.damaged)


def _delete_older(directory: Path, term: datetime, now: datetime) -> tuple[list[str], dict[str, str], str]:
    """This site's alone, and only what is a backup by its manifest: what went, what could not, with the reason, and why
    nothing went."""
    found = [
        each for each, made in folders.backups(directory) if made.site == settings.SITE_URL and made.made_at < term
    ]
    deleted: list[str] = []
    undeleted: dict[str, str] = {}
    try:
        if found:
            clock.strike(now)  # where nobody purges, and nobody does anything else
            clock.check(now)
    except clock.Doubtful as doubt:
        return deleted, undeleted, str(doubt)
    for folder in found:
        try:
            folders.delete(folder)
            deleted.append(folder.name)
        except OSError as error:
            undeleted[folder.name] = error.strerror or str(error)
    return deleted, undeleted, ""


@contextmanager
def _for_its_owner() -> Iterator[None]:
    """Whatever is written meanwhile, by other programs too, nobody else can read."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
