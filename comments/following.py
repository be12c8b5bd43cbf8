"""Asking whoever asked for more, without a word to readers: the question then waits for them."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from . import history, locking, statuses, telling
from .log_models import Verb
from .models import Comment, Status
from .moderation import Refused


@locking.retried
def ask_detail(comment: Comment, *, by: Any, words: str, act: UUID | None = None, seen: str | None = None) -> Comment:
    """Ask a question's asker, and nobody else, for more: it waits for them until they write.

    Raises Refused where they have no way to write: below what was taken down, and in what was held after it was public.
    Also where their words have changed since they were looked at (`seen`, their digest).
    """
    held = locking.hold([comment.pk], articles=False)
    root = held.comments.get(comment.pk)
    if root is None or root.erased_at or not root.is_root or root.author_id is not None:
        raise Refused("Only whoever asked a question can be asked for more.")
    if seen not in (None, root.digest):
        raise Refused("Whoever asked has changed the text while you were writing. Please read it again above.")
    if history.withdrawals([root]) or root.status not in (Status.PENDING, Status.APPROVED):
        raise Refused("Whoever asked it cannot write here at present: it was taken down or withdrawn.")
    if root.status == Status.PENDING and root.published_at:
        raise Refused("It was public and is held, so its asker cannot write here. Approve it first, or answer it.")
    if root.is_public and not root.article.is_published:
        raise Refused("Its article is not public at present, so its asker cannot write here.")
    now = timezone.now()
    Comment.objects.filter(pk=root.pk).update(detail_asked_at=now, detail_wanted=words)
    telling.asked_for_detail(root, now=now)
    statuses.note(root, Verb.ASK_DETAIL, by=by, before=root.detail_wanted, after=words, act=act, at=now)
    return statuses.fresh([root.pk])[0]
