"""The door for every change of a comment's status, one verb each.

`VERB(comments, *, by, reason="")` takes one comment or a sequence of up to 500 and returns those it changed, fresh;
what is so already is left alone and writes no event. `by` is the moderator, or None where the site or the asker acts.
What its writer withdrew is left alone by every verb but `put_back` and `erase`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from . import addresses, dealing, history, locking, posting, statuses, telling
from .desk_models import Draft, Note, RuleHit, Visit
from .log_models import ModerationEvent, Verb
from .mail_models import OutboxMessage
from .models import ANSWER_RETELLS, Comment, Status
from .reader_models import PrivateLink, Report
from .screening_models import LinkedHost, SpamSign
from .statuses import BATCH, Comments, Target

ANSWERED = "answered"  # the reason of an approval that came with an answer


class Refused(Exception):
    """Nothing was changed; the message says why, for a moderator."""


class AnsweredMeanwhile(Refused):
    """Somebody has answered it since the answer was begun; `answer` is theirs."""

    def __init__(self, answer: Comment) -> None:
        super().__init__(f"{answer.display_name} has answered this while you were writing; it stands above your text.")
        self.answer = answer


def approve(
    comments: Comments,
    *,
    by: Any,
    reason: str = "",
    seen: str | None = None,
    seen_at: datetime | None = None,
    act: UUID | None = None,
) -> list[Comment]:
    """Let readers see them; where `seen` (a digest) or `seen_at` says what was looked at, only in those words.

    Whoever wrote a pending comment may change it until then.
    """

    def target(comment: Comment, events: list[ModerationEvent]) -> str:
        is_changed = seen_at is not None and comment.edited_at is not None and comment.edited_at > seen_at
        return Status.APPROVED if seen in (None, comment.digest) and not is_changed else comment.status

    return statuses.change(comments, Verb.APPROVE, target, by=by, reason=reason, act=act)


def hold(comments: Comments, *, by: Any, reason: str = "", act: UUID | None = None) -> list[Comment]:
    """Back to pending."""
    return statuses.change(comments, Verb.HOLD, _to(Status.PENDING), by=by, reason=reason, act=act)


def mark_spam(comments: Comments, *, by: Any, reason: str = "", act: UUID | None = None) -> list[Comment]:
    return statuses.change(comments, Verb.MARK_SPAM, _to(Status.SPAM), by=by, reason=reason, act=act)


def trash(comments: Comments, *, by: Any, reason: str = "", act: UUID | None = None) -> list[Comment]:
    return statuses.change(comments, Verb.TRASH, _to(Status.TRASH), by=by, reason=reason, act=act)


def restore(comments: Comments, *, by: Any, reason: str = "", act: UUID | None = None) -> list[Comment]:
    """Out of spam and trash, to the status before, else pending. Others are left alone."""
    return statuses.change(comments, Verb.RESTORE, history.before_removal, by=by, reason=reason, act=act)


def undo(comments: Comments, *, by: Any, reason: str = "", event: ModerationEvent | None = None) -> list[Comment]:
    """Revert each comment's last event. With `event`, only if that is still the last: a stale button does nothing.

    What was undone stays so: there is no undo of an undo, which a second click would be. Where an answer had published
    the comment, the answer goes with it. `undoing.undo_act` takes back all that one click did.
    """
    pks = statuses.pks_of(comments)
    last = filter(None, map(history.last_step, history.events_of(pks).values()))
    answered = {event.act for event in last if event.reason == ANSWERED and event.act}
    answers = ModerationEvent.objects.filter(act__in=answered, verb=Verb.ANSWER)
    answers_of = dict(answers.values_list("comment", "act"))

    def before(comment: Comment, events: list[ModerationEvent]) -> str:
        last = history.last_step(events)
        if last is None or last.verb not in history.UNDOABLE:
            return comment.status
        is_meant = event is None or event.pk == last.pk or answers_of.get(comment.pk) == last.act
        return last.from_status if is_meant else comment.status

    return statuses.change([*pks, *answers_of], Verb.UNDO, before, by=by, reason=reason)


@locking.retried
def answer(
    comment: Comment,
    *,
    by: Any,
    body: str,
    at: datetime | None = None,
    seen: str | None = None,
    after: int | None = None,
    reason: str = "",
    act: UUID | None = None,
) -> Comment:
    """Publish a moderator's reply to a comment, and the comment with it where readers do not see it yet.

    The same text sent twice in ten minutes is one answer: it is returned again. `at` is the moment it counts from, if
    not now (the demo). Raises Refused for a comment that was erased or withdrawn, and for one whose words have changed
    since they were looked at (`seen`, their digest); AnsweredMeanwhile where it has a newer answer than `after`, the pk
    of the newest that was looked at (0 for none).
    """
    held = locking.hold([comment.pk], articles=True)
    target = held.comments.get(comment.pk)
    if target is None or target.erased_at:
        raise Refused("This comment was erased. It cannot be answered.")
    if history.withdrawals([target]):
        raise Refused("Whoever wrote this comment took it back. It cannot be answered, unless they put it back.")
    if not statuses.may_bring_back(target, by):
        raise Refused("Whoever wrote this answer took it back. It cannot be answered.")
    if seen not in (None, target.digest):
        raise Refused("Whoever wrote this comment has changed it while you were writing. Please read it again above.")
    now = at or timezone.now()
    digest = posting.digest_of(target.article_id, target.pk, by.get_username(), "", body)
    sent_twice = Comment.objects.with_digest(digest).filter(
        status=Status.APPROVED, posted_at__gt=now - posting.SAME_POST
    )
    if twin := sent_twice.filter(parent=target).first():
        return twin
    newest = Comment.objects.answers_to(target).first() if after is not None else None
    if newest is not None and newest.pk > (after or 0):
        raise AnsweredMeanwhile(newest)
    act = act or uuid4()
    statuses.write(held, [(target, Status.APPROVED)], Verb.APPROVE, by=by, reason=ANSWERED, now=now, act=act)
    reply = Comment(
        article_id=target.article_id,
        author=by,
        body=body,
        status=Status.APPROVED,
        posted_at=now,
        published_at=now,
        digest=digest,
    )
    posting.render(reply)
    posting.insert(reply, target)
    before = Comment(pk=reply.pk, status=Status.TRASH)  # it was nowhere
    statuses.log([before], Verb.ANSWER, {reply.pk: Status.APPROVED}, by=by, reason=reason, now=now, act=act)
    telling.published([Comment(pk=reply.pk)], by=by, now=now)
    dealing.with_an_answer(target, by=by, act=act, now=now)
    locking.settle(held)
    return reply


@locking.retried
def withdraw(comments: Comments, *, by: Any = None, reason: str = "") -> list[Comment]:
    """Take them back, at the wish of who wrote them, until they `put_back` or erase them.

    Where moderators alone replied, their answers, which retell the text, go with them. What a moderator has taken down
    is not theirs to put back.
    """
    held = locking.hold(statuses.pks_of(comments), articles=True)
    standing = (Status.PENDING, Status.APPROVED)
    taken = [comment for comment in held.comments.values() if comment.status in standing or comment.is_rewritable]
    pks = {comment.pk for comment in taken}
    answers = _alone([[reply for reply in _public_below(comment) if reply.pk not in pks] for comment in taken])
    plan = [(comment, Status.TRASH) for comment in [*taken, *answers]]
    changed = statuses.write(held, plan, Verb.WITHDRAW, by=by, reason=reason, now=timezone.now(), settle=True)
    return statuses.fresh(changed)


def erase_own(comment: Comment, *, by: Any = None) -> None:
    """Erase the comment, and all that was added through its private link, wherever that stands by now."""
    while pks := list(Comment.objects.written_through(comment).values_list("pk", flat=True)[:BATCH]):
        erase(pks, by=by)  # what is added meanwhile goes next; below an erased comment nothing more is


@locking.retried
def put_back(comment: Comment, *, by: Any = None, reason: str = "") -> list[Comment]:
    """Undo a withdrawal, if nothing came after it: the comment and all that went with it are what they were.

    Raises Refused where the comment is in the trash for another reason.
    """
    held = locking.hold([comment.pk, *_gone_with(comment)], articles=True)
    theirs = history.withdrawals(held.comments.values())
    own = theirs.get(comment.pk)
    if own is None:
        if comment.pk in held.comments and held.comments[comment.pk].status != Status.TRASH:
            return []
        raise Refused("It is not in the trash because its writer withdrew it.")
    plan = [(held.comments[pk], event.from_status) for pk, event in theirs.items() if event.at == own.at]
    return statuses.fresh(
        statuses.write(held, plan, Verb.RESTORE, by=by, reason=reason, now=timezone.now(), settle=True)
    )


@locking.retried
def erase(comments: Comments, *, by: Any, reason: str = "") -> list[Comment]:
    """Blank them for good, at the wish of who wrote them: name, email, text, hashes, private links, the log's texts.

    Readers see a placeholder where others' replies live on. Where moderators alone replied, their answers, which retell
    the text, go to trash; where readers replied too, they stay, and the desk asks what is to become of them
    (`keep_answers`). The source id stays, so that importing again brings nothing back. `reason` is not kept.
    """
    held = locking.hold(statuses.pks_of(comments), articles=True)
    now = timezone.now()
    erased = [comment for comment in held.comments.values() if comment.erased_at is None]
    if not erased:
        return []
    pks = [comment.pk for comment in erased]
    below = {comment.pk: _public_below(comment) for comment in erased}
    seen = {comment.article_id for comment in erased if comment.is_public or below[comment.pk]}
    answers = _alone([[reply for reply in replies if reply.pk not in pks] for replies in below.values()])
    gone = {*pks, *(answer.pk for answer in answers)}
    asks = [pk for pk, replies in below.items() if any(reply.author_id and reply.pk not in gone for reply in replies)]
    statuses.log(erased, Verb.ERASE, dict.fromkeys(pks, Status.TRASH), by=by, reason="", now=now)
    ModerationEvent.objects.filter(comment__in=pks).blank_texts()
    ModerationEvent.objects.filter(history.REWORDED, comment__in=_answers_below(pks)).blank_texts(reasons=False)
    for model in (Note, Draft, Visit, RuleHit, LinkedHost, SpamSign):
        model.objects.filter(comment__in=pks).delete()
    for model in (Note, Draft):  # what was noted while an answer was open is about what it answers
        model.objects.filter(comment__in=_answers_below(pks)).delete()
    PrivateLink.objects.filter(comment__in=pks).delete()
    OutboxMessage.objects.filter(comment__in=pks).delete()
    Report.objects.filter(comment__in=pks).update(details="")
    Comment.situations.through.objects.filter(comment__in=pks).delete()
    Comment.objects.filter(pk__in=pks).update(
        author=None, name="", email="", body="", body_html="", excerpt_html="", original_body="", detail_wanted="",
        network="", digest="", words_key="", reasons=[], urgent=False, care=[], helped="", status=Status.TRASH,
        edited_at=None, corrected_at=None, highlighted_at=None, withdrawn_at=None, unhelped_at=None, follow_up_at=None,
        detail_asked_at=None, pinned_at=None, erased_at=now,
    )  # fmt: skip
    addresses.forget(comment.email for comment in erased)
    Comment.objects.filter(pk__in=asks).update(reasons=[ANSWER_RETELLS])
    statuses.write(
        held, [(a, Status.TRASH) for a in answers], Verb.TRASH, by=by, reason="its question was erased", now=now
    )
    if seen:
        locking.settle(held.on(seen))
    return statuses.fresh(pks)


@transaction.atomic
def keep_answers(comment: Comment, *, by: Any, reason: str = "") -> list[Comment]:
    """The answers below an erased comment give nothing of it away: the desk need not ask any more."""
    if not Comment.objects.erased_with_answers().filter(pk=comment.pk).update(reasons=[]):
        return []
    statuses.note(comment, Verb.DEAL_WITH, by=by, after="the answers below it stay", reason=reason)
    return statuses.fresh([comment.pk])


def _to(status: Status) -> Target:
    return lambda *_: status


def _gone_with(comment: Comment) -> list[int]:
    """What went into the trash in the same moment as this comment was withdrawn."""
    tree = Comment.objects.filter(pk=comment.pk).values("tree_id")
    near = Comment.objects.filter(Q(tree_id__in=tree) | Q(continues=comment.pk))
    events = ModerationEvent.objects.filter(verb=Verb.WITHDRAW)
    moment = events.filter(comment=comment.pk).order_by("-pk").values("at")[:1]
    return list(events.filter(comment__in=near.values("pk"), at=moment).values_list("comment", flat=True)[:BATCH])


def _answers_below(pks: list[int]) -> QuerySet[Comment]:
    """Moderators' replies below these comments, public or not."""
    above = Comment.objects.filter(
        pk__in=pks, tree_id=OuterRef("tree_id"), lft__lt=OuterRef("lft"), rght__gt=OuterRef("rght")
    )
    trees = Comment.objects.filter(pk__in=pks).order_by().values("tree_id")
    return Comment.objects.filter(Exists(above), tree_id__in=trees).by_moderators()


def _public_below(comment: Comment) -> list[Comment]:
    return list(Comment.objects.below(comment).approved().order_by("pk"))


def _alone(replies_below: list[list[Comment]]) -> list[Comment]:
    """The public replies below erased comments where, beside comments erased with them, moderators alone wrote any."""
    alone: dict[int, Comment] = {}
    for replies in replies_below:
        if all(reply.author_id is not None for reply in replies):
            alone.update((reply.pk, reply) for reply in replies)
    return list(alone.values())
