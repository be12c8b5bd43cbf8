"""Pages of articles, and the pages for errors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Only the admin has CSRF tokens. Mostly: logged in again in another tab."""
    return render(request, "403_csrf.html", status=403)
