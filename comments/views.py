"""Asking and replying."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from . import arrivals, care, discussion_settings, hints, markup, posting, reading, receiving, refusals, search
from .forms import CommentForm, parent_pk
from .models import BODY_LENGTH, Comment, article_model
from .networks import network_of
from .prepared import Blank, Prepared
from .responses import HttpResponseSeeOther, private_page, refusal, refused_arrival

SIMILAR_LENGTH = 2_000  # characters of a question that are compared with others


@csrf_exempt  # see arrivals.py
@private_page
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a reader's comment, or show the form again with everything typed and what is wrong."""
    article = next(iter(_ARTICLE.ask(slug=slug)), None)
    if article is None or not article.is_published:
        raise Http404
    if request.method != "POST":
        return redirect(f"{article.get_absolute_url()}#respond")
    if refused_page := refused_arrival(request, "comments/cross_site.html", {"article": article}):
        return refused_page
    form, pk = CommentForm(request.POST), parent_pk(request.POST.get("parent"))
    is_sent = request.POST.get("step") != "check" and arrivals.is_utf8(request) and form.is_valid()
    if not is_sent:
        return _not_sent(request, article, form, pk)
    is_shared = bool(request.POST.get("shared"))
    try:
        posted = receiving.receive(form.submission(article, network_of(request), pk), with_link=not is_shared)
    except refusals.Refused as refused:
        return _refused(request, article, form, Comment.objects.to_reply_to(article, pk), refused)
    return HttpResponseSeeOther(reverse("comments:sent") if is_shared else posted.link)


# Without its text, which is most of it.
_ARTICLE = Prepared(
    lambda: article_model().objects.filter(slug=Blank("slug")).only("slug", "title", "published_at", "comments_open"),
    is_planned=False,
)


def _not_sent(request: HttpRequest, article: Any, form: CommentForm, pk: int | None) -> HttpResponse:
    """The form again: to be read once more, or with what is wrong."""
    parent = Comment.objects.to_reply_to(article, pk)
    if refused := _refusal(request, article, pk, parent):
        return _refused(request, article, form, parent, refused)
    if not form.is_valid():
        return _ask_again(request, article, form, parent, status=422)
    return _ask_again(request, article, form, parent, checking=True)


def _refusal(request: HttpRequest, article: Any, pk: int | None, parent: Comment | None) -> refusals.Refused | None:
    """What no correction of the form can mend, said before its errors. `posting` checks whatever is sent."""
    row = discussion_settings.fresh()
    try:
        posting.check_open(article, row)
        # Sent, it may be the same click again.
        if pk is None and request.POST.get("step") == "check" and not _noticed(request):
            posting.check_cap(row, timezone.now())
    except refusals.Refused as refused:
        return refused
    if pk is not None and parent is None:
        return refusals.ParentGone()
    if parent is not None and Comment.objects.is_closed(parent):
        return refusals.ThreadClosed()
    return None if arrivals.is_utf8(request) else refusals.Damaged()


def _refused(
    request: HttpRequest, article: Any, form: CommentForm, parent: Comment | None, refused: refusals.Refused
) -> HttpResponse:
    kept = parent if refused.keeps_parent else None
    return refusal(_ask_again(request, article, form, kept, refused=refused), refused)


def _ask_again(
    request: HttpRequest,
    article: Any,
    form: CommentForm,
    parent: Comment | None = None,
    *,
    refused: refusals.Refused | None = None,
    checking: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The form on a page of its own, with everything that was typed."""
    context = {
        "article": article,
        "form": form,
        "parent": parent,
        "refused": refused,
        "checking": checking,
        "noticed": _noticed(request),
        "shared": bool(request.POST.get("shared")),
        "body_length": BODY_LENGTH,
    }
    if checking:
        name, body = form.cleaned_data["name"], form.cleaned_data["body"]
        found = hints.of(name, body)
        preview = hints.marked(markup.reader_html(body), found)
        context |= {"preview": preview, "hints": found, "similar": [] if parent else _similar(body)}
    return render(request, "comments/ask_again.html", context, status=status)


def _noticed(request: HttpRequest) -> tuple[str, ...]:
    """What the typed text sounds like, whether or not it can be sent."""
    return care.typed(request.POST.get("body", ""))


def _similar(body: str) -> list[search.Similar]:
    return search.similar(markup.clean(body[:SIMILAR_LENGTH]))


@csrf_exempt  # as above
@private_page
@require_POST  # so that no text is in an address or a log
def similar(request: HttpRequest) -> HttpResponse:
    """Answered questions like the one being written, as a fragment for the form. Writes nothing."""
    if refused := _refused_fragment(request):
        return refused
    return render(request, "comments/_similar.html", {"similar": _similar(request.POST.get("body", ""))})


@csrf_exempt  # as above
@private_page
@require_POST
def hints_before_sending(request: HttpRequest) -> HttpResponse:
    """What in a name and a text would say who somebody is, as a fragment for the forms. Writes nothing."""
    if refused := _refused_fragment(request):
        return refused
    found = hints.of(request.POST.get("name", ""), request.POST.get("body", ""))
    return render(request, "comments/_hints.html", {"hints": found})


def _refused_fragment(request: HttpRequest) -> HttpResponse | None:
    if arrivals.is_cross_site(request):
        return HttpResponse(status=403)
    return None if arrivals.is_whole(request) else HttpResponse(status=400)


@require_safe
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The reply form on a page of its own, below the comment."""
    parent = reading.public(pk)
    is_closed = Comment.objects.is_closed(parent)
    context = {
        "article": parent.article,
        "parent": parent,
        "form": CommentForm(),
        "body_length": BODY_LENGTH,
        "is_closed": is_closed,
        "is_open": parent.article.takes_comments and not is_closed,
    }
    return render(request, "comments/reply.html", context)
