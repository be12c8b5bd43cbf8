"""`manage.py accept_key`: SECRET_KEY was changed on purpose."""

from typing import Any

from django.core.management.base import BaseCommand

from advice import shared


class Command(BaseCommand):
    help = "Ends the warnings that SECRET_KEY is another one than before: from now on it is this one."

    def handle(self, *args: Any, **options: Any) -> None:
        shared.accept_key()
        self.stdout.write("The site lives with this SECRET_KEY now. Links in mails sent before lead nowhere.")
