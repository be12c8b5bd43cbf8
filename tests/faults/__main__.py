"""`make faults`: every fault on the real thing, and the table of what came of it, in docs/faults.md.

With words, only the faults whose name or database has them, and no file. Small disks need root.
"""

import os
import platform
import sys
import tempfile
from pathlib import Path

import django
from django.utils import timezone

from tests.faults.faults import FAULTS
from tests.faults.striking import HEAD, Outcome, strike

TABLE = Path("docs/faults.md")
INTRODUCTION = """# When things break

What `make faults` measured: a site as `manage.py run` starts it, with its mail worker, and six people at it all the
time, two who read an article, one who reads /help/, three who post and send again until they are told that it arrived.
"Until well" counts from the moment at which the cause was gone. Lost are texts whose writer was told that they had
arrived; doubled are texts that are there twice.

One fault loses something, and SQLite does not notice it: a damaged page in the middle of its write-ahead log is taken
for its end, so what was posted after it is gone. No crash does that, only a disk that returns what was never written;
for that there are backups. With the clock before an article's day it is 404, on purpose: `advice/README.md` says why.
A mail worker killed between the mail server's answer and its own note sends one mail again, under the same Message-ID
(`tests/comments/test_mail_worker.py`).
"""


def main(words: list[str]) -> None:
    outcomes = []
    for fault in FAULTS:
        for database in fault.on:
            if all(word in f"{fault.name} {database}" for word in words):
                outcomes.append(strike(database, fault))
                say(outcomes[-1])
    if not words:
        machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"
        made = f"Made {timezone.now():%Y-%m-%d} on {machine}, Python {platform.python_version()}."
        table = "\n".join([HEAD, *(outcome.row() for outcome in outcomes)])
        TABLE.write_text(f"{INTRODUCTION}\n{made}\n\n{table}\n")


def say(outcome: Outcome) -> None:
    lines = [f"  {line}" for line in outcome.lines]
    sys.stdout.write("\n".join([outcome.row(), outcome.rest(), *lines, ""]))
    sys.stdout.flush()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="advice-faults-") as folder:
        os.environ |= {"VAR": folder, "DJANGO_SETTINGS_MODULE": "advice.settings"}
        django.setup()
        main(sys.argv[1:])
