"""The log in the admin: who did what, when, with before and after. To read and to search, for nobody to change."""

import re
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from . import differences, markup
from .bounded import Bounded
from .excerpts import TEXTS
from .forms import PK
from .log_models import ModerationEvent
from .models import moderator_name

SHORT = 160  # characters of before and after together that the list shows at once
NOBODY = "nobody"
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\+00:00")


class ReadOnly:
    """Whoever may look may look; to change rows there are the verbs."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = ModerationEvent
    fields = readonly_fields = ("at", "verb", "by", "from_status", "to_status", "reason")
    ordering = ("-pk",)
    verbose_name_plural = "what happened to it"
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModerationEvent]:
        return super().get_queryset(request).select_related("by")


class WhoFilter(admin.SimpleListFilter):
    title = "who"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        staff = get_user_model().objects.filter(is_staff=True).order_by("first_name", "username")
        return [*((str(user.pk), moderator_name(user)) for user in staff), (NOBODY, "The site, or a reader")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        if value == NOBODY:
            return queryset.filter(by=None)
        return queryset.filter(by=int(value)) if PK.fullmatch(value) else queryset


class WhatFilter(admin.SimpleListFilter):
    title = "what"
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("comments", "Comments"), ("other", "Articles, settings, people and the rest")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in ("comments", "other"):
            return queryset
        return queryset.filter(comment__isnull=self.value() == "other")


class WhenFilter(admin.DateFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "when"


class DeedFilter(admin.ChoicesFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "what was done"


@admin.register(ModerationEvent)
class ModerationEventAdmin(ReadOnly, Bounded):
    list_display = ("at", "who", "did", "what", "change")
    list_display_links = ("at",)
    list_filter = (WhatFilter, WhoFilter, ("at", WhenFilter), ("verb", DeedFilter))
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-pk",)
    sortable_by = ()
    actions = None
    empty_value_display = ""
    search_fields = ("by__username", "by__first_name", "subject", "reason", "before", "after")
    search_help_text = "A comment’s number; or words in names, subjects, reasons and texts of the newest 20,000"
    fields = readonly_fields = (
        *("at", "who", "what_was_done", "what", "reason", "difference", "text_before", "text_after"),
    )

    class Media:
        css = {"all": ["comments/desk-log.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModerationEvent]:
        events = super().get_queryset(request).select_related("by", "comment__author")
        return events.defer(*(f"comment__{name}" for name in TEXTS))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "The log", **(extra_context or {})})

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        number = search_term.strip().removeprefix("#")
        if PK.fullmatch(number):
            return queryset.filter(comment=int(number)), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description="who")
    def who(self, event: ModerationEvent) -> str:
        return f"{moderator_name(event.by)} ({event.by.get_username()})" if event.by else "the site, or a reader"

    @admin.display(description="did")
    def did(self, event: ModerationEvent) -> str:
        return self.what_was_done(event) + (f" ({event.reason})" if event.reason else "")

    @admin.display(description="did")
    def what_was_done(self, event: ModerationEvent) -> str:
        verb = str(event.get_verb_display()).lower()
        return f"{verb}: {event.from_status} → {event.to_status}" if event.has_new_status else verb

    @admin.display(description="what")
    def what(self, event: ModerationEvent) -> str:
        if event.comment is None:
            return event.subject
        address = reverse("admin:desk_comment", args=[event.comment_id])
        return format_html('<a href="{}">comment {}, {}</a>', address, event.comment_id, event.comment.display_name)

    @admin.display(description="before and after")
    def change(self, event: ModerationEvent) -> SafeString | str:
        """What is short at once, what is long behind a click; the words compared on the event's own page."""
        if len(event.before) + len(event.after) <= SHORT:
            return self.difference(event)
        beginning = markup.beginning(event.after or event.before, SHORT // 2)
        both = format_html("{}{}", _block("del", event.before), _block("ins", event.after))
        return format_html("<details><summary>{}</summary>{}</details>", beginning, self._shown(both))

    @admin.display(description="what changed")
    def difference(self, event: ModerationEvent) -> SafeString | str:
        return self._shown(differences.marked(_readable(event.before), _readable(event.after)))

    @admin.display(description="before")
    def text_before(self, event: ModerationEvent) -> SafeString | str:
        return self._shown(_readable(event.before))

    @admin.display(description="after")
    def text_after(self, event: ModerationEvent) -> SafeString | str:
        return self._shown(_readable(event.after))

    def _shown(self, text: str) -> SafeString | str:
        return format_html('<div class="desk-log">{}</div>', text) if text else self.get_empty_value_display()


def _readable(text: str) -> str:
    """A text that is a moment, as a pinned or closed thread has it, as people write it; any other as it is."""
    try:
        moment = datetime.fromisoformat(text) if MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else text


def _block(tag: str, text: str) -> SafeString | str:
    return format_html("<{0}>{1}</{0}>", tag, text) if text else ""
