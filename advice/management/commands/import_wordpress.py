"""manage.py import_wordpress: articles and comments from a WordPress export."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from advice.importing import wordpress, wordpress_texts
from advice.importing.commands import ImportCommand
from advice.importing.records import Records
from advice.importing.staging import Staged
from advice.importing.texts import Texts


class Command(ImportCommand):
    help = (
        "Import the published posts and pages of a WordPress export (WXR 1.0 to 1.2, gzipped or not) as articles, the "
        "others as drafts, with their comments. Categories and tags become situations; links to what came along lead "
        "to where it is now. What was imported before is skipped, or gets the pictures that it lacked; a broken file "
        "imports nothing. The last line is 'created N, updated N, skipped N, refused N', articles and comments "
        "together."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--pictures", type=Path, metavar="FOLDER", help="take pictures from this copy of wp-content/uploads"
        )
        parser.add_argument("--fetch-pictures", action="store_true", help="fetch pictures from the old site")
        parser.add_argument(
            "--picture-host",
            action="append",
            default=[],
            metavar="HOST",
            help="another host that has the old site's pictures, or its own in a private network (repeatable)",
        )
        parser.add_argument("--no-categories", action="store_true", help="make no situations of categories")
        parser.add_argument("--no-tags", action="store_true", help="make no situations of tags")

    def records(self, file: Path, options: dict[str, Any], progress: Callable[[int], Any]) -> Records:
        kinds = {wordpress.CATEGORIES: options["no_categories"], wordpress.TAGS: options["no_tags"]}
        return wordpress.read(file, sorted_by=[kind for kind, off in kinds.items() if not off], progress=progress)

    def texts(
        self, found: Staged, options: dict[str, Any], *, rehearse: bool, progress: Callable[[int], Any]
    ) -> AbstractContextManager[Texts]:
        folder = options["pictures"]
        if folder is not None and not folder.is_dir():
            raise CommandError(f"{folder}: there is no such folder. Nothing was imported.")
        return wordpress_texts.texts_of(
            found,
            folder=folder,
            fetch=options["fetch_pictures"],
            hosts=options["picture_host"],
            rehearse=rehearse,
            progress=progress,
        )
