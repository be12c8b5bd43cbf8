"""What the site makes of a submission before anybody reads it: a status, and every reason for it.

Nothing is dropped: a comment caught as spam is a row with that status, and its sender sees no difference.
"""

from dataclasses import dataclass

from .models import Status

TRAP = "trap field"
SAME_TEXT = "same text"
HOW_IT_WENT = "how it went"  # weeks after the answer; the writer hopes that it is read, more than that it is published


@dataclass(frozen=True, slots=True)
class Submission:
    """What a reader sent, cleaned and valid (`forms`), with what the server knows of it."""

    article_id: int
    parent_id: int | None
    name: str
    email: str
    body: str
    network: str = ""  # keyed hash of the network it came from (`networks`), or ""
    trapped: bool = False  # the field that people do not see was filled
    by_asker: bool = False  # written through the private link of the thread's question
    continues_id: int | None = None  # the comment through whose private link it was written
    how_it_went: bool = False  # told after the answer, for a moderator in the first place


@dataclass(frozen=True, slots=True)
class Verdict:
    status: Status
    reasons: tuple[str, ...]
    urgent: bool = False


def screen(submission: Submission, *, seen_before: bool) -> Verdict:
    """The verdict on a submission. `seen_before`: the same words by the same person in the same place were there."""
    reasons = []
    if submission.trapped:
        reasons.append(TRAP)
    if seen_before:
        reasons.append(SAME_TEXT)
    if submission.how_it_went:
        reasons.append(HOW_IT_WENT)
    return Verdict(Status.SPAM if submission.trapped else Status.PENDING, tuple(reasons))
