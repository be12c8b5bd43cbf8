"""What the site makes of a submission before anybody reads it: a status, and every reason for it.

Nothing is dropped: a comment caught as spam is a row with that status, and its sender sees no difference.
"""

from dataclasses import dataclass

from .models import Status

TRAP = "trap field"
SAME_TEXT = "same text"


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
    return Verdict(Status.SPAM if submission.trapped else Status.PENDING, tuple(reasons))
