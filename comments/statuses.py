"""Writing comments' statuses, each change with its event: what all verbs of `moderation` share."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from . import history, likeness, locking, telling
from .log_models import ModerationEvent, Verb
from .models import Comment, Status

BATCH = 500  # comments at once

Comments = Comment | Sequence[Comment] | Sequence[int]
Target = Callable[[Comment, list[ModerationEvent]], str]  # the status a comment with these events gets


def change(
    comments: Comments, verb: Verb, target: Target, *, by: Any, reason: str, act: UUID | None = None
) -> list[Comment]:
    """Give these comments the status that `target` says, save those that their writers withdrew and answers that others
    took back; the changed, fresh."""
    return fresh(_change(pks_of(comments), verb, target, by=by, reason=reason, act=act or uuid4()))


@locking.retried
def _change(pks: list[int], verb: Verb, target: Target, *, by: Any, reason: str, act: UUID) -> list[int]:
    held = locking.hold(pks, articles=True)
    events = history.events_of(pks) if verb in (Verb.RESTORE, Verb.UNDO) else {}
    theirs = history.withdrawals(held.comments.values())
    ours = [each for each in held.comments.values() if each.pk not in theirs and may_bring_back(each, by)]
    plan = [(comment, target(comment, events.get(comment.pk, []))) for comment in ours]
    return write(held, plan, verb, by=by, reason=reason, now=timezone.now(), settle=True, act=act)


def write(
    held: locking.Held,
    plan: Sequence[tuple[Comment, str]],
    verb: Verb,
    *,
    by: Any,
    reason: str,
    now: datetime,
    settle: bool = False,
    act: UUID | None = None,
) -> list[int]:
    """Give held comments their planned status where it differs, with an event each; the pks of those that changed.

    With `settle`, what follows from statuses (positions, counts, what search finds) is brought up to date too.
    """
    changes = {c.pk: status for c, status in plan if c.status != status and c.erased_at is None}
    changed = [comment for comment, _ in plan if comment.pk in changes]
    by_status = defaultdict(list)
    for pk, status in changes.items():
        by_status[status].append(pk)
    for status, pks in by_status.items():
        columns: dict[str, Any] = {"status": status}
        if status == Status.APPROVED:
            columns |= {"published_at": Coalesce("published_at", Value(now)), "original_body": ""}
            history.forget_words(pks)
        if status in (Status.APPROVED, Status.PENDING):
            columns |= {"merged_into": None, "withdrawn_at": None}
        Comment.objects.filter(pk__in=pks).update(**columns)
    _tell(changed, changes, by=by, now=now)
    _teach(changed, changes, verb, by=by, now=now)
    log(changed, verb, changes, by=by, reason=reason, now=now, act=act)
    seen = {c.article_id for c in changed if Status.APPROVED in (c.status, changes[c.pk])}
    if settle and seen:
        locking.settle(held.on(seen))
    return list(changes)


def _tell(changed: list[Comment], statuses: dict[int, str], *, by: Any, now: datetime) -> None:
    shown = [comment for comment in changed if statuses[comment.pk] == Status.APPROVED]
    hidden = [comment.pk for comment in changed if comment.status == Status.APPROVED]
    good = (Status.PENDING, Status.APPROVED)
    spam = [comment.pk for comment in changed if comment.status == Status.SPAM and statuses[comment.pk] in good]
    if spam:
        telling.found_to_be_no_spam(spam)
    if shown:
        telling.published(shown, by=by, now=now)
    if hidden:
        telling.hidden(hidden)


def _teach(changed: list[Comment], statuses: dict[int, str], verb: Verb, *, by: Any, now: datetime) -> None:
    """What a moderator marks as spam, and nobody else, says what spam is like; what they take out says so no more.

    Not what its writer puts back, or brings back by other words: spam would clear its own hosts.
    """
    if by is None:
        return
    if verb == Verb.MARK_SPAM:
        likeness.learn(changed, now)
    out = [c for c in changed if c.status in history.REMOVED and statuses[c.pk] not in history.REMOVED]
    if out:
        likeness.unlearn(out)
    if shown := [c.pk for c in changed if statuses[c.pk] == Status.APPROVED]:
        likeness.clear_hosts(shown)


def log(
    comments: Iterable[Comment],
    verb: Verb,
    statuses: dict[int, Any],
    *,
    by: Any,
    reason: str,
    now: datetime,
    act: UUID | None = None,
) -> None:
    """Write an event for each of these comments, which still have their old status; `statuses` are the new ones."""
    act = act or uuid4()
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            comment=comment,
            by=by,
            verb=verb,
            from_status=comment.status,
            to_status=statuses[comment.pk],
            reason=reason[:500],
            at=now,
            act=act,
        )
        for comment in comments
    )


def note(
    comment: Comment,
    verb: Verb,
    *,
    by: Any,
    before: str = "",
    after: str = "",
    reason: str = "",
    act: UUID | None = None,
    at: datetime | None = None,
) -> None:
    """Write the event of something that leaves the comment's status as it is, with what was there before and after."""
    ModerationEvent.objects.create(
        comment_id=comment.pk,
        by=by,
        verb=verb,
        from_status=comment.status,
        to_status=comment.status,
        before=before,
        after=after,
        reason=reason[:500],
        at=at or timezone.now(),
        act=act or uuid4(),
    )


def may_speak_for(answer: Comment, by: Any) -> bool:
    """Whether `by` may change what readers see as this moderator's words; None is the site itself."""
    return by is None or by.pk == answer.author_id or by.has_perm("comments.erase_comment")


def may_bring_back(comment: Comment, by: Any) -> bool:
    """What a moderator took back is for those alone to publish again who might have taken it back."""
    return comment.withdrawn_at is None or may_speak_for(comment, by)


def pks_of(comments: Comments) -> list[int]:
    given = [comments] if isinstance(comments, Comment) else comments
    pks = list(dict.fromkeys(c.pk if isinstance(c, Comment) else int(c) for c in given))
    if len(pks) > BATCH:
        raise ValueError(f"At most {BATCH} comments at once, not {len(pks)}.")
    return pks


def fresh(pks: list[int]) -> list[Comment]:
    return list(Comment.objects.filter(pk__in=pks).select_related("author").order_by("pk"))
