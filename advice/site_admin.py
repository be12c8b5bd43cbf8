"""The site's own things in the admin: how it presents itself, its menu, its pictures."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from comments.auditing import Audited

from . import identity, illustrations, pictures, publishing, theme
from .address_admin import TakesAddressesAlong
from .models import Article
from .site_models import MenuItem, Picture, SiteIdentity

ROW = "1"  # there is one identity, or none yet
SENTENCES = ("introduction", "footer_text", "bio", "call_text", "ask_note")


# --- Identity and menu ----------------------------------------------------------------------------------------------


class AccentInput(forms.TextInput):
    """The colour in words; where there is JavaScript also the browser's own chooser, which cannot be left empty."""

    class Media:
        js = (Script("advice/js/accent.js", type="module"),)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        chooser = format_html('<input type="color" data-accent="id_{}" aria-label="Choose a colour" hidden>', name)
        return super().render(name, value, attrs, renderer) + chooser


class MenuFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.is_valid() and not form.cleaned_data.get("DELETE")]
        for place in MenuItem.Place:
            if sum(item.get("place") == place for item in kept) > identity.MENU:
                raise ValidationError(f"At most {identity.MENU} pages {place.label}.")


class MenuItemInline(admin.TabularInline):  # type: ignore[type-arg]
    model = MenuItem
    formset = MenuFormSet
    fields = ("place", "article", "label", "order")
    autocomplete_fields = ("article",)
    ordering = ("-place", "order", "pk")  # top first
    extra = 1
    max_num = 2 * identity.MENU
    verbose_name_plural = "menu: articles, most often ones that are not listed, such as About, Contact and Imprint"

    def get_queryset(self, request: HttpRequest) -> QuerySet[MenuItem]:
        return super().get_queryset(request).select_related("article").defer("article__body", "article__body_html")


@admin.register(SiteIdentity)
class SiteIdentityAdmin(Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    """The list leads straight to the one row, which is made when it is first saved."""

    fieldsets = (
        ("The site", {"fields": ("name", "tagline", "introduction", "footer_text")}),
        ("Who answers", {"fields": ("author_name", "portrait", "bio")}),
        ("Colour", {"fields": ("accent", "readable")}),
        ("Asking", {"fields": ("call_title", "call_text", "call_button", "ask_note")}),
        ("Leaving quickly", {"fields": ("exit_address",)}),
    )
    readonly_fields = ("readable",)
    autocomplete_fields = ("portrait",)
    inlines = (MenuItemInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:advice_siteidentity_change", ROW)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> SiteIdentity | None:
        if object_id != ROW:
            return None
        return super().get_object(request, object_id, from_field) or SiteIdentity(pk=int(ROW))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if request.method == "POST" and response.status_code == 302:
            identity.forget()  # here, where it is written for all to read
            self.message_user(request, "Readers see it within seconds.")
        return response

    def view_on_site(self, row: SiteIdentity) -> str:
        return reverse("home")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "accent":
            kwargs["widget"] = AccentInput(attrs={"size": 8, "placeholder": "#17605a", "spellcheck": "false"})
        elif db_field.name in SENTENCES:
            kwargs["widget"] = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="as readers see it")
    def readable(self, row: SiteIdentity) -> str:
        if not row.accent:
            return "The design’s own colour. With one of yours, this says how well it can be read, once it is saved."
        return format_html("<p>{}</p><p>{}</p>", _told(row.accent, dark=False), _told(row.accent, dark=True))


def _told(accent: str, *, dark: bool) -> str:
    """A button in the colour as it is shown, and what was done to it for that."""
    shown = theme.on_dark(accent) if dark else theme.on_light(accent)
    pages, measured = "dark" if dark else "light", theme.lowest_contrast(accent, dark=dark)
    if shown.accent == accent.lower():
        told = f"On {pages} pages as you chose it: its contrast is {measured:.1f}:1, and reading needs {theme.TEXT}:1."
    else:
        reached = theme.lowest_contrast(shown.accent, dark=dark)
        told = (
            f"On {pages} pages its contrast would be {measured:.1f}:1, and reading needs {theme.TEXT}:1; "
            f"so it is shown as {shown.accent}, which has {reached:.1f}:1."
        )
    return format_html(
        '<svg width="96" height="32" aria-hidden="true"><rect width="96" height="32" rx="6" fill="{}"/>'
        '<text x="48" y="21" text-anchor="middle" fill="{}">Button</text></svg> {}',
        *(shown.accent, shown.on_accent, told),
    )


# --- Pictures -------------------------------------------------------------------------------------------------------


class UploadForm(forms.ModelForm):  # type: ignore[type-arg]
    file = forms.FileField(
        label="Picture",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text="JPEG, PNG, WebP or GIF, up to 12 MB. What the camera noted in it, such as the place, is dropped.",
    )

    class Meta:
        model = Picture
        fields = ("description",)

    field_order = ("file", "description")

    def clean_file(self) -> pictures.Made:
        outcome: pictures.Made | pictures.Refused = self.cleaned_data["file"].outcome  # of `add_view`
        if isinstance(outcome, pictures.Refused):
            raise ValidationError(str(outcome))
        if there := Picture.objects.filter(name=outcome.name).first():
            raise ValidationError(f"This picture is here already: “{there.description}”.")
        return outcome

    def clean(self) -> None:
        """Its files, before its row; a disk or a bucket that does not take them says so here, and nothing is lost."""
        if self.errors:
            return
        try:
            pictures.write(self.cleaned_data["file"])
        except OSError as error:
            raise ValidationError(f"This picture cannot be kept now: {error.strerror or error}.") from error


@admin.register(Picture)
class PictureAdmin(TakesAddressesAlong, Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    """Pictures never change: another one is another upload. What is shown somewhere cannot be deleted."""

    list_display = ("thumbnail", "description", "size", "uploaded_at")
    list_display_links = ("thumbnail", "description")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("description",)
    actions = None

    def get_form(self, request: HttpRequest, obj: Picture | None = None, *args: Any, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = UploadForm
        return super().get_form(request, obj, *args, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        return ("preview", "description", "to_paste", "shown_in", "size") if obj else ("file", "description")

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        return ("preview", "to_paste", "shown_in", "size") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and self._uses(obj))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Read and written anew before Django's view opens its transaction: on SQLite all others wait for that."""
        upload = request.FILES.get("file")
        if upload is not None and self.has_add_permission(request):
            upload.outcome = _outcome(upload)  # type: ignore[attr-defined]
        return super().add_view(request, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Picture, form: Any, change: Any) -> None:
        if change:
            obj.save(update_fields=["description"])
            publishing.render_again(Article.objects.showing(obj).values_list("pk", flat=True))
        else:
            made = form.cleaned_data["file"]
            defaults = {**pictures.columns(made), "description": obj.description}
            row, _ = Picture.objects.get_or_create(name=made.name, defaults=defaults)  # a double click makes one
            obj.pk = row.pk
        transaction.on_commit(identity.forget)  # the portrait's description is on every page

    def delete_model(self, request: HttpRequest, obj: Picture) -> None:
        name, widths = obj.name, obj.widths
        super().delete_model(request, obj)
        transaction.on_commit(lambda: pictures.remove(name, widths))

    @admin.display(description="picture")
    def thumbnail(self, picture: Picture) -> str:
        width = picture.fitting(240)
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="" loading="lazy">',
            *(picture.thumbnail, width // 2, picture.height_at(width) // 2),
        )

    @admin.display(description="picture")
    def preview(self, picture: Picture) -> str:
        width = picture.fitting(480)
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="{}">',
            *(picture.address(width), width, picture.height_at(width), picture.description),
        )

    @admin.display(description="in an article")
    def to_paste(self, picture: Picture) -> str:
        return format_html(
            '<input type="text" readonly class="vLargeTextField" aria-label="Markdown to paste" value="{}">'
            "<p>Copy this line into an article’s text, between two empty lines.</p>",
            illustrations.markdown(picture),
        )

    @admin.display(description="shown in")
    def shown_in(self, picture: Picture) -> str:
        links = format_html_join(", ", '<a href="{}">{}</a>', self._uses(picture))
        return format_html("{}. While it is shown, it cannot be deleted.", links) if links else "Nowhere yet."

    @admin.display(description="size")
    def size(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height} pixels"

    def _uses(self, picture: Picture) -> list[tuple[str, str]]:
        """Where it is shown, as addresses in the admin with their names."""
        uses = [
            (reverse("admin:advice_article_change", args=[article.pk]), str(article))
            for article in Article.objects.showing(picture).without_text()
        ]
        if SiteIdentity.objects.filter(portrait=picture).exists():
            uses.append((reverse("admin:advice_siteidentity_change", args=[ROW]), "the portrait"))
        return uses


def _outcome(upload: Any) -> pictures.Made | pictures.Refused:
    try:
        return pictures.made(upload)
    except pictures.Refused as refused:
        return refused
