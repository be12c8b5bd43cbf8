"""One verb on many comments: what would happen to each, and then that, as one act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from . import dealing, history, identities, moderation, statuses
from .models import Comment, Status


@dataclass(frozen=True, slots=True)
class Deed:
    label: str
    do: Callable[..., list[Comment]]
    outcome: str  # after “3 comments”
    already: str  # why one would be left alone
    status: Status | None = None  # what they get, where that is the same for all


DEEDS = {
    "approve": Deed("Approve", moderation.approve, "will become public", "readers see it already", Status.APPROVED),
    "hold": Deed("Hold", moderation.hold, "will be pending again", "it is pending already", Status.PENDING),
    "mark_spam": Deed("Mark as spam", moderation.mark_spam, "will go to spam", "it is spam already", Status.SPAM),
    "trash": Deed("Trash", moderation.trash, "will go to the trash", "it is in the trash already", Status.TRASH),
    "restore": Deed(
        "Restore", moderation.restore, "will go back to the status before", "it is in neither spam nor trash"
    ),
    "deal_with": Deed("Deal with", dealing.deal_with, "will need nothing more", "nothing about it is open"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    verb: str
    outcome: str
    changing: list[Comment]
    left: list[tuple[Comment, str]]  # with why
    gone: int  # of those asked for


def plan(verb: str, pks: Sequence[int], *, by: Any, seen_at: datetime) -> Plan:
    """What the verb would do to these now. Words that were changed after `seen_at` are not approved unread.

    Of what readers would see it says what in it may say who somebody is (`names`).
    """
    deed = DEEDS[verb]
    comments = list(Comment.objects.filter(pk__in=pks).select_related("author").order_by("posted_at", "pk"))
    withdrawn = history.withdrawals(comments)
    open_ = dealing.open_among(pks) if verb == "deal_with" else set()
    changing, left = [], []
    for comment in comments:
        taken_back = comment.pk in withdrawn or not statuses.may_bring_back(comment, by)
        why = _why_left(comment, verb, deed, taken_back=taken_back, seen_at=seen_at, open_=open_)
        left.append((comment, why)) if why else changing.append(comment)
    if verb == "approve":
        _look_for_names(changing)
    return Plan(verb, deed.outcome, changing, left, len(set(pks)) - len(comments))


def _look_for_names(comments: list[Comment]) -> None:
    """Give each of these `names`: how much in a reader's words may say who somebody is."""
    for comment in comments:
        comment.names = 0 if comment.author_id else len(identities.find(comment.body))


def do(verb: str, pks: Sequence[int], *, by: Any, seen_at: datetime, act: UUID) -> list[Comment]:
    """Those that the verb changed, fresh."""
    words = {"seen_at": seen_at} if verb == "approve" else {}
    return DEEDS[verb].do(list(pks)[: statuses.BATCH], by=by, act=act, **words)


def _why_left(comment: Comment, verb: str, deed: Deed, *, taken_back: bool, seen_at: datetime, open_: set[int]) -> str:
    if verb == "deal_with":
        return "" if comment.pk in open_ else deed.already
    if comment.erased_at:
        return "it was erased, at the wish of whoever wrote it"
    if taken_back:
        return "whoever wrote it took it back"
    if (verb == "restore" and comment.status not in history.REMOVED) or comment.status == deed.status:
        return deed.already
    if verb == "approve" and comment.edited_at and comment.edited_at > seen_at:
        return "whoever wrote it has changed it since you saw it"
    return ""
