"""Helplines in the admin: the list says which ones nobody has checked for a year."""

import re
import uuid
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from comments import auditing
from comments.log_models import Verb

from .site_models import CONFIRMED_FOR, Helpline

NUMBER = re.compile(r"\+?[0-9][0-9 ()-]*")


class HelplineForm(forms.ModelForm):  # type: ignore[type-arg]
    address = forms.URLField(
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text="Of its page, where that is what readers need.",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )

    class Meta:
        model = Helpline
        fields = ("country", "kind", "name", "number", "address", "hours", "about", "order", "source", "confirmed_on")

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if number and not NUMBER.fullmatch(number):
            raise ValidationError("One number alone, in digits: telephones dial it as it stands.")
        return number

    def clean_confirmed_on(self) -> Any:
        day = self.cleaned_data["confirmed_on"]
        if day > timezone.localdate():
            raise ValidationError("This day has not come yet.")
        return day

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data["number"] and not data["address"]:
            raise ValidationError("Give a number or an address: readers need one of them.")
        return data


class DueFilter(admin.SimpleListFilter):
    title = "confirmed"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "More than a year ago: confirm again")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        due = queryset.filter(confirmed_on__lt=timezone.localdate() - CONFIRMED_FOR)
        return due if self.value() == "yes" else queryset


@admin.register(Helpline)
class HelplineAdmin(auditing.Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    form = HelplineForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ("name", "country", "kind", "number", "confirmation", "order")
    list_editable = ("order",)
    list_filter = (DueFilter, "kind")
    list_per_page = 100
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = (F("order").asc(), F("pk").asc())
    sortable_by = ()
    search_fields = ("name", "country", "number")
    actions = ("confirm",)
    fieldsets = (
        (None, {"fields": ("country", "kind", "name", "number", "address", "hours", "about", "order")}),
        ("Where you checked it", {"fields": ("source", "confirmed_on")}),
    )

    @admin.display(description="confirmed")
    def confirmation(self, line: Helpline) -> str:
        return f"{line.confirmed_on:%d %b %Y}" + (" – confirm again" if line.is_due else "")

    @admin.action(description="I have checked these today", permissions=["change"])
    def confirm(self, request: HttpRequest, lines: QuerySet[Helpline]) -> None:
        number = _confirm(lines, by=request.user)
        self.message_user(request, f"{number} confirmed today; {Helpline.objects.count() - number} others as before.")

    def view_on_site(self, line: Helpline) -> str:
        return "/help/"


@transaction.atomic
def _confirm(lines: QuerySet[Helpline], *, by: Any) -> int:
    today, act = timezone.localdate(), uuid.uuid4()
    for line in lines:
        subject, before = auditing.subject_of(line), auditing.values_of(line, ["confirmed_on"])
        line.confirmed_on = today
        after = auditing.values_of(line, ["confirmed_on"])
        auditing.record(by=by, verb=Verb.CHANGE, subject=subject, before=before, after=after, act=act)
    return lines.update(confirmed_on=today)
