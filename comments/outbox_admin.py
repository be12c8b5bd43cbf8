"""The outbox in the admin: who is told of what, what became of it, and once more what was given up.

What a mail said is not in it: that is made when it is sent, and kept nowhere.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from . import address_care, markup, resending
from .bounded import Bounded
from .excerpts import TEXTS
from .mail_models import OutboxMessage
from .models import moderator_name

BEGINNING = 20  # characters of a name in the list
STATES = {
    "unconfirmed": "Waits until its address is confirmed",
    "due": "Is to be sent",
    **dict(OutboxMessage.Outcome.choices),
}


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value in OutboxMessage.Outcome.values:
            return queryset.filter(outcome=value)
        if value in ("unconfirmed", "due"):
            return queryset.filter(outcome="", due_at__isnull=value == "unconfirmed")  # as the index says “not done”
        return queryset


@admin.register(OutboxMessage)
class OutboxAdmin(Bounded):
    list_display = ("number", "what_became", "kind", "to", "moment", "about")
    list_display_links = ("number",)
    list_filter = (StateFilter, "kind")
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-pk",)
    sortable_by = ()
    empty_value_display = ""
    actions = ("send_again",)
    fields = readonly_fields = (
        *("kind", "recipient", "about", "state", "reason", "attempts", "written_at", "due_at", "done_at", "message_id"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMessage]:
        rows = super().get_queryset(request).select_related("address", "moderator", "comment__author")
        return rows.defer(*(f"comment__{name}" for name in TEXTS))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Mails", **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        """There is an action, and nothing to type."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False

    @admin.action(description="Send again what was not sent", permissions=["change"])
    def send_again(self, request: HttpRequest, rows: QuerySet[OutboxMessage]) -> None:
        number = resending.send_again(rows.values_list("pk", flat=True), by=request.user)
        told = "1 mail is due again." if number == 1 else f"{number} mails are due again."
        left = "" if number else " Only what was given up or skipped can be, and nothing that waits already."
        self.message_user(request, told + left, messages.SUCCESS if number else messages.INFO)

    @admin.display(description="number")
    def number(self, row: OutboxMessage) -> str:
        return f"{row.pk}"

    @admin.display(description="to")
    def to(self, row: OutboxMessage) -> str:
        if row.moderator is not None:
            return moderator_name(row.moderator)
        return markup.veiled(row.address.address) if row.address and row.address.address else "(erased)"

    @admin.display(description="to")
    def recipient(self, row: OutboxMessage) -> SafeString | str:
        """With the way to the page where a muted address is unmuted."""
        if row.address is None:
            return self.to(row)
        page = reverse("admin:comments_emailaddress_change", args=[row.address.pk])
        return format_html('<a href="{}">{}</a>, {}', page, self.to(row), address_care.state_of(row.address))

    @admin.display(description="about")
    def about(self, row: OutboxMessage) -> SafeString | str:
        if row.comment is None:
            return ""
        address = reverse("admin:desk_comment", args=[row.comment_id])
        name = markup.beginning(row.comment.display_name, BEGINNING)
        return format_html('<a href="{}">{}, {}</a>', address, row.comment_id, name)

    @admin.display(description="state")
    def state(self, row: OutboxMessage) -> str:
        if row.done_at is not None:
            return STATES[row.outcome]
        if row.leased_until is not None and row.leased_until > timezone.now():
            return "Is being sent"
        return STATES["unconfirmed" if row.due_at is None else "due"]

    @admin.display(description="state")
    def what_became(self, row: OutboxMessage) -> str:
        is_skipped = row.outcome == OutboxMessage.Outcome.SKIPPED and row.reason  # which says the same
        return ". ".join(filter(None, ("Not sent" if is_skipped else self.state(row), row.reason)))

    @admin.display(description="when")
    def moment(self, row: OutboxMessage) -> str:
        """Since when it is over, or when it is due, or since when it waits."""
        moment = row.done_at or row.due_at or row.written_at
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
