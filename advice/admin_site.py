"""The admin, opening on the desk."""

import functools
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import BadRequest, FieldDoesNotExist
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path

from comments import desk_urls

from . import timing_page

SEARCHED = (SEARCH_VAR, "term")  # by lists, and by the fields that complete what is typed
WORDS_LENGTH = 200  # characters that a list looks for, as among the questions


class AdviceAdminSite(AdminSite):
    site_header = "Sarah’s desk"
    site_title = "Desk"
    index_title = "Everything"
    index_template = "admin/everything.html"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Numbers that are none, or too large for the database, are nobody's click: 400, as for a broken form.

        Django looks rows up by them unchecked: what actions select, what filters name, what a form shows again. Of very
        many words to look for it makes one condition that SQLite refuses: what is beyond is not looked for.
        """
        inner = super().admin_view(view, cacheable)

        @functools.wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            _cut_words(request)
            try:
                response = inner(request, *args, **kwargs)
                return response.render() if hasattr(response, "render") else response
            except (DataError, FieldDoesNotExist, OverflowError, ValueError) as error:
                if request.GET or request.POST:
                    raise BadRequest("Not a number that the database can hold.") from error
                raise

        return guarded

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """Moderators land on what waits for them; the list of all that there is stands beside it."""
        if request.user.has_perm("comments.moderate_comment"):
            return redirect("admin:desk")
        return super().index(request, extra_context)

    def everything(self, request: HttpRequest) -> HttpResponse:
        return super().index(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            *desk_urls.paths(self.admin_view),
            path("everything/", self.admin_view(self.everything), name="everything"),
            path("timing/", self.admin_view(timing_page.pages), name="timing"),
            *super().get_urls(),
        ]


def _cut_words(request: HttpRequest) -> None:
    """Leave so much of the words to look for as anybody looks for."""
    cut = {
        name: request.GET[name][:WORDS_LENGTH] for name in SEARCHED if len(request.GET.get(name) or "") > WORDS_LENGTH
    }
    if cut:
        shorter: Any = request.GET.copy()
        for name, words in cut.items():
            shorter[name] = words
        request.GET = shorter
