"""Moving comments: below another one, out as a question of their own, or to another article."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, When

from . import locking, statuses, trees
from .log_models import Verb
from .models import Comment
from .moderation import Refused

_PLACE = re.compile(r"parent (-|[0-9]{1,18}) article ([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment hangs, as the log keeps it: “parent 7 article 1”, “parent - article 1” for a question."""

    parent: int | None
    article: int

    def __str__(self) -> str:
        return f"parent {self.parent or '-'} article {self.article}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None where the log has no place, as before there was a column for it."""
        match = _PLACE.fullmatch(text)
        return cls(None if match[1] == "-" else int(match[1]), int(match[2])) if match else None


@locking.retried
def move(
    comment: Comment,
    *,
    by: Any,
    parent: Comment | None = None,
    article: Any = None,
    reason: str = "",
    act: UUID | None = None,
    verb: Verb = Verb.MOVE,
) -> Comment:
    """Move a comment with all replies below it: to be a reply to `parent`, or (None) a question of its own.

    A question of its own stays on its article, or goes to `article`. Where it is there already nothing is written.
    Replies keep the order of their dates. `verb` is the log's word where this undoes another move. Raises Refused where
    the target is gone or lies below the comment itself.
    """
    wanted = [comment.pk] if parent is None else [comment.pk, parent.pk]
    held = locking.hold(wanted, articles=True, also_article=article.pk if article is not None else None)
    if set(wanted) - held.comments.keys():
        raise Refused("One of the two comments is gone.")
    moved = held.comments[comment.pk]
    target = held.comments[parent.pk] if parent is not None else None
    article_pk = target.article_id if target else (article.pk if article is not None else moved.article_id)
    if article_pk not in held.articles:
        raise Refused("There is no such article.")
    if moved.parent_id == (target.pk if target else None) and moved.article_id == article_pk:
        return moved
    if target and target.tree_id == moved.tree_id and moved.lft <= target.lft <= moved.rght:
        raise Refused("A comment cannot become a reply to itself or to one of its own replies.")
    if target and held.root_of(target).merged_into_id:
        raise Refused("That question was asked twice: move it to the thread that it was merged into.")
    seen = moved.is_public or Comment.objects.below(moved).approved().exists()
    _rewrite(held, moved, target, article_pk)
    place = Place(target.pk if target else None, article_pk)
    before = Place(moved.parent_id, moved.article_id)
    statuses.note(moved, verb, by=by, before=str(before), after=str(place), reason=reason, act=act)
    if seen:
        demoted = [held.roots[moved.pk]] if moved.is_root and target else []
        promoted = [moved.pk] if target is None and not moved.is_root else []
        locking.settle(held, demoted=demoted, promoted=promoted)
    fresh: Comment = Comment.objects.get(pk=moved.pk)
    return fresh


def _rewrite(held: locking.Held, moved: Comment, target: Comment | None, article: int) -> None:
    """Write the new parent and article, then the columns of both threads from their parent links."""
    subtree = Comment.objects.filter(Q(pk=moved.pk) | Q(tree_id=moved.tree_id, lft__gt=moved.lft, rght__lt=moved.rght))
    subtree_pks = list(subtree.values_list("pk", flat=True))
    if moved.is_root and target:  # a reply has none of a root's columns
        Comment.objects.filter(pk=moved.pk).update(
            position=None, answered_at=None, reply_count=0, closed_at=None, pinned_at=None, unhelped_at=None,
            detail_asked_at=None, detail_wanted="",
        )  # fmt: skip
    if moved.article_id != article:
        Comment.objects.filter(pk=moved.pk).update(pinned_at=None)
        Comment.objects.filter(pk__in=subtree_pks).update_tree(article=article)
    if not moved.is_root and target is None:  # what the owner kept out of search engines stays out
        listed = held.root_of(moved).in_search_engines
        Comment.objects.filter(pk=moved.pk).update(in_search_engines=listed, highlighted_at=None)
    Comment.objects.filter(pk=moved.pk).update_tree(parent=target)
    renew(held, subtree_pks)


def renew(held: locking.Held, moved: Collection[int]) -> None:
    """Write the columns of the held threads from their parent links, after these comments were hung elsewhere."""
    rows = Comment.objects.filter(tree_id__in=list(held.roots)).order_by("posted_at", "pk")
    trees.write(list(trees.columns(rows.values_list("pk", "parent_id"))))
    # Who asked in one thread has not asked in another: the mark of the asker is for the thread's own question.
    is_askers = Case(When(continues=F("tree_id"), then=True), default=False)
    Comment.objects.filter(pk__in=moved, continues__isnull=False).update(by_asker=is_askers)
