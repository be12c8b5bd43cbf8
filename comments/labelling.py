"""What a moderator says about a question beside its status: its situations, whether search engines may keep it, and
whether it is urgent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from . import locking, statuses
from .log_models import Verb
from .models import Comment
from .moderation import Refused
from .reader_models import Situation

KEPT_OUT = "not in search engines"
URGENT = "urgent"


@locking.retried
def label(
    question: Comment,
    *,
    situations: Iterable[int],
    in_search_engines: bool,
    urgent: bool | None = None,
    by: Any = None,
    at: datetime | None = None,
    act: UUID | None = None,
    verb: Verb = Verb.LABEL,
) -> bool:
    """Give a question exactly these situations (by pk), and say whether its thread may be in search engines' indexes,
    and whether it should not wait (`urgent`; None leaves that as it is).

    Returns whether that changed anything; readers' cached pages go out of date with it. A situation that is gone
    meanwhile is left out. `at` is the moment that the log names, if not now (the demo), and `verb` its word, if this
    undoes another. Raises Refused where the comment is no question, or was erased.
    """
    held = locking.hold([question.pk], articles=True)
    root = held.comments.get(question.pk)
    if root is None or root.erased_at or not root.is_root:
        raise Refused("Only a question that was not erased has situations.")
    wanted = set(Situation.objects.filter(pk__in=list(situations)).values_list("pk", flat=True))
    has = set(root.situations.values_list("pk", flat=True))
    urgent = root.urgent if urgent is None else urgent
    if (wanted, in_search_engines, urgent) == (has, root.in_search_engines, root.urgent):
        return False
    before = _told(root)
    root.situations.set(wanted)
    Comment.objects.filter(pk=root.pk).update(in_search_engines=in_search_engines, urgent=urgent)
    root.in_search_engines, root.urgent = in_search_engines, urgent
    statuses.note(root, verb, by=by, before=before, after=_told(root), at=at, act=act)
    if root.position is not None:
        locking.add_to_counts(root.article_id)
    return True


@locking.retried
def mark(comment: Comment, *, urgent: bool, by: Any = None, act: UUID | None = None, verb: Verb = Verb.LABEL) -> bool:
    """Say whether a question or a reply should not wait; whether that changed anything. Raises Refused where it was
    erased."""
    found = locking.hold([comment.pk], articles=False).comments.get(comment.pk)
    if found is None or found.erased_at:
        raise Refused("It was erased meanwhile.")
    if found.urgent == urgent:
        return False
    before = _told(found)
    Comment.objects.filter(pk=found.pk).update(urgent=urgent)
    found.urgent = urgent
    statuses.note(found, verb, by=by, before=before, after=_told(found), act=act)
    return True


def read(told: str) -> dict[str, Any]:
    """The labels that the log tells of, as `label` takes them; situations that are gone by now are left out."""
    names = told.split("; ")
    pks = Situation.objects.filter(name__in=names).values_list("pk", flat=True)
    return {"situations": list(pks), "in_search_engines": KEPT_OUT not in names, "urgent": URGENT in names}


def _told(question: Comment) -> str:
    """A question's labels as the log keeps them."""
    names = list(Situation.objects.about(question).values_list("name", flat=True))
    marks = {KEPT_OUT: not question.in_search_engines, URGENT: question.urgent}
    return "; ".join([*names, *(mark for mark, is_set in marks.items() if is_set)])
