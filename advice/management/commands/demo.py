"""`manage.py demo`: articles, questions and answers to look at, on an empty site of one's own machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from advice import demo


class Command(BaseCommand):
    help = "Fills an empty site on this machine with the demo's articles and threads. Changes nothing elsewhere."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ON_LOOPBACK:
            raise CommandError(f"The demo is for a site on this machine alone. SITE_URL is {settings.SITE_URL}.")
        if written := demo.fill():
            self.stdout.write(f"{written} articles with their questions and Sarah's answers are written.")
        else:
            self.stdout.write("The site has articles already. Nothing was changed.")
