"""`make bench-import`: an export of 100,000 comments (or `--comments N`) imported, and imported again, in a process of
its own: seconds, and the most memory that it held. On SQLite, or with `--postgresql` there.

A quarter of the comments stand under one article, among them a thread of a hundredth of all; the others under 200
articles, in threads of one to forty, up to ten deep.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

ARTICLES = 200
TEXT = "He left in May after four years, and I do not know whether to write to him or to wait. "
START = datetime(2015, 1, 1, tzinfo=UTC)


def main() -> None:
    from tests import environment

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--comments", type=int, default=100_000)
    options.add_argument("--postgresql", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="advice-import-") as folder:
        database = environment._start_postgresql() if chosen.postgresql else f"sqlite:///{folder}/db.sqlite3"
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        theirs = {**inherited, "VAR": folder, "DATABASE_URL": database}
        path = Path(folder) / "export.xml"
        write_export(path, chosen.comments)
        print(f"{'PostgreSQL' if chosen.postgresql else 'SQLite'}, {path.stat().st_size >> 20} MiB:")  # noqa: T201
        manage(theirs, "migrate", "--verbosity=0")
        for what in (["import_wordpress", str(path)], ["import_wordpress", str(path)], ["check_trees"]):
            said, seconds, used = manage(theirs, *what)
            busy, memory = used.ru_utime + used.ru_stime, used.ru_maxrss >> 10
            print(f"{what[0]}: {said}: {seconds:.1f} s ({busy:.1f} of CPU), {memory} MiB", flush=True)  # noqa: T201
    environment.pytest_unconfigure()


def manage(theirs: dict[str, str], *what: str) -> tuple[str, float, Any]:
    """The last line, the seconds and the resources of a command."""
    since = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "manage.py", *what], cwd=ROOT, env=theirs, stdout=subprocess.PIPE
    ) as process:
        said = process.stdout.read().decode() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    return (said.splitlines() or [""])[-1], time.perf_counter() - since, used


def write_export(path: Path, comments: int) -> None:
    from tests import wxr

    head, tail = wxr.export("|").split("|")
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        for number, comments_of in enumerate(shared_out(comments), 1):
            start, end = wxr.item(number, "|").split("|")
            file.write(start)
            file.writelines(comments_of)
            file.write(end)
        file.write(tail)


def shared_out(comments: int) -> Iterator[Iterator[str]]:
    """Each article's comments as XML, the first article's first."""
    from tests import wxr

    dice = random.Random(comments)

    def of(numbers: range, longest: int) -> Iterator[str]:
        thread: list[int] = []
        size = longest
        for number in numbers:
            if len(thread) >= size:
                thread, size = [], dice.randint(1, 40)
            parent = dice.choice(thread[-10:]) if thread else 0
            thread.append(number)
            when = f"{START + timedelta(minutes=number):%Y-%m-%d %H:%M:%S}"
            by = {"user_id": 7, "author": "Ida Berg"} if thread[1:] and number % 5 == 0 else {}
            text = TEXT * dice.randint(1, 6)
            yield wxr.comment(number, text, parent=parent, date=when, date_gmt=when, **by)

    first = comments // 4
    yield of(range(1, first + 1), comments // 100)
    each = max(1, (comments - first) // (ARTICLES - 1))
    for start in range(first + 1, comments + 1, each):
        yield of(range(start, min(start + each, comments + 1)), 40)


if __name__ == "__main__":
    main()
