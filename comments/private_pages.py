"""What an asker sees of their own comment, and what they can do with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import links
from .models import Comment
from .responses import private_page


@private_page
@require_safe
def private(request: HttpRequest, token: str) -> HttpResponse:
    """An asker's own comment: its text, where it stands, and what happens next."""
    comment = links.comment_of(token)
    if comment is None:
        return render(request, "comments/no_such_link.html", status=404)
    answer = Comment.objects.below(comment).approved().by_moderators().select_related("author").order_by("lft").first()
    return render(request, "comments/private.html", {"comment": comment, "article": comment.article, "answer": answer})


@private_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """After sending from a shared computer: no link, nothing in the history that leads to the comment."""
    return render(request, "comments/sent.html")


@private_page
@require_safe
def lost_link(request: HttpRequest) -> HttpResponse:
    return render(request, "comments/lost_link.html")
