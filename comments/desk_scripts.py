"""What the scripts of a comment's page at the desk ask for, and get as JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from . import desk_pages, drafts, insertions, markup, presence
from .desk_forms import numbers
from .desk_frame import moderators_only
from .desk_models import Draft
from .models import Comment


@moderators_only
@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed. 409 with the other text where another tab has saved since; 410 where it was erased."""
    comment = _comment(pk)
    version = (numbers(request, "version") or [0])[0]
    try:
        kept = drafts.save(comment, by=request.user, body=markup.clean(request.POST.get("body", "")), version=version)
    except drafts.Newer as newer:
        return JsonResponse({**_told(newer.draft), "body": newer.draft.body}, status=409)
    except drafts.NotKept:
        return JsonResponse({}, status=410)
    return JsonResponse(_told(kept))


@moderators_only
@require_POST
def insertion(request: HttpRequest, pk: int) -> HttpResponse:
    """The words for a button that inserts something; 422 with the reason where it cannot."""
    choice, article = request.POST.get("insert", ""), request.POST.get("article", "")
    try:
        made = insertions.made(choice, _comment(pk), article=article)
    except insertions.NotPossible as refused:
        return JsonResponse({"said": str(refused)}, status=422)
    return JsonResponse({"text": made.text, "used": made.used, "said": made.said})


@moderators_only
@require_POST
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """What is new since the page was shown; asking says that this moderator still has it open."""
    comment = _comment(pk)
    if comment.erased_at is None:
        presence.touch(comment, by=request.user)
    after = numbers(request, "after")
    seen = request.POST.get("seen")
    news = desk_pages.news(comment, by=request.user, seen=seen, after=after[0] if after else None)
    return JsonResponse({"news": news})


def _comment(pk: int) -> Comment:
    return get_object_or_404(Comment.objects.with_newest_answer().select_related("article", "author"), pk=pk)


def _told(kept: Draft | None) -> dict[str, Any]:
    if kept is None:
        return {"version": 0, "saved": ""}
    return {"version": kept.version, "saved": drafts.moment(kept)}
