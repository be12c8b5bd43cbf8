"""Break one thing under a crowd, and say what came of it."""

import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.drivers import Crowd, recovered, told
from tests.faults.faults import FAKETIME, Fault, mount
from tests.faults.postgres import Postgres
from tests.faults.site import Site

PATIENCE = 60  # seconds in which it must be well again
BEFORE, AFTER = 1.5, 1.0  # seconds of quiet


@dataclass(frozen=True)
class Outcome:
    fault: str
    database: str
    reading: str
    helping: str
    posting: str
    seconds: float  # until it was well again
    acknowledged: int
    lost: int
    doubled: int
    damage: str
    lines: list[str]  # of the log
    longest: float  # seconds of the slowest request

    def row(self) -> str:
        lines = f"{len(self.lines)}: {self.lines[0]}" if self.lines else "0"
        cells = [self.fault, self.database, self.reading, self.posting, f"{self.seconds:.1f}"]
        return f"| {' | '.join([*cells, str(self.lost), str(self.doubled), lines.replace('|', '/')])} |"

    def rest(self) -> str:
        """What the table has no room for."""
        return f"  /help/: {self.helping}; {self.acknowledged} posts taken; {self.damage}; at most {self.longest:.1f} s"


HEAD = (
    "| fault | database | reading an article | posting | seconds until well | lost | doubled | lines in the log |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)


@contextmanager
def site(database: str, fault: Fault) -> Iterator[Site]:
    """A running site of its own for this fault."""
    with tempfile.TemporaryDirectory(prefix="advice-fault-") as name, ExitStack() as until_the_end:
        folder = Path(name)
        disk, logs = folder / "disk", folder / "logs"
        for small, size in {disk: fault.disk, logs: fault.log_disk}.items():
            small.mkdir()
            if size:
                mount("-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(small))
                until_the_end.callback(subprocess.run, ["umount", "-l", str(small)], check=True)
        postgres = Postgres(disk / "data") if database == "postgresql" else None
        made = Site(folder / "var" if postgres else disk / "var", logs / "log", postgres, dict(fault.also))
        if fault.clock:
            made.also |= _clock(folder)
        if postgres:
            until_the_end.callback(_end, postgres)
        _fill(made)
        until_the_end.callback(made.stop)
        made.start()
        yield made


def strike(database: str, fault: Fault) -> Outcome:
    with site(database, fault) as made:
        return break_it(made, database, fault)


def break_it(made: Site, database: str, fault: Fault) -> Outcome:
    said = made.log.stat().st_size
    with Crowd(made) as crowd:
        until(lambda: crowd.is_well(0) and len(crowd.acknowledged) > 5)
        work = fault.work(made)
        began = time.monotonic()
        next(work)
        _pause(fault.hold)
        mending = time.monotonic()
        for _ in work:
            raise AssertionError("It yields once.")
        ended = time.monotonic() if fault.hold else began
        until(lambda: crowd.is_well(max(ended, mending)))
        _pause(AFTER)
    everything = [*crowd.reading, *crowd.helping, *crowd.posting]
    found = made.texts()
    last = mending if fault.hold else float("inf")
    return Outcome(
        fault.name,
        {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[database],
        told(crowd.reading, began, last),
        told(crowd.helping, began, last),
        told(crowd.posting, began, last),
        max(recovered(crowd.reading, mending), recovered(crowd.posting, mending)),
        len(crowd.acknowledged),
        crowd.lost(found),
        crowd.doubled(found),
        made.damage(),
        _worth_reading(made.said(said)),
        max(answer.seconds for answer in everything),
    )


def _worth_reading(lines: list[str]) -> list[str]:
    """Without the hours, which say nothing in a table."""
    return [re.sub(r"^\[?\d{4}-\d\d-\d\d[T ][\d:,.+]+\]? ", "", line) for line in lines if line.strip()]


def _fill(made: Site) -> None:
    """With what the first site of this run was filled with: migrating takes ten seconds."""
    postgres = made.postgres
    stored, kept = _stored(made), Path(os.environ["VAR"]) / f"filled-{'postgresql' if postgres else 'sqlite'}"
    if kept.exists():
        subprocess.run(["cp", "-a", kept, stored], check=True)
        made.path = kept.with_suffix(".path").read_text()
        if postgres:
            postgres.move()
        return
    if postgres:
        postgres.make()
    made.make()
    if postgres:
        postgres.stop()
    subprocess.run(["cp", "-a", stored, kept], check=True)
    kept.with_suffix(".path").write_text(made.path)
    if postgres:
        postgres.start()


def _stored(made: Site) -> Path:
    return made.postgres.data if made.postgres else made.folder


def _clock(folder: Path) -> dict[str, str]:
    """A clock that the file sets; waiting goes by the one that never jumps, as on a real machine."""
    (folder / "clock").write_text("+0")
    return {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _end(postgres: Postgres) -> None:
    with suppress(subprocess.CalledProcessError):
        postgres.stop("immediate")


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "It was not well again in time."
        _pause(0.1)


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)
