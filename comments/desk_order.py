"""The desk's screens for a comment's words and place: mask, reword, merge, and one click for the rest."""

import functools
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from . import arranging, desk_care, desk_pages, labelling, rewording
from .desk_frame import address, gone, moderators_only, offer_undo, page
from .moderation import Refused
from .order_forms import MaskForm, MergeForm, RewordForm

# word in the address: what it does, and what the moderator reads afterwards
ARRANGE: dict[str, tuple[Callable[..., object], str]] = {
    "highlight": (arranging.highlight, "The answer is highlighted."),
    "unhighlight": (arranging.unhighlight, "The answer is not highlighted any more."),
    "close": (arranging.close, "The thread is closed: readers can no longer reply in it."),
    "reopen": (arranging.reopen, "The thread is open again."),
    "pin": (arranging.pin, "The thread is pinned: it stands first under its article."),
    "unpin": (arranging.unpin, "The thread is not pinned any more."),
    "take-back": (arranging.take_back, "The answer is taken back. Readers see who withdrew it, and not what it said."),
    "calm": (functools.partial(labelling.mark, urgent=False), "It is not urgent any more."),
}


@moderators_only
@require_POST
def arrange(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    """One act on a comment's place, or on what is to come first; then back to it."""
    if word not in ARRANGE:
        raise Http404
    found = desk_pages.comment(pk)
    if found is None:
        return gone(request, pk)
    do, outcome = ARRANGE[word]
    act = uuid4()
    try:
        changed = do(found, by=request.user, act=act)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        _said(request, outcome if changed else "It was so already: there was nothing to change.", act, changed or None)
    return redirect(address(pk))


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def mask(request: HttpRequest, pk: int) -> HttpResponse:
    """Put “[phone number removed]” and the like in the place of what says who somebody is."""
    found = desk_pages.comment(pk)
    if found is None:
        return gone(request, pk)
    form = MaskForm(request.POST if request.method == "POST" else None, comment=found)
    act = uuid4()
    if form.is_valid():
        try:
            spans, seen = form.cleaned_data["spans"], request.POST.get("seen", "")
            masked = rewording.mask(found, by=request.user, spans=spans, seen=seen, act=act)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            _said(request, "It is masked.", act, masked, can_undo=masked.published_at is None)
            return redirect(address(pk))
    context = {"title": "Mask", "comment": found, "mask": form, "care": desk_care.care(found)}
    return page(request, "mask", context, status=422 if form.is_bound else 200)


@moderators_only
@require_POST
def unmask(request: HttpRequest, pk: int) -> HttpResponse:
    """The writer's own words again."""
    found = desk_pages.comment(pk)
    if found is None:
        return gone(request, pk)
    try:
        changed = rewording.unmask(found, by=request.user, seen=request.POST.get("seen", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        _said(request, "The original is back." if changed else "The original is not kept any more.", None, changed)
    return redirect(address(pk))


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def reword(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend the typos of a reader, or edit an answer; whatever is in the way, what was typed comes back."""
    found = desk_pages.comment(pk)
    if found is None:
        return gone(request, pk)
    form = RewordForm(request.POST) if request.method == "POST" else RewordForm(initial={"body": found.body})
    if form.is_valid():
        door, act = (rewording.revise if found.author_id else rewording.correct), uuid4()
        try:
            seen = request.POST.get("seen", "")
            changed = door(found, by=request.user, body=form.cleaned_data["body"], seen=seen, act=act)
        except Refused as refused:
            form.add_error("body", str(refused))
        else:
            can_undo = bool(found.author_id) or found.published_at is None
            said = "The words are changed." if changed else "It says that already: there was nothing to change."
            _said(request, said, act, changed, can_undo=can_undo)
            return redirect(address(pk))
    context = {"title": "Edit" if found.author_id else "Correct", "comment": found, "form": form}
    return page(request, "reword", context, status=422 if form.is_bound else 200)


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Which other question asks the same."""
    found = desk_pages.comment(pk)
    if found is None:
        return gone(request, pk)
    form = MergeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        act = uuid4()
        try:
            other = arranging.merge(found, form.cleaned_data["other"], by=request.user, act=act)
        except Refused as refused:
            form.add_error("other", str(refused))
        else:
            _said(request, "Both questions are one thread now. The addresses of the other one lead here.", act, other)
            return redirect(address(other.pk))
    context = {"title": "Merge", "comment": found, "form": form}
    return page(request, "merge", context, status=422 if form.is_bound else 200)


def _said(request: HttpRequest, outcome: str, act: Any, changed: object | None, *, can_undo: bool = True) -> None:
    """What was done, with the way back where there is one."""
    if changed is None:
        messages.info(request, outcome)
        return
    messages.success(request, outcome)
    if can_undo:
        offer_undo(request, act)
