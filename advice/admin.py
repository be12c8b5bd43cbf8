"""Articles in the admin: written, previewed, published, opened and closed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import model_ngettext
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from comments import markup
from comments.auditing import Audited

from . import address_admin, helpline_admin, illustrations, publishing, site_admin  # noqa: F401 - Django looks for admins here
from .models import BODY_LENGTH, Article

HTML_HELP = "This article was imported and is HTML, not Markdown: &lt;h2&gt; for a heading, &lt;p&gt; for a paragraph."


class ArticleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Article
        fields = (
            *("title", "slug", "summary", "lead_picture", "body"),
            *("published_at", "situations", "listed", "comments_open"),
        )
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "summary": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3}),
            "situations": forms.CheckboxSelectMultiple,
            "body": forms.Textarea(attrs={"class": "vLargeTextField desk-writing", "rows": 30}),
        }
        help_texts = {
            "slug": "The last part of the article's address. If you change it, the old one leads to the new one."
        }

    class Media:
        css = {"all": ["comments/desk.css"]}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.format == "html" and "body" in self.fields:
            self.fields["body"].help_text = HTML_HELP


@admin.register(Article)
class ArticleAdmin(Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    form = ArticleForm
    list_display = (
        "title",
        "state",
        "questions_open",
        "comment_count",
        "question_count",
        "answered_count",
        "published_at",
    )
    list_filter = ("comments_open", "listed")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = (F("published_at").desc(nulls_first=True), "-pk")
    sortable_by = ()
    search_fields = ("title", "slug", "summary")
    autocomplete_fields = ("lead_picture",)
    actions = ("publish", "unpublish", "open_comments", "close_comments")

    # --- What may be done -------------------------------------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False  # its discussion hangs on it; unpublish instead

    def get_prepopulated_fields(self, request: HttpRequest, obj: Article | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ("title",)}

    def view_on_site(self, article: Article) -> str | None:
        return article.get_absolute_url() if article.is_published else None

    # --- Writing ----------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: Any) -> None:
        if change:
            if form.changed_data:
                publishing.rewrite(obj, form.changed_data)
            return
        obj.author, obj.updated_at = request.user, timezone.now()  # type: ignore[assignment]
        publishing.create(obj)

    @admin.action(description="Publish now", permissions=["change"])
    def publish(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        now = timezone.now()
        self._change(request, articles.exclude(published_at__isnull=False, published_at__lte=now), published_at=now)

    @admin.action(description="Unpublish (make it a draft)", permissions=["change"])
    def unpublish(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._change(request, articles.exclude(published_at=None), published_at=None)

    @admin.action(description="Open for questions", permissions=["change"])
    def open_comments(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._change(request, articles.filter(comments_open=False), comments_open=True)

    @admin.action(description="Close for questions", permissions=["change"])
    def close_comments(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._change(request, articles.filter(comments_open=True), comments_open=False)

    def _change(self, request: HttpRequest, articles: QuerySet[Article], **columns: Any) -> None:
        pks = list(articles.order_by("pk").values_list("pk", flat=True))
        publishing.change(pks, by=request.user, **columns)
        self.message_user(request, f"{len(pks)} {model_ngettext(self.opts, len(pks))} changed.")

    # --- Looking ----------------------------------------------------------------------------------------------------

    @admin.display(description="status")
    def state(self, article: Article) -> str:
        if article.published_at is None:
            return "Draft"
        return "Published" if article.is_published else "Scheduled"

    @admin.display(description="open", boolean=True)
    def questions_open(self, article: Article) -> bool:
        return article.comments_open

    def get_urls(self) -> list[Any]:
        preview = path("preview/", self.admin_site.admin_view(self.preview), name="advice_article_preview")
        return [preview, *super().get_urls()]

    @method_decorator(require_POST)
    def preview(self, request: HttpRequest) -> HttpResponse:
        """What was typed, as readers would get it; nothing is saved."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        body = request.POST.get("body", "")[:BODY_LENGTH]
        page = markup.article(body, imported=request.GET.get("format") == "html")
        title = request.POST.get("title", "")[:200] or "Untitled"
        context = {
            "article_title": title,
            "summary": request.POST.get("summary", "")[:300],
            "html": illustrations.illustrated(page.html),
        }
        return TemplateResponse(request, "admin/advice/article/preview.html", context)
