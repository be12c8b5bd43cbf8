"""Taking back all that one click did: whatever of it nothing has happened to since."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from . import arranging, dealing, history, labelling, locking, moderation, moving, rewording, statuses, telling
from .desk_models import Draft
from .log_models import ModerationEvent, Verb
from .models import Comment, article_model
from .statuses import BATCH

STATUSES = history.UNDOABLE  # the event's `from_status` is what there was
MOST = 3 * BATCH  # events of one act; an answer has three. Larger ones are of statuses alone (`sweeping`)
SECONDS = 15.0  # of one request


@dataclass(frozen=True, slots=True)
class Act:
    """What one click did, by its events: the first of them says what it was."""

    pk: UUID
    verb: str
    by: Any
    at: datetime
    comment: Comment  # what it was about: of an answer the comment that was answered
    count: int  # comments that it changed
    can_be_undone: bool

    @property
    def word(self) -> str:
        return Verb(self.verb).label.lower()

    @property
    def is_large(self) -> bool:
        return self.count > MOST


def read(act: UUID) -> Act | None:
    """None where there is no such act, or where it was about something else than comments."""
    events = ModerationEvent.objects.filter(act=act, comment__isnull=False)
    count = events.order_by().values("act").annotate(count=Count("comment", distinct=True)).values("count")
    said: Any = (
        events.annotate(
            count=Subquery(count),
            is_answer=Q(verb=Verb.ANSWER),
            can_go=Exists(events.filter(verb__in=[*STATUSES, *BACK])),
        )
        .select_related("by", "comment__author", "comment__parent__author")
        .order_by("-is_answer", "pk")
        .first()
    )
    if said is None:
        return None
    is_answer = said.verb == Verb.ANSWER
    comment: Any = said.comment
    about = (comment.parent or comment) if is_answer else comment
    return Act(act, said.verb, said.by, said.at, about, 1 if is_answer else said.count, said.can_go)


def can_undo(event: ModerationEvent) -> bool:
    """Whether an act with this event may be taken back; `undo_act` looks again at what happened since."""
    if event.verb in rewording.VERBS and not event.after:
        return False  # the words before it are not kept
    return event.act is not None and event.comment_id is not None and (event.verb in STATUSES or event.verb in BACK)


def undoable(events: Sequence[ModerationEvent]) -> set[int]:
    """Of a comment's latest events (the last first) the pks of those whose act can be taken back, as it looks now."""
    last = history.last_change(list(events))
    found = set()
    for number, event in enumerate(events):
        is_done_with = any(_follows(event, later) for later in events[:number])
        if can_undo(event) and (event is last if event.verb in STATUSES else not is_done_with):
            found.add(event.pk)
    return found


def undo_act(act: UUID, *, by: Any, reason: str = "") -> list[Comment]:
    """Revert what this act changed, save what was changed again since; the comments that were, fresh.

    An answer that is taken back becomes a draft again, for the moderator who wrote it.
    """
    events = list(_events(act))
    undo = uuid4()
    back = {comment.pk for comment in _statuses_back(act, events, by=by, reason=reason, undo=undo)}
    _keep_as_drafts([event for event in events if event.verb == Verb.ANSWER and event.comment_id in back])
    parted = _part(events, by=by, undo=undo)
    others = [event for event in events if event.verb in BACK and event.comment_id not in parted]
    back |= parted | {event.comment_id for event in others if _take_back(event, by=by, undo=undo)}
    return statuses.fresh(sorted(back))


def undo_large(act: UUID, *, by: Any) -> tuple[int, int]:
    """Revert an act that changed a whole campaign's statuses, as `undo_act` does and in its batches: how many comments
    were, and how many are left when the time is up."""
    deadline, undo, back, last = time.monotonic() + SECONDS, uuid4(), 0, 0
    while events := list(_standing(act).filter(pk__gt=last)[:BATCH]):
        back += len(_statuses_back(act, events, by=by, reason="", undo=undo))
        last = events[-1].pk
        if time.monotonic() >= deadline:
            return back, _standing(act).filter(pk__gt=last).count()
    return back, 0


def _standing(act: UUID) -> QuerySet[ModerationEvent]:
    """An act's changes of statuses that no other one followed."""
    later = ModerationEvent.objects.filter(
        comment=OuterRef("comment"), pk__gt=OuterRef("pk"), verb__in=[*history.CHANGES, Verb.UNDO]
    )
    events = ModerationEvent.objects.filter(act=act, comment__isnull=False, verb__in=STATUSES)
    return events.filter(~Exists(later)).order_by("pk")


def _events(act: UUID) -> Any:
    return ModerationEvent.objects.filter(act=act, comment__isnull=False).order_by("pk")[:MOST]


def _statuses_back(act: UUID, events: list[ModerationEvent], *, by: Any, reason: str, undo: UUID) -> list[Comment]:
    pks = list(dict.fromkeys(event.comment_id for event in events if event.comment_id and event.verb in STATUSES))

    def before(comment: Comment, events: list[ModerationEvent]) -> str:
        last = history.last_change(events)
        is_last = last is not None and last.act == act and last.verb in STATUSES
        return last.from_status if last and is_last else comment.status

    changed = []
    for start in range(0, len(pks), BATCH):
        changed += statuses.change(pks[start : start + BATCH], Verb.UNDO, before, by=by, reason=reason, act=undo)
    return changed


def _part(events: Sequence[ModerationEvent], *, by: Any, undo: UUID) -> set[int | None]:
    """What a merge moved goes back together: one by one, the replies of a long thread would take a minute."""
    moves = [event for event in events if event.verb == Verb.MOVE and event.reason == arranging.ASKED_TWICE]
    later = ModerationEvent.objects.filter(comment__in=[move.comment_id for move in moves], pk__gt=events[-1].pk)
    stale = set(later.filter(verb__in=[Verb.MOVE, Verb.UNDO]).values_list("comment", flat=True)) if moves else set()
    standing = [move for move in moves if move.comment_id not in stale]
    return set(arranging.part(standing, by=by, undo=undo)) if standing else set()


def _keep_as_drafts(answers: list[ModerationEvent]) -> None:
    """What was written comes back into the box below its question, unless something else is there by now."""
    for event in answers:
        reply = Comment.objects.filter(pk=event.comment_id, erased_at=None, parent__erased_at=None).first()
        if reply is not None and reply.parent_id is not None and event.by_id is not None:
            kept = {"body": reply.body, "saved_at": timezone.now()}
            Draft.objects.get_or_create(moderator_id=event.by_id, comment_id=reply.parent_id, defaults=kept)


def _take_back(event: ModerationEvent, *, by: Any, undo: UUID) -> bool:
    """Revert one event that is not about a status, unless the same was done again since, or taken back already."""
    comment = Comment.objects.filter(pk=event.comment_id, erased_at=None).first()
    return comment is not None and not _is_stale(event) and BACK[Verb(event.verb)](comment, event, by, undo)


def _is_stale(event: ModerationEvent) -> bool:
    again = (*_alike(event), Verb.UNDO)
    later = ModerationEvent.objects.filter(comment=event.comment_id, pk__gt=event.pk, verb__in=again)
    return any(_follows(event, other) for other in later)


def _follows(event: ModerationEvent, later: ModerationEvent) -> bool:
    """Whether a later event did the same again, or took this one back."""
    is_its_undo = later.verb == Verb.UNDO and (later.before, later.after) == (event.after, event.before)
    return later.verb in _alike(event) or (is_its_undo and history.is_aside(later))


def _alike(event: ModerationEvent) -> Sequence[str]:
    """The verbs that write what this event wrote."""
    if event.verb in rewording.VERBS:
        return rewording.VERBS
    return arranging.pair(Verb(event.verb)) if event.verb in arranging.VERBS else (event.verb,)


def _move_back(comment: Comment, event: ModerationEvent, by: Any, undo: UUID) -> bool:
    was, now = moving.Place.read(event.before), moving.Place.read(event.after)
    if was is None or now != moving.Place(comment.parent_id, comment.article_id):
        return False
    parent = Comment.objects.filter(pk=was.parent).first() if was.parent else None
    article = article_model().objects.filter(pk=was.article).first()
    if (was.parent and parent is None) or article is None:
        return False
    try:
        moving.move(comment, by=by, parent=parent, article=article, act=undo, verb=Verb.UNDO)
    except moderation.Refused:
        return False
    return True


def _label_back(comment: Comment, event: ModerationEvent, by: Any, undo: UUID) -> bool:
    labels = labelling.read(event.before)
    try:
        if not comment.is_root:  # a reply has this label alone
            return labelling.mark(comment, urgent=labels["urgent"], by=by, act=undo, verb=Verb.UNDO)
        return labelling.label(comment, **labels, by=by, act=undo, verb=Verb.UNDO)
    except moderation.Refused:
        return False


@locking.retried
def _wait_again(comment: Comment, event: ModerationEvent, by: Any, undo: UUID) -> bool:
    held = locking.hold([comment.pk], articles=False).comments[comment.pk]
    if _is_stale(event) or not dealing.reopen(held, event):
        return False
    statuses.note(held, Verb.UNDO, by=by, before=event.after, after=event.before, act=undo)
    return True


@locking.retried
def _ask_no_more(comment: Comment, event: ModerationEvent, by: Any, undo: UUID) -> bool:
    """The asker need not be asked any more, unless they were asked something else since or have answered."""
    held = locking.hold([comment.pk], articles=False).comments[comment.pk]
    if not Comment.objects.filter(pk=held.pk, detail_asked_at=event.at).update(detail_asked_at=None, detail_wanted=""):
        return False
    telling.asked_for_nothing(held)
    statuses.note(held, Verb.UNDO, by=by, before=event.after, after=event.before, act=undo)
    return True


# What else than a status is taken back, and by what; each says whether it was. The event says enough to go back.
BACK: dict[Verb, Callable[[Comment, ModerationEvent, Any, UUID], bool]] = {
    Verb.MOVE: _move_back,
    Verb.LABEL: _label_back,
    Verb.DEAL_WITH: _wait_again,
    Verb.ASK_DETAIL: _ask_no_more,
    **dict.fromkeys(arranging.VERBS, arranging.undo),
    **dict.fromkeys(rewording.VERBS, rewording.undo),
}
