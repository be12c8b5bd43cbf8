"""How a reader's comment comes in: through `posting`, and on to readers at once where the settings let it.

By default a person reads everything first. What screening or a block rule has a reason to hold waits in any case.
"""

from dataclasses import replace

from django.utils import timezone

from . import alerting, discussion_settings, posting, screening, statuses
from .desk_models import HoldPolicy
from .log_models import ModerationEvent, Verb
from .models import Comment, Status
from .posting import Posted
from .screening import Submission


def receive(submission: Submission, *, with_link: bool = False) -> Posted:
    """Write it, and publish it where nothing speaks against that. Raises what `posting.post` raises."""
    screening.make_ready()
    row = discussion_settings.fresh()
    posted = posting.post(submission, row=row, with_link=with_link)
    policy = HoldPolicy(row.hold)
    if not posted.is_new or not _may_pass(submission, policy):
        return posted
    published = statuses.change(
        posted.comment, Verb.APPROVE, _unless_held, by=None, reason=f"published unread: {policy.value}"
    )
    return replace(posted, comment=published[0]) if published else posted


def rewrite(comment: Comment, *, name: str, body: str) -> Comment:
    """Change its words; what the site filed as spam waits again where it sounds like danger now.

    Raises what `posting.rewrite` raises.
    """
    screening.make_ready()
    found = posting.rewrite(comment, name=name, body=body)
    if found.status != Status.SPAM or not found.care:
        return found
    reason = "it sounds as if somebody were in danger"
    if back := statuses.change(found, Verb.RESTORE, _unless_moderated, by=None, reason=reason):
        alerting.became_urgent(back[0], timezone.now())
    return back[0] if back else found


def _unless_moderated(comment: Comment, events: list[ModerationEvent]) -> str:
    """Spam that a moderator decided on stays so."""
    is_theirs = comment.status != Status.SPAM or any(event.by_id for event in events)
    return comment.status if is_theirs else Status.PENDING


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
