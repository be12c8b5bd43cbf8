"""What can break, each as it really breaks: a function that breaks it, yields, and mends what a person or a supervisor
would have to."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from tests.faults.postgres import CONNECTIONS
from tests.faults.site import Site

Break = Callable[[Site], Iterator[None]]
BOTH, POSTGRESQL, SQLITE = ("sqlite", "postgresql"), ("postgresql",), ("sqlite",)
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


@dataclass(frozen=True)
class Fault:
    name: str
    on: tuple[str, ...]
    hold: float  # seconds that it lasts
    work: Break
    disk: int = 0  # MB of a small disk of its own for what is stored; needs root
    log_disk: int = 0  # the same for the log
    clock: bool = False  # whether the site's clock is one that can jump
    also: dict[str, str] = field(default_factory=dict)  # more of the site's environment


FAULTS: list[Fault] = []


def fault(name: str, on: tuple[str, ...], hold: float = 0, **more: object) -> Callable[[Break], Break]:
    def register(work: Break) -> Break:
        FAULTS.append(Fault(name, on, hold, work, **more))  # type: ignore[arg-type]
        return work

    return register


# --- Processes ------------------------------------------------------------------------------------------------------


@fault("a web process killed", BOTH)
def worker_killed(site: Site) -> Iterator[None]:
    site.workers()[0].kill()
    yield


@fault("the whole web server killed, started again by its supervisor after 2 s", BOTH, 2)
def server_killed(site: Site) -> Iterator[None]:
    site.kill()
    yield
    site.start_again()


@fault("the server's first process killed alone", BOTH, 2)
def master_killed(site: Site) -> Iterator[None]:
    assert site.server is not None
    site.server.kill()
    site.server.wait()
    yield
    site.start_again()


@fault("the mail's worker killed, started again by its supervisor after 2 s", BOTH, 2)
def mail_killed(site: Site) -> Iterator[None]:
    stop_mail(site)
    yield
    site.start_mail()


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


@fault("PostgreSQL stopped (fast) for 5 s", POSTGRESQL, 5)
def stopped(site: Site) -> Iterator[None]:
    site.postgres.stop("fast")
    yield
    site.postgres.start()


@fault("PostgreSQL stopped (immediate) for 2 s", POSTGRESQL, 2)
def stopped_at_once(site: Site) -> Iterator[None]:
    site.postgres.stop("immediate")
    yield
    site.postgres.start()


@fault("PostgreSQL's first process killed, started again after 2 s", POSTGRESQL, 2)
def postmaster_killed(site: Site) -> Iterator[None]:
    site.postgres.kill()
    yield
    site.postgres.start()


@fault("a process of PostgreSQL's killed: it starts all of its own again", POSTGRESQL)
def backend_killed(site: Site) -> Iterator[None]:
    site.postgres.kill_one()
    yield


@fault("PostgreSQL frozen (SIGSTOP) for 15 s", POSTGRESQL, 15)
def frozen(site: Site) -> Iterator[None]:
    site.postgres.freeze()
    yield
    site.postgres.thaw()


@fault("all connections taken by others for 5 s", POSTGRESQL, 5)
def out_of_connections(site: Site) -> Iterator[None]:
    others = []
    end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'advice'"
    with closing(site.postgres.connect("advice")) as superuser, superuser.cursor() as cursor:
        for _ in range(3 * CONNECTIONS):  # what the site lets go is taken before it comes back
            try:
                others.append(site.postgres.connect("advice", "advice"))
            except psycopg2.OperationalError:
                break
        cursor.execute(f"{end} AND pid NOT IN ({','.join(str(one.info.backend_pid) for one in others)})")
    while len(others) < 3 * CONNECTIONS:
        try:
            others.append(site.postgres.connect("advice", "advice"))
        except psycopg2.OperationalError:
            break
    yield
    for other in others:
        other.close()


@fault("posts wait for a lock that another session holds for 15 s", POSTGRESQL, 15)
def row_locked(site: Site) -> Iterator[None]:
    with closing(site.postgres.connect("advice")) as other, other.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE comments_comment IN SHARE MODE")
        yield


@fault("the table of comments locked even for reading for 15 s", POSTGRESQL, 15)
def table_locked(site: Site) -> Iterator[None]:
    with closing(site.postgres.connect("advice")) as other, other.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE comments_comment IN ACCESS EXCLUSIVE MODE")
        yield


@fault("each comment takes PostgreSQL 15 s to write, for 15 s", POSTGRESQL, 15)
def slow_query(site: Site) -> Iterator[None]:
    with closing(site.postgres.connect("advice")) as other, other.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(15); RETURN NEW; END';"
            "CREATE TRIGGER slow BEFORE INSERT ON comments_comment FOR EACH ROW EXECUTE FUNCTION sleep()"
        )
        yield
        cursor.execute("DROP FUNCTION sleep() CASCADE")


@fault("PostgreSQL only reads for 5 s, as a standby does", POSTGRESQL, 5)
def reads_only(site: Site) -> Iterator[None]:
    site.postgres.do("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    yield
    site.postgres.do("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")


@fault("PostgreSQL's disk full for 5 s", POSTGRESQL, 5, disk=120)
def postgresql_full(site: Site) -> Iterator[None]:
    with filled(site.postgres.data.parent):
        yield
    site.postgres.start_if_it_ended()


# --- SQLite ---------------------------------------------------------------------------------------------------------


@fault("SQLite's disk full for 5 s", SQLITE, 5, disk=30)
def sqlite_full(site: Site) -> Iterator[None]:
    with filled(site.folder):
        yield


@fault("SQLite's folder read-only for 5 s", SQLITE, 5, disk=30)
def sqlite_reads_only(site: Site) -> Iterator[None]:
    with read_only(site.folder):
        yield


@fault("SQLite locked by another process for 20 s", SQLITE, 20)
def sqlite_locked(site: Site) -> Iterator[None]:
    hold = (
        f"import sqlite3; sqlite3.connect({str(site.file)!r}).execute('BEGIN EXCLUSIVE'); print(1, flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield
        holder.communicate(b"\n")


@fault("SQLite's WAL torn in a crash: half a page at its end, its index (-shm) gone", SQLITE, 1)
def torn(site: Site) -> Iterator[None]:
    log = _left_by_a_crash(site)
    with log.open("ab") as file:
        file.write(log.read_bytes()[32:2080])
    yield
    site.start_again()


@fault("SQLite's WAL damaged in a crash: a bit in the middle is another one, its index (-shm) gone", SQLITE, 1)
def flipped(site: Site) -> Iterator[None]:
    """What was written after the damaged page is given up by SQLite, and with it what readers were told had arrived."""
    log = _left_by_a_crash(site)
    with log.open("r+b") as file:
        middle = log.stat().st_size // 2
        file.seek(middle)
        byte = file.read(1)[0]
        file.seek(middle)
        file.write(bytes([byte ^ 1]))
    yield
    site.start_again()


def _left_by_a_crash(site: Site) -> Path:
    """SQLite's write-ahead log, with nothing running on it; its index is gone."""
    site.kill()
    stop_mail(site)
    site.file.with_name(f"{site.file.name}-shm").unlink(missing_ok=True)
    return site.file.with_name(f"{site.file.name}-wal")


# --- Disks, clocks, memory ------------------------------------------------------------------------------------------


@fault("the log's disk full for 5 s", BOTH, 5, log_disk=1)
def log_full(site: Site) -> Iterator[None]:
    with filled(site.log.parent):
        for _ in range(20):  # each is worth a line
            with closing(site.connection()) as connection:
                connection.request("GET", "/", headers={"Host": "elsewhere.example"})
                connection.getresponse().read()
        yield


@fault("VAR read-only, and the web server killed and started again on it", POSTGRESQL, 5)
def var_reads_only(site: Site) -> Iterator[None]:
    with read_only(site.folder):
        site.kill()
        site.start_again()
        yield


@fault("the cache holds one page", BOTH, 3, also={"DJANGO_SETTINGS_MODULE": "tests.faults.tiny_cache"})
def tiny_cache(site: Site) -> Iterator[None]:
    yield


def jump(seconds: int) -> Break:
    def work(site: Site) -> Iterator[None]:
        clock = Path(site.also["FAKETIME_TIMESTAMP_FILE"])
        clock.write_text(f"{seconds:+d}")
        yield
        clock.write_text("+0")

    return work


for _by, _seconds in {"an hour": 3_600, "a day": 86_400, "a year": 31_536_000}.items():
    if FAKETIME.exists():
        fault(f"the web server's clock jumps {_by} ahead, and is set right after 3 s", BOTH, 3, clock=True)(
            jump(_seconds)
        )
        fault(f"the web server's clock jumps {_by} back, and is set right after 3 s", BOTH, 3, clock=True)(
            jump(-_seconds)
        )


def stop_mail(site: Site) -> None:
    assert site.mail is not None
    site.mail.kill()
    site.mail.wait()


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    aside = folder.with_name("aside")  # where no file of it is open yet
    aside.mkdir()
    mount("--bind", str(folder), str(aside))
    mount("-o", "remount,bind,ro", str(aside))
    mount("--bind", str(aside), str(folder))
    try:
        yield
    finally:
        for mounted in (folder, aside):
            subprocess.run(["umount", "-l", str(mounted)], check=True)


class filled:  # noqa: N801 - reads as a block
    """A disk to its last byte."""

    def __init__(self, folder: Path) -> None:
        self.filler = folder / "filler"

    def __enter__(self) -> None:
        with self.filler.open("wb", buffering=0) as file:
            self._write(file.fileno(), 1_000_000)
            self._write(file.fileno(), 1)

    def _write(self, file: int, size: int) -> None:
        block = b"\0" * size
        try:
            while True:
                os.write(file, block)
        except OSError:
            return

    def __exit__(self, *_: object) -> None:
        self.filler.unlink()
