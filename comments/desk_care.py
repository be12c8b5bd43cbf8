"""What the desk shows around a comment's words and place: who could be named in it, and what may be done with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import history, identities, statuses
from .identities import Span
from .models import Comment, Status

AROUND = 80  # characters beside what was found

# word in the address: on which button
WORDS = {
    "highlight": "Highlight",
    "unhighlight": "No longer highlight",
    "close": "Close the thread",
    "reopen": "Reopen the thread",
    "pin": "Pin it",
    "unpin": "Unpin it",
    "take-back": "Take back",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, plain or found."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Care:
    """What of a reader's text may say who somebody is, with the words around it."""

    pieces: list[Piece]
    has_original: bool

    @property
    def found(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.span]


@dataclass(frozen=True, slots=True)
class Order:
    """What may be done with the place of a comment: words of WORDS, and whether it can be edited and merged."""

    words: list[tuple[str, str]]
    edits: bool
    merges: bool
    merged_into: int | None


def care(comment: Comment) -> Care | None:
    """None where the words are not a moderator's to mask: an answer, an erased comment, one that was taken back."""
    if comment.author_id or comment.erased_at or history.withdrawals([comment]):
        return None
    pieces = list(_pieces(comment.body, identities.find(comment.body)))
    return Care(pieces, has_original=bool(comment.original_body))


def order(comment: Comment, by: Any) -> Order:
    """What this moderator may do with the comment as it stands now."""
    is_answer, is_public = comment.author_id is not None and not comment.is_root, comment.is_public
    speaks = is_answer and statuses.may_speak_for(comment, by)
    waits = comment.status in (Status.PENDING, Status.APPROVED) and comment.erased_at is None
    words = []
    if is_answer and is_public:
        words.append("unhighlight" if comment.highlighted_at else "highlight")
    if comment.is_root:
        words.append("reopen" if comment.closed_at else "close")
    if comment.is_root and (is_public or comment.pinned_at):
        words.append("unpin" if comment.pinned_at else "pin")
    if speaks and is_public:
        words.append("take-back")
    return Order(
        [(word, WORDS[word]) for word in words],
        edits=comment.author_id is not None and statuses.may_speak_for(comment, by),
        merges=comment.is_root and waits,
        merged_into=comment.merged_into_id,
    )


def _pieces(text: str, spans: list[Span]) -> Iterator[Piece]:
    """What was found, with the words around it; of what lies farther off there is enough above."""
    at = 0
    for span in spans:
        yield Piece(_between(text[at : span.start], is_first=at == 0))
        yield Piece(text[span.start : span.end], span)
        at = span.end
    yield Piece(_between(text[at:], is_last=True))


def _between(text: str, *, is_first: bool = False, is_last: bool = False) -> str:
    if len(text) <= 2 * AROUND:
        return text
    before = "" if is_first else text[:AROUND]
    return f"{before}…{'' if is_last else text[-AROUND:]}"
