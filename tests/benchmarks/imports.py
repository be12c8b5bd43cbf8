"""`make bench-import`: exports of 100,000 comments (or `--comments N`) of each system imported, and imported again, in
processes of their own: seconds, and the most memory held. On SQLite, or with `--postgresql` there; `--only FORMAT`.

Of WordPress, Isso and Disqus, a quarter of the comments stand under one article, among them a thread of a hundredth of
all; the others under 200 articles, in threads of one to forty. A page has all of them. Last what came from WordPress
goes out as JSON Lines and WXR, and the former into an empty site.
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
    options.add_argument("--only", choices=[*FORMATS, "native"], help="one of the formats")
    chosen = options.parse_args()
    print(f"{'PostgreSQL' if chosen.postgresql else 'SQLite'}, {chosen.comments:,} comments:", flush=True)  # noqa: T201
    for name in [chosen.only] if chosen.only else [*FORMATS, "native"]:
        database = environment._start_postgresql() if chosen.postgresql else ""
        with tempfile.TemporaryDirectory(prefix="advice-import-") as folder:
            inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
            theirs = {**inherited, "VAR": folder, "DATABASE_URL": database or f"sqlite:///{folder}/db.sqlite3"}
            manage(theirs, "migrate", "--verbosity=0")
            if name == "native":
                measure_native(theirs, Path(folder), chosen.comments)
            else:
                measure(theirs, Path(folder), chosen.comments, name)
    environment.pytest_unconfigure()


def measure(theirs: dict[str, str], folder: Path, comments: int, name: str) -> None:
    path, *told = FORMATS[name](folder, comments)
    for command in ([f"import_{name}", str(path), *told], [f"import_{name}", str(path), *told], ["check_trees"]):
        report(theirs, *command)


def measure_native(theirs: dict[str, str], folder: Path, comments: int) -> None:
    """Out, and into another database of the same kind."""
    path, *_ = write_wordpress(folder, comments)
    manage(theirs, "import_wordpress", str(path))
    report(theirs, "export", str(folder / "site.xml"), "--wordpress", "--private")
    report(theirs, "export", str(folder / "site.jsonl"), "--private")
    beside, _, name = theirs["DATABASE_URL"].rpartition("/")
    other = {**theirs, "DATABASE_URL": f"{beside}/other"}
    if name == "postgres":
        make = "from django.db import connection; connection.cursor().execute('CREATE DATABASE other')"
        manage(theirs, "shell", "--verbosity=0", "-c", make)
    manage(other, "migrate", "--verbosity=0")
    report(other, "import_native", str(folder / "site.jsonl"))
    report(other, "check_trees")


def report(theirs: dict[str, str], *command: str) -> None:
    said, seconds, used = manage(theirs, *command)
    busy, memory = used.ru_utime + used.ru_stime, used.ru_maxrss >> 10
    what = " ".join(part for part in command if "/" not in part)
    print(f"{what}: {said}: {seconds:.1f} s ({busy:.1f} of CPU), {memory} MiB", flush=True)  # noqa: T201


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


def write_wordpress(folder: Path, comments: int) -> list[Any]:
    from tests import wxr

    head, tail = wxr.export("|").split("|")
    with (folder / "export.xml").open("w", encoding="utf-8") as file:
        file.write(head)
        for number, comments_of in enumerate(shared_out(comments), 1):
            start, end = wxr.item(number, "|").split("|")
            file.write(start)
            for pk, parent, when, text in comments_of:
                by = {"user_id": 7, "author": "Ida Berg"} if parent and pk % 5 == 0 else {}
                date = f"{when:%Y-%m-%d %H:%M:%S}"
                file.write(wxr.comment(pk, text, parent=parent or 0, date=date, date_gmt=date, **by))
            file.write(end)
        file.write(tail)
    return [folder / "export.xml"]


def write_disqus(folder: Path, comments: int) -> list[Any]:
    from tests import dsq

    head, tail = dsq.export("|").split("|")
    with (folder / "export.xml").open("w", encoding="utf-8") as file:
        file.write(head)
        file.writelines(dsq.thread(pk, f"https://old.example/rest-{pk}/") for pk in range(1, ARTICLES + 1))
        for thread, comments_of in enumerate(shared_out(comments), 1):
            for pk, parent, when, text in comments_of:
                sent = f"{when:%Y-%m-%dT%H:%M:%SZ}"
                file.write(dsq.post(pk, f"<p>{text}</p>", thread=thread, parent=parent or "", createdAt=sent))
        file.write(tail)
    return [folder / "export.xml"]


def write_isso(folder: Path, comments: int) -> list[Any]:
    from tests import isso

    rows = (
        isso.comment(pk, text, tid=thread, parent=parent, created=when.timestamp())
        for thread, comments_of in enumerate(shared_out(comments), 1)
        for pk, parent, when, text in comments_of
    )
    threads = [(pk, f"/rest-{pk}/", f"Rest {pk}") for pk in range(1, ARTICLES + 1)]
    isso.write(folder / "comments.db", threads=threads)
    isso.add(folder / "comments.db", rows)  # one by one: what this process holds, Linux counts as its commands' too
    return [folder / "comments.db"]


def write_page(folder: Path, comments: int) -> list[Any]:
    """All of them on one page, every fourth with three replies."""
    from tests import pages

    dice = random.Random(comments)
    head, tail = pages.html("|").split("|")
    with (folder / "page.html").open("w", encoding="utf-8") as file:
        file.write(head)
        for pk in range(1, comments + 1, 4):
            replies = [pages.comment(pk + n, text_of(dice), depth=2) for n in range(1, 4)]
            file.write(pages.comment(pk, text_of(dice), *replies))
        file.write(tail)
    return [folder / "page.html"]


FORMATS = {"wordpress": write_wordpress, "disqus": write_disqus, "isso": write_isso, "page": write_page}


def text_of(dice: random.Random) -> str:
    return TEXT * dice.randint(1, 6)


def shared_out(comments: int) -> Iterator[Iterator[tuple[int, int | None, datetime, str]]]:
    """Each article's comments as number, parent, date and text; the first article's first."""
    dice = random.Random(comments)

    def of(numbers: range, longest: int) -> Iterator[tuple[int, int | None, datetime, str]]:
        thread: list[int] = []
        size = longest
        for number in numbers:
            if len(thread) >= size:
                thread, size = [], dice.randint(1, 40)
            parent = dice.choice(thread[-10:]) if thread else None
            thread.append(number)
            yield number, parent, START + timedelta(minutes=number), text_of(dice)

    first = comments // 4
    yield of(range(1, first + 1), comments // 100)
    each = max(1, -(-(comments - first) // (ARTICLES - 1)))
    for start in range(first + 1, comments + 1, each):
        yield of(range(start, min(start + each, comments + 1)), 40)


if __name__ == "__main__":
    main()
