"""Private links: minted, never stored, checked by their hash."""

import hashlib
import secrets

from django.urls import reverse
from django.utils import timezone

from .models import Comment
from .reader_models import PrivateLink

LINKS = 20  # of one comment: the newest hold, so that sending the same text again and again fills no table
TOKEN_BYTES = 24  # 192 bits: no guess will ever hit


def mint(comment: Comment) -> str:
    """A fresh private address for a comment. The token is in this path alone and cannot be shown again."""
    path = mint_first(comment.pk)
    old = PrivateLink.objects.filter(comment=comment).order_by("-pk").values_list("pk", flat=True)[LINKS:]
    if gone := list(old):
        PrivateLink.objects.filter(pk__in=gone).delete()
    return path


def mint_first(comment: int) -> str:
    """The same for a comment that has none yet; its row may come later in the transaction."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    PrivateLink.objects.create(comment_id=comment, token_hash=_hash(token), created_at=timezone.now())
    return reverse("comments:private", args=[token])


def comment_of(token: str) -> Comment | None:
    """The comment a token leads to. Looked up by hash, so that timing tells nothing of the tokens there are.

    A link minted in the moment in which its comment was erased leads nowhere, like those that erasing deletes.
    """
    link = PrivateLink.objects.select_related("comment__article").filter(token_hash=_hash(token)).first()
    return link.comment if link and link.comment.erased_at is None else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
