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

from django.db.models import F

from .models import Comment
from .rows import Row, read_rows


class Hidden(NamedTuple):
    """A reply that readers do not see."""

    pk: int
    lft: int
    rght: int
    level: int
    withdrawn_at: datetime | None


def replies_before(comment: Comment) -> int:
    """How many of its thread's replies that readers see stand before this reply."""
    index = _index(comment.lft, comment.level)
    hidden = Comment.objects.unseen_in(comment.tree_id).order_by().values_list("lft", "level")
    return index - 1 - bisect.bisect_left(sorted(_index(*columns) for columns in hidden), index)


def hidden_in(root: Row) -> list[Hidden]:
    """All of a thread's: with a limit SQLite would read the thread."""
    if root.rght == 2 * (root.reply_count + 1):  # every reply is approved
        return []
    hidden = Comment.objects.unseen_in(root.tree).order_by().values_list(*Hidden._fields)
    return sorted(map(Hidden._make, hidden), key=lambda reply: reply.lft)


def replies_at(root: Row, start: int, most: int, hidden: Sequence[Hidden]) -> list[Row]:
    """Of a thread's replies that readers see so many (or what is left) from this number on, counted from 0."""
    number = min(most, root.reply_count - start)
    unseen = [_index(reply.lft, reply.level) for reply in hidden]
    first, last = _nth(start, unseen), _nth(start + number - 1, unseen)
    there = Comment.objects.filter(tree_id=root.tree).replies().approved().alias(place=F("lft") + F("level"))
    # What stands there begins at 2 * last at the latest: from there backwards hardly a row is read in vain.
    wanted = there.filter(lft__lte=2 * last, place__range=(2 * first + 1, 2 * last + 1))
    return read_rows(Comment.objects.filter(pk__in=wanted.order_by("-lft").values("pk")[:number]).order_by("lft"))


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
