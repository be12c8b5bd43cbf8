"""What search finds and where answers point to: derived from threads and articles, and written with them.

A thread's document belongs to whoever holds the thread's root, an article's to whoever holds the article's row.
"""

from collections.abc import Iterable
from typing import Any


def write_threads(roots: Iterable[int]) -> None:
    """Bring the documents and signposts of these threads up to date; those that readers do not see have none."""


def write_article(article: Any) -> None:
    """Bring an article's document up to date. Search shows it once the article is published."""


def rebuild() -> int:
    """Make all documents, signposts and the index anew, in batches beside traffic; how many there are."""
    return 0
