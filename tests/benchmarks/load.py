"""Requests as fast as they are answered, by wrk: a client in C, so that what is measured is the server."""

import re
import shutil
import subprocess
import sys

CLIENTS = 8  # connections, kept open, of one thread
_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)")


def rate(port: int, path: str, seconds: int) -> float:
    """Answers a second; every one must be a good one."""
    if not (wrk := shutil.which("wrk")):
        sys.exit("wrk measures, and is not here. On Debian: apt-get install wrk")
    address = f"http://127.0.0.1:{port}{path}"
    command = [wrk, "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "30s", "-H", "Accept-Encoding: br", address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if failed := _FAILED.search(said):
        raise AssertionError(f"{path}: {failed[0]}")
    found = _RATE.search(said)
    assert found is not None, said
    return float(found[1])
