"""manage.py erase_person: all that is kept about one address goes, for good; for an owner whom that person asked."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from comments import breakdowns, erasing, own_data, receipts
from comments.own_data import Person


class Command(BaseCommand):
    help = (
        "Erase everything that is kept about an email address: names, texts, the address, what is kept with them. Safe "
        "to stop; run again, it goes on. Prints a receipt, whose address you can send to the person."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, email: str, yes: bool, **options: Any) -> None:
        person = own_data.named(email)
        if person is None:
            raise CommandError("This is no email address.")
        if person.is_nobody:
            self.stdout.write("Nothing is kept about this address.")
            return
        if not (yes or self._is_sure(person)):
            raise CommandError("Nothing was erased.")
        with breakdowns.told("Not all of it is erased; run it again for the rest."):
            receipt, _ = erasing.erase(person, by=None, seconds=float("inf"))
        self.stdout.write(
            f"Receipt {receipt.number}, {receipt.at:%Y-%m-%d %H:%M} UTC: {receipt.comments} comments erased."
        )
        if receipt.is_muted:
            self.stdout.write("A fingerprint of the address stays, because no mail is wanted there.")
        if receipt.is_blocked:
            self.stdout.write("A block rule keeps the address out, and stays until somebody deletes it.")
        self.stdout.write(f"Backups from before have it until {receipt.backups_until}.")
        self.stdout.write(f"For the person: {settings.SITE_URL}{receipts.path_of(receipt)}")

    def _is_sure(self, person: Person) -> bool:
        self.stdout.write(f"{person.comments.count()} comments would be erased for good, and the address.")
        try:
            return input("Type “erase” to do it: ").strip().casefold() == "erase"
        except EOFError:
            return False
