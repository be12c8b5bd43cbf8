"""Many comments at once: first what would happen, then that, with one undo for all of it."""

from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from . import bulk, queue_filters, queues
from .desk_frame import moderators_only, moment, offer_undo, page
from .statuses import BATCH


@moderators_only
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """What a verb would do to the comments that were chosen; confirmed, it is done."""
    verb, listed = request.POST.get("verb", ""), QueryDict(request.POST.get("list", ""))
    pks, seen_at = _chosen(request.POST, listed)
    if verb not in bulk.DEEDS or not pks:
        messages.warning(request, "Nothing was done: choose comments, and what is to happen to them.")
        return redirect(queue_filters.address(listed))
    if "confirmed" in request.POST:
        return _do(request, verb, pks, seen_at, listed)
    context = {
        "title": bulk.DEEDS[verb].label,
        "plan": bulk.plan(verb, pks, by=request.user, seen_at=seen_at),
        "list": listed.urlencode(),
        "back": queue_filters.address(listed),
        "seen_at": seen_at.isoformat(),
    }
    return page(request, "bulk", context)


def _do(request: HttpRequest, verb: str, pks: list[int], seen_at: datetime, listed: QueryDict) -> HttpResponse:
    one_act = uuid4()
    changed = len(bulk.do(verb, pks, by=request.user, seen_at=seen_at, act=one_act))
    left = len(pks) - changed
    note = f" {left} {'was' if left == 1 else 'were'} changed meanwhile and left as they are." if left else ""
    messages.success(request, f"{bulk.DEEDS[verb].label}: {changed} of {len(pks)}.{note}")
    offer_undo(request, one_act if changed else None)
    return redirect(queue_filters.address(listed))


def _chosen(sent: QueryDict, listed: QueryDict) -> tuple[list[int], datetime]:
    """The pks that were ticked, or of the whole list; and when their words were shown: of a list in the preview."""
    if "whole" in sent:
        return queues.pks(queue_filters.chosen_of(listed).narrowed, BATCH), timezone.now()
    numbers = [queue_filters.number(pk) for pk in sent.getlist("pk")]
    return [pk for pk in dict.fromkeys(numbers) if pk][:BATCH], moment(sent.get("seen_at", ""))
