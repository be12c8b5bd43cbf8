"""Answers that are for one person: kept by nobody, found by no search engine."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect


def private_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages of one person: kept by nobody, found by no search engine."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


class HttpResponseSeeOther(HttpResponseRedirect):
    """After a POST: a reload of the next page sends nothing again."""

    status_code = 303
