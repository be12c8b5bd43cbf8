"""Cold start: from the start of the server to its first article page, on the largest site."""

import os
import signal
import statistics
import subprocess
import sys
import time
from typing import Any

from tests.benchmarks import serving
from tests.benchmarks.places import ARTICLE
from tests.benchmarks.sites import ROOT, Site

TIMES = 5
GRANIAN = ("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--no-ws", "advice.wsgi:application")
AS_RUN = {"GRANIAN_WORKERS": "2", "GRANIAN_BLOCKING_THREADS": "8", "GRANIAN_LOG_LEVEL": "error"}


def measure(sites: list[Site]) -> dict[str, Any]:
    """Seconds, of the server alone (as in a container) and of `manage.py run`, which looks after the database first."""
    site = sites[-1]
    ways = {"granian": [*GRANIAN], "manage.py run": ["manage.py", "run"]}
    taken = {name: [started(site, way) for _ in range(TIMES)] for name, way in ways.items()}
    return {name: {"median": statistics.median(times), "most": max(times)} for name, times in taken.items()}


def started(site: Site, way: list[str]) -> float:
    port = str(serving.free_port())
    environment = {**site.environment, **AS_RUN, "PORT": port, "GRANIAN_PORT": port}
    since = time.monotonic()
    with (site.folder / "starts.log").open("a") as output:
        process = subprocess.Popen(
            [sys.executable, *way], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            serving.wait_for(int(port), process, ARTICLE)
            return time.monotonic() - since
        finally:
            # granian, told to stop while its second worker starts, never does; `manage.py run` ends it all the same.
            os.killpg(process.pid, signal.SIGKILL if way == [*GRANIAN] else signal.SIGTERM)
            process.wait(serving.PATIENCE)
