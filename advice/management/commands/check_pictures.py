"""`manage.py check_pictures`: whether pictures' files can be kept, and are those of the site's pictures."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from advice import picture_care, picture_files
from advice.exporting import media
from comments import breakdowns

SHOWN = 20  # files that are missing


class Command(BaseCommand):
    help = (
        "Tries whether the folder or the bucket for pictures takes a file, gives it back and lets it go; names files "
        "that are missing, and counts those of no picture. Exit 1 where something is missing or does not work."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete files of no picture that are a day old")
        parser.add_argument(
            "--add", type=Path, metavar="FOLDER", help="put what is missing there: of a backup, or the folder of before"
        )

    def handle(self, *args: Any, delete: bool, add: Path | None, **options: Any) -> None:
        say = self.stdout.write
        say(f"Pictures are kept in {_where()}.")
        with breakdowns.told("Pictures cannot be kept there."):
            picture_care.try_out()
            if add:
                say(f"{media.copy_in(add).files} files came from {add}")
            found = picture_care.look()
            deleted = picture_care.remove_strays(found.strays) if delete else 0
        self._warn_of_strangers()
        for name in found.missing[:SHOWN]:
            self.stderr.write(f"missing: {name}")
        gone = f", {deleted} of them deleted" if delete else ""
        say(f"{found.files} files, {len(found.missing)} missing, {len(found.strays)} of no picture{gone}")
        if found.missing:
            raise CommandError("Not all are there: --add takes them from media/pictures in a backup.")

    def _warn_of_strangers(self) -> None:
        asked = getattr(picture_files.storage(), "is_listed_to_anybody", None)
        if asked and asked():
            self.stderr.write(
                "Anybody can list the bucket, also pictures of drafts. Make it private: the site alone reads it."
            )


def _where() -> str:
    bucket = getattr(picture_files.storage(), "bucket_name", None)
    return f"the bucket {bucket}" if bucket else str(settings.MEDIA_ROOT)
