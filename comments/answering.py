"""Sending an answer from the desk: with it its draft goes, and the saved replies in it are counted; or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from . import drafts, moderation, saved_replies
from .models import Comment


@dataclass(frozen=True, slots=True)
class Known:
    """What the page knew that an answer was written on. None: it did not say."""

    seen: str | None = None  # the digest of the words that are answered
    after: int | None = None  # the newest answer there was; 0 for none
    draft: int | None = None  # the version of the draft
    used: Sequence[int] = ()  # saved replies that were inserted


def send(comment: Comment, *, by: Any, body: str, known: Known, act: UUID, reason: str = "") -> Comment:
    """Publish it. Raises moderation.Refused, and then the draft is still there."""
    now = timezone.now()
    with transaction.atomic():
        answer = moderation.answer(
            comment, by=by, body=body, at=now, seen=known.seen, after=known.after, reason=reason, act=act
        )
        drafts.sent(comment, by=by, body=body, version=known.draft)
        if known.used and answer.posted_at == now:  # not the one that the first of two clicks made
            saved_replies.count(known.used, now)
    return answer
