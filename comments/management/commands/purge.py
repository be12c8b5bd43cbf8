"""manage.py purge: takes away what the settings keep for a time only. The mail's worker does it once a day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from comments import breakdowns, clock, purging


class Command(BaseCommand):
    help = (
        "Delete spam, and what is left of erased comments; erase the words of the trash; take networks' fingerprints "
        "off comments and reports; delete the list of sent mails and addresses that nobody confirmed: all once they "
        "are older than the discussion settings say. Safe to stop, and to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with breakdowns.told("Some of it may have gone; run it again for the rest."):
            try:
                purged = sum(purging.daily(timezone.now()), purging.Purged())
            except clock.Doubtful as doubt:
                raise CommandError(f"{doubt}.") from doubt
        self.stdout.write(f"fingerprints of networks: {purged.comments} off comments, {purged.reports} off reports")
        self.stdout.write(f"spam and trash: {purged.deleted} deleted, the words of {purged.erased} erased")
        self.stdout.write(f"mail: {purged.mails} off the list, {purged.addresses} unconfirmed addresses")
