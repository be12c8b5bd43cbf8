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
        file = outages.switch_file()
        if state == "on":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
            self.stdout.write("Readers get the page for maintenance, with 503. The admin and /help/ are open.")
        else:
            file.unlink(missing_ok=True)
            self.stdout.write("The site is open to readers.")
