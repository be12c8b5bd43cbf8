"""What is sent from a comment's page after the login ended is carried over to the next login, without scripts too.

For whom the page was made, and nobody else: the page says it, signed. So whoever logs in next on that browser does not
find another's words in the box, and no stranger fills the store of sessions.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse

from . import drafts, markup
from .desk_forms import numbers
from .models import Comment

CARRIED = "desk_carried"  # in the session
_signer = signing.Signer(salt=CARRIED)


@dataclass(frozen=True, slots=True)
class Carried:
    """What was typed, and the version of the draft that the page knew."""

    body: str
    version: int


def made_for(moderator: Any) -> str:
    """What a page's form says of whom it was made for."""
    return _signer.sign(moderator.pk)


def carrying(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around the login that is asked for: what was sent is in the session of nobody yet."""

    @functools.wraps(view)
    def carry(request: HttpRequest, pk: int) -> HttpResponse:
        body = markup.clean(request.POST.get("body", ""))[: drafts.LENGTH]
        if body and not request.user.is_authenticated and (whose := _whose(request)):
            version = (numbers(request, "version") or [0])[0]
            request.session[CARRIED] = {"whose": whose, "pk": pk, "body": body, "version": version}
        return view(request, pk)

    return carry


def taken(request: HttpRequest, comment: Comment) -> Carried | None:
    """What this moderator sent to this comment, once; what is somebody else's is forgotten."""
    carried = request.session.get(CARRIED)
    if carried is None or (carried["whose"] == str(request.user.pk) and carried["pk"] != comment.pk):
        return None
    del request.session[CARRIED]
    return Carried(carried["body"], carried["version"]) if carried["whose"] == str(request.user.pk) else None


def _whose(request: HttpRequest) -> str:
    try:
        return _signer.unsign(request.POST.get("made_for", ""))
    except signing.BadSignature:
        return ""
