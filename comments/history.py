"""What the log of comments' changes says of the past: which status came before, and who took them away."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from .log_models import ModerationEvent, Verb
from .models import Comment, Status, moderator_name

REMOVED = (Status.SPAM, Status.TRASH)
UNDOABLE = (Verb.APPROVE, Verb.HOLD, Verb.MARK_SPAM, Verb.TRASH, Verb.RESTORE, Verb.ANSWER, Verb.TAKE_BACK, Verb.MERGE)
CHANGES = (*UNDOABLE, Verb.WITHDRAW)
# What leaves status and place as they are: it does not stand between a change and its undoing.
ASIDE = (
    Verb.ASK_DETAIL, Verb.DEAL_WITH, Verb.EDIT, Verb.CORRECT, Verb.MASK, Verb.HIGHLIGHT, Verb.UNHIGHLIGHT, Verb.CLOSE,
    Verb.REOPEN, Verb.PIN, Verb.UNPIN, Verb.LABEL,
)  # fmt: skip
WORDS_BACK = "words"  # the reason of an undo that put words back
REWORDED = Q(verb__in=[Verb.MASK, Verb.CORRECT, Verb.EDIT]) | Q(verb=Verb.UNDO, reason=WORDS_BACK)

Events = dict[int, list[ModerationEvent]]  # by comment, the last first


def events_of(pks: Iterable[int]) -> Events:
    """Each comment's events, the last first. Comments have a handful of events each, so all are read."""
    events: Events = defaultdict(list)
    for event in ModerationEvent.objects.filter(comment__in=list(pks)).order_by("-pk"):
        events[event.comment_id or 0].append(event)
    return events


def forget_words(pks: Iterable[int]) -> None:
    """Blank what the log tells of words that were masked or corrected: it may, until readers see the comment."""
    told = ModerationEvent.objects.filter(REWORDED, comment__in=list(pks)).exclude(verb=Verb.EDIT)
    told.blank_texts(reasons=False)


def withdrawals(comments: Iterable[Comment]) -> dict[int, ModerationEvent]:
    """Of these comments, those that their writers took back and that are so still, each with the event that says so."""
    in_trash = [comment.pk for comment in comments if comment.status == Status.TRASH and comment.erased_at is None]
    if not in_trash:
        return {}
    found = {pk: last_change(events) for pk, events in events_of(in_trash).items()}
    return {pk: event for pk, event in found.items() if event and event.verb == Verb.WITHDRAW}


def before_removal(comment: Comment, events: list[ModerationEvent]) -> str:
    """The status that a comment in spam or trash had before; its status now where it is in neither."""
    if comment.status not in REMOVED:
        return comment.status
    # From spam to trash and so on: the status before the first of these removals in a row. An undo and what it undid
    # never were.
    undone = 0
    for event in events:
        if event.verb == Verb.UNDO and not is_aside(event):
            undone += 1
        elif event.verb in UNDOABLE and undone:
            undone -= 1
        elif event.verb in CHANGES and event.to_status in REMOVED and event.from_status not in REMOVED:
            return str(event.from_status)
    return Status.PENDING


def last_step(events: list[ModerationEvent]) -> ModerationEvent | None:
    """The last event that an undo would be about."""
    return next((event for event in events if not is_aside(event)), None)


def last_change(events: list[ModerationEvent]) -> ModerationEvent | None:
    """The last event that is about the status: a comment may be moved wherever it stands."""
    return next((event for event in events if event.verb != Verb.MOVE and not is_aside(event)), None)


def is_aside(event: ModerationEvent) -> bool:
    """Whether it left the status and the place as they were: undoing such an act does, too."""
    is_undo_of_such = event.verb == Verb.UNDO and event.from_status == event.to_status
    return event.verb in ASIDE or is_undo_of_such


def who_asked(comment: Comment) -> str:
    """The moderator who last asked its asker for more detail, as readers know them; empty where they are gone."""
    asked = ModerationEvent.objects.filter(comment=comment.pk, verb=Verb.ASK_DETAIL).select_related("by")
    event = asked.order_by("-pk").first()
    return moderator_name(event.by) if event and event.by else ""
