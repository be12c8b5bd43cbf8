"""Moderators' private notes on a thread. Each hangs on the comment that was open, and goes when that is erased."""

from typing import Any

from django.utils import timezone

from . import locking
from .desk_models import Note
from .models import Comment

LENGTH = 2_000  # characters
MOST = 50  # of a thread that are shown, the newest


class Gone(Exception):
    """The comment was erased: nothing is noted on it any more."""


def of_thread(comment: Comment) -> list[Note]:
    """The thread's notes, oldest first."""
    newest = Note.objects.filter(comment__tree_id=comment.tree_id).select_related("by").order_by("-pk")[:MOST]
    return list(newest)[::-1]


@locking.retried
def add(comment: Comment, *, by: Any, body: str) -> Note:
    """Under the thread's lock, so that none is left behind by an erasing. Raises Gone."""
    found = locking.hold([comment.pk], articles=False).comments.get(comment.pk)
    if found is None or found.erased_at:
        raise Gone
    return Note.objects.create(comment=found, by=by, body=body, at=timezone.now())


def delete(comment: Comment, note: int, *, by: Any) -> bool:
    """Delete one's own note on this thread; whether there was one."""
    own = Note.objects.filter(pk=note, comment__tree_id=comment.tree_id, by=by)
    return bool(own.delete()[0])
