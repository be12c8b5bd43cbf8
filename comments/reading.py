"""Comments by the number in an address, as far as readers may see them; else 404."""

from django.http import Http404

from . import threads
from .managers import CommentQuerySet
from .models import Comment

LARGEST_PK = 2**63 - 1  # what a column for pks holds


def public(pk: int) -> Comment:
    """The comment, if readers see it."""
    comment = _on_published_article(pk, Comment.objects.all())
    if not comment.is_public or comment.pk != pk:
        raise Http404
    return comment


def visible(pk: int, *, among: CommentQuerySet | None = None) -> Comment:
    """The comment, if readers see it or a placeholder for it. `among` says what else is to be read with it.

    It has another pk where that one is of a question that was asked twice: it is the one which answers both.
    """
    comment = _on_published_article(pk, Comment.objects.all() if among is None else among)
    if not threads.is_visible(comment):
        raise Http404
    return comment


def old_number(number: int, slug: str) -> Comment | None:
    """The comment below this article that had this number where both were imported from, and has another one here."""
    return Comment.objects.numbered_once(number, slug) if slug else None


def _on_published_article(pk: int, comments: CommentQuerySet) -> Comment:
    if pk > LARGEST_PK:
        raise Http404
    comment = comments.select_related("article", "author").at_home(pk)
    if comment is None or not comment.article.is_published:
        raise Http404
    return comment
