"""manage.py rebuild_search: what search finds, made anew; also after LANGUAGE_CODE was changed."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from comments import documents


class Command(BaseCommand):
    help = "Make what search finds anew: after an upgrade that says so, and after LANGUAGE_CODE was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(unit=" documents", disable=not sys.stderr.isatty()) as bar:
            number = documents.rebuild(bar.update)
        self.stdout.write(f"{number} documents")
