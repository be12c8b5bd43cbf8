"""The door for words: what a moderator masks or corrects in a reader's comment, and how an answer is edited.

Under the thread's lock, with a new digest, so that whoever looked at the old words does not act on the new ones. A
reader's own words are kept (`original_body`), and told in the log, until readers see the comment; after that neither.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from . import history, identities, locking, posting, statuses
from .identities import Kind, Span
from .log_models import ModerationEvent, Verb
from .models import BODY_LENGTH, Comment
from .moderation import Refused

VERBS = (Verb.MASK, Verb.CORRECT, Verb.EDIT)
ORIGINAL = "the original is back"
MASKED_LENGTH = 2 * BODY_LENGTH  # characters: what is masked is longer than what a reader may send
CHANGED = "The words have changed since you read them. Please read them again."

_SPAN = re.compile(r"(?<![0-9])([0-9]+)-([0-9]+) ([a-z ]+)")


@locking.retried
def mask(
    comment: Comment, *, by: Any, spans: Sequence[Span], seen: str | None = None, act: UUID | None = None
) -> Comment:
    """Put “[phone number removed]” and the like in the place of these spans of a reader's comment.

    Raises Refused where a span is none of the text, or the text is not the one that was looked at (`seen`, its digest).
    """
    held, found = _held(comment, seen, of_reader=True)
    if not spans or not all(0 <= span.start < span.end <= len(found.body) for span in spans):
        raise Refused("There are no such words in the text.")
    words = identities.masked(found.body, list(spans))
    if len(words) > max(MASKED_LENGTH, len(found.body)):
        raise Refused("So many places at once would make the text too long. Please choose fewer of them.")
    kinds = ", ".join(sorted({str(span.kind) for span in spans}))
    after = "" if found.published_at else _told(spans)
    statuses.note(found, Verb.MASK, by=by, after=after, reason=kinds, act=act)
    return _reword(held, found, words)


@locking.retried
def correct(
    comment: Comment, *, by: Any, body: str, seen: str | None = None, act: UUID | None = None
) -> Comment | None:
    """Mend a reader's words. Readers are told that a moderator did; None where they are the same already."""
    held, found = _held(comment, seen, of_reader=True)
    if found.body == body:
        return None
    lengths = f"{len(found.body):,} → {len(body):,} characters"
    before, after = ("", "") if found.published_at else (found.body, body)
    statuses.note(found, Verb.CORRECT, by=by, before=before, after=after, reason=lengths, act=act)
    return _reword(held, found, body)


@locking.retried
def unmask(comment: Comment, *, by: Any, seen: str | None = None, act: UUID | None = None) -> Comment | None:
    """Put a reader's own words back, as long as they are kept; None where they are not."""
    held, found = _held(comment, seen, of_reader=True)
    if not found.original_body:
        return None
    statuses.note(found, Verb.MASK, by=by, reason=ORIGINAL, act=act)
    return _reword(held, found, found.original_body)


@locking.retried
def revise(answer: Comment, *, by: Any, body: str, seen: str | None = None, act: UUID | None = None) -> Comment | None:
    """Edit an answer; readers see when. Only whoever wrote it may, or an owner. None where it says that already."""
    held, found = _held(answer, seen, of_reader=False)
    if not statuses.may_speak_for(found, by):
        raise Refused("Only whoever wrote an answer, or an owner of the site, can change it.")
    if found.body == body:
        return None
    statuses.note(found, Verb.EDIT, by=by, before=found.body, after=body, act=act)
    return _rewrite(held, found, body, edited_at=timezone.now())


@locking.retried
def undo(comment: Comment, event: ModerationEvent, by: Any, undo: UUID) -> bool:
    """Take this rewording back, if it is the last of the comment and the words before it are still known."""
    held = locking.hold([comment.pk], articles=True)
    found = held.comments[comment.pk]
    events = _rewordings(found)
    last = events.pop() if events else None
    was = _before(found, events, last) if last and last.pk == event.pk and not found.erased_at else None
    if was is None or (found.author_id and not statuses.may_speak_for(found, by)):
        return False
    back = history.WORDS_BACK
    statuses.note(found, Verb.UNDO, by=by, before=event.after, after=event.before, reason=back, act=undo)
    if found.author_id:
        edits = [each.at for each in events if each.verb == Verb.EDIT]
        _rewrite(held, found, was, edited_at=edits[-1] if edits else None)
    else:
        _reword(held, found, was)
    return True


def _held(comment: Comment, seen: str | None, *, of_reader: bool) -> tuple[locking.Held, Comment]:
    held = locking.hold([comment.pk], articles=True)
    found = held.comments.get(comment.pk)
    if found is None or found.erased_at:
        raise Refused("This comment was erased, at the wish of whoever wrote it.")
    if (found.author_id is None) != of_reader:
        raise Refused("A reader wrote this." if found.author_id is None else "A moderator wrote this: edit it instead.")
    if history.withdrawals([found]):
        raise Refused("Whoever wrote this comment took it back. Its words are not ours to change.")
    if seen not in (None, found.digest):
        raise Refused(CHANGED)
    return held, found


def _reword(held: locking.Held, found: Comment, body: str) -> Comment:
    """Write a moderator's version of a reader's words; those themselves are kept until readers see the comment."""
    original = "" if found.published_at else found.original_body or found.body
    is_original = body == original
    return _rewrite(
        held,
        found,
        body,
        original_body="" if is_original else original,
        corrected_at=None if is_original else timezone.now(),
    )


def _rewrite(held: locking.Held, found: Comment, body: str, **columns: str | datetime | None) -> Comment:
    """Write the words with all that is made of them; what readers see of them is new at once."""
    found.body = body
    for name, value in columns.items():
        setattr(found, name, value)
    found.digest = posting.digest_now(found)
    posting.render(found)
    found.save(update_fields=["body", "body_html", "excerpt_html", "digest", *columns])
    if found.is_public:
        locking.settle(held)
    return found


def _rewordings(found: Comment) -> list[ModerationEvent]:
    """What was done to the comment's words and stands, the last last."""
    standing: list[ModerationEvent] = []
    for event in ModerationEvent.objects.filter(history.REWORDED, comment=found).order_by("pk"):
        if event.reason == ORIGINAL:
            standing = []
        elif event.verb != Verb.UNDO:
            standing.append(event)
        elif standing:
            standing.pop()  # only the last is ever undone
    return standing


def _before(found: Comment, earlier: Sequence[ModerationEvent], last: ModerationEvent) -> str | None:
    """The words before the last rewording. Of masks the log has no words: they are done again, on the original."""
    if found.author_id or last.verb == Verb.CORRECT:
        return last.before if last.after == found.body else None
    text = found.original_body
    for event in earlier:
        text = _again(event, text)
    return text if found.original_body and _again(last, text) == found.body else None


def _again(event: ModerationEvent, text: str) -> str:
    if event.verb == Verb.CORRECT and event.after:
        return event.after
    spans = [Span(int(start), int(end), Kind(kind)) for start, end, kind in _SPAN.findall(event.after)]
    return identities.masked(text, spans)


def _told(spans: Iterable[Span]) -> str:
    """Where the masked words stood, as the log keeps it: “5-20 phone number; 31-40 full name”."""
    return "; ".join(f"{span.start}-{span.end} {span.kind}" for span in sorted(spans))
