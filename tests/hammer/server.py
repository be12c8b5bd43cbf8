"""The site as it runs in production: granian, several processes with several threads, on the test's database."""

import fcntl
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROCESSES = 2
THREADS = 4  # in each
PATIENCE = 60  # seconds until it must answer


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    log: Path

    def complaints(self) -> list[str]:
        """What it logged of errors: each request that failed, with its cause."""
        words = ("Traceback", "Error:", "deadlock", "database is locked", " ERROR ")
        return [line for line in self.log.read_text().splitlines() if any(word in line for word in words)]


@contextmanager
def serve(environment: dict[str, str], folder: Path, processes: int = PROCESSES) -> Iterator[Server]:
    """A running site; every request of it must have been answered when it is left."""
    port = free_port()
    environment = {"POST_LIMITS": "off", **environment, "PORT": str(port)}
    environment["STATIC_ROOT"] = str(_collected(environment))
    command = [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--no-ws", "--workers", str(processes), "--blocking-threads", str(THREADS)]
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen([*command, "advice.wsgi:application"], env=environment, stdout=output, stderr=output)
        try:
            _wait_until_it_answers(port, process, log, processes)
            yield Server(port, log)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _collected(environment: dict[str, str]) -> Path:
    """The static files, for all servers of a run, whose own folder VAR is: packing them takes seconds."""
    files = Path(os.environ["VAR"]) / "collected"
    with files.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed: other processes of the run wait for the first one
        if not files.exists():
            half = files.with_suffix(".half")
            collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
            subprocess.run(collect, env={**environment, "STATIC_ROOT": str(half)}, check=True)
            half.rename(files)
    return files


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(port: int, process: "subprocess.Popen[bytes]", log: Path, processes: int) -> None:
    """All its processes: one that is told to stop while it starts would never hear of it, and hang."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if log.read_text().count("Started worker-") < processes:
            time.sleep(0.05)
            continue
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)  # nothing listens yet, and nothing tells when something will
        finally:
            connection.close()
    raise AssertionError(f"The server did not answer:\n{log.read_text()}")
