"""When it is the request that cannot be answered; `outages` is for when it is the site."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from . import old_addresses
from .middleware import PRIVATE
from .wordpress_addresses import GONE, Lead

NEVER_OLD = ("/admin/", settings.STATIC_URL, *PRIVATE)  # what begins so was never an address of anything else


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; but an address that something once had (or had elsewhere, before an import) leads to it."""
    found = None if request.path.startswith(NEVER_OLD) else _old(request)
    return led(request, found) if found else render(request, "404.html", status=404)


def led(request: HttpRequest, found: Lead) -> HttpResponse:
    """The answer to an old address: to where it leads, or 410."""
    if found is GONE:
        return render(request, "410.html", status=410)
    return redirect(found.address, permanent=found.is_sure, preserve_request=request.method == "POST")


def _old(request: HttpRequest) -> Lead | None:
    found = old_addresses.lead(request.path, request.GET, request.META.get("QUERY_STRING", ""))
    if found is GONE or request.method in ("GET", "HEAD"):
        return found
    form = old_addresses.moved_form(request.path) if request.method == "POST" else None
    return Lead(form) if form else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Only the admin has CSRF tokens. Mostly: logged in again in another tab."""
    return render(request, "403_csrf.html", status=403)
