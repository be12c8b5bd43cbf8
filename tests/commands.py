"""`manage.py` in a process of its own, which can be stopped and killed with the programs that it started."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def started(name: str, *arguments: Any, environment: Any, **options: Any) -> "Iterator[subprocess.Popen[str]]":
    """The command while it runs; it is killed at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "manage.py", name, *map(str, arguments)],
        cwd=ROOT,
        env={**environment, "PATH": os.environ["PATH"]},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **options,
    ) as process:
        try:
            yield process
        finally:
            send(process, signal.SIGKILL)


def send(process: "subprocess.Popen[str]", what: signal.Signals) -> None:
    """To it, and to the programs that it started; to nobody where it has ended."""
    if process.poll() is None:
        os.killpg(process.pid, what)
