"""The door for every change of a comment's status, one verb each.

`VERB(comments, *, by, reason="")` takes one comment or a sequence of up to 500 and returns those it changed, fresh;
what is so already is left alone and writes no event. `by` is the moderator, or None where the site or the asker acts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from . import locking, posting
from .models import ANSWER_RETELLS, Comment, ModerationEvent, PrivateLink, Status, Verb

BATCH = 500
REMOVED = (Status.SPAM, Status.TRASH)
UNDOABLE = (Verb.APPROVE, Verb.HOLD, Verb.MARK_SPAM, Verb.TRASH, Verb.RESTORE)
ANSWERED = "answered"  # the reason of an approval that came with an answer

Comments = Comment | Sequence[Comment] | Sequence[int]
Events = dict[int, list[ModerationEvent]]  # by comment, the last first
Target = Callable[[Comment, list[ModerationEvent]], str]  # the status a comment with these events gets


class Refused(Exception):
    """Nothing was changed; the message says why, for a moderator."""


def approve(comments: Comments, *, by: Any, reason: str = "") -> list[Comment]:
    """Let readers see them."""
    return _change(comments, Verb.APPROVE, _to(Status.APPROVED), by=by, reason=reason)


def hold(comments: Comments, *, by: Any, reason: str = "") -> list[Comment]:
    """Back to pending."""
    return _change(comments, Verb.HOLD, _to(Status.PENDING), by=by, reason=reason)


def mark_spam(comments: Comments, *, by: Any, reason: str = "") -> list[Comment]:
    return _change(comments, Verb.MARK_SPAM, _to(Status.SPAM), by=by, reason=reason)


def trash(comments: Comments, *, by: Any, reason: str = "") -> list[Comment]:
    return _change(comments, Verb.TRASH, _to(Status.TRASH), by=by, reason=reason)


def restore(comments: Comments, *, by: Any, reason: str = "") -> list[Comment]:
    """Out of spam and trash, to the status before, else pending. Others are left alone."""
    return _change(comments, Verb.RESTORE, _before_removal, by=by, reason=reason)


def undo(comments: Comments, *, by: Any, reason: str = "", event: ModerationEvent | None = None) -> list[Comment]:
    """Revert each comment's last event. With `event`, only if that is still the last: a stale button does nothing.

    What was undone stays so: there is no undo of an undo, which a second click would be. Where an answer had published
    the comment, the answer is held with it.
    """
    answered: dict[int, datetime] = {}

    def before(comment: Comment, events: list[ModerationEvent]) -> str:
        last = events[0] if events else None
        if last is None or last.verb not in UNDOABLE or (event is not None and event.pk != last.pk):
            return comment.status
        if last.reason == ANSWERED:
            answered[comment.pk] = last.at
        return last.from_status

    with transaction.atomic():
        undone = _change(comments, Verb.UNDO, before, by=by, reason=reason)
        answers = (
            Comment.objects.by_moderators().approved().filter(parent__in=answered, posted_at__in=answered.values())
        )
        hold(list(answers.order_by("pk")), by=by, reason="its question was taken back")
    return undone


@locking.retried
def answer(comment: Comment, *, by: Any, body: str, at: datetime | None = None) -> Comment:
    """Publish a moderator's reply to a comment, and the comment with it where readers do not see it yet.

    The same text sent twice in ten minutes is one answer: it is returned again. `at` is the moment it counts from, if
    not now (the demo). Raises Refused for an erased comment.
    """
    held = locking.hold([comment.pk], articles=True)
    target = held.comments.get(comment.pk)
    if target is None or target.erased_at:
        raise Refused("This comment was erased, at the wish of whoever wrote it. It cannot be answered.")
    now = at or timezone.now()
    digest = posting.digest_of(target.article_id, target.pk, by.get_username(), "", body)
    sent_twice = Comment.objects.filter(digest=digest, status=Status.APPROVED, posted_at__gt=now - posting.SAME_POST)
    if twin := sent_twice.filter(parent=target).first():
        return twin
    _write(held, [(target, Status.APPROVED)], Verb.APPROVE, by=by, reason=ANSWERED, now=now)
    reply = Comment(
        article_id=target.article_id,
        author=by,
        body=body,
        status=Status.APPROVED,
        posted_at=now,
        published_at=now,
        digest=digest,
    )
    posting.insert(reply, target)
    locking.settle(held)
    return reply


@locking.retried
def erase(comments: Comments, *, by: Any, reason: str = "") -> list[Comment]:
    """Blank them for good, at the wish of who wrote them: name, email, text, hashes, private links, the log's texts.

    Readers see a placeholder where others' replies live on. Where moderators alone replied, their answers, which retell
    the text, go to trash; where readers replied too, they stay, and the desk asks what is to become of them
    (`keep_answers`). The source id stays, so that importing again brings nothing back. `reason` is not kept.
    """
    held = locking.hold(_pks(comments), articles=True)
    now = timezone.now()
    erased = [comment for comment in held.comments.values() if comment.erased_at is None]
    if not erased:
        return []
    pks = [comment.pk for comment in erased]
    below = {comment.pk: _public_below(comment) for comment in erased}
    seen = {comment.article_id for comment in erased if comment.is_public or below[comment.pk]}
    answers = _alone([[reply for reply in replies if reply.pk not in pks] for replies in below.values()])
    gone = {*pks, *(answer.pk for answer in answers)}
    asks = [pk for pk, replies in below.items() if any(reply.author_id and reply.pk not in gone for reply in replies)]
    _log(erased, Verb.ERASE, dict.fromkeys(pks, Status.TRASH), by=by, reason="", now=now)
    ModerationEvent.objects.filter(comment__in=pks).update(reason="")
    PrivateLink.objects.filter(comment__in=pks).delete()
    Comment.objects.filter(pk__in=pks).update(
        author=None, name="", email="", body="", body_html="", excerpt_html="", network="", digest="", reasons=[],
        urgent=False, status=Status.TRASH, edited_at=None, erased_at=now,
    )  # fmt: skip
    Comment.objects.filter(pk__in=asks).update(reasons=[ANSWER_RETELLS])
    _write(held, [(a, Status.TRASH) for a in answers], Verb.TRASH, by=by, reason="its question was erased", now=now)
    if seen:
        locking.settle(held.on(seen))
    return _fresh(pks)


def keep_answers(comment: Comment, *, by: Any, reason: str = "") -> list[Comment]:
    """The answers below an erased comment give nothing of it away: the desk need not ask any more. Logs nothing."""
    asked = Comment.objects.erased_with_answers().filter(pk=comment.pk)
    return _fresh([comment.pk]) if asked.update(reasons=[]) else []


def _to(status: Status) -> Target:
    return lambda *_: status


def _change(
    comments: Comments,
    verb: Verb,
    target: Target,
    *,
    by: Any,
    reason: str,
) -> list[Comment]:
    pks = _pks(comments)

    @locking.retried
    def change() -> list[int]:
        held = locking.hold(pks, articles=True)
        events = _events(pks) if verb in (Verb.RESTORE, Verb.UNDO) else {}
        plan = [(comment, target(comment, events.get(comment.pk, []))) for comment in held.comments.values()]
        return _write(held, plan, verb, by=by, reason=reason, now=timezone.now(), settle=True)

    return _fresh(change())


def _write(
    held: locking.Held,
    plan: Sequence[tuple[Comment, str]],
    verb: Verb,
    *,
    by: Any,
    reason: str,
    now: datetime,
    settle: bool = False,
) -> list[int]:
    """Give comments their planned status where it differs, with an event each; the pks of those that changed."""
    changes = {c.pk: status for c, status in plan if c.status != status and c.erased_at is None}
    changed = [comment for comment, _ in plan if comment.pk in changes]
    by_status = defaultdict(list)
    for pk, status in changes.items():
        by_status[status].append(pk)
    for status, pks in by_status.items():
        columns: dict[str, Any] = {"status": status}
        if status == Status.APPROVED:
            columns["published_at"] = Coalesce("published_at", Value(now))
        Comment.objects.filter(pk__in=pks).update(**columns)
    _log(changed, verb, changes, by=by, reason=reason, now=now)
    seen = {c.article_id for c in changed if Status.APPROVED in (c.status, changes[c.pk])}
    if settle and seen:
        locking.settle(held.on(seen))
    return list(changes)


def _log(
    comments: Iterable[Comment], verb: Verb, statuses: dict[int, Any], *, by: Any, reason: str, now: datetime
) -> None:
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            comment=comment,
            by=by,
            verb=verb,
            from_status=comment.status,
            to_status=statuses[comment.pk],
            reason=reason[:500],
            at=now,
        )
        for comment in comments
    )


def _pks(comments: Comments) -> list[int]:
    given = [comments] if isinstance(comments, Comment) else comments
    pks = list(dict.fromkeys(c.pk if isinstance(c, Comment) else int(c) for c in given))
    if len(pks) > BATCH:
        raise ValueError(f"At most {BATCH} comments at once, not {len(pks)}.")
    return pks


def _fresh(pks: list[int]) -> list[Comment]:
    return list(Comment.objects.filter(pk__in=pks).select_related("author").order_by("pk"))


def _events(pks: list[int]) -> Events:
    """Each comment's events, the last first. Comments have a handful of events each, so all are read."""
    events: Events = defaultdict(list)
    for event in ModerationEvent.objects.filter(comment__in=pks).order_by("-pk"):
        events[event.comment_id].append(event)
    return events


def _before_removal(comment: Comment, events: list[ModerationEvent]) -> str:
    if comment.status not in REMOVED:
        return comment.status
    # From spam to trash and so on: the status before the first of these removals in a row. An undo and what it undid
    # never were.
    undone = 0
    for event in events:
        if event.verb == Verb.UNDO:
            undone += 1
        elif event.verb in UNDOABLE and undone:
            undone -= 1
        elif event.verb in UNDOABLE and event.to_status in REMOVED and event.from_status not in REMOVED:
            return str(event.from_status)
    return Status.PENDING


def _public_below(comment: Comment) -> list[Comment]:
    return list(Comment.objects.below(comment).approved().order_by("pk"))


def _alone(replies_below: list[list[Comment]]) -> list[Comment]:
    """The public replies below erased comments where, beside comments erased with them, moderators alone wrote any."""
    alone: dict[int, Comment] = {}
    for replies in replies_below:
        if all(reply.author_id is not None for reply in replies):
            alone.update((reply.pk, reply) for reply in replies)
    return list(alone.values())
