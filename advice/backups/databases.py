"""The databases that can be backed up, and working on another one than the site's."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connection, connections

from comments import phrases

from . import postgresql, sqlite
from .manifest import State


class Database(Protocol):
    """What `sqlite` and `postgresql` can."""

    FILE: str

    def save(self, file: Path) -> State:
        """Write all of the site's database into a new file, as of one moment; what was in it then."""

    def unpacked(self, file: Path, folder: Path) -> AbstractContextManager[str]:
        """A temporary database with what such a file holds, by its name; in this folder, if it is a file."""

    def check(self) -> list[str]:
        """What is wrong in the database that is worked on, as far as the database itself can tell."""

    def put_live(self, name: str, folder: Path) -> list[str]:
        """Make this database's content the site's, all of it at once or nothing; what is to be said of that."""


def of(kind: str) -> Database:
    """Of a vendor's name."""
    return {"sqlite": sqlite, "postgresql": postgresql}[kind]


def workshop() -> Path:
    """The folder for what is made ready to be restored: on the site's own disk."""
    if connection.vendor == "sqlite":
        return Path(connection.settings_dict["NAME"]).parent
    return Path(settings.VAR)


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """In this block the database with this name is the site's, for this thread: the doors, checks and migrations,
    which know no other one, do to it what they would do to the site."""
    own = connections[DEFAULT_DB_ALIAS]
    other = own.copy()
    other.settings_dict["NAME"] = name
    connections[DEFAULT_DB_ALIAS] = other
    _forget()
    try:
        yield
    finally:
        other.close()
        connections[DEFAULT_DB_ALIAS] = own
        _forget()


def _forget() -> None:
    """What this process knows of the other database."""
    ContentType.objects.clear_cache()
    cache.clear()
    phrases.forget()
