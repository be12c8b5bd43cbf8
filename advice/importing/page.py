"""A saved or copied page, whichever it is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from . import page_encoding, page_html, page_text
from .page_counts import Counts
from .page_owner import Said
from .records import Records, Unreadable

_MARKUP = re.compile(r"<(?:!doctype|html|head|body|meta|div|article|ol|ul|li|section|main|p)\b", re.IGNORECASE)
_EXPORT = re.compile(r"<(rss|disqus|feed)[\s>]", re.IGNORECASE)
_TAG = re.compile(r"</[a-z][a-z0-9]*\s*>", re.IGNORECASE)
MANY = 5  # tags, for a text that begins with none


@dataclass
class Page:
    """One file. What it is and what it holds is known once it is read."""

    said: Said
    is_html: bool = False
    counts: Counts = field(default_factory=Counts)

    def read(self, path: Path, *, progress: Callable[[int], Any] = lambda _: None) -> Records:
        """Raises Unreadable, with the file's name before whatever is wrong."""
        pieces = page_encoding.texts(path, progress=progress)
        try:
            yield from self._records(pieces)
        except Unreadable as error:
            reason = str(error).removeprefix(f"{path}: ")  # those of the file itself have it already
            raise Unreadable(f"{path}: {reason}") from error.__cause__

    def _records(self, pieces: Iterator[str]) -> Records:
        head = next(pieces, "")
        if found := _EXPORT.search(head[:2000]):
            raise Unreadable(f"this is no page but an export ({found[1].lower()}): another command imports it")
        self.is_html = _is_html(head)
        read = page_html.read if self.is_html else page_text.read
        return read(chain([head], pieces), self.said, self.counts)

    def remarks(self) -> Iterator[str]:
        """What the owner should look at."""
        found, stated = self.counts.found, self.counts.stated
        if stated is not None and stated != found:
            yield f"The page says it has {stated} comments; {found} were found. Others may be on pages of their own."
        elif not found:
            yield "No comments were found."


def _is_html(head: str) -> bool:
    begins = head.lstrip()[:1] == "<" and _MARKUP.search(head)
    return bool(begins) or len(_TAG.findall(head)) >= MANY
