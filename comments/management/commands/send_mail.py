"""manage.py send_mail: sends what is due. Any number of them may run at once, on any number of machines."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from comments import claiming
from comments.delivering import Away
from comments.mail_worker import Stop, Worker


class Command(BaseCommand):
    help = (
        "Send the mails that are due, until stopped: on SIGTERM or Ctrl-C the mail in hand is finished first. Several "
        "may run at once; nothing is sent twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="all that is due now, and no more: for cron")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stop = Stop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop.set)
        worker = Worker(stop)
        if not once:
            worker.run()
            return
        try:
            worker.run_once()
        except Away as error:
            raise CommandError(f"The mail server is away. {error}. {self.told(worker)}") from error
        self.stdout.write(self.told(worker))

    def told(self, worker: Worker) -> str:
        return f"{worker.tally}, later {claiming.waiting()}"
