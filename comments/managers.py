"""Reads with names, and a guard in front of the writes that would damage a tree."""

from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

if TYPE_CHECKING:
    from .models import Comment, Situation  # noqa: F401 - named in strings below

TREE_COLUMNS = frozenset({"parent", "parent_id", "article", "article_id", "lft", "rght", "level", "tree_id"})

# As the index `comment_unanswered` says it, or it is not used: every public question has a position.
UNANSWERED = Q(status="approved", position__isnull=False, answered_at=None, author=None)


class CommentQuerySet(models.QuerySet["Comment"]):
    """The reads. `update()` refuses the tree's columns and `delete()` refuses altogether: the doors do that, locked."""

    def approved(self) -> "CommentQuerySet":
        return self.filter(status="approved")

    def pending(self) -> "CommentQuerySet":
        return self.filter(status="pending")

    def roots(self) -> "CommentQuerySet":
        return self.filter(level=0)

    def replies(self) -> "CommentQuerySet":
        return self.filter(level__gt=0)

    def by_moderators(self) -> "CommentQuerySet":
        return self.filter(author__isnull=False)

    def unanswered(self) -> "CommentQuerySet":
        """Readers' public questions without an answer."""
        return self.filter(UNANSWERED)

    def waiting(self) -> "CommentQuerySet":
        """The queue: everything pending and every unanswered question, oldest first."""
        return self.filter(Q(status="pending") | UNANSWERED).order_by("posted_at", "pk")

    def erased_with_answers(self) -> "CommentQuerySet":
        """Erased comments whose public answers nobody has looked at since, the latest erased first."""
        below = self.model.objects.filter(
            tree_id=OuterRef("tree_id"), lft__gt=OuterRef("lft"), rght__lt=OuterRef("rght")
        )
        asked = self.filter(Exists(below.by_moderators().approved()), erased_at__isnull=False).exclude(reasons=[])
        return asked.order_by("-erased_at", "-pk")

    def recently_answered(self) -> "CommentQuerySet":
        """Public questions with an answer on articles that readers see, the latest answer first."""
        answered = self.filter(status="approved", level=0, answered_at__isnull=False)
        return answered.filter(article__published_at__lte=timezone.now()).order_by("-answered_at", "-pk")

    def pointing_to(self, article: int) -> "CommentQuerySet":
        """Public questions on articles that readers see with an answer that links to this article, the newest first."""
        pointing = self.filter(signposts__article=article, status="approved", article__published_at__lte=timezone.now())
        return pointing.order_by("-signposts__thread")

    def below(self, comment: Any) -> "CommentQuerySet":
        """The replies below a comment at every depth; right only under the thread's lock, or as of one moment."""
        return self.filter(tree_id=comment.tree_id, lft__gt=comment.lft, rght__lt=comment.rght)

    def update(self, **columns: Any) -> int:
        if forbidden := TREE_COLUMNS & columns.keys():
            raise TypeError(f"{', '.join(sorted(forbidden))}: trees change through moving.move() and posting only.")
        return super().update(**columns)

    def update_tree(self, **columns: Any) -> int:
        """`update()` for the tree's columns: only for a caller who holds every thread concerned (`locking.hold`)."""
        return super().update(**columns)

    def delete(self) -> NoReturn:
        raise TypeError("Comments are not deleted: use moderation.trash() or moderation.erase().")


class SituationQuerySet(models.QuerySet["Situation"]):
    def in_order(self) -> "SituationQuerySet":
        return self.order_by("order", "name")
    def written_through(self, comment: Any) -> "CommentQuerySet":
        """What is left of the comment itself and of all that was added through its private link, in that order."""
        return self.filter(Q(pk=comment.pk) | Q(continues=comment.pk), erased_at=None).order_by("pk")

    def additions_to(self, comment: Any) -> "CommentQuerySet":
        """What was added through the private link of a comment (or of that pk) and is not erased, oldest first."""
        return self.filter(continues=comment, erased_at=None).order_by("pk")

