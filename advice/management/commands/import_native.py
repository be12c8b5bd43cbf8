"""manage.py import_native: a site from its own export."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from advice.backups import databases, folders
from advice.backups.manifest import Unusable
from advice.exporting import media, native, restoring
from advice.importing.records import Unreadable
from comments import breakdowns


class Command(BaseCommand):
    help = (
        "Restore a site from the file that `export` wrote, into a database that has just been migrated: all of it, "
        "with its numbers and addresses, or nothing. The last line is 'created N, updated 0, skipped 0, refused 0', "
        "articles and comments together."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the export, gzipped or not")
        parser.add_argument("--media", type=Path, dest="folder", metavar="FOLDER", help="where the pictures' files are")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *args: Any, file: Path, folder: Path | None, dry_run: bool, **options: Any) -> None:
        try:
            with breakdowns.told("Nothing was imported."), folders.adding(databases.workshop()):
                head, counts = self._restore(file, rehearse=dry_run)
        except (Unreadable, Unusable, restoring.NotEmpty) as error:
            raise CommandError(f"{error}. Nothing was imported.") from error
        say = self.stdout.write
        if dry_run:
            say("A rehearsal: nothing of this was kept.")
        say(", ".join(f"{kind} {count}" for kind, count in counts.items()))
        if head.private and head.key != native.key():
            say("The file's fingerprints were made with another SECRET_KEY: networks and texts are not known again.")
        if not dry_run:
            self._tell_of_pictures(folder)
            say("Nobody has a password yet: `create_moderator USER --name NAME --email E` gives one.")
        say(f"created {counts['article'] + counts['comment']}, updated 0, skipped 0, refused 0")

    def _restore(self, file: Path, *, rehearse: bool) -> Any:
        size = restoring.READINGS * file.stat().st_size if file.is_file() else 0
        with tqdm(total=size, unit="B", unit_scale=True, disable=None, leave=False, file=sys.stderr) as bar:
            return restoring.restore(file, rehearse=rehearse, progress=bar.update)

    def _tell_of_pictures(self, folder: Path | None) -> None:
        try:
            copied = media.copy_in(folder) if folder else media.Copied(0, media.missing())
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            self.stderr.write(f"{where}{error.strerror or error}. The pictures' files are not all there.")
            return
        if copied.files:
            self.stdout.write(f"{copied.files} files of pictures")
        if copied.missing:
            self.stdout.write(
                f"{copied.missing} files of pictures are missing: copy them into pictures/ in MEDIA_ROOT or the bucket."
            )
