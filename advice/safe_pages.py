"""Where to find help, how to ask, and what the site keeps of its readers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import helplines, privacy


@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """Helplines by country; there without the database as well."""
    return render(request, "advice/help.html", {"directory": helplines.directory()})


@require_safe
def guidelines(request: HttpRequest) -> HttpResponse:
    """How to ask, who reads it, and what to expect."""
    return render(request, "advice/guidelines.html")


@require_safe
def privacy_page(request: HttpRequest) -> HttpResponse:
    """What is stored, how long, and who else gets it."""
    return render(request, "advice/privacy.html", privacy.facts())
