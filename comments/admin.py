"""Comments in the admin: to find, to read and to moderate in bulk. Nothing here writes a comment's row or its tree."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from . import (  # noqa: F401 - Django looks for admins here
    address_admin,
    desk_pages,
    markup,
    moderation,
    outbox_admin,
    people_admin,
    phrases_admin,
    report_admin,
    rules_admin,
    saved_reply_admin,
    settings_admin,
    statuses,
)
from .auditing import Audited
from .bounded import Bounded
from .desk_frame import offer_undo
from .forms import PK
from .log_admin import EventInline, ReadOnly
from .managers import CommentQuerySet
from .models import Comment, Status, article_model
from .reader_models import Situation

BEGINNING = 120  # characters of a comment in the list
ARTICLES = 20  # in the filter: those with the most comments


def _action(verb: Callable[..., list[Comment]], label: str) -> Callable[..., None]:
    """The verb as an action of the list, named like it; in batches, so that no thread is locked for long."""

    def act(admin_: "admin.ModelAdmin[Comment]", request: HttpRequest, chosen: CommentQuerySet) -> None:
        pks = list(chosen.order_by("pk").values_list("pk", flat=True))
        shown_at = _shown_at(request) if verb is moderation.approve else None
        reworded = chosen.reworded_since(shown_at).count() if shown_at else 0
        more: dict[str, Any] = {"seen_at": shown_at} if shown_at else {}
        if verb is not moderation.undo:
            more["act"] = uuid4()
        changed = 0
        for start in range(0, len(pks), statuses.BATCH):
            changed += len(verb(pks[start : start + statuses.BATCH], by=request.user, **more))
        if changed and len(pks) <= statuses.BATCH:
            offer_undo(request, more.get("act"))
        same = len(pks) - changed - reworded
        left = f" {same} needed no change." if same > 0 else ""
        left += f" {reworded} got other words since this list was shown: read them first." if reworded else ""
        comments = "1 comment" if changed == 1 else f"{changed} comments"
        admin_.message_user(
            request, f"{label}: {comments} changed.{left}", messages.SUCCESS if changed else messages.INFO
        )

    act.__name__ = verb.__name__
    return admin.action(description=label, permissions=["moderate"])(act)


class ShownForm(ActionForm):
    """With the moment at which the list was shown: what was changed since has not been read."""

    shown_at = forms.CharField(
        label="", widget=forms.HiddenInput, required=False, initial=lambda: timezone.now().isoformat()
    )


def _shown_at(request: HttpRequest) -> datetime | None:
    """None where the list that was sent has no such field."""
    if not (value := request.POST.get("shown_at")):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest("Not a moment.") from error


class StatusFilter(admin.ChoicesFieldListFilter):
    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        found: Any = super().queryset(request, queryset)
        is_indexed = self.lookup_val and Status.APPROVED not in self.lookup_val
        return found.exclude(status=Status.APPROVED) if is_indexed else found  # as `unapproved`


class KindFilter(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("waiting", "Waiting for a moderator"),
            ("unanswered", "Questions without an answer"),
            ("answered", "Answered questions"),
            ("replies", "Replies"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "waiting":
                return queryset.waiting()
            case "unanswered":
                return queryset.unanswered()
            case "answered":
                return queryset.roots().exclude(answered_at=None)
            case "replies":
                return queryset.replies()
        return queryset


class ArticleFilter(admin.SimpleListFilter):
    """The articles most talked about: a list of all of them could be as long as the site is old."""

    title = "article"
    parameter_name = "article"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        most = article_model().objects.order_by("-comment_count", "-pk").values_list("pk", "title")[:ARTICLES]
        return [(str(pk), Truncator(title).chars(50)) for pk, title in most]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        return queryset.filter(article=int(value)) if PK.fullmatch(value) else queryset


@admin.register(Comment)
class CommentAdmin(ReadOnly, Bounded):
    """A list with actions, and a page to read. Answering and moving happen at the desk."""

    list_display = ("status", "at_the_desk", "beginning", "article", "posted_at")
    list_display_links = ("beginning",)
    list_filter = (("status", StatusFilter), KindFilter, ArticleFilter)
    list_select_related = ("article", "author")
    action_form = ShownForm
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-pk",)
    sortable_by = ()  # of all orders only this one has an index for every filter
    search_fields = ("name", "email", "body")
    search_help_text = "In names, emails and texts of the newest 20,000"
    actions = (
        _action(moderation.approve, "Approve"),
        _action(moderation.hold, "Hold"),
        _action(moderation.mark_spam, "Mark as spam"),
        _action(moderation.trash, "Trash"),
        _action(moderation.restore, "Restore"),
        _action(moderation.undo, "Undo the last change"),
    )
    fields = readonly_fields = (
        "desk", "status", "reasons", "urgent", "who", "email", "by_asker", "body", "article", "posted_at",
        "published_at", "edited_at", "answered_at", "helped", "erased_at", "source",
    )  # fmt: skip
    inlines = (EventInline,)

    class Media:
        css = {"all": ["comments/desk.css"]}

    def view_on_site(self, comment: Comment) -> str | None:
        return comment.get_absolute_url() if comment.is_public else None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's list; a selection that holds anything but pks is nobody's click."""
        if any(not PK.fullmatch(pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("Not a comment's number.")
        return super().changelist_view(request, extra_context)

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        comment = context["original"]
        return super().render_change_form(
            request, {**context, "comment": comment, "around": desk_pages.around(comment)}, *args, **kwargs
        )

    @admin.display(description="comment")
    def beginning(self, comment: Comment) -> str:
        return markup.beginning(comment.body, BEGINNING) or "(erased)"

    @admin.display(description="who")
    def who(self, comment: Comment) -> str:
        return f"{comment.display_name} (moderator)" if comment.author_id else comment.display_name

    @admin.display(description="who")
    def at_the_desk(self, comment: Comment) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:desk_comment", args=[comment.pk]), self.who(comment))

    @admin.display(description="desk")
    def desk(self, comment: Comment) -> str:
        return format_html('<a href="{}">Open at the desk</a>', reverse("admin:desk_comment", args=[comment.pk]))


@admin.register(Situation)
class SituationAdmin(Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    """Questions get theirs at the desk, articles on their own page. Deleting one takes it off both."""

    list_display = ("name", "description", "order")
    list_per_page = 100
    show_full_result_count = False
    ordering = ("order", "name")
    sortable_by = ()
    prepopulated_fields = {"slug": ("name",)}
