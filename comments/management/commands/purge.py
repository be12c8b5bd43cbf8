"""manage.py purge: takes away what the settings keep for a time only. To be run once a day."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from comments import purging


class Command(BaseCommand):
    help = (
        "Take networks' fingerprints off comments and reports, erase the words of spam and trash, and delete the list "
        "of sent mails and addresses that nobody confirmed, once they are older than the discussion settings say. Safe "
        "to stop, and to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        purged = purging.purge()
        self.stdout.write(f"fingerprints of networks: {purged.comments} off comments, {purged.reports} off reports")
        self.stdout.write(f"words of spam and trash: {purged.erased} erased")
        self.stdout.write(f"mail: {purged.mails} off the list, {purged.addresses} unconfirmed addresses")
        call_command("clearsessions")  # one may hold an answer that was sent after the login had ended
