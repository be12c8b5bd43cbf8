"""`manage.py take_bounce < MAIL`: for a mail server's pipe, which gives it what comes back."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError

from comments import muting, returned
from comments.muting import Taken

SAYS = {
    Taken.MUTED: "It is about a mail from here: its address gets no more.",
    Taken.NOTED: "It is about a mail from here: the list of mails says so.",
    Taken.FOREIGN: "It is about no mail from here: nothing has changed.",
    Taken.NO_REPORT: "This is no report of a mail server: nothing has changed.",
}


class Command(BaseCommand):
    help = (
        "Read one report from standard input: that a mail came back, or was called spam. Its exit codes are a mail "
        "server's (sysexits): 65 for what is no report, which then goes back to its sender, and 75 for “try again”."
    )
    requires_system_checks = ()  # a mail server shows its sender what a pipe prints

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(returned.LARGEST + 1)
        try:
            taken = muting.take(raw)
        except OperationalError:
            self.stderr.write("The database is away.")
            sys.exit(os.EX_TEMPFAIL)
        self.stdout.write(SAYS[taken])
        if taken == Taken.NO_REPORT:
            sys.exit(os.EX_DATAERR)
