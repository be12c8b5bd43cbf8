"""`manage.py maintenance on|off`: a calm page for readers while you work on the site; the admin stays open."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from advice import outages


class Command(BaseCommand):
    help = "Shows readers a page that says the site is back soon (on), or lets them in again (off)."
    requires_system_checks = ()  # it must work when little else does

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", choices=["on", "off"])

    def handle(self, *args: Any, state: str, **options: Any) -> None:
        if state == "on":
            everywhere = outages.close()
            self.stdout.write("Readers get the page for maintenance, with 503. The admin and /help/ are open.")
        else:
            everywhere = outages.reopen()
            self.stdout.write("The site is open to readers.")
        if not everywhere:
            self.stderr.write("The database is away: that is so on this machine alone.")
