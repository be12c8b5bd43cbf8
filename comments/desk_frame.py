"""What the desk's views share: who may come in, the admin's frame, where one goes next."""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from . import desk_pages, keys, preferences, undoing
from .models import Comment

moderators_only = permission_required("comments.moderate_comment", raise_exception=True)

OFFERS = "desk_offers"  # in the session
OFFERS_MOST = 10
UNDO_SECONDS = 600


@dataclass(frozen=True)
class _Keys:
    """What pages say of the keys; asks for the moderator's liking once, if at all."""

    moderator: Any

    @cached_property
    def on(self) -> bool:
        return preferences.likes_shortcuts(self.moderator)

    def by_place(self) -> list[tuple[keys.Where, list[keys.Key]]]:
        return keys.by_place()


def page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page in the admin's frame."""
    context = {**admin.site.each_context(request), "keys": _Keys(request.user), "offered": _offered(request), **context}
    return TemplateResponse(request, f"admin/desk/{name}.html", context, status=status)


def to_next(comment: Comment) -> HttpResponse:
    """On to what waits after this comment, or to the queue where nothing does."""
    pk = desk_pages.next_after(comment)
    return redirect(address(pk) if pk else reverse("admin:desk"))


def address(pk: int) -> str:
    return reverse("admin:desk_comment", args=[pk])


def gone(request: HttpRequest, pk: int) -> HttpResponse:
    messages.warning(request, f"There is no comment {pk}. What waits is below.")
    return redirect("admin:desk")


def moment(text: str) -> datetime:
    """The moment that a form names; the beginning of time where it names none, when nothing had been seen."""
    try:
        found: Any = parse_datetime(text)
    except ValueError:
        found = None
    return found if found and timezone.is_aware(found) else datetime.min.replace(tzinfo=timezone.get_default_timezone())


def offer_undo(request: HttpRequest, act: UUID | None) -> None:
    """On the next pages, for a while: a button that takes this act back, and once it is back, the act before it."""
    if act is not None:
        offer = {"act": str(act), "until": time.time() + UNDO_SECONDS}
        request.session[OFFERS] = [*_offers(request), offer][-OFFERS_MOST:]


def withdraw_offer(request: HttpRequest, act: UUID) -> None:
    offers = _offers(request)
    if kept := [offer for offer in offers if offer["act"] != str(act)]:
        request.session[OFFERS] = kept
    elif offers:
        del request.session[OFFERS]


def _offers(request: HttpRequest) -> list[dict[str, Any]]:
    """Those that have not run out, the oldest first."""
    return [offer for offer in request.session.get(OFFERS, []) if offer["until"] >= time.time()]


def _offered(request: HttpRequest) -> undoing.Act | None:
    """What may be taken back now. The session knows numbers alone, so that nothing there outlives an erasing."""
    acts = (undoing.read(UUID(offer["act"])) for offer in reversed(_offers(request)))
    return next((act for act in acts if act and act.can_be_undone), None)
