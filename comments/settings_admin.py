"""The discussion's settings in the admin, on one page; for owners."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from . import alert_choices, discussion_settings, people
from .auditing import Audited
from .desk_models import ROW, DiscussionSettings

LINK = "{link}"
TEXTS = ("away_text", "reserved_names", "elsewhere_text")


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_away_until(self) -> Any:
        until = self.cleaned_data["away_until"]
        if until and "away_until" in self.changed_data and until < timezone.localdate():
            raise ValidationError("This day is past, so nobody would see the notice.")
        return until

    def clean_elsewhere_text(self) -> str:
        text: str = self.cleaned_data["elsewhere_text"]
        if text and LINK not in text:
            raise ValidationError(f"Please write {LINK} where the link to the other question belongs.")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        few, many = data.get("posts_in_ten_minutes"), data.get("posts_in_a_day")
        if few and many and few > many:
            self.add_error("posts_in_a_day", "A day should allow at least what ten minutes allow.")
        held, spam = data.get("links_held"), data.get("links_spam")
        if held and spam and held > spam:
            self.add_error("links_spam", "Spam should have at least as many links as what is held.")
        return data


def _way_to(person: Any) -> SafeString | str:
    """Whoever has more rights than an owner is not an owner's to change."""
    address = reverse("admin:comments_moderator_mail", args=[person.pk])
    return str(person) if person.has_more else format_html('<a href="{}">{}</a>', address, person)


def _told_to(person: Any) -> str:
    told = alert_choices.told_to(person)
    return ", ".join(told) if told else "nothing" if person.email else "nothing, for there is no address"


@admin.register(DiscussionSettings)
class DiscussionSettingsAdmin(Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    """The list leads straight to the one row, which is made when it is first saved."""

    form = SettingsForm
    fieldsets = (
        (
            "What waits for you",
            {
                "fields": ("hold",),
                "description": "Whatever is chosen here: what screening or a block rule has a reason to hold, waits. "
                "Whoever comes by a private link is known; name and email can be imitated by who knows both. Words, "
                'addresses and networks to hold are <a href="../../../blockrule/">block rules</a>.',
            },
        ),
        (
            "When you cannot answer",
            {
                "fields": ("is_away", "away_text", "away_until", "weekly_cap"),
                "description": "Readers see both before they write. Replies go on, and what is asked is kept.",
            },
        ),
        (
            "Who is told of what, by mail",
            {
                "fields": ("moderators",),
                "description": "Each chooses that at the desk, on the page “Mail to you”; you can change it for them. "
                "Readers choose for themselves, once they have confirmed their addresses: "
                '<a href="../../../emailaddress/">addresses of readers</a>.',
            },
        ),
        (
            "Old articles",
            {
                "fields": ("close_after_days",),
                "description": "Who asked before may still add to it. One article is closed on its own page.",
            },
        ),
        (
            "Limits",
            {
                "fields": ("posts_in_ten_minutes", "posts_in_a_day", "posts_in_an_hour", "confirmations_an_hour"),
                "description": "Against floods. Whoever reaches one keeps their text, and is told when to send it. An "
                "address that is not asked to confirm now is asked with the next comment.",
            },
        ),
        (
            "Screening",
            {
                "fields": (
                    "look_for_care",
                    "check_texts",
                    "same_texts",
                    "check_links",
                    "links_held",
                    "links_spam",
                    "check_writing",
                    "check_phrases",
                    "check_likeness",
                ),
                "description": "Nothing is dropped: spam can be looked through, and taken out of it. What sounds like "
                "somebody in danger is never spam. “Links” looks for email addresses, numbers and accounts "
                "too; “phrases” makes spam of an offer only where it says how to get it.",
            },
        ),
        (
            "Names",
            {
                "fields": ("reserved_names",),
                "description": "What looks like one of these counts as it; “Sarah B.” is free where “Sarah” is not.",
            },
        ),
        ("Texts", {"fields": ("elsewhere_text",), "description": "What you would otherwise type again and again."}),
        (
            "How long things are kept",
            {
                "fields": ("network_days", "spam_days", "removed_days", "mail_days", "unconfirmed_days", "backup_days"),
                "description": "The mail’s worker does it once a day, as does “manage.py purge”. /privacy/ tells "
                "readers the terms.",
            },
        ),
    )

    readonly_fields = ("moderators",)

    class Media:
        css = {"all": ["comments/desk-rules.css", "comments/desk-mail.css"]}

    @admin.display(description="moderators")
    def moderators(self, row: DiscussionSettings) -> SafeString:
        """Everybody who answers here, with what they are told, and the way to another choice."""
        lines = ((_way_to(one), _told_to(one)) for one in people.everybody().filter(is_active=True))
        told = format_html_join("", "<li>{}: {}</li>", lines)
        return format_html('<ul class="desk-told">{}</ul>', told)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:comments_discussionsettings_change", ROW)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> DiscussionSettings | None:
        return discussion_settings.fresh() if object_id == str(ROW) else None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if request.method == "POST" and response.status_code == 302:
            discussion_settings.forget()  # here, where it is written for all to read
            self.message_user(request, "Readers see it within seconds.")
        return response

    def view_on_site(self, row: DiscussionSettings) -> str:
        return reverse("home")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in TEXTS:
            kwargs["widget"] = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3})
        if db_field.name == "hold":
            kwargs["widget"] = forms.RadioSelect
        return super().formfield_for_dbfield(db_field, request, **kwargs)
