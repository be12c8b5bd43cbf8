"""Where a comment stands in its thread, and what stands at a place: from the tree's columns, without reading what comes
before.

Of the numbers from 1 to `lft - 1` each comment above it has one (there are `level` of them), and each that ended before
it has two. So `(lft + level - 1) / 2` comments come before it, in a thread of any size. What readers do not see is
taken off: an index holds that alone, and it is little.
"""

import bisect
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models.expressions import RawSQL

from .managers import CommentQuerySet
from .models import Comment
from .rows import Row

# The last of them begins at 2 * index at the latest: from there backwards hardly a row is read in vain.
_STRETCH = """
    SELECT id FROM (
        SELECT id FROM comments_comment
        WHERE tree_id = %s AND level > 0 AND status = 'approved' AND lft <= (
            SELECT lft FROM comments_comment
            WHERE tree_id = %s AND lft <= %s AND lft + level <= %s ORDER BY lft DESC LIMIT 1
        ) ORDER BY lft DESC LIMIT %s
    ) AS shown"""
# As the index `comment_answers` says it; SQLite would take a bare status for the better index.
_ANSWERS = """
    SELECT id FROM (
        SELECT id FROM comments_comment
        WHERE tree_id = %s AND author_id IS NOT NULL AND status || '' = 'approved' AND lft > %s ORDER BY lft LIMIT %s
    ) AS answers"""


class Hidden(NamedTuple):
    """A reply that readers do not see."""

    pk: int
    lft: int
    rght: int
    level: int
    withdrawn_at: datetime | None

    @property
    def at(self) -> int:
        """Its index."""
        return _index(self.lft, self.level)

    @property
    def stands_for_something(self) -> bool:
        """There are replies below it, or it is an answer that was taken back."""
        return self.withdrawn_at is not None or self.rght > self.lft + 1

    @property
    def end(self) -> int:
        """The index of the last comment below it, or its own."""
        return self.at + (self.rght - self.lft - 1) // 2


class Stretch(NamedTuple):
    """So many of the replies that readers see in a thread, by the indexes of comments."""

    tree: int
    number: int
    first: int  # the root's where it begins with the thread
    last: int
    until: int  # of the next reply that readers see, or behind the thread's end

    def with_placeholders(self, hidden: Sequence[Hidden], most: int) -> CommentQuerySet:
        """These replies, and of the thread's hidden ones those that a placeholder stands for here; in reading order."""
        removed = [reply.pk for reply in hidden if reply.stands_for_something and self._holds(reply)][:most]
        place = [self.tree, self.tree, 2 * self.last, 2 * self.last + 1, self.number]
        also = f"UNION ALL SELECT id FROM comments_comment WHERE id IN ({', '.join(['%s'] * len(removed))})"  # noqa: S608
        pks = RawSQL(f"{_STRETCH} {also if removed else ''}", [*place, *removed])  # noqa: S611
        return Comment.objects.filter(pk__in=pks).order_by("lft")

    def _holds(self, hidden: Hidden) -> bool:
        """Whether a placeholder for it would stand here: above one of these replies, or between them."""
        return (hidden.at < self.last and hidden.end >= self.first) or self.first < hidden.at < self.until


def replies_before(comment: Comment) -> int:
    """How many of its thread's replies that readers see stand before this reply."""
    index = _index(comment.lft, comment.level)
    hidden = Comment.objects.unseen_in([comment.tree_id]).values_list("lft", "level")
    return index - 1 - bisect.bisect_left(sorted(_index(*columns) for columns in hidden), index)


def hidden_in(root: Row) -> list[Hidden]:
    """All of a thread's: with a limit SQLite would read the thread."""
    if root.rght == 2 * (root.reply_count + 1):  # every reply is approved
        return []
    hidden = Comment.objects.unseen_in([root.tree]).values_list(*Hidden._fields)
    return sorted(map(Hidden._make, hidden), key=lambda reply: reply.lft)


def stretch(root: Row, start: int, most: int, hidden: Sequence[Hidden]) -> Stretch:
    """Of the thread's replies that readers see so many, or what is left, from this number on, counted from 0."""
    unseen = [reply.at for reply in hidden]
    end = min(start + most, root.reply_count)
    first = _nth(start, unseen) if start else 0
    last = _nth(end - 1, unseen) if end else first
    return Stretch(root.tree, end - start, first, last, _nth(end, unseen))


def answers_beyond(trees: Sequence[int], lft: int, most: int) -> CommentQuerySet:
    """Of each of these threads the first so many public answers of moderators that begin behind this place."""
    pks = RawSQL(" UNION ALL ".join([_ANSWERS] * len(trees)), [part for tree in trees for part in (tree, lft, most)])  # noqa: S611
    return Comment.objects.filter(pk__in=pks).order_by("tree_id", "lft")


def _index(lft: int, level: int) -> int:
    """How many comments of its thread, the root among them, stand before the one with these columns."""
    return (lft + level - 1) // 2


def _nth(number: int, unseen: Sequence[int]) -> int:
    """The index of the reply with this number among those that readers see."""
    index = number + 1  # the root has 0
    for other in unseen:
        if other > index:
            break
        index += 1
    return index
