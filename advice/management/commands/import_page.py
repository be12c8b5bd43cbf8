"""manage.py import_page: an article and its comments from a saved or copied page."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import CommandError, CommandParser

from advice.importing.commands import ImportCommand
from advice.importing.page import Page
from advice.importing.page_dates import Reading
from advice.importing.page_owner import Said, web_address
from advice.importing.records import Records


class Command(ImportCommand):
    help = (
        "Import an article and its comments from a page of a WordPress site, saved as HTML or copied as plain text "
        "(numbered comments, replies further in). What the page does not say is asked for. What was imported before is "
        "skipped, so that a later copy of the page adds what is new. The last line is 'created N, updated N, "
        "skipped N, refused N', article and comments together."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--address", default="", metavar="URL", help="where the page was; this leads here then")
        parser.add_argument("--title", default="", help="the article's title")
        parser.add_argument(
            "--author",
            default="",
            metavar="NAME",
            help="who wrote the article; on a page that does not say who was logged in, comments signed with exactly "
            "this name are the author's answers",
        )
        parser.add_argument("--published", default="", metavar="DATE", help="2020-03-14, or 2020-03-14T09:30")
        parser.add_argument("--time-zone", default="", metavar="ZONE", help="of its times; TIME_ZONE where not given")
        order = parser.add_mutually_exclusive_group()
        order.add_argument("--day-first", action="store_true", default=None, help="3/4/2019 is in April")
        order.add_argument("--month-first", action="store_false", dest="day_first", help="3/4/2019 is in March")

    def records(self, file: Path, options: dict[str, Any], progress: Callable[[int], Any]) -> Records:
        self.page = Page(_said(options))
        yield from self.page.read(file, progress=progress)
        self.numbers_are_kept = self.page.is_html  # a copied text has none; those made here mean nothing to links

    def _tell(self, *args: Any, **kwargs: Any) -> None:
        for remark in self.page.remarks():
            self._say(remark)
        super()._tell(*args, **kwargs)


def _said(options: dict[str, Any]) -> Said:
    """Raises CommandError where an option makes no sense."""
    if options["address"] and not web_address(options["address"]):
        raise CommandError("--address must be a whole address, such as https://old.example/its-address/.")
    try:
        zone = ZoneInfo(options["time_zone"]) if options["time_zone"] else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CommandError("--time-zone must be a name such as Europe/London.") from error
    reading = Reading(zone, options["day_first"])
    return Said(
        options["address"], options["title"], options["author"], _published(options["published"], reading), reading
    )


def _published(text: str, reading: Reading) -> datetime | None:
    moment = reading.machine(text) if text else None
    if text and moment is None:
        raise CommandError("--published must be a date such as 2020-03-14, or 2020-03-14T09:30.")
    return moment
