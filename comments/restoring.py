"""The fourth door, for a whole site that comes back: comments with their own pks, into a database that has none.

In one transaction, which is the only writer: `write()` for whole threads, in the order in which their comments shall
stand, then `finish()`. What follows from parents and statuses is made here: the tree's columns, HTML, positions,
counts, documents.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from . import documents, inserting, locking, posting, trees
from .models import Comment, Status
from .numbers import batches


class Link(NamedTuple):
    """What the thread must know of a comment before its row is written."""

    pk: int
    parent: int | None
    is_approved: bool
    answered_at: datetime | None  # when it was published, of a moderator's approved one


@dataclass(slots=True)
class _Thread:
    """What a root says of its replies."""

    replies: int = 0
    answered_at: datetime | None = None


@dataclass(slots=True)
class _Article:
    """What an article's threads add up to."""

    first: locking.Place | None = None
    positions: int = 0
    comments: int = 0
    questions: int = 0
    answered: int = 0


class Restoring:
    def __init__(self) -> None:
        self._articles: dict[int, _Article] = defaultdict(_Article)
        self._visible = array("q")

    def write(self, links: Sequence[Link], comments: Iterable[Comment]) -> None:
        """Write whole threads. `comments` are the rows of these links in any order, each without what is made here."""
        columns = {row.pk: row for row in trees.columns((link.pk, link.parent) for link in links)}
        threads = _threads(links, columns)
        for batch in batches(comments):
            inserting.insert_whole(self._row(comment, columns[comment.pk], threads) for comment in batch)

    def finish(self, progress: Callable[[int], Any] = lambda _: None) -> None:
        """Number the pages, let search know all threads, count; the last statements of the transaction."""
        for article, seen in sorted(self._articles.items()):
            if seen.first:
                locking.renumber(article, seen.first)
        for batch in batches(self._visible):
            documents.write_threads(batch)
            progress(len(batch))
        for article, seen in sorted(self._articles.items()):
            locking.add_to_counts(article, seen.comments, seen.questions, seen.answered)

    def _row(self, comment: Comment, columns: trees.Columns, threads: dict[int, _Thread]) -> Comment:
        comment.tree_id, comment.lft, comment.rght, comment.level = columns[1:]
        posting.render(comment)
        if comment.level == 0:
            self._take_root(comment, threads[comment.pk])
        return comment

    def _take_root(self, root: Comment, thread: _Thread) -> None:
        root.reply_count, root.answered_at = thread.replies, thread.answered_at
        if root.status != Status.APPROVED and not thread.replies:
            return
        article, share = self._articles[root.article_id], locking.Share.of(root)
        article.positions += 1
        article.comments += share.comments
        article.questions += share.questions
        article.answered += share.answered
        place = (root.published_at or root.posted_at, root.pk)
        article.first = min(article.first or place, place)
        root.position = article.positions  # right where they come in their order, else renumbered at the end
        self._visible.append(root.pk)


def _threads(links: Iterable[Link], columns: dict[int, trees.Columns]) -> dict[int, _Thread]:
    threads: dict[int, _Thread] = defaultdict(_Thread)
    for link in _public_replies(links):
        thread = threads[columns[link.pk].tree_id]
        thread.replies += 1
        if link.answered_at:
            thread.answered_at = min(thread.answered_at or link.answered_at, link.answered_at)
    return threads


def _public_replies(links: Iterable[Link]) -> Iterator[Link]:
    return (link for link in links if link.parent is not None and link.is_approved)
