"""Old addresses in the admin; and situations there, which leave theirs behind when they change or go."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.html import format_html

from comments.admin import SituationAdmin
from comments.auditing import Audited
from comments.bounded import Bounded
from comments.log_admin import ReadOnly
from comments.reader_models import Situation

from . import old_addresses, publishing
from .models import Article, OldAddress

OF_AN_ARTICLE = ("article", "article_feed", "comment_page", "comments:post")  # ours where there is such an article
OWNS = "advice.change_siteidentity"  # what owners may, and other moderators may not


class TakesAddressesAlong:
    """For a ModelAdmin: its rows are deleted with the old addresses that lead to them, by whoever may delete them."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        return listed, counts, set(lacking) - {OldAddress._meta.verbose_name}, protected  # noqa: SLF001


class OldAddressForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = OldAddress
        fields = ("path", "article")
        help_texts = {"path": "As it was: /2019/03/rest/, or the whole of https://old.example/2019/03/rest/."}

    def clean_path(self) -> str:
        path = _path(self.cleaned_data["path"])
        if reason := _refusal(path):
            raise ValidationError(reason)
        return path


def _path(text: str) -> str:
    """As it is written down: decoded, without host and final slash, with its query where it has one."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        raise ValidationError("This is no address.") from None
    path = re.sub("/+", "/", f"/{unquote(parts.path)}").rstrip("/")
    return f"{path or '/'}?{parts.query}" if parts.query else path


def _refusal(path: str) -> str:
    """Why it can be no old address, or ""."""
    if path in ("", "/"):
        return "This is the front page."
    if path.startswith("/?"):
        is_asked_for = re.fullmatch(r"/\?(?:p|page_id|attachment_id|cat)=[1-9][0-9]{0,18}", path)
        return "" if is_asked_for else "The front page itself answers here."
    if old_addresses.is_gone(path):
        return "The site says here that WordPress’s own pages are gone."
    return "The site has this address itself." if "?" not in path and _is_ours(path) else ""


def _is_ours(path: str) -> bool:
    for form in (f"{path}/", path):
        try:
            match = resolve(form)
        except Resolver404:
            continue
        if match.view_name in OF_AN_ARTICLE:
            return Article.objects.at(match.kwargs["slug"]) is not None
        return match.view_name != "comments:situation" or Situation.objects.filter(slug=match.kwargs["slug"]).exists()
    return False


@admin.register(OldAddress)
class OldAddressAdmin(Audited, ReadOnly, Bounded):
    """Imports and moves write them; owners add what is missing, and take away what is wrong."""

    form = OldAddressForm
    list_display = ("path", "leads_to")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("path",)
    autocomplete_fields = ("article",)
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(OWNS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(OWNS)

    def get_fields(self, request: HttpRequest, obj: OldAddress | None = None) -> tuple[str, ...]:
        return ("path", "leads_to") if obj else ("path", "article")

    def get_readonly_fields(self, request: HttpRequest, obj: OldAddress | None = None) -> tuple[str, ...]:
        return ("path", "leads_to") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[OldAddress]:
        return OldAddress.objects.with_targets().with_taken()

    @admin.display(description="leads to")
    def leads_to(self, address: OldAddress) -> str:
        if address.is_taken:  # type: ignore[attr-defined]
            return "an article that has this address now"
        if target := address.target:
            return format_html('<a href="{}">{}</a>', target, target)
        return f"nowhere while “{address.article}” is not published"


admin.site.unregister(Situation)


@admin.register(Situation)
class MovingSituationAdmin(TakesAddressesAlong, SituationAdmin):
    """With what `comments` does not know: that addresses are kept."""

    def save_model(self, request: HttpRequest, obj: Situation, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            publishing.move_situation(obj, form.initial["slug"])

    def delete_model(self, request: HttpRequest, obj: Situation) -> None:
        publishing.leave_situation(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Situation]) -> None:
        for situation in queryset:
            publishing.leave_situation(situation)
        super().delete_queryset(request, queryset)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "slug":
            kwargs["help_text"] = "If you change it, the old one leads to the new one."
        return super().formfield_for_dbfield(db_field, request, **kwargs)
