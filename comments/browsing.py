"""Questions to read: lists of them, one whole thread, one comment's place."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from . import filters, paging, reading, search, threads
from .models import Comment
from .reader_models import Situation

COUNTED = 100  # questions of a situation where all are listed; its own page counts further
RELATED = 3  # answered questions like the one that is read


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """All threads of all articles, as the reader narrows them down."""
    chosen = filters.filters_of(request.GET)
    found = chosen.find(paging.asked_number(request))
    pages = paging.Pages(found.number, found.pages, chosen.query)
    return render(request, "comments/questions.html", {"filters": chosen, "found": found, "pages": pages})


@require_safe
def situations(request: HttpRequest) -> HttpResponse:
    """All situations, with how much there is to read."""
    counted = Situation.objects.in_order().with_counts(COUNTED + 1)
    return render(request, "comments/situations.html", {"situations": counted, "most": COUNTED})


@require_safe
def situation(request: HttpRequest, slug: str) -> HttpResponse:
    """One situation: what it is, the articles for it, and the questions of those who are in it."""
    chosen = get_object_or_404(Situation, slug=slug)
    found = search.find("", situation=chosen.pk, page=paging.asked_number(request))
    context = {
        "situation": chosen,
        "articles": chosen.articles.listed().without_text(),
        "found": found,
        "pages": paging.Pages(found.number, found.pages),
    }
    return render(request, "comments/situation.html", context)


@require_safe
def permalink(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page that shows the comment: a numbered one where that is full, else the article's, else its thread's.

    `on` is the article whose page a link to this number was made for. If comments got new numbers when they moved in,
    the link is about one of these, and not about whatever has that number here.
    """
    once = reading.old_number(pk, request.GET.get("on", ""))
    comment = reading.visible(once.pk if once else pk)
    root = Comment.objects.only("position", "article").get(pk=comment.tree_id)
    total = threads.thread_count(comment.article_id)
    number = threads.page_of(root.position or total, total)
    pinned = None if number else threads.pinned_thread(comment.article_id)
    page = threads.discussion(comment.article_id, number, total, pinned=pinned)
    if any(node.row.pk == comment.pk for node in page.nodes):
        article = comment.article.get_absolute_url()
        address = article if number is None else f"{article}comment-page-{number}/"
    else:
        address = _thread_address(comment)
    return redirect(f"{address}#comment-{comment.pk}")


@require_safe
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One whole thread, in pages; around the first one what else there is to read."""
    question = reading.visible(pk, among=Comment.objects.with_neighbours())
    if question.pk != pk:
        return redirect(_thread_address(question))
    if not question.is_root:
        return redirect(f"{_thread_address(question)}#comment-{pk}")
    page = threads.thread(question, paging.asked_number(request))
    if page is None:
        raise Http404
    context = {
        "article": question.article,
        "question": question,
        "page": page,
        "pages": paging.Pages(page.number, page.pages),
    }
    if page.number == 1 and question.is_public:
        context |= {
            "situations": Situation.objects.about(question),
            "related": search.similar(question.body, limit=RELATED, exclude=pk),
        }
    return render(request, "comments/thread.html", context)


def _thread_address(comment: Comment) -> str:
    address = reverse("comments:thread", args=[comment.tree_id])
    number = 1 if comment.is_root else threads.thread_page_of(comment)
    return address if number == 1 else f"{address}?page={number}"
