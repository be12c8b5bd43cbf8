"""Taking back all that one click did: whatever of it nothing has happened to since."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from . import history, moderation, moving, statuses
from .desk_models import Draft
from .log_models import ModerationEvent, Verb
from .models import Comment, article_model
from .statuses import BATCH

# Of each the event says enough to go back.
STATUSES = history.UNDOABLE
UNDOABLE = (*STATUSES, Verb.MOVE, Verb.ASK_DETAIL)


def undo_act(act: UUID, *, by: Any, reason: str = "") -> list[Comment]:
    """Revert what this act changed, save what was changed again since; the comments that were, fresh.

    An answer that is taken back becomes a draft again, for the moderator who wrote it. At most BATCH comments.
    """
    events = list(ModerationEvent.objects.filter(act=act, comment__isnull=False).order_by("pk")[: 2 * BATCH])
    back = {comment.pk for comment in _statuses_back(act, events, by=by, reason=reason)}
    _keep_as_drafts([event for event in events if event.verb == Verb.ANSWER and event.comment_id in back])
    back |= {event.comment_id for event in events if event.verb == Verb.MOVE and _move_back(event, by=by)}
    back |= {event.comment_id for event in events if event.verb == Verb.ASK_DETAIL and _ask_no_more(event, by=by)}
    return statuses.fresh(sorted(back))


def can_undo(event: ModerationEvent) -> bool:
    """Whether an act with this event may be taken back; `undo_act` looks again at what happened since."""
    return event.act is not None and event.verb in UNDOABLE and event.comment_id is not None


def _statuses_back(act: UUID, events: list[ModerationEvent], *, by: Any, reason: str) -> list[Comment]:
    pks = list(dict.fromkeys(event.comment_id for event in events if event.comment_id and event.verb in STATUSES))

    def before(comment: Comment, events: list[ModerationEvent]) -> str:
        last = history.last_step(events)
        is_last = last is not None and last.act == act and last.verb in STATUSES
        return last.from_status if last and is_last else comment.status

    changed = []
    for start in range(0, len(pks), BATCH):
        changed += statuses.change(pks[start : start + BATCH], Verb.UNDO, before, by=by, reason=reason)
    return changed


def _keep_as_drafts(answers: list[ModerationEvent]) -> None:
    """What was written comes back into the box below its question, unless something else is there by now."""
    for event in answers:
        reply = Comment.objects.filter(pk=event.comment_id, erased_at=None).first()
        if reply is not None and reply.parent_id is not None and event.by_id is not None:
            kept = {"body": reply.body, "saved_at": timezone.now()}
            Draft.objects.get_or_create(moderator_id=event.by_id, comment_id=reply.parent_id, defaults=kept)


def _move_back(event: ModerationEvent, *, by: Any) -> bool:
    was, now = moving.Place.read(event.before), moving.Place.read(event.after)
    comment = Comment.objects.filter(pk=event.comment_id).first()
    if comment is None or was is None or now != moving.Place(comment.parent_id, comment.article_id):
        return False
    parent = Comment.objects.filter(pk=was.parent).first() if was.parent else None
    article = article_model().objects.filter(pk=was.article).first()
    if (was.parent and parent is None) or article is None:
        return False
    try:
        moving.move(comment, by=by, parent=parent, article=article, reason="undone")
    except moderation.Refused:
        return False
    return True


def _ask_no_more(event: ModerationEvent, *, by: Any) -> bool:
    """The asker need not be asked any more, unless they were asked something else since or have answered."""
    asked = Comment.objects.filter(pk=event.comment_id, detail_asked_at=event.at)
    comment = asked.first()
    if comment is None or not asked.update(detail_asked_at=None, detail_wanted=""):
        return False
    statuses.note(comment, Verb.UNDO, by=by)
    return True
