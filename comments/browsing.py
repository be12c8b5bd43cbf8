"""Threads to read: one comment's place, one whole thread."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from . import reading, threads
from .forms import parent_pk
from .models import Comment


@require_safe
def permalink(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page that shows the comment: a numbered one where that is full, else the article's, else its thread's."""
    comment = reading.visible(pk)
    root = Comment.objects.only("position", "article").get(pk=comment.tree_id)
    total = threads.thread_count(comment.article_id)
    number = threads.page_of(root.position or total, total)
    page = threads.discussion(comment.article_id, number, total)
    if any(node.row.pk == pk for node in page.nodes):
        article = comment.article.get_absolute_url()
        address = article if number is None else f"{article}comment-page-{number}/"
    else:
        address = _thread_address(comment)
    return redirect(f"{address}#comment-{pk}")


@require_safe
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One whole thread, in pages."""
    comment = reading.visible(pk)
    if not comment.is_root:
        return redirect(f"{_thread_address(comment)}#comment-{pk}")
    text = request.GET.get("page", "1")
    number = parent_pk(text) or 0
    page = threads.thread(comment, number) if text == str(number) else None
    if page is None:
        raise Http404
    return render(request, "comments/thread.html", {"article": comment.article, "page": page, "question": comment})


def _thread_address(comment: Comment) -> str:
    address = reverse("comments:thread", args=[comment.tree_id])
    number = 1 if comment.is_root else threads.thread_page_of(comment)
    return address if number == 1 else f"{address}?page={number}"
