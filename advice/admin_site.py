"""The admin, opening on the desk."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path

from comments import desk


class AdviceAdminSite(AdminSite):
    site_header = "Sarah’s desk"
    site_title = "Desk"
    index_title = "Everything"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """Moderators land on what waits for them; the list of all that there is stands beside it."""
        if request.user.has_perm("comments.moderate_comment"):
            return redirect("admin:desk")
        return super().index(request, extra_context)

    def everything(self, request: HttpRequest) -> HttpResponse:
        return super().index(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("desk/", self.admin_view(desk.queue), name="desk"),
            path("desk/<int:pk>/", self.admin_view(desk.comment), name="desk_comment"),
            path("desk/<int:pk>/move/", self.admin_view(desk.move), name="desk_move"),
            path("desk/<int:pk>/labels/", self.admin_view(desk.labels), name="desk_labels"),
            path("desk/<int:pk>/<str:verb>/", self.admin_view(desk.act), name="desk_act"),
            path("everything/", self.admin_view(self.everything), name="everything"),
            *super().get_urls(),
        ]
