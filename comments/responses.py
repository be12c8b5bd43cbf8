"""Answers to what one person sent."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from . import arrivals
from .refusals import Refused, TooMany


def private_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For pages of one person: kept by nobody, found by no search engine."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def refused_arrival(
    request: HttpRequest, template: str = "comments/mail_cross_site.html", context: dict[str, Any] | None = None
) -> HttpResponse | None:
    """The page for a post that another website sent (`template`), or of which a part is missing."""
    if arrivals.is_cross_site(request):
        return render(request, template, context, status=403)
    return None if arrivals.is_whole(request) else render(request, "400.html", status=400)


def no_such_mail_link(request: HttpRequest) -> HttpResponse:
    """One page for a mail's link that is damaged, that is too old, and whose address was erased."""
    return render(request, "comments/no_such_mail_link.html", status=404)


def refusal(page: HttpResponse, refused: Refused) -> HttpResponse:
    """The page that says why nothing was sent, with the status that goes with it, and when to try again."""
    page.status_code = refused.status
    if isinstance(refused, TooMany):
        page.headers["Retry-After"] = str(refused.retry_after)
    return page


class HttpResponseSeeOther(HttpResponseRedirect):
    """After a POST: a reload of the next page sends nothing again."""

    status_code = 303
