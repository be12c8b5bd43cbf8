"""The door for the order that readers find: which answers stand out or were taken back, which threads are closed,
pinned, or the same question asked twice.

Each returns what it changed, fresh, or None where that was so already; readers' cached pages go out of date with it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from . import history, locking, moving, posting, statuses
from .log_models import ModerationEvent, Verb
from .models import Comment, Status
from .moderation import Refused

# verb: its column, whether it sets that, and what takes it back
_FLAGS = {
    Verb.HIGHLIGHT: ("highlighted_at", True, Verb.UNHIGHLIGHT),
    Verb.UNHIGHLIGHT: ("highlighted_at", False, Verb.HIGHLIGHT),
    Verb.CLOSE: ("closed_at", True, Verb.REOPEN),
    Verb.REOPEN: ("closed_at", False, Verb.CLOSE),
    Verb.PIN: ("pinned_at", True, Verb.UNPIN),
    Verb.UNPIN: ("pinned_at", False, Verb.PIN),
}
VERBS = tuple(_FLAGS)
ASKED_TWICE = "asked twice"  # the reason of the moves of a merge


def highlight(answer: Comment, *, by: Any, act: UUID | None = None) -> Comment | None:
    """Mark an answer that is worth reading for more than who asked."""
    return _set(answer, Verb.HIGHLIGHT, by=by, act=act)


def unhighlight(answer: Comment, *, by: Any, act: UUID | None = None) -> Comment | None:
    return _set(answer, Verb.UNHIGHLIGHT, by=by, act=act)


def close(question: Comment, *, by: Any, act: UUID | None = None) -> Comment | None:
    """The thread takes no more replies of readers; whoever wrote there already may add to their own words."""
    return _set(question, Verb.CLOSE, by=by, act=act)


def reopen(question: Comment, *, by: Any, act: UUID | None = None) -> Comment | None:
    return _set(question, Verb.REOPEN, by=by, act=act)


def pin(question: Comment, *, by: Any, act: UUID | None = None) -> Comment | None:
    """The thread stands first on its article's own address, in place of what was pinned there."""
    return _set(question, Verb.PIN, by=by, act=act)


def unpin(question: Comment, *, by: Any, act: UUID | None = None) -> Comment | None:
    return _set(question, Verb.UNPIN, by=by, act=act)


@locking.retried
def take_back(answer: Comment, *, by: Any, reason: str = "", act: UUID | None = None) -> Comment | None:
    """Take a public answer back: readers are told so in its place. Only whoever wrote it may, or an owner."""
    held = locking.hold([answer.pk], articles=True)
    found = _of(held, answer)
    if found.author_id is None or found.is_root:
        raise Refused("Only an answer can be taken back.")
    if not statuses.may_speak_for(found, by):
        raise Refused("Only whoever wrote an answer, or an owner of the site, can take it back.")
    if not found.is_public:
        return None
    now = timezone.now()
    statuses.write(held, [(found, Status.TRASH)], Verb.TAKE_BACK, by=by, reason=reason, now=now, act=act)
    Comment.objects.filter(pk=found.pk).update(withdrawn_at=now)
    locking.settle(held)
    return statuses.fresh([found.pk])[0]


@locking.retried
def merge(duplicate: Comment, into: Comment, *, by: Any, reason: str = "", act: UUID | None = None) -> Comment:
    """Join a question that was asked twice to the other one: its replies move below that, and its addresses lead there.

    It goes to the trash; undoing the act brings all of it back. Returns the other question. Raises Refused where one of
    them is no question, or is not there for readers or moderators any more.
    """
    held = locking.hold([duplicate.pk, into.pk], articles=True)
    gone, target = _of(held, duplicate), _of(held, into)
    _check_merge(gone, target)
    act = act or uuid4()
    was_seen = gone.position is not None or target.position is not None
    plan = [(gone, Status.TRASH)]
    statuses.write(held, plan, Verb.MERGE, by=by, reason=reason or f"into {target.pk}", now=timezone.now(), act=act)
    Comment.objects.filter(pk=gone.pk).update(merged_into=target)
    replies = list(Comment.objects.filter(parent=gone).order_by("pk"))
    _hang(held, replies, target, Verb.MOVE, by=by, reason=ASKED_TWICE, act=act)
    if was_seen:
        locking.settle(held)
    return statuses.fresh([target.pk])[0]


@locking.retried
def part(moves: Sequence[ModerationEvent], *, by: Any, undo: UUID) -> list[int]:
    """Move back what a merge moved, in one go: those replies that are where it put them. None of them where the
    question that they had is still merged, or stands in their thread by now."""
    was, now = (moving.Place.read(text) for text in (moves[0].before, moves[0].after))
    if was is None or now is None or was.parent is None or now.parent is None:
        return []
    held = locking.hold([was.parent, now.parent], articles=True)
    home, place = held.comments.get(was.parent), held.comments.get(now.parent)
    if home is None or place is None or home.tree_id == place.tree_id or held.root_of(home).merged_into_id:
        return []
    pks = [move.comment_id for move in moves]
    replies = list(Comment.objects.filter(pk__in=pks, parent=place, erased_at=None).order_by("pk"))
    if replies:
        _hang(held, replies, home, Verb.UNDO, by=by, act=undo)
        locking.settle(held)
    return [reply.pk for reply in replies]


@locking.retried
def undo(comment: Comment, event: ModerationEvent, by: Any, undo: UUID) -> bool:
    """Put back what was there before this event, if what it left is there still."""
    held = locking.hold([comment.pk], articles=True)
    found = _of(held, comment)
    column, _, opposite = _FLAGS[Verb(event.verb)]
    if _told(getattr(found, column)) != event.after:
        return False
    try:
        _write(held, found, opposite, datetime.fromisoformat(event.before) if event.before else None, by=by, act=undo)
    except Refused:
        return False
    statuses.note(found, Verb.UNDO, by=by, before=event.after, after=event.before, act=undo)
    return True


def pair(verb: Verb) -> tuple[Verb, Verb]:
    """This verb and the one that takes it back."""
    return verb, _FLAGS[verb][2]


@locking.retried
def _set(comment: Comment, verb: Verb, *, by: Any, act: UUID | None = None) -> Comment | None:
    held = locking.hold([comment.pk], articles=True)
    found = _of(held, comment)
    column, is_on, _ = _FLAGS[verb]
    was, now = getattr(found, column), timezone.now() if is_on else None
    if (was is not None) == is_on:
        return None
    act = act or uuid4()
    statuses.note(found, verb, by=by, before=_told(was), after=_told(now), act=act)
    _write(held, found, verb, now, by=by, act=act)
    return statuses.fresh([found.pk])[0]


def _write(held: locking.Held, found: Comment, verb: Verb, moment: datetime | None, *, by: Any, act: UUID) -> None:
    """Write a flag, if this comment may have it; readers who see its thread see it at once."""
    if verb in _CHECKS:
        _CHECKS[verb](found)
    if verb == Verb.PIN:
        _make_room(found, by=by, act=act)
    Comment.objects.filter(pk=found.pk).update(**{_FLAGS[verb][0]: moment})
    if held.root_of(found).position is not None:
        locking.add_to_counts(found.article_id)


def _of(held: locking.Held, comment: Comment) -> Comment:
    if comment.pk not in held.comments:
        raise Refused("There is no such comment any more.")
    return held.comments[comment.pk]


def _can_highlight(found: Comment) -> None:
    if found.author_id is None or found.is_root or not found.is_public:
        raise Refused("Only a public answer can be highlighted.")


def _can_close(found: Comment) -> None:
    if not found.is_root:
        raise Refused("Only a whole thread is closed: open its question first.")


def _can_pin(found: Comment) -> None:
    if not found.is_root or not found.is_public:
        raise Refused("Only a public question can be pinned.")


_CHECKS: dict[Verb, Callable[[Comment], None]] = {
    Verb.HIGHLIGHT: _can_highlight,
    Verb.CLOSE: _can_close,
    Verb.PIN: _can_pin,
}


def _make_room(found: Comment, *, by: Any, act: UUID) -> None:
    """One thread is pinned under an article. The article's lock, which we hold, is what writes this column."""
    for other in Comment.objects.filter(article=found.article_id, pinned_at__isnull=False):
        Comment.objects.filter(pk=other.pk).update(pinned_at=None)
        statuses.note(other, Verb.UNPIN, by=by, before=_told(other.pinned_at), reason=f"{found.pk} is pinned", act=act)


def _check_merge(gone: Comment, target: Comment) -> None:
    if gone.pk == target.pk:
        raise Refused("A question cannot be merged into itself.")
    if not gone.is_root or not target.is_root:
        raise Refused("Only a question can be merged, and only into another question.")
    if history.withdrawals([gone, target]):
        raise Refused("Whoever wrote one of them took it back.")
    if any(each.erased_at or each.status not in (Status.PENDING, Status.APPROVED) for each in (gone, target)):
        raise Refused("One of the two questions was erased, merged already, or is in spam or trash.")
    if (gone.rght + target.rght) // 2 > posting.THREAD_LIMIT:
        raise Refused(f"Together they would have more than {posting.THREAD_LIMIT:,} comments.")


def _hang(held: locking.Held, replies: Sequence[Comment], below: Comment, verb: Verb, **told: Any) -> None:
    """These replies of one comment below another one, each with those below it, in one go."""
    after = moving.Place(below.pk, below.article_id)
    for reply in replies:
        before = moving.Place(reply.parent_id, reply.article_id)
        statuses.note(reply, verb, before=str(before), after=str(after), **told)
    moved = _with_all_below(replies)
    Comment.objects.filter(pk__in=moved).update_tree(article=below.article_id)
    Comment.objects.filter(pk__in=[reply.pk for reply in replies]).update_tree(parent=below)
    moving.renew(held, moved)


def _with_all_below(replies: Sequence[Comment]) -> list[int]:
    """Their pks, and those of all below them; they stand in one thread."""
    pks, found, end = {reply.pk for reply in replies}, [], 0
    rows = Comment.objects.filter(tree_id__in={reply.tree_id for reply in replies}).order_by("lft")
    for pk, lft, rght in rows.values_list("pk", "lft", "rght"):
        end = max(end, rght) if pk in pks else end
        found += [pk] if lft < end else []
    return found


def _told(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
