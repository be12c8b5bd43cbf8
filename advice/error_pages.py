"""When it is the request that cannot be answered; `outages` is for when it is the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from .models import OldAddress


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; but an address that something once had (or had elsewhere, before an import) leads to it."""
    for path in dict.fromkeys([request.get_full_path(), request.path]):
        if (address := OldAddress.of(path)) and (target := address.target):
            return redirect(target, permanent=True)
    return render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Only the admin has CSRF tokens. Mostly: logged in again in another tab."""
    return render(request, "403_csrf.html", status=403)
