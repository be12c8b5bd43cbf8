"""Answers to what one person sent."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect

from .posting import Refused, TooMany


def private_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages of one person: kept by nobody, found by no search engine."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def refusal(page: HttpResponse, refused: Refused) -> HttpResponse:
    """The page that says why nothing was sent, with the status that goes with it, and when to try again."""
    page.status_code = refused.status
    if isinstance(refused, TooMany):
        page.headers["Retry-After"] = str(refused.retry_after)
    return page


class HttpResponseSeeOther(HttpResponseRedirect):
    """After a POST: a reload of the next page sends nothing again."""

    status_code = 303
