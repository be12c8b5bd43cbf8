"""Saved replies in the admin, in their own order."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminIntegerFieldWidget
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from . import saved_replies
from .auditing import Audited
from .desk_models import SavedReply


class SavedReplyForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if unknown := saved_replies.unknown(body):
            braces = ", ".join(f"{{{word}}}" for word in unknown)
            raise ValidationError(f"Nothing is known to fill {braces} with. Possible are {saved_replies.KNOWN}.")
        return body


@admin.register(SavedReply)
class SavedReplyAdmin(Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    """What the desk offers to insert, and how often it was."""

    form = SavedReplyForm
    fields = ("title", "body", "order", "used_count", "used_at")
    readonly_fields = ("used_count", "used_at")
    list_display = ("title", "order", "used_count", "used_at")
    list_editable = ("order",)
    ordering = ("order", "title")
    search_fields = ("title", "body")

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The list's own fields have no labels."""
        order = AdminIntegerFieldWidget({"aria-label": "Order"})
        return super().get_changelist_form(request, **{**kwargs, "widgets": {"order": order}})
