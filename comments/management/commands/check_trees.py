"""manage.py check_trees: whether every tree, position and count is what parent links and statuses say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from comments import checking, repairing

SHOWN = 50  # damages; the rest is a number


class Command(BaseCommand):
    help = (
        "Compare tree columns, positions, counts and answered_at with what parent links and statuses say. "
        "The last line is 'N threads, M damaged'; the exit code is 1 if any is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="mend what is damaged, then check again")

    def handle(self, *args: Any, **options: Any) -> None:
        report = checking.check()
        if options["repair"] and report.damages:
            self._list(report)
            repairing.repair(report)
            self.stdout.write(f"{report.damaged} damaged before the repair, and now:")
            report = checking.check()
        self._list(report)
        self.stdout.write(str(report))
        if report.damages:
            raise SystemExit(1)

    def _list(self, report: checking.Report) -> None:
        for damage in report.damages[:SHOWN]:
            self.stdout.write(str(damage))
        if len(report.damages) > SHOWN:
            self.stdout.write(f"and {len(report.damages) - SHOWN} more")
