"""Articles, and the old addresses that lead to them. What belongs to the site as a whole is in `site_models`."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Substr
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from comments import discussion_settings, markup
from comments.models import Comment

from . import illustrations

RESERVED_SLUGS = frozenset(
    {
        "comments", "questions", "search", "q", "unsubscribe", "feed", "help", "guidelines", "privacy", "admin",
        "static", "media", "theme.css", "situations", "healthz", "readyz", "metrics", "sitemap.xml", "robots.txt",
        "favicon.ico", ".well-known", "mail-events",
    }
)  # fmt: skip
SLUG_PATH = re.compile(r"/[-a-zA-Z0-9_]{1,100}")
PATH_LENGTH = 500  # of an old address
BODY_LENGTH = 300_000  # characters; a book chapter has 30,000


def is_reserved(slug: str) -> bool:
    """Whether the site needs this first part of an address itself; four digits are old addresses' years."""
    slug = slug.casefold()
    return slug in RESERVED_SLUGS or (len(slug) == 4 and slug.isdigit())


def free_slug(wanted: str) -> str:
    """`wanted`, or the first of wanted-2, wanted-3, ... that is neither reserved nor another article's."""
    slug, number = wanted, 1
    while is_reserved(slug) or Article.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def validate_slug(slug: str) -> None:
    if is_reserved(slug):
        raise ValidationError("The site uses this address itself. Add a word to it.")


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self, now: Any = None) -> "ArticleQuerySet":
        return self.filter(published_at__lte=now or timezone.now())

    def imported(self, source_id: str, sources: Iterable[str]) -> "ArticleQuerySet":
        """By the number the article had where it was imported from: one of these, as the index has it."""
        return self.filter(source__in=sources, source_id=source_id).order_by("pk")

    def imported_from(self, source: str) -> "ArticleQuerySet":
        return self.filter(source=source)

    def sources(self) -> list[str]:
        """What articles were imported from, each once."""
        found = self.filter(source__isnull=False).order_by("source").values_list("source", flat=True).distinct()
        return [source for source in found if source]

    def showing(self, picture: "site_models.Picture") -> "ArticleQuerySet":
        """With this picture above the text or in it."""
        return self.filter(Q(lead_picture=picture) | Q(body_html__contains=f"/media/pictures/{picture.name}-"))

    def at(self, slug: str) -> "Article | None":
        return self.filter(slug=slug).first()

    def most_asked(self) -> "ArticleQuerySet":
        """Those with questions, the most first; to choose from."""
        asked = self.published().filter(question_count__gt=0).without_text()
        return asked.order_by("-question_count", "-pk")

    def with_thread_total(self) -> "ArticleQuerySet":
        """With `thread_total`, what `threads.thread_count` says, in the same query."""
        roots = Comment.objects.filter(article=OuterRef("pk"), level=0, position__isnull=False)
        return self.annotate(thread_total=Coalesce(Subquery(roots.order_by("-position").values("position")[:1]), 0))

    def with_pinned_thread(self) -> "ArticleQuerySet":
        """With `pinned_thread`, what `threads.pinned_thread` says, in the same query."""
        return self.annotate(pinned_thread=Subquery(Comment.objects.pinned_under(OuterRef("pk")).values("pk")[:1]))

    def by_path(self, paths: Iterable[str]) -> dict[str, int]:
        """The pks of the articles at these paths (without the final slash), published or not, old addresses too."""
        slugs = {path[1:]: path for path in paths if SLUG_PATH.fullmatch(path)}
        found = {slugs[slug]: pk for slug, pk in self.filter(slug__in=slugs).values_list("slug", "pk")}
        if left := set(paths) - found.keys():
            old = OldAddress.objects.at(left)
            found.update((each.path, each.article_id) for each in old if each.article_id)
        return found

    def without_text(self) -> "ArticleQuerySet":
        """For lists: an article's text is most of its row."""
        return self.defer("body", "body_html", "contents")

    def listed(self) -> "ArticleQuerySet":
        return self.published().filter(listed=True).order_by("-published_at", "-pk")

    def for_sitemaps(self) -> "ArticleQuerySet":
        """All that are published, with `thread_total`, and with `commented_at`, when a comment was last published."""
        latest = Comment.objects.newly_public(OuterRef("pk")).values("published_at")[:1]
        listed = self.published().without_text().with_thread_total()
        return listed.annotate(commented_at=Subquery(latest)).order_by("-published_at", "-pk")


class Article(models.Model):  # type: ignore[django-manager-missing]
    """A piece of advice. Readers see it once `published_at` is past.

    The last four columns are written by `comments` under this row's lock; `discussion_version` rises with every change
    that readers can see, and keys the page cache.
    """

    title = models.CharField(max_length=200)
    slug = models.SlugField(
        "address",
        max_length=100,
        unique=True,
        validators=[validate_slug],
        help_text="The last part of the article's address. Links to the old one break when you change it.",
    )
    summary = models.CharField(
        max_length=300, blank=True, help_text="One or two sentences, for the front page and for search engines."
    )
    body = models.TextField(
        validators=[MaxLengthValidator(BODY_LENGTH)],
        help_text="Markdown: ## for a heading, **bold**, [words](address), an empty line between paragraphs.",
    )
    body_html = models.TextField(editable=False, blank=True)
    contents = models.JSONField(editable=False, default=list, help_text="Headings as [level, anchor, text].")
    word_count = models.PositiveIntegerField(editable=False, default=0)
    format = models.CharField(
        max_length=8, editable=False, default="markdown", choices=[("markdown", "Markdown"), ("html", "HTML, imported")]
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="articles")
    published_at = models.DateTimeField(
        "published", null=True, blank=True, help_text="Empty: a draft. In the future: readers see it from then on."
    )
    updated_at = models.DateTimeField("updated")
    lead_picture = models.ForeignKey(
        "advice.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Above the text, and where the article is shared.",
    )
    situations = models.ManyToManyField("comments.Situation", blank=True, related_name="articles")
    listed = models.BooleanField(default=True, help_text="Among the articles; off for an imprint or a contact page.")
    comments_open = models.BooleanField("questions open", default=True, help_text="Readers may ask and reply.")
    source = models.CharField(max_length=100, null=True, blank=True, editable=False, help_text="Imported from.")
    source_id = models.CharField(max_length=100, null=True, blank=True, editable=False)

    discussion_version = models.PositiveBigIntegerField(default=0, editable=False)
    comment_count = models.PositiveIntegerField("comments", default=0, editable=False)
    question_count = models.PositiveIntegerField("questions", default=0, editable=False)
    answered_count = models.PositiveIntegerField("answered", default=0, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        default_permissions: ClassVar = ["add", "change", "view"]
        indexes: ClassVar = [models.Index(fields=["-published_at", "-id"], name="article_latest")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "source_id"], name="article_source_once"),
            models.CheckConstraint(condition=Q(format__in=["markdown", "html"]), name="article_format_known"),
            models.CheckConstraint(
                condition=Q(source__isnull=True, source_id__isnull=True)
                | Q(source__isnull=False, source_id__isnull=False),
                name="article_source_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.published_at <= timezone.now()

    @cached_property  # a page asks once for each comment
    def takes_comments(self) -> bool:
        """Whether readers may ask and reply, as of the last minute."""
        return discussion_settings.takes_comments(self)

    @property
    def minutes_to_read(self) -> int:
        """At 230 words a minute: silent reading of English non-fiction averages 238 (Brysbaert 2019), rounded down."""
        return max(1, round(self.word_count / 230))

    def render(self) -> list[str]:
        """Fill the columns made from the body; returns their names for `save(update_fields=...)`."""
        page = markup.article(self.body, imported=self.format == "html")
        self.body_html = illustrations.illustrated(page.html)
        self.contents, self.word_count = page.contents, page.words
        return ["body_html", "contents", "word_count"]


class OldAddressQuerySet(models.QuerySet["OldAddress"]):
    def with_targets(self) -> "OldAddressQuerySet":
        """With what they lead to; an article without its text."""
        texts = (f"article__{name}" for name in ("body", "body_html", "contents"))
        return self.select_related("article", "situation", "picture").defer(*texts)

    def with_taken(self) -> "OldAddressQuerySet":
        """With `is_taken`: a published article has this address now, so nobody is led from it."""
        there = Article.objects.published().filter(slug=Substr(OuterRef("path"), 2))
        return self.annotate(is_taken=Exists(there))

    def at(self, paths: Iterable[str]) -> "list[OldAddress]":
        """Those of these paths that are there, in the order of the paths."""
        order = {path: number for number, path in enumerate(paths)}
        return sorted(self.with_targets().filter(path__in=order), key=lambda address: order[address.path])


class OldAddress(models.Model):
    """A path that something here once had, or had on the site that was moved from; `old_addresses` leads on from it."""

    path = models.CharField(
        max_length=PATH_LENGTH,
        unique=True,
        help_text="Without the final slash; with the query where that is what it was.",
    )
    article = models.ForeignKey(Article, on_delete=models.CASCADE, null=True, related_name="old_addresses")
    situation = models.ForeignKey("comments.Situation", on_delete=models.CASCADE, null=True, related_name="+")
    picture = models.ForeignKey("advice.Picture", on_delete=models.CASCADE, null=True, related_name="+")

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        default_permissions: ClassVar = ["view"]
        verbose_name_plural = "old addresses"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, situation=None, picture=None)
                | Q(article=None, situation__isnull=False, picture=None)
                | Q(article=None, situation=None, picture__isnull=False),
                name="old_address_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def target(self) -> str | None:
        """Where it leads; None where readers may not see that."""
        if self.article is not None:
            return self.article.get_absolute_url() if self.article.is_published else None
        if self.situation is not None:
            return self.situation.get_absolute_url()
        return self.picture.src if self.picture is not None else None


from . import site_models  # noqa: E402 - Django looks for models here
