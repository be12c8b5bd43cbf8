"""Comments by the number in an address, as far as readers may see them; else 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from . import threads
from .models import Comment

LARGEST_PK = 2**63 - 1  # what a column for pks holds


def public(pk: int) -> Comment:
    """The comment, if readers see it."""
    comment = _on_published_article(pk)
    if not comment.is_public:
        raise Http404
    return comment


def visible(pk: int) -> Comment:
    """The comment, if readers see it or a placeholder for it."""
    comment = _on_published_article(pk)
    if not threads.is_visible(comment):
        raise Http404
    return comment


def _on_published_article(pk: int) -> Comment:
    if pk > LARGEST_PK:
        raise Http404
    comment: Comment = get_object_or_404(Comment.objects.select_related("article", "author"), pk=pk)
    if not comment.article.is_published:
        raise Http404
    return comment
