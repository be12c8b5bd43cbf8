"""`manage.py restore BACKUP`: the site as it was, in one step."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from advice.backups import restoring
from advice.backups.manifest import Manifest, Unusable
from advice.backups.restoring import Restored


class Command(BaseCommand):
    help = (
        "Puts a backup in the place of all that the site holds. What was erased since it was made is erased again. "
        "Readers see the page for maintenance meanwhile. Stopped at any moment, it leaves the site as it was or as new."
    )
    requires_system_checks = ()  # the database may be broken

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, metavar="BACKUP", help="the folder that `backup` made")
        parser.add_argument("--yes", action="store_true", help="replace what the site holds without asking")

    def handle(self, *args: Any, backup: Path, yes: bool, **options: Any) -> None:
        folder = backup.absolute()
        try:
            found = restoring.opened(folder)
            if not yes and not restoring.is_empty():
                self._ask(found)
            restored = restoring.restore(folder, found)
        except (Unusable, OSError, DatabaseError) as error:
            raise CommandError(f"{error}. The site is as it was.") from error
        self._tell(restored)
        if restored.damaged:
            raise SystemExit(1)

    def _ask(self, found: Manifest) -> None:
        made = f"{found.made_at:%Y-%m-%d %H:%M} UTC"
        if not sys.stdin.isatty():
            raise CommandError("This site is not empty: with --yes all that it holds is replaced.")
        self.stdout.write(f"All that this site holds will be replaced by what {found.site} held on {made}.")
        if input("Type yes to go on: ").strip().lower() != "yes":
            raise CommandError("Nothing was done.")

    def _tell(self, restored: Restored) -> None:
        say, found = self.stdout.write, restored.manifest
        say(f"Restored {restored.rows:,} rows as of {found.made_at:%Y-%m-%d %H:%M} UTC.")
        say(f"Files of pictures that were missing, and are back: {restored.pictures}")
        if restored.is_migrated:
            say("They were an older release's, and are migrated.")
        say(f"Erased again, because they were erased since: {restored.erased}. Everybody has to log in anew.")
        for note in restored.notes:
            self.stderr.write(note)
        say(f"{restored.threads} threads, {restored.damaged} damaged")
