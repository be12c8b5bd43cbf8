"""Floods at the desk: what is like each other, and one verb on all of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from . import campaigns, queue_filters, sweeping
from .campaigns import Campaign
from .desk_frame import moderators_only, moment, offer_undo, page
from .sweeping import Sweep


@dataclass(frozen=True, slots=True)
class Offered:
    """A campaign with the verbs that do something about it."""

    campaign: Campaign
    verbs: list[tuple[str, str]]


@moderators_only
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The largest campaigns of each kind, with the way to their comments and what may be done with all of them."""
    found = [Offered(campaign, list(_verbs(campaign))) for campaign in campaigns.all_()]
    context = {"title": "What is like each other", "found": found, "looked_through": campaigns.LOOKED_THROUGH}
    return page(request, "campaigns", context)


@moderators_only
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """What a verb would do to a whole campaign; confirmed, it is done, as far as one request goes."""
    like, verb = campaigns.find(request.POST.get("like", "")), request.POST.get("verb", "")
    if like is None or verb not in sweeping.VERBS:
        messages.warning(request, "Nothing was done: there is nothing of that any more.")
        return redirect("admin:desk_campaigns")
    if "confirmed" in request.POST:
        until = queue_filters.number(request.POST.get("until")) or 0
        return _do(request, Sweep(like, verb, until, moment(request.POST.get("seen_at", ""))))
    context = {
        "title": sweeping.VERBS[verb][1],
        "like": like,
        "verb": verb,
        "preview": sweeping.preview(like, verb),
        "seen_at": timezone.now().isoformat(),
    }
    return page(request, "campaign", context)


def _do(request: HttpRequest, sweep: Sweep) -> HttpResponse:
    one_act = _act(request, sweep.verb)
    changed, left = sweeping.do(sweep, by=request.user, act=one_act)
    offer_undo(request, one_act if changed else None)
    if left:
        context = {"title": sweep.label, "sweep": sweep, "act": one_act, "changed": changed, "left": left}
        return page(request, "campaign_left", {**context, "seen_at": sweep.seen_at.isoformat()})
    messages.success(request, f"{sweep.label}: {changed} {'comment' if changed == 1 else 'comments'}.")
    return redirect("admin:desk_campaigns")


def _act(request: HttpRequest, verb: str) -> UUID:
    """The act that the form goes on with, or a new one."""
    try:
        begun = UUID(request.POST.get("act", ""))
    except ValueError:
        return uuid4()
    return begun if sweeping.belongs_to(begun, by=request.user, verb=verb) else uuid4()


def _verbs(campaign: Campaign) -> Any:
    for verb, (status, label) in sweeping.VERBS.items():
        if campaign.waiting if status == "pending" else campaign.spam:
            yield verb, label
