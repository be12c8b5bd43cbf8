"""What the site makes of a submission before anybody reads it: a status, and every reason for it.

Nothing is dropped: a comment caught as spam is a row with that status, and its sender sees no difference. What sounds
like somebody in danger (`care`) is never spam.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from . import blocking, care, likeness
from .desk_models import DiscussionSettings
from .models import Status
from .screening_models import Topic

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
class Finding:
    """What one check says: a reason, and the status that it alone would give."""

    reason: str
    status: Status = Status.PENDING
    hit: blocking.Hit | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    status: Status
    reasons: tuple[str, ...]
    care: tuple[Topic, ...] = ()  # what somebody may need help with; then it is urgent
    hits: tuple[blocking.Hit, ...] = ()  # of block rules
    words_key: str = ""  # see `likeness`
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the site knows beside the submission itself."""

    row: DiscussionSettings
    seen_before: bool  # the same words by the same person in the same place were there
    rules: list[blocking.Hit]  # that match
    words_key: str
    hosts: tuple[str, ...]


def screen(submission: Submission, *, seen_before: bool, row: DiscussionSettings) -> Verdict:
    """The verdict on a submission: all checks are asked, the worst status holds, and every reason is kept."""
    words_key, hosts = likeness.key_of(submission.body), tuple(likeness.hosts_of(submission.name, submission.body))
    known = Known(row, seen_before, blocking.hits(_sent(submission), timezone.now()), words_key, hosts)
    noticed = care.notice(submission.body) if row.look_for_care else care.NOTHING
    findings = [finding for check in CHECKS for finding in check(submission, known)]
    is_spam = not noticed and any(finding.status == Status.SPAM for finding in findings)
    return Verdict(
        Status.SPAM if is_spam else Status.PENDING,
        tuple(dict.fromkeys([*noticed.reasons, *(finding.reason for finding in findings)])),
        noticed.topics,
        tuple(finding.hit for finding in findings if finding.hit),
        words_key,
        hosts,
    )


def trap(submission: Submission, known: Known) -> Iterator[Finding]:
    """The field that people do not see was filled."""
    if submission.trapped:
        yield Finding(TRAP, Status.SPAM)


def same_text(submission: Submission, known: Known) -> Iterator[Finding]:
    """It was sent before, and not by the same click."""
    if known.seen_before:
        yield Finding(SAME_TEXT)


def how_it_went(submission: Submission, known: Known) -> Iterator[Finding]:
    """Told to the moderators in the first place."""
    if submission.how_it_went:
        yield Finding(HOW_IT_WENT)


def rules(submission: Submission, known: Known) -> Iterator[Finding]:
    """Moderators' own rules."""
    for hit in known.rules:
        yield Finding(hit.reason, Status(hit.rule.then), hit=hit)


CHECKS: tuple[Callable[[Submission, Known], Iterator[Finding]], ...] = (trap, same_text, how_it_went, rules)


def _sent(submission: Submission) -> blocking.Sent:
    return blocking.sent(name=submission.name, email=submission.email, network=submission.network, body=submission.body)
