"""What waits for moderators, read as its indexes stand, however much of it there is."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from .models import Comment

# As the index `comment_unanswered` says it, or it is not used: every public question has a position.
UNANSWERED = Q(status="approved", position__isnull=False, answered_at=None, author=None)
ANY = Q()
NOT_ASKED = Q(detail_asked_at=None)  # its asker for more

# As the index `comment_waiting` says it, a word and no parameter, or SQLite sorts all that is pending.
PENDING = Q(status=RawSQL("'pending'", []))

URGENT_FIRST = 10  # at most so many stand before what has waited longer: anybody can write what sounds urgent
LOOKED_THROUGH = 1_000  # of what waits, for what is not urgent

# To be excluded where an index holds what is open: SQLite would rather take the one on statuses, and read all approved.
REMOVED = Q(status__in=["spam", "trash"])


class QueueQuerySet(models.QuerySet["Comment"]):
    """The lists of the desk, and what of them comes first."""

    def pending(self) -> Self:
        return self.filter(PENDING)

    def unanswered(self) -> Self:
        """Readers' public questions without an answer."""
        return self.filter(UNANSWERED)

    def waiting(self) -> Self:
        """The queue: what is pending and questions without an answer, oldest first; not what waits for its asker."""
        return self.filter(Q(status="pending") | UNANSWERED, detail_asked_at=None).order_by("posted_at", "pk")

    def first_waiting(self, most: int, which: Q = ANY) -> Self:
        """The first of `waiting()`, so many: both halves are read as their indexes stand, however long they are."""
        return self._first(most, which & NOT_ASKED)

    def first_urgent(self, most: int) -> Self:
        """The first of `urgent()`, so many, read in the same way."""
        return self._first(most, Q(urgent=True))

    def first_to_answer(self, most: int) -> Self:
        """The queue as the desk shows it, so many: the first urgent ones, and then by age whatever waits."""
        urgent = self.model.objects.first_waiting(URGENT_FIRST, Q(urgent=True)).values("pk")
        urgent_halves = self._halves(URGENT_FIRST, Q(urgent=True) & NOT_ASKED)
        first, *others = [*urgent_halves, *self._halves(most, NOT_ASKED)]
        waiting = self.filter(pk__in=first.union(*others, all=True))
        found: Self = waiting.alias(is_first=_is_one_of(urgent)).order_by("-is_first", "posted_at", "pk")
        return found[:most]

    def _first(self, most: int, which: Q) -> Self:
        return self.filter(pk__in=self._either(most, which)).order_by("posted_at", "pk")[:most]

    def to_count(self, most: int, *, urgent: bool) -> "models.QuerySet[Comment, Any]":
        """What waits, or is urgent, in no order: so many if there are more, or up to twice as many."""
        return self._either(most, Q(urgent=True) if urgent else NOT_ASKED)

    def _either(self, most: int, which: Q) -> "models.QuerySet[Comment, Any]":
        pending, unanswered = self._halves(most, which)
        return pending.union(unanswered, all=True)

    def _halves(self, most: int, which: Q) -> "list[models.QuerySet[Comment, Any]]":
        """Of what is pending, and of questions without an answer, the pks of the first so many."""
        objects = self.model.objects
        halves = [objects.filter(half, which) for half in (PENDING, UNANSWERED)]
        first = [half.order_by("posted_at", "pk")[:most] for half in halves]
        # SQLite knows no limits within a UNION, save one level further down.
        return [objects.filter(pk__in=half.values("pk")).order_by().values("pk") for half in first]

    def unapproved(self, status: str) -> Self:
        """What has this status, which is not approved; said twice, as the index `comment_status` says it."""
        return self.filter(status=status).exclude(status="approved")

    def marked_spam(self) -> Self:
        return self.unapproved("spam").filter(erased_at=None)

    def trashed(self) -> Self:
        """What is in the trash; of what was erased nothing is left to look at."""
        return self.unapproved("trash").filter(erased_at=None)

    def followed_up(self) -> Self:
        """What askers added to their questions and nobody has dealt with, oldest first."""
        added = self.filter(follow_up_at__isnull=False).exclude(REMOVED)
        return added.order_by("follow_up_at", "pk")

    def unhelped(self) -> Self:
        """Questions whose askers say that the answer did not help, until somebody dealt with that; oldest first."""
        said = self.filter(unhelped_at__isnull=False).exclude(Q(status="pending") | REMOVED)
        return said.order_by("unhelped_at", "pk")

    def waiting_for_asker(self) -> Self:
        """Questions on which a moderator asked for more detail, and the asker has not written since; oldest first."""
        asked = self.filter(detail_asked_at__isnull=False).exclude(REMOVED)
        return asked.order_by("detail_asked_at", "pk")

    def urgent(self) -> Self:
        """What waits and should not, oldest first."""
        # Twice, as the two indexes say it.
        waits = PENDING & Q(urgent=True) | UNANSWERED & Q(urgent=True)
        return self.filter(waits).order_by("posted_at", "pk")

    def next_waiting(self, comment: Any) -> "Comment | None":
        """What is urgent; else the oldest waiting comment younger than this one, else the oldest of all others.

        Where more than URGENT_FIRST are urgent, they and the others take turns.
        """
        others = ~Q(pk=comment.pk)
        urgent = list(self.first_waiting(URGENT_FIRST + 1, Q(urgent=True) & others))
        if len(urgent) > URGENT_FIRST and comment.urgent:
            return self._oldest_not_urgent() or urgent[0]
        if urgent:
            return urgent[0]
        younger = Q(posted_at__gt=comment.posted_at) | Q(pk__gt=comment.pk)
        younger &= Q(posted_at__gte=comment.posted_at)
        return self.first_waiting(1, younger).first() or self.first_waiting(1, others).first()

    def _oldest_not_urgent(self) -> "Comment | None":
        oldest = self.model.objects.first_waiting(LOOKED_THROUGH).values("pk")
        return self.filter(pk__in=oldest, urgent=False).order_by("posted_at", "pk").first()


def _is_one_of(pks: "models.QuerySet[Comment, Any]") -> Case:
    return Case(When(pk__in=pks, then=True), default=False)
