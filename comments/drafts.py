"""What a moderator has typed as an answer and not sent: kept at the site, one for each moderator and comment.

A version that rises with every save tells two tabs, or two devices, apart: nothing is overwritten that nobody has seen.
"""

from typing import Any

from django.utils import timezone

from . import locking
from .desk_models import Draft
from .models import Comment

LENGTH = 100_000  # characters: far more than an answer may have, so that what is too long is kept too


class NotKept(Exception):
    """There is nothing left that this could be an answer to, or it is longer than any draft."""


class Newer(Exception):
    """Something else was saved since the page was shown. Nothing was written; `draft` is what is there."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


def of(comment: Comment, *, by: Any) -> Draft | None:
    return Draft.objects.filter(comment=comment.pk, moderator=by).first()


@locking.retried
def save(comment: Comment, *, by: Any, body: str, version: int) -> Draft | None:
    """Keep the words over those of this `version` (0: none was there). None where an empty box leaves no draft.

    Raises Newer where something else is kept by now, and NotKept. Under the thread's lock: erasing the comment, which
    the words may retell, takes its drafts away.
    """
    found = locking.hold([comment.pk], articles=False).comments.get(comment.pk)
    if found is None or found.erased_at or len(body) > LENGTH:
        raise NotKept
    kept = of(comment, by=by)
    if kept and kept.body == body:
        return kept
    if kept and kept.version != version:
        raise Newer(kept)
    if not body:
        discard(comment, by=by)
        return None
    columns = {"body": body, "version": (kept.version if kept else version) + 1, "saved_at": timezone.now()}
    return Draft.objects.update_or_create(comment_id=comment.pk, moderator=by, defaults=columns)[0]


def discard(comment: Comment, *, by: Any) -> None:
    Draft.objects.filter(comment=comment.pk, moderator=by).delete()


def sent(comment: Comment, *, by: Any, body: str, version: int | None) -> None:
    """The words are published: their draft goes. What another tab has saved since, and is not in them, stays."""
    kept = of(comment, by=by)
    if kept and (version in (None, kept.version) or kept.body in body):
        kept.delete()


def moment(draft: Draft) -> str:
    """When it was saved: the time, and where that is not today the day too."""
    saved = timezone.localtime(draft.saved_at)
    is_today = saved.date() == timezone.localdate()
    return f"{saved:%H:%M}" if is_today else f"{saved:%H:%M} on {saved.day} {saved:%B}"
