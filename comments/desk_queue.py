"""The desk's lists: what waits, oldest first, and all that a moderator may want to look through beside it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import bulk, desk_pages, queue_filters, queue_rows, queues, trial_mails
from .desk_frame import address, moderators_only, page
from .models import Comment, Status
from .statuses import BATCH

FLOOD = 50  # pending from which the desk says how many are like each other
FLOODED = (queues.WAITING, queues.NEW)
ERASED = 10  # comments shown at once whose answers are to be looked at


@moderators_only
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """One of the lists, and how much is in each. A comment's address in the search field leads to that comment."""
    chosen, seen_at = queue_filters.chosen_of(request.GET), timezone.now()
    pasted = queue_filters.pasted(chosen.words)
    if pasted is not None:
        return redirect(address(pasted))
    counts = queues.counts(chosen.narrowed)
    shown = queues.page(chosen.narrowed, counts.found, request.GET.get("page"), moderator=request.user)
    queue_rows.dress(list(shown), of_reports=chosen.tab == queues.REPORTED)
    _offer(list(shown), by=request.user)
    is_first = chosen.tab == queues.WAITING and chosen.narrowed.is_whole and shown.number == 1
    erased = Comment.objects.erased_with_answers().select_related("article")[:ERASED]
    context = {
        "title": "Waiting for you" if chosen.tab == queues.WAITING else chosen.tab.label,
        "chosen": chosen,
        "tabs": [(tab, counts.by_tab[tab.key], chosen.address_of(tab)) for tab in queues.TABS],
        "counts": counts,
        "flood": chosen.tab in FLOODED and counts.alike >= queues.PAGE and counts.by_tab["new"] > FLOOD,
        "most": queues.MOST,
        "batch": BATCH,
        "verbs": [(verb, deed.label) for verb, deed in bulk.DEEDS.items()],
        "seen_at": seen_at.isoformat(),
        "page": shown,
        "urgent_first": is_first and counts.by_tab[queues.URGENT.key],
        "oldest": min(shown, key=lambda row: row.posted_at) if is_first and counts.found else None,
        "erased": erased if is_first and counts.erased else (),
        "instead": trial_mails.instead() if is_first else "",
    }
    return page(request, "queue", context)


def _offer(rows: list[Any], *, by: Any) -> None:
    """Give each its `verbs`; but to what is in the trash, whose log says whose it is, its own page gives them."""
    for row, verbs in desk_pages.offered([row for row in rows if row.status != Status.TRASH], by=by):
        row.verbs = [(verb, bulk.DEEDS[verb].label) for verb in verbs]


@moderators_only
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """How many pending comments have come in since the one that the page knew as the youngest."""
    since = queue_filters.number(request.GET.get("since"))
    return JsonResponse({"new": queues.arrived_since(since) if since is not None else 0})
