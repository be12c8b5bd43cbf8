"""What a backup says of itself: when and from what it was made, what its database holds, and what each file is."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from django.conf import settings

FORMAT = 1
NAME = "manifest.json"
CHUNK = 1 << 20  # bytes


class Readable(Protocol):
    """A file of the disk's, or one of Django's storages."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, b"" at the end."""


class Unusable(Exception):
    """A backup cannot be made, or is none that can be put back; the message says why. Nothing of the site changed."""


@dataclass(frozen=True, slots=True)
class State:
    """What a database holds at one moment."""

    rows: dict[str, int]  # of each table
    migrations: list[str]  # app.name, sorted

    @property
    def total(self) -> int:
        return sum(self.rows.values())


@dataclass(frozen=True, slots=True)
class Sum:
    """A file's content."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial restore found."""

    threads: int
    damaged: int


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: datetime
    site: str
    release: str
    kind: str  # of the database
    key: str  # says whether a SECRET_KEY is the one it was made with, and nothing else of it
    state: State
    files: dict[str, Sum]  # by their paths in the backup
    trial: Trial | None  # None: it was not tried

    @property
    def size(self) -> int:
        return sum(each.size for each in self.files.values())

    def write(self, folder: Path) -> None:
        values = {"format": FORMAT, **asdict(self), "made_at": self.made_at.astimezone(UTC).isoformat()}
        (folder / NAME).write_text(f"{json.dumps(values, indent=1)}\n")

    def damages(self, folder: Path) -> list[str]:
        """Files that are not what they were, or not there."""
        return [name for name, expected in self.files.items() if _sum_or_none(folder, name) != expected]


def read(folder: Path) -> Manifest:
    """Raises Unusable."""
    try:
        if not (folder / NAME).is_file():  # a pipe would let us wait for ever
            raise Unusable(f"{folder} is no backup: it has no {NAME}")
        values = json.loads((folder / NAME).read_text())
        if values.get("format") != FORMAT:
            raise Unusable(f"{folder.name} has a format that this release does not know: {values.get('format')!r}")
        return _manifest(values)
    except (OSError, ArithmeticError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise Unusable(f"{folder} is no backup, or not a whole one: its {NAME} cannot be read") from error


def _manifest(values: dict[str, Any]) -> Manifest:
    files = {_safe(name): Sum(**found) for name, found in values["files"].items()}
    return Manifest(
        made_at=datetime.fromisoformat(values["made_at"]).astimezone(UTC),
        **{name: str(values[name]) for name in ("site", "release", "kind", "key")},
        state=_state(**values["state"]),
        files=files,
        trial=Trial(**values["trial"]) if values["trial"] else None,
    )


def _state(*, rows: dict[str, int], migrations: list[str]) -> State:
    return State({name: int(count) for name, count in rows.items()}, [str(name) for name in migrations])


def _safe(name: str) -> str:
    """A path that leads nowhere but into the backup. Raises ValueError."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise ValueError(name)
    return name


def sum_of(file: Path) -> Sum:
    with file.open("rb") as opened:
        return sum_up(opened)


def sum_up(opened: Readable, also: Callable[[bytes], Any] = lambda _: None) -> Sum:
    """All that can be read there, which `also` gets piece by piece."""
    digest, size = hashlib.sha256(), 0
    while chunk := opened.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        also(chunk)
    return Sum(size, digest.hexdigest())


def _sum_or_none(folder: Path, name: str) -> Sum | None:
    """Of a file that is in the backup itself: a link may lead to anything that this user can read, and pictures are
    shown to everybody."""
    file = folder / name
    try:
        is_inside = file.resolve() == folder.resolve() / name
        return sum_of(file) if is_inside and file.is_file() else None
    except (OSError, RuntimeError):  # links in a circle
        return None


def key_of_secret() -> str:
    """The same for the same SECRET_KEY: what is keyed in the database (networks, addresses) fits no other one."""
    return hmac.new(settings.SECRET_KEY.encode(), b"backup", hashlib.sha256).hexdigest()[:32]
