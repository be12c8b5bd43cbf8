"""The door for new comments: everything is checked under the lock that keeps it right while it is written, a thread's
state under the thread's, what is counted and the same words under those of `locking.serialise`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from . import (
    alerting,
    blocking,
    discussion_settings,
    history,
    likeness,
    links,
    locking,
    markup,
    numbers,
    screening,
    telling,
)
from .desk_models import DiscussionSettings
from .models import Comment, Helped, Status, article_model
from .prepared import Blank, Prepared
from .refusals import CapReached, Closed, ClosedByAge, EnoughAdded, ParentGone, Stale, ThreadClosed, ThreadFull, TooMany
from .screening import Submission

THREAD_LIMIT = 1_000  # comments; at that size a reply in the middle rewrites 500 rows
CAP = "new questions of a week"  # what they pass one by one, where they are counted
SAME_POST = timedelta(minutes=10)  # a double click, a reloaded page, a second tab
WORDS = ("body", "body_html", "excerpt_html", "original_body", "corrected_at")  # the columns of a comment's words
VERDICT = ("digest", "words_key", "reasons", "urgent", "care")  # and what follows from them for screening
URGENT = 6  # times the limits: for a person in danger, and still no door for a flood
ADDITIONS = 50  # that one private link makes: all of them are shown on its page


@dataclass(frozen=True, slots=True)
class Posted:
    comment: Comment
    is_new: bool
    link: str = ""  # a fresh private address, where one was asked for


@locking.retried
def post(
    submission: Submission,
    *,
    at: datetime | None = None,
    row: DiscussionSettings | None = None,
    with_link: bool = False,
) -> Posted:
    """Write a reader's comment, or find the one that the same click wrote already. It is pending (or caught as spam).

    `at` is the moment it counts from, if not now (the demo); `row` the settings, where they were just read. Its private
    link is there as soon as the comment is: a moment later another database may have been restored. Raises
    Closed, CapReached, ThreadClosed, ThreadFull, ParentGone or TooMany (an addition: Stale or EnoughAdded too), and
    then nothing is written. What need not be done while the thread is held is done before.
    """
    digest, row = _digest(submission), row or discussion_settings.fresh()
    is_counted = submission.parent_id is None and row.weekly_cap is not None
    waits_for = [digest, submission.network, CAP if is_counted else "", *screening.queues(submission, row)]
    locking.serialise(*filter(None, waits_for))
    seen_before = _seen_before(digest)
    verdict = screening.screen(submission, seen_before=seen_before, row=row)
    _check_article(submission, row)
    comment = _written(submission, digest, verdict, at or timezone.now())
    if seen_before and (same := _same_post(comment)):
        return Posted(same, is_new=False, link=links.mint(same) if with_link else "")
    _check_counts(comment, row, is_counted=is_counted)
    render(comment)
    comment.pk = numbers.take(1)[0]  # so that what hangs on it is written before the thread is held
    if at is None and comment.status != Status.SPAM:  # the demo's questions are no news, nor is spam
        alerting.received(comment, comment.posted_at)
    link = links.mint_first(comment.pk) if with_link else ""
    # From here to the end nobody else can write in the thread.
    insert(comment, _hold_parent(submission) if submission.parent_id is not None else None)
    if verdict.hits:
        blocking.note(comment, list(verdict.hits), comment.posted_at)
    if verdict.hosts:
        likeness.keep_hosts(comment.pk, verdict.hosts)
    if submission.by_asker:
        Comment.objects.filter(pk=comment.tree_id).update(detail_asked_at=None)  # here it is
    telling.received(comment)  # not before: whoever else has a thread goes on to addresses, and would wait in a circle
    return Posted(comment, is_new=True, link=link)


def _written(submission: Submission, digest: str, verdict: screening.Verdict, now: datetime) -> Comment:
    return Comment(
        article_id=submission.article_id,
        name=submission.name,
        email=submission.email,
        body=submission.body,
        by_asker=submission.by_asker,
        continues_id=submission.continues_id,
        status=verdict.status,
        reasons=list(verdict.reasons),
        urgent=bool(verdict.care),
        care=list(verdict.care),
        network=submission.network,
        digest=digest,
        words_key=verdict.words_key,
        posted_at=now,
        follow_up_at=now if submission.by_asker else None,
    )


def addition(comment: Comment, body: str, *, network: str, how_it_went: bool = False) -> Submission:
    """What the holder of a comment's private link adds below it, to be posted: in its name, and as its writer."""
    return Submission(
        article_id=comment.article_id,
        parent_id=comment.pk,
        name=comment.name,
        email=comment.email,
        body=body,
        network=network,
        by_asker=comment.is_root or comment.by_asker,
        continues_id=comment.pk,
        how_it_went=how_it_went,
    )


@locking.retried
def rewrite(comment: Comment, *, name: str, body: str) -> Comment:
    """Change the words of a reader's comment that readers have never seen.

    Screening looks at it again. What it says changes, but never the status: a person reads it in any case, and what was
    caught as spam stays so. Raises Stale where it has been published, or taken away.
    """
    found = locking.hold([comment.pk], articles=False).comments.get(comment.pk)
    if found is None or not found.is_rewritable:
        raise Stale
    if (found.name, found.body) == (name, body):
        return found
    submission = _as_sent(found, name, body)
    digest, was_asked, was_urgent = _digest(submission), found.detail_asked_at is not None, found.urgent
    verdict = screening.screen(submission, seen_before=_seen_before(digest), row=discussion_settings.fresh())
    found.name, found.body, found.digest, found.words_key = name, body, digest, verdict.words_key
    found.reasons, found.care, found.urgent = (
        list(verdict.reasons),
        list(verdict.care),
        found.urgent or bool(verdict.care),
    )
    found.edited_at = timezone.now()
    found.original_body, found.corrected_at, found.detail_asked_at = "", None, None
    history.forget_words([found.pk])
    render(found)
    found.save(update_fields=["name", "edited_at", "detail_asked_at", *VERDICT, *WORDS])
    blocking.note(found, list(verdict.hits), found.edited_at)
    likeness.keep_hosts(found.pk, verdict.hosts)
    if was_asked:
        alerting.changed_as_asked(found, found.edited_at)
    elif verdict.care and not was_urgent:
        alerting.became_urgent(found, found.edited_at)
    return found


def say_whether_helped(comment: Comment, helped: Helped) -> None:
    """Keep what the asker says of the answer, unless the comment has been erased. A "no" waits at the desk."""
    unhelped_at = timezone.now() if helped == Helped.NO and comment.is_root else None
    Comment.objects.filter(pk=comment.pk, erased_at=None).update(helped=helped, unhelped_at=unhelped_at)


def insert(comment: Comment, parent: Comment | None) -> None:
    """Write a new comment's row: the last reply below `parent`, whose thread the caller holds, or a root of its own.

    It is rendered already, and may have a pk. A root needs no lock: its tree's number is its own pk.
    """
    if parent is None:
        comment.pk = comment.tree_id = comment.pk or numbers.take(1)[0]
        comment.lft, comment.rght, comment.level = 1, 2, 0
    else:
        comment.insert_at(parent, "last-child", save=False, allow_existing_pk=True, refresh_target=False)
    comment.save(force_insert=True)


def render(comment: Comment) -> None:
    """Make a comment's HTML from its words. What came from another system is HTML, or plain text, for good."""
    if comment.source is None:
        comment.body_html = markup.comment_html(comment.body, by_moderator=comment.author_id is not None)
    else:
        comment.body_html = markup.imported_comment_html(comment.body)
    comment.excerpt_html = markup.excerpt(comment.body_html)


def check_cap(row: DiscussionSettings, now: datetime) -> None:
    """Raise CapReached where no further question fits into the week."""
    if until := discussion_settings.full_until(row, now):
        raise CapReached(until)


def check_limits(
    sent: QuerySet[Any], sent_at: str, network: str, now: datetime, row: DiscussionSettings, *, factor: int = 1
) -> None:
    """Raise TooMany where a network has sent as many of these in some span as the settings allow, times `factor`."""
    if not network or not settings.POST_LIMITS:
        return
    limits = [(span, limit * factor) for span, limit in discussion_settings.limits(row)]
    longest, most = max(limits)
    # Excluded as their indexes say it, or SQLite would read all that came in from everywhere.
    lately = {f"{sent_at}__gt": now - longest, f"{sent_at}__lte": now + discussion_settings.AHEAD}
    recent = sent.filter(network=network, **lately).exclude(network="")
    times = list(recent.order_by(f"-{sent_at}").values_list(sent_at, flat=True)[:most])
    for span, limit in limits:
        if len(times) >= limit and (passes := times[limit - 1] + span) > now:
            raise TooMany(passes - now)


def digest_of(article: int, parent: int | None, name: str, email: str, body: str) -> str:
    """The same for the same words by the same person in the same place. Keyed: a guess at a text cannot be checked."""
    text = "\x00".join([settings.SECRET_KEY, str(article), str(parent or ""), name, email, body])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def digest_now(comment: Comment) -> str:
    """The digest of a comment as it is: another one, where its words were changed."""
    if comment.author is not None:
        return digest_of(comment.article_id, comment.parent_id, comment.author.get_username(), "", comment.body)
    return _digest(_as_sent(comment, comment.name, comment.body))


def _digest(submission: Submission) -> str:
    # An addition is no twin of a public reply in the same words, whose sender would get a link to it.
    sent_by = f"{submission.email}\x00{submission.continues_id}" if submission.continues_id else submission.email
    return digest_of(submission.article_id, submission.parent_id, submission.name, sent_by, submission.body)


def _as_sent(comment: Comment, name: str, body: str) -> Submission:
    """The submission that the comment would have been with these words."""
    return Submission(
        article_id=comment.article_id,
        parent_id=comment.parent_id,
        name=name,
        email=comment.email,
        body=body,
        network=comment.network,
        trapped=screening.TRAP in comment.reasons,
        by_asker=comment.by_asker,
        continues_id=comment.continues_id,
        how_it_went=screening.HOW_IT_WENT in comment.reasons,
        rewrites=comment.pk,
    )


def _hold_parent(submission: Submission) -> Comment:
    held = locking.hold([submission.parent_id or 0], articles=False)
    parent = held.comments.get(submission.parent_id or 0)
    if parent is None or parent.article_id != submission.article_id or parent.status != Status.APPROVED:
        raise Stale if submission.continues_id else ParentGone
    root = held.root_of(parent)
    if root.closed_at and not submission.continues_id:  # as `_check_article`
        raise ThreadClosed
    if root.rght // 2 >= THREAD_LIMIT:
        raise ThreadFull
    _check_additions(submission.continues_id)
    return parent


def _check_article(submission: Submission, row: DiscussionSettings) -> None:
    """Closing an article does not wait for posts under way: one may land a moment later.

    Closed is closed to new voices: whoever asked while it was open may add to their own words, and say how it went.
    """
    article = next(iter(_ARTICLE.ask(pk=submission.article_id)), None)
    if article is None or not article.is_published:
        raise Stale if submission.continues_id else Closed
    if not submission.continues_id:
        check_open(article, row)


_ARTICLE = Prepared(
    lambda: article_model().objects.filter(pk=Blank("pk")).only("published_at", "comments_open"), is_planned=False
)


def check_open(article: Any, row: DiscussionSettings) -> None:
    """Raise Closed where an article takes no comments of readers."""
    if not discussion_settings.takes_comments(article, row):
        raise ClosedByAge if article.comments_open else Closed


def _seen_before(digest: str) -> bool:
    return bool(_FIRST_WITH.ask(digest=digest))


_FIRST_WITH = Prepared(
    lambda: Comment.objects.with_digest(Blank("digest")).values_list("pk")[:1],
    is_planned=False,
)


def _check_counts(comment: Comment, row: DiscussionSettings, *, is_counted: bool) -> None:
    """Raise TooMany or CapReached where its network, or the week, has had enough: who is counted waits in a queue."""
    factor = URGENT if comment.care else 1
    check_limits(Comment.objects.all(), "posted_at", comment.network, comment.posted_at, row, factor=factor)
    if is_counted and not comment.care:
        check_cap(row, comment.posted_at)


def _same_post(comment: Comment) -> Comment | None:
    """The comment that the same submission wrote minutes ago and that readers have never seen.

    Its sender gets a private link to it: from elsewhere the same few words may be a stranger's. Spam stands only for
    spam: a question is not lost because a trapped copy of it came first.
    """
    same = Comment.objects.with_digest(comment.digest).filter(network=comment.network, published_at=None)
    same = same.filter(posted_at__gt=comment.posted_at - SAME_POST)
    same = same.filter(status=Status.SPAM) if comment.status == Status.SPAM else same.exclude(status=Status.SPAM)
    return same.order_by("-pk").first()


def _check_additions(continues: int | None) -> None:
    if continues and Comment.objects.additions_to(continues).count() >= ADDITIONS:
        raise EnoughAdded
