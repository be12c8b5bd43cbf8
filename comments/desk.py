"""The desk: the screens of the admin where a moderator works through the queue.

The admin's site gives these views their addresses under /admin/desk/ and asks for a login (`advice.admin_site`).
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from . import dealing, desk_pages, history, labelling, moderation, moving, queue_filters, statuses
from .desk_forms import LabelsForm, MoveForm, numbers
from .desk_frame import address, gone, moderators_only, offer_undo, page, to_next
from .log_models import ModerationEvent
from .models import Comment

# verb: what it does, the word on its button, and what the moderator reads afterwards
VERBS: dict[str, tuple[Callable[..., list[Comment]], str, str]] = {
    "approve": (moderation.approve, "Approve", "is approved; readers see it"),
    "hold": (moderation.hold, "Hold", "is pending again; readers do not see it"),
    "mark_spam": (moderation.mark_spam, "Mark as spam", "is marked as spam"),
    "trash": (moderation.trash, "Trash", "is in the trash"),
    "restore": (moderation.restore, "Restore", "is restored"),
    "undo": (moderation.undo, "Undo", "is as it was before the last step"),
    "deal_with": (dealing.deal_with, "Nothing to do here", "needs nothing more"),
    "keep_answers": (moderation.keep_answers, "Keep the answers below", "is looked after; the answers below it stay"),
    "erase": (moderation.erase, "Erase", "is erased for good"),
}
UNDOABLE = ("approve", "hold", "mark_spam", "trash", "restore", "deal_with")
COMING_BACK = ("hold", "restore", "undo")  # whoever takes a step back wants to look again


@moderators_only
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb on one comment; then on to the next that waits, unless this one still does; or back to the list."""
    if verb not in VERBS:
        raise Http404
    if verb == "erase" and not request.user.has_perm("comments.erase_comment"):
        raise PermissionDenied
    found = desk_pages.comment(pk)
    if found is None:
        return gone(request, pk)
    if verb == "erase" and "confirmed" not in request.POST:
        return page(request, "erase", {"title": "Erase for good?", "comment": found})
    do, _, outcome = VERBS[verb]
    act = {"act": uuid4()} if verb in UNDOABLE else {}
    changed = do(found, by=request.user, **_as_shown(request, verb), **act)
    whose = "The comment" if verb == "erase" else f"The comment of {found.display_name}"  # messages are stored
    link = format_html('<a href="{}">{}</a>', address(pk), whose)
    if changed:
        messages.success(request, format_html("{} {}.", link, outcome))
        offer_undo(request, act.get("act"))
    elif verb == "approve" and request.POST.get("seen") not in (None, found.digest):
        messages.warning(request, format_html("{} was changed while you were reading. Please read it again.", link))
    else:
        messages.info(request, format_html("{} was left as it is: there was nothing to change.", link))
    if "list" in request.POST:
        return redirect(queue_filters.address(QueryDict(request.POST["list"])))
    if verb in COMING_BACK or desk_pages.is_waiting(found):
        return redirect(address(pk))
    return to_next(found)


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Where else a comment belongs, with all its replies."""
    found = desk_pages.comment(pk)
    if found is None:
        return gone(request, pk)
    form = MoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            act = uuid4()
            moving.move(found, by=request.user, act=act, **form.target())
        except moderation.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The comment stands here now, with its replies.")
            offer_undo(request, act)
            return redirect(address(pk))
    status = 422 if request.method == "POST" else 200
    return page(request, "move", {"title": "Move", "comment": found, "form": form}, status=status)


@moderators_only
@require_POST
def labels(request: HttpRequest, pk: int) -> HttpResponse:
    """A question's situations, whether search engines may keep its thread, and whether it is urgent."""
    found = desk_pages.comment(pk)
    if found is None:
        return gone(request, pk)
    form = LabelsForm(request.POST, question=found)
    if not form.is_valid():
        messages.error(request, "One of these situations is gone. Nothing was changed.")
        return redirect(address(pk))
    try:
        act = uuid4()
        changed = labelling.label(found, by=request.user, act=act, **form.labels())
    except moderation.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "What you say of it is kept." if changed else "There was nothing to change.")
        offer_undo(request, act if changed else None)
    return redirect(address(pk))


def offered(comment: Comment, *, by: Any, is_reported: bool) -> list[tuple[str, str]]:
    """Verb and label of each button."""
    [(_, verbs)] = desk_pages.offered([comment], by=by)
    open_ = ("deal_with",) if is_reported or dealing.is_open(comment) else ()
    return [(verb, VERBS[verb][1]) for verb in (*verbs, *open_)] if verbs else []


def undoable(comment: Comment, events: list[ModerationEvent], by: Any) -> ModerationEvent | None:
    last = history.last_step(events) if statuses.may_bring_back(comment, by) else None
    return last if last and comment.erased_at is None and last.verb in history.UNDOABLE else None


def _as_shown(request: HttpRequest, verb: str) -> dict[str, Any]:
    """Approving means the words on the page, dealing with it the reports, undoing the event beside the button."""
    if verb == "approve":
        return {"seen": request.POST.get("seen")}
    if verb == "deal_with":
        return {"reports_until": next(iter(numbers(request, "report")), None)}
    shown = request.POST.get("event", "")
    if verb != "undo" or not shown.isascii() or not shown.isdigit():
        return {}
    return {"event": ModerationEvent(pk=int(shown[:18]))}
