"""Where and when it was measured."""

import os
import platform
import re
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.benchmarks.sites import ROOT, Site


def moment() -> dict[str, Any]:
    """Of one measurement: the commit, and how busy the machine was."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": commit.stdout.strip() or "unknown",
        "load": round(os.getloadavg()[0], 1),
    }


def described(before: dict[str, Any], database: str, site: Site) -> dict[str, Any]:
    """`before` knows of the other database."""
    versions = {
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in ("Django", "granian")},
        "nginx": said("nginx", "-v"),
        "wrk": said("wrk", "-v"),
        "SQLite": sqlite3.sqlite_version,
    }
    if database == "postgresql":
        versions["PostgreSQL"] = postgresql(site.url)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    hardware = {"cores": os.cpu_count(), "GiB": round(memory), "CPU": found[1] if found else platform.machine()}
    return {**before, **hardware, "versions": {**before.get("versions", {}), **versions}}


def said(*command: str) -> str:
    """The version that a program tells of itself."""
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin"])
    try:
        done = subprocess.run(command, capture_output=True, text=True, env={"PATH": path})
    except OSError:
        return "-"
    found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)
    return found[0] if found else "-"


def postgresql(url: str) -> str:
    import psycopg2

    user, host = re.findall(r"postgres://([^@]*)@/(.*)/postgres", url)[0]
    connection = psycopg2.connect(user=user, host=f"/{host.lstrip('/')}", dbname="postgres")
    number = connection.server_version
    connection.close()
    return f"{number // 10_000}.{number % 10_000}"
