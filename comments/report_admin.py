"""Reports in the admin: those that nobody has looked at first, the oldest of them on top."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from . import markup, reporting
from .bounded import Bounded
from .reader_models import Report

BEGINNING = 120  # characters of the details in the list


class HandledFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Open"), ("no", "Handled")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(handled_at__isnull=self.value() == "yes")


@admin.register(Report)
class ReportAdmin(Bounded):
    """To read, and to tick off. What is to become of the comment is decided at the desk."""

    list_display = ("reference", "reason", "beginning", "at_the_desk", "reported_at", "handled_at", "handled_by")
    list_filter = (HandledFilter, "reason")
    list_select_related = ("comment__author", "handled_by")
    show_facets = admin.ShowFacets.NEVER
    ordering = (F("handled_at").desc(nulls_first=True), F("reported_at").asc(), "pk")
    sortable_by = ()
    search_fields = ("reference", "details")
    actions = ("handled",)
    fields = readonly_fields = (
        *("reference", "reason", "details", "at_the_desk", "reported_at", "handled_at", "handled_by"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        return False

    @admin.action(description="Handled: I have looked at these", permissions=["change"])
    def handled(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        number = reporting.handle(reports, by=request.user)
        self.message_user(
            request,
            "1 report is handled." if number == 1 else f"{number} reports are handled.",
            messages.SUCCESS if number else messages.INFO,
        )

    @admin.display(description="details")
    def beginning(self, report: Report) -> str:
        return markup.beginning(report.details, BEGINNING)

    @admin.display(description="comment")
    def at_the_desk(self, report: Report) -> str:
        address = reverse("admin:desk_comment", args=[report.comment_id])
        return format_html('<a href="{}">{}, {}</a>', address, report.comment.display_name, report.comment.status)
