"""Where a comment stands in its writer's eyes, and what they can do about it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from . import history, markup, pacing, waiting
from .models import Comment, Status

ANSWERS = 5  # shown in full; the rest stands in the thread
# Sooner it would be a reply to the answer, which is a detail; most answers ask for some weeks of patience.
HOW_IT_WENT_AFTER = timedelta(days=14)


class Standing(StrEnum):
    """One word for each; the template has the sentences. What was caught as spam waits, as far as its sender sees."""

    WAITING = "waiting"  # no reader has ever seen it
    HELD = "held"  # it was public, and is being read again
    PUBLIC = "public"
    ANSWERED = "answered"
    AWAY = "away"  # with its article, which is not public at present
    WITHDRAWN = "withdrawn"
    MERGED = "merged"  # the same was asked before, and is answered there
    NOT_SHOWN = "not shown"  # taken down by a moderator


@dataclass(frozen=True, slots=True)
class Stood:
    """A comment in a list, such as what was added through the private link of another."""

    comment: Comment
    standing: Standing


@dataclass(frozen=True, slots=True)
class Asked:
    """What a moderator wants to know from the asker. `act` is the one by which they can tell."""

    by: str
    words_html: str
    act: str


@dataclass(frozen=True, slots=True)
class Own:
    """A comment as its writer's private page shows it. `may` holds the acts that are possible now."""

    comment: Comment
    standing: Standing
    answers: list[Comment]
    has_more_answers: bool
    additions: list[Stood]
    may: frozenset[str]
    together_with: Comment | None = None  # the public question that it was merged into
    asked: Asked | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether its writer waits for somebody here: to read it, or to answer."""
        is_unanswered = self.standing == Standing.PUBLIC and self.comment.is_root
        return is_unanswered or self.standing in (Standing.WAITING, Standing.HELD)

    @property
    def care(self) -> list[str]:
        """What its writer may need help with, by this comment and by what was added to it."""
        pieces = [self.comment, *(each.comment for each in self.additions)]
        return list(dict.fromkeys(topic for piece in pieces for topic in piece.care))

    @property
    def is_read_first(self) -> bool:
        """Whether something of it that sounds like danger has yet to be read, or answered."""
        added = any(each.comment.care and each.standing in (Standing.WAITING, Standing.HELD) for each in self.additions)
        return added or bool(self.comment.care and self.is_waiting)

    @property
    def asks_much(self) -> bool:
        """Whether a kind word is due, because one question followed another; see `pacing`. One query."""
        return pacing.is_fourth_of_a_night(self.comment, timezone.now())

    @property
    def usual_days(self) -> int | None:
        """How long an answer usually takes, where this one waits for it."""
        waits = self.standing in (Standing.WAITING, Standing.PUBLIC) and self.comment.is_root
        return waiting.usual_days() if waits else None


def all_of(comments: Sequence[Comment]) -> list[Stood]:
    """Where these stand, in a list: one query, however many they are. Of replies it does not say who answered them."""
    withdrawn = history.withdrawals(comments)
    return [
        Stood(
            each,
            _standing(
                each,
                withdrawn=each.pk in withdrawn,
                is_away=not each.article.is_published,
                answered=each.answered_at is not None,
            ),
        )
        for each in comments
    ]


def of(comment: Comment) -> Own:
    """Six queries at most, however long the thread is; up to three more where it was merged or its asker was asked."""
    additions = list(Comment.objects.additions_to(comment))
    withdrawn = history.withdrawals([comment, *additions])
    found = Comment.objects.below(comment).approved().by_moderators().select_related("author")
    answers = list(found.order_by("level", "lft")[: ANSWERS + 1])
    is_away = not comment.article.is_published
    standing = _standing(comment, withdrawn=comment.pk in withdrawn, is_away=is_away, answered=bool(answers))
    shown = answers[:ANSWERS] if standing == Standing.ANSWERED else []
    may = frozenset(_acts(comment, standing, answers[0].posted_at if shown else None))
    return Own(
        comment,
        standing,
        shown,
        has_more_answers=len(answers) > len(shown) > 0,
        additions=[Stood(each, _standing(each, withdrawn=each.pk in withdrawn, is_away=is_away)) for each in additions],
        may=may,
        together_with=_other(comment) if standing == Standing.MERGED else None,
        asked=_asked(comment, may),
    )


def _other(comment: Comment) -> Comment | None:
    other = Comment.objects.select_related("article").at_home(comment.pk)
    return other if other and other.is_public and other.article.is_published else None


def _standing(comment: Comment, *, withdrawn: bool, is_away: bool, answered: bool = False) -> Standing:
    if withdrawn:
        return Standing.WITHDRAWN
    if comment.merged_into_id is not None:
        return Standing.MERGED
    if comment.is_rewritable:
        return Standing.WAITING
    if comment.status == Status.PENDING:
        return Standing.HELD
    if comment.status != Status.APPROVED:
        return Standing.NOT_SHOWN
    if is_away:
        return Standing.AWAY
    return Standing.ANSWERED if answered else Standing.PUBLIC


def _asked(comment: Comment, may: frozenset[str]) -> Asked | None:
    act = next((act for act in ("change", "add") if act in may), None)
    if comment.detail_asked_at is None or act is None:
        return None
    return Asked(history.who_asked(comment), markup.moderator_html(comment.detail_wanted), act)


def _acts(comment: Comment, standing: Standing, answered_at: datetime | None) -> set[str]:
    """Erasing is always possible. An addition is changed, withdrawn and erased on a page of its own, and no more:
    news of it goes where those of what it was added to go."""
    acts = {"erase"}
    if comment.continues_id is None:
        acts.add("mail")
    if standing == Standing.WAITING:
        acts.add("change")
    if standing == Standing.WITHDRAWN:
        acts.add("put-back")
    elif standing not in (Standing.NOT_SHOWN, Standing.MERGED):
        acts.add("withdraw")
    if standing in (Standing.PUBLIC, Standing.ANSWERED) and comment.continues_id is None:
        acts.add("add")
        if answered_at:
            acts.add("helped")
            if timezone.now() >= answered_at + HOW_IT_WENT_AFTER:
                acts.add("how-it-went")
    return acts
