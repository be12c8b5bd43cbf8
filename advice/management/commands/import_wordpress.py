"""manage.py import_wordpress: articles and comments from a WordPress export."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from advice.wordpress import parse
from advice.wordpress.people import Chosen, UnknownModerator
from advice.wordpress.survey import Survey, survey
from advice.wordpress.write import Report, write
from comments import numbers

REFUSED_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import the published posts and pages of a WordPress export (WXR 1.0 to 1.2) as articles, the others as "
        "drafts, with their comments. What was imported before is skipped; a broken file imports nothing. "
        "The last line is 'created N, updated N, skipped N, refused N', articles and comments together."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the export (Tools, Export, All content)")
        parser.add_argument(
            "--moderator",
            action="append",
            default=[],
            metavar="LOGIN",
            help="a WordPress user who becomes a moderator, beside the authors of the articles (repeatable)",
        )

    def handle(self, *args: Any, file: Path, moderator: list[str], **options: Any) -> None:
        try:
            found = self._survey(file)
            chosen = Chosen.of(found, moderator)
            keep_numbers = not found.has_odd_numbers and numbers.reserve(found.source, found.numbers)
            with tqdm(total=found.rows, unit=" rows", desc="Writing", disable=None, leave=False) as bar:
                report = write(file, found, chosen, keep_numbers=keep_numbers, progress=bar.update)
        except (parse.Unreadable, UnknownModerator) as error:
            raise CommandError(f"{error}. Nothing was imported.") from error
        self._tell(found, chosen, report)

    def _survey(self, file: Path) -> Survey:
        size = file.stat().st_size if file.is_file() else 0
        bar = tqdm(total=size, unit="B", unit_scale=True, desc="Reading", disable=None, leave=False, file=sys.stderr)
        with bar:
            return survey(file, progress=bar.update)

    def _tell(self, found: Survey, chosen: Chosen, report: Report) -> None:
        say = self.stdout.write
        for line in report.refused[:REFUSED_SHOWN]:
            say(f"refused {line}")
        if len(report.refused) > REFUSED_SHOWN:
            say(f"refused {len(report.refused) - REFUSED_SHOWN} more")
        if report.pings:
            say(f"skipped {report.pings} trackbacks and pingbacks")
        if report.foreign:
            say(f"skipped {report.foreign} comments of other kinds, or on what is no article")
        if report.others:
            say(f"left out {report.others} attachments, menu items and other things that are no articles")
        say(f"moderators: {', '.join(sorted(author.name for author in chosen.authors.values()))}")
        if found.numbers and not report.keeps_numbers:
            say(
                "The comments have new numbers, because some of theirs are taken here: "
                "old links to #comment-N lead elsewhere."
            )
        say(str(report))
