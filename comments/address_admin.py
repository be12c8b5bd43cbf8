"""Readers' addresses in the admin: whether news goes there, and why not. Owners mute one, and take that back.

An address is looked for by a form that is sent: in the list's own address it would stand in logs and histories.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from . import address_care, person_admin
from .bounded import Bounded
from .forms import PK
from .mail_models import EmailAddress, OutboxMessage
from .models import Comment

SHOWN = 20  # of the comments left with an address, and of the mails to it
STATES: dict[str, tuple[str, dict[str, Any]]] = {
    "unconfirmed": ("Not confirmed", {"confirmed_at": None, "muted_at": None}),
    "news": ("Gets news", {"confirmed_at__isnull": False, "muted_at": None}),
    **{str(value): (label, {"muted_because": value}) for value, label in EmailAddress.Muted.choices},
}


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[EmailAddress]) -> QuerySet[EmailAddress]:
        _, wanted = STATES.get(self.value() or "", ("", {}))
        return queryset.filter(**wanted)


class FindForm(forms.Form):
    """An address, or the number of a comment that one was left with."""

    who = forms.CharField(max_length=254)

    def found(self) -> EmailAddress | None:
        who = self.cleaned_data["who"]
        number = who.removeprefix("#")
        return address_care.of_comment(int(number)) if PK.fullmatch(number) else address_care.of(who)


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=300)


@admin.register(EmailAddress)
class EmailAddressAdmin(Bounded):
    list_display = ("name", "state", "added_at", "confirmed_at")
    list_filter = (StateFilter,)
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-pk",)
    sortable_by = ()
    actions = None
    change_list_template = "admin/comments/emailaddress/change_list.html"
    change_form_template = "admin/comments/emailaddress/change_form.html"
    fields = readonly_fields = (
        *("name", "state", "added_at", "confirmed_at", "muted_at", "with_words"),
        *("tell_public", "tell_answers", "tell_replies", "quiet", "left_with", "sent"),
    )

    class Media:
        css = {"all": ["comments/desk-mail.css"]}

    # --- What may be done -------------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What its owner chose is theirs; muting has its own buttons."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Addresses of readers", **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("person/", view(person_admin.person_page), name="comments_emailaddress_person"),
            path("find/", view(self.find), name="comments_emailaddress_find"),
            path("<int:pk>/mute/", view(self.mute), name="comments_emailaddress_mute"),
            path("<int:pk>/unmute/", view(self.unmute), name="comments_emailaddress_unmute"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def find(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = FindForm(request.POST)
        found = form.found() if form.is_valid() else None
        if found is None:
            messages.warning(request, "That address is not among those that get mail, or are to be asked.")
            return redirect("admin:comments_emailaddress_changelist")
        return redirect("admin:comments_emailaddress_change", found.pk)

    @method_decorator(require_POST)
    def mute(self, request: HttpRequest, pk: int) -> HttpResponse:
        return _done(request, pk, address_care.mute, "Nothing is sent there any more.")

    @method_decorator(require_POST)
    def unmute(self, request: HttpRequest, pk: int) -> HttpResponse:
        return _done(request, pk, address_care.unmute, "What its owner agreed to is sent there again.")

    # --- Looking ----------------------------------------------------------------------------------------------------

    @admin.display(description="address")
    def name(self, address: EmailAddress) -> str:
        return address.address or "(erased)"

    @admin.display(description="state")
    def state(self, address: EmailAddress) -> str:
        return address_care.state_of(address)

    @admin.display(description="threads without mail")
    def quiet(self, address: EmailAddress) -> str:
        return f"{address.quiet_threads.count()}"

    @admin.display(description="left with")
    def left_with(self, address: EmailAddress) -> SafeString | str:
        left = Comment.objects.with_address(address.address).order_by("-pk") if address.address else ()
        lines = ((_at_the_desk(comment), comment.get_status_display()) for comment in left[:SHOWN])
        return _listed("{}, {}", lines)

    @admin.display(description="mails")
    def sent(self, address: EmailAddress) -> SafeString | str:
        return _listed("{}: {} {}", map(_told, address.mails.order_by("-pk")[:SHOWN]))


def _done(request: HttpRequest, pk: int, do: Callable[..., bool], outcome: str) -> HttpResponse:
    if not request.user.has_perm("comments.change_emailaddress"):
        raise PermissionDenied
    address, form = get_object_or_404(EmailAddress, pk=pk), ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Please say why, in at most 300 characters: the log keeps it.")
    elif do(address, by=request.user, reason=form.cleaned_data["reason"]):
        messages.success(request, outcome)
    else:
        messages.info(request, "It was so already.")
    return redirect("admin:comments_emailaddress_change", pk)


def _at_the_desk(comment: Comment) -> SafeString:
    return format_html('<a href="{}">comment {}</a>', reverse("admin:desk_comment", args=[comment.pk]), comment.pk)


def _told(mail: OutboxMessage) -> tuple[SafeString, str, str]:
    address = reverse("admin:comments_outboxmessage_change", args=[mail.pk])
    kind = format_html('<a href="{}">{}</a>', address, mail.get_kind_display())
    return kind, mail.get_outcome_display() if mail.done_at else "Waits", mail.reason


def _listed(line: str, rows: Any) -> SafeString | str:
    listed = format_html_join("", f"<li>{line}</li>", rows)
    return format_html('<ul class="desk-told">{}</ul>', listed) if listed else "nothing"
