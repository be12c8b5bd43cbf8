"""manage.py import_isso: the comments of an Isso."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from advice.importing import isso
from advice.importing.commands import CommentsCommand
from advice.importing.records import Records


class Command(CommentsCommand):
    help = (
        "Import the comments of an Isso, from its SQLite database (also while it runs) or from the Atom feed of one "
        "thread, below the articles here that have their threads' addresses, the others below drafts. --moderator "
        "takes an email: approved comments with it and with that moderator's name are theirs. What was imported before "
        "is skipped; a broken file imports nothing. The last line is 'created N, updated N, skipped N, refused N'."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--site",
            default="",
            metavar="NAME",
            help="tells a second Isso from the first: its comments have the same numbers",
        )

    def records(self, file: Path, options: dict[str, Any], progress: Callable[[int], Any]) -> Records:
        return isso.read(file, self.places(options), site=options["site"], progress=progress)
