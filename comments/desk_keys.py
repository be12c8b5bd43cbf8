"""The page of the desk's keys, with the switch that turns them off: what the sheet shows where there are scripts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from . import preferences
from .desk_frame import moderators_only, page


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, "keys", {"title": "Keys"})
    like = request.POST.get("shortcuts") == "on"
    preferences.like_shortcuts(request.user, like=like)
    messages.success(request, "Single keys do things." if like else "Single keys do nothing any more.")
    return redirect("admin:desk_keys")
