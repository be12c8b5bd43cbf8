"""manage.py import_wordpress: articles and comments from a WordPress export."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from advice.importing import wordpress
from advice.importing.commands import ImportCommand
from advice.importing.records import Records


class Command(ImportCommand):
    help = (
        "Import the published posts and pages of a WordPress export (WXR 1.0 to 1.2, gzipped or not) as articles, the "
        "others as drafts, with their comments. What was imported before is skipped; a broken file imports nothing. "
        "The last line is 'created N, updated N, skipped N, refused N', articles and comments together."
    )

    def records(self, file: Path, options: dict[str, Any], progress: Callable[[int], Any]) -> Records:
        return wordpress.read(file, progress=progress)
