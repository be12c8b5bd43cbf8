"""How a reader's comment comes in: through `posting`, and on to readers at once where the settings let it.

By default a person reads everything first. What screening or a block rule has a reason to hold waits in any case.
"""

from . import discussion_settings, posting, statuses
from .desk_models import HoldPolicy
from .log_models import ModerationEvent, Verb
from .models import Comment, Status
from .posting import Posted
from .screening import Submission


def receive(submission: Submission) -> Posted:
    """Write it, and publish it where nothing speaks against that. Raises what `posting.post` raises."""
    posted = posting.post(submission)
    policy = HoldPolicy(discussion_settings.fresh().hold)
    if not posted.is_new or not _may_pass(submission, policy):
        return posted
    published = statuses.change(
        posted.comment, Verb.APPROVE, _unless_held, by=None, reason=f"published unread: {policy.value}"
    )
    return Posted(published[0], is_new=True) if published else posted


def _may_pass(submission: Submission, policy: HoldPolicy) -> bool:
    """Whether the settings let this writer's words go out unread.

    Whoever came by a private link is known by that: what it belongs to is public, or nothing could be added. An address
    and a name can be imitated by whoever knows both.
    """
    if policy == HoldPolicy.FIRST:
        is_known = Comment.objects.is_known(submission.name, submission.email)
        return submission.continues_id is not None or is_known
    return policy == HoldPolicy.NOTHING


def _unless_held(comment: Comment, events: list[ModerationEvent]) -> str:
    """Asked under the lock: a moderator may have been there meanwhile."""
    is_free = comment.status == Status.PENDING and not comment.reasons and not comment.urgent
    return Status.APPROVED if is_free else comment.status
