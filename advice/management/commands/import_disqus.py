"""manage.py import_disqus: the comments of a Disqus export."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from advice.importing import disqus
from advice.importing.commands import CommentsCommand
from advice.importing.records import Records


class Command(CommentsCommand):
    help = (
        "Import the comments of a Disqus export (XML, gzipped or not) below the articles here that its threads' links "
        "lead to, the others below drafts. --moderator takes a username of Disqus. What was imported before is "
        "skipped; a broken file imports nothing. The last line is 'created N, updated N, skipped N, refused N'."
    )

    def records(self, file: Path, options: dict[str, Any], progress: Callable[[int], Any]) -> Records:
        return disqus.read(file, self.places(options), progress=progress)
