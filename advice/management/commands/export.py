"""manage.py export: the whole site as a file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from advice.exporting import files, media, native, schema, wxr
from comments import breakdowns


class Command(BaseCommand):
    help = (
        "Write the whole site into a file: JSON Lines, which docs/export.md describes and import_native restores. "
        "Without --private it holds what readers can see, what makes the site, and of other comments their places "
        "alone; with it also email addresses, fingerprints of networks, and all that is for moderators. With "
        "--wordpress it is WXR, which WordPress imports; with --private also what waits, spam, trash and addresses."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="where to; what is there is replaced")
        parser.add_argument("--wordpress", action="store_true", help="for WordPress (Tools, Import), instead")
        parser.add_argument("--private", action="store_true", help="also what nobody else may see: to move the site")
        parser.add_argument(
            "--media", type=Path, dest="folder", metavar="FOLDER", help="copy the pictures' files there"
        )

        parser.add_argument("--schema", action="store_true", help="print what such a file holds, and write none")

    def handle(
        self, *args: Any, file: Path | None, wordpress: bool, private: bool, folder: Path | None, **options: Any
    ) -> None:
        if options["schema"]:
            self.stdout.write(schema.markdown(), ending="")
            return
        if file is None:
            raise CommandError("Say where to write it: export FILE.")
        with breakdowns.told(f"Nothing was written to {file}."):
            counts = self._write(wxr if wordpress else native, file, private=private)
        with breakdowns.told(f"{file} is written; not all pictures' files are copied."):
            copied = _copied(folder) if folder else ""
        self.stdout.write(", ".join(f"{kind} {count}" for kind, count in counts.items() if count))
        self.stdout.write(f"wrote {counts.total()} rows{copied}")

    def _write(self, form: Any, file: Path, *, private: bool) -> Any:
        total = form.total(private=private)
        with tqdm(total=total, unit=" rows", desc="Writing", disable=None, leave=False, file=sys.stderr) as bar:
            with files.whole(file) as out:
                return form.write(out, private=private, progress=bar.update)


def _copied(folder: Path) -> str:
    found = media.copy_out(folder)
    return f", {found.files} files of pictures" + (f"; {found.missing} are missing" if found.missing else "")
