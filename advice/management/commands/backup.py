"""`manage.py backup DIR`: the whole site in a new folder there, tried, and the old ones deleted."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat

from advice.backups import making
from advice.backups.making import Made
from advice.backups.manifest import Unusable


class Command(BaseCommand):
    help = (
        "Makes a backup of database and pictures in a new folder in DIR, while the site runs, and tries whether "
        "it can be restored. Its own older ones go, once the discussion settings say so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory", type=Path, metavar="DIR", help="best on another disk; made where it is missing"
        )
        parser.add_argument("--keep", action="store_true", help="delete no older ones")

    def handle(self, *args: Any, directory: Path, keep: bool, **options: Any) -> None:
        try:
            made = making.make(directory.absolute(), keep=keep)
        except (Unusable, OSError, DatabaseError) as error:
            raise CommandError(f"{error}. No backup was made.") from error
        self._tell(made)
        if made.undeleted:
            these = "; ".join(f"{name} ({reason})" for name, reason in made.undeleted.items())
            raise CommandError(f"The backup was made. What is too old could not be deleted: {these}")

    def _tell(self, made: Made) -> None:
        say, found = self.stdout.write, made.manifest
        tables, pictures = len(found.state.rows), len(found.files) - 1
        say(f"Saved {found.state.total:,} rows in {tables} tables, and {pictures:,} files of pictures.")
        say(_verified(made))
        if found.trial:
            say(f"{found.trial.threads} threads, {found.trial.damaged} damaged")
            if found.trial.damaged:
                self.stderr.write("The site itself is damaged like this: check_trees --repair, then back up again.")
        for name in made.deleted:
            say(f"Deleted {name}, which was too old.")
        if made.doubt:
            self.stderr.write(f"Deleted no older ones. {made.doubt}.")
        say(f"Not in it, and needed with it: {_secret()}, and the other settings in the environment.")
        say(f"Backup: {made.folder} ({filesizeformat(found.size)})")


def _verified(made: Made) -> str:
    if made.manifest.trial:
        return "Verified by a trial restore: every file's checksum, the database's own rules, the rows of each table."
    return (
        f"Every file's checksum is right, and the dump lists {made.listed} things. It was not tried: the database's "
        "user may not make a temporary database (ALTER ROLE ... CREATEDB)."
    )


def _secret() -> str:
    kept = Path(settings.VAR) / "secret-key"
    is_kept = kept.exists() and kept.read_text().strip() == settings.SECRET_KEY
    return f"SECRET_KEY (in {kept})" if is_kept else "SECRET_KEY"
