"""What the commands that import have in common; each says which format it reads."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from advice.backups import databases, folders
from advice.backups.manifest import Unusable
from comments import breakdowns, markup, numbers

from .pages_elsewhere import Places
from .people import Chosen, UnknownModerator
from .records import Records, Unreadable
from .staging import Staged, staged
from .texts import Texts
from .writing import SHOWN, Report, write

NOTHING = "Nothing was imported."


class ImportCommand(BaseCommand):
    """Reads a file, says what became of it, and ends with `created N, updated N, skipped N, refused N`."""

    people_call_themselves = False  # what they like: nobody in the file is found by name, only by login
    numbers_are_kept = True  # comments keep their numbers where these are free: links have them (#comment-7)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="what to import")
        parser.add_argument(
            "--moderator",
            action="append",
            default=[],
            metavar="LOGIN",
            help="somebody in the file who becomes a moderator, beside the authors of the articles; LOGIN=HERE where "
            "they log in here as HERE (repeatable)",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")

    def records(self, file: Path, options: dict[str, Any], progress: Callable[[int], Any]) -> Records:
        """The file as records; `progress` is told the bytes read. Raises Unreadable."""
        raise NotImplementedError

    def texts(
        self, found: Staged, options: dict[str, Any], *, rehearse: bool, progress: Callable[[int], Any]
    ) -> AbstractContextManager[Texts]:
        """What becomes of the texts; `progress` is told of what takes long. The block writes them."""
        return nullcontext(Texts())

    def handle(self, *args: Any, file: Path, moderator: list[str], dry_run: bool, **options: Any) -> None:
        try:
            self._import(file, moderator, options, rehearse=dry_run)
        except (Unreadable, UnknownModerator, Unusable) as error:
            raise CommandError(f"{plain(str(error))}. {NOTHING}") from error

    def _import(self, file: Path, moderators: list[str], options: dict[str, Any], *, rehearse: bool) -> None:
        with ExitStack() as stack:
            with breakdowns.told(NOTHING), self._reading(file) as bar:
                stack.enter_context(folders.adding(databases.workshop()))
                found = stack.enter_context(staged(self.records(file, options, bar.update)))
                bar.close()
                chosen = Chosen.of(found, moderators, by_login_alone=self.people_call_themselves)
                report, lines = self._write(found, chosen, options, rehearse=rehearse)
            self._tell(found, chosen, report, lines, rehearsed=rehearse)

    def _reading(self, file: Path) -> Any:
        size = file.stat().st_size if file.is_file() else 0
        return tqdm(total=size, unit="B", unit_scale=True, desc="Reading", disable=None, leave=False, file=sys.stderr)

    def _write(
        self, found: Staged, chosen: Chosen, options: dict[str, Any], *, rehearse: bool
    ) -> tuple[Report, list[str]]:
        keep = self.numbers_are_kept and numbers.reserve(found.source, found.numbers(), only_look=rehearse)
        with ExitStack() as stack:
            looking = stack.enter_context(tqdm(unit=" pictures", desc="Reading", disable=None, leave=False))
            texts = stack.enter_context(self.texts(found, options, rehearse=rehearse, progress=looking.update))
            looking.close()
            bar = stack.enter_context(tqdm(total=found.rows, unit=" rows", desc="Writing", disable=None, leave=False))
            report = write(found, chosen, keep_numbers=keep, texts=texts, rehearse=rehearse, progress=bar.update)
            return report, list(texts.report())

    def _tell(self, found: Staged, chosen: Chosen, report: Report, lines: list[str], *, rehearsed: bool) -> None:
        say = self._say
        if rehearsed:
            say("A rehearsal: nothing of this was kept.")
            for line in report.articles:
                say(line)
        for line in report.named:
            say(f"refused {line}")
        if (more := report.refused.total() - len(report.named)) > 0:
            reasons = ", ".join(f"{reason}: {count}" for reason, count in report.refused.most_common())
            say(f"refused {more} more. In all: {reasons}")
        for what, count in report.left_out.items():
            say(f"left out {count} {what}")
        self._tell_drafts(report.drafts)
        for line in lines:
            say(line)
        say(f"moderators: {', '.join(sorted(author.name for author in chosen.authors.values()))}")
        if self.numbers_are_kept and found.comments and not report.keeps_numbers:
            say(
                "The comments have new numbers, because some of theirs are taken here: "
                "old links to #comment-N find theirs by a script, where no other comment on the page has that number. "
                "In an empty site they keep their numbers."
            )
        say(str(report))

    def _say(self, line: str) -> None:
        self.stdout.write(plain(line))

    def _tell_drafts(self, drafts: list[str]) -> None:
        for draft in drafts[:SHOWN]:
            self._say(f"{draft} is no article here: its comments are below a draft")
        if (more := len(drafts) - SHOWN) > 0:
            self.stdout.write(f"and {more} more drafts, which the admin lists")


def plain(line: str) -> str:
    """Words of a stranger's file, for a terminal, which obeys some characters."""
    return markup.clean_line(line)


class CommentsCommand(ImportCommand):
    """For systems that keep the comments of pages elsewhere, and number them for themselves."""

    people_call_themselves = True
    numbers_are_kept = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--article",
            action="append",
            default=[],
            metavar="[THREAD=]SLUG",
            help="the article here that a thread's comments go below, where its link leads to none or to another; "
            "without THREAD all comments of the file (repeatable)",
        )

    def places(self, options: dict[str, Any]) -> Places:
        """Raises Unreadable."""
        return Places.of(options["article"])

    def _tell_drafts(self, drafts: list[str]) -> None:
        super()._tell_drafts(drafts)
        if drafts:
            self.stdout.write("--article NUMBER=SLUG names the article here that a thread's comments go below")
