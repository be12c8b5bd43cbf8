"""What the log of comments' changes says of the past: which status came before, and who took them away."""

from collections import defaultdict
from collections.abc import Iterable

from .models import Comment, ModerationEvent, Status, Verb

REMOVED = (Status.SPAM, Status.TRASH)
UNDOABLE = (Verb.APPROVE, Verb.HOLD, Verb.MARK_SPAM, Verb.TRASH, Verb.RESTORE)
CHANGES = (*UNDOABLE, Verb.WITHDRAW)

Events = dict[int, list[ModerationEvent]]  # by comment, the last first


def events_of(pks: Iterable[int]) -> Events:
    """Each comment's events, the last first. Comments have a handful of events each, so all are read."""
    events: Events = defaultdict(list)
    for event in ModerationEvent.objects.filter(comment__in=list(pks)).order_by("-pk"):
        events[event.comment_id].append(event)
    return events


def withdrawals(comments: Iterable[Comment]) -> dict[int, ModerationEvent]:
    """Of these comments, those that their writers took back and that are so still, each with the event that says so."""
    in_trash = [comment.pk for comment in comments if comment.status == Status.TRASH and comment.erased_at is None]
    if not in_trash:
        return {}
    found = {pk: _last_change(events) for pk, events in events_of(in_trash).items()}
    return {pk: event for pk, event in found.items() if event and event.verb == Verb.WITHDRAW}


def before_removal(comment: Comment, events: list[ModerationEvent]) -> str:
    """The status that a comment in spam or trash had before; its status now where it is in neither."""
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
        elif event.verb in CHANGES and event.to_status in REMOVED and event.from_status not in REMOVED:
            return str(event.from_status)
    return Status.PENDING


def _last_change(events: list[ModerationEvent]) -> ModerationEvent | None:
    """The last event that is about the status: a comment may be moved wherever it stands."""
    return next((event for event in events if event.verb != Verb.MOVE), None)
