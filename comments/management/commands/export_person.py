"""manage.py export_person: all that is kept about one address, as JSON; for an owner whom that person asked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from comments import breakdowns, own_data
from comments.own_data import Person


class Command(BaseCommand):
    help = (
        "Write all that is kept about an email address as JSON (see docs/own-data.schema.json), with private notes of "
        "moderators: read them before you hand it on. The log keeps that it was exported, without the address."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--out", type=Path, metavar="FILE", help="a new file, which you alone can read")

    def handle(self, *args: Any, email: str, out: Path | None, **options: Any) -> None:
        person = own_data.named(email)
        if person is None:
            raise CommandError("This is no email address.")
        if person.is_nobody:
            self.stdout.write("Nothing is kept about this address.")
            return
        with breakdowns.told("It is not exported."):
            number = own_data.note_export(person, by=None)
            self._write(person, out)
        told = self.stdout if out else self.stderr
        told.write(
            f"Receipt {number}, {timezone.now():%Y-%m-%d %H:%M} UTC: {person.comments.count()} comments exported."
        )

    def _write(self, person: Person, out: Path | None) -> None:
        pieces = own_data.as_json(person, for_owner=True)
        if out is None:
            for piece in pieces:
                self.stdout.write(piece, ending="")
        else:
            with _new(out) as file:
                file.writelines(pieces)


@contextmanager
def _new(out: Path) -> Iterator[TextIO]:
    """A file that was not there. What could not be written whole is not left behind."""
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(f"The file cannot be made: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file
    except BaseException:
        out.unlink()
        raise
