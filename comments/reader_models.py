"""What serves readers around threads: their private links, situations, reports, what search finds, signposts."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .managers import SituationQuerySet


class PrivateLink(models.Model):
    """One secret address of a comment. Only the token's hash is kept: a link can be checked but never shown again."""

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="private_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link to comment {self.comment_id}"


class Situation(models.Model):
    """What a question or an article is about, for readers who look for somebody in their own place."""

    name = models.CharField(max_length=60, unique=True, help_text="As readers see it: “Left by a partner”.")
    slug = models.SlugField("address", max_length=60, unique=True)
    description = models.CharField(max_length=300, blank=True, help_text="One or two sentences above the questions.")
    order = models.PositiveSmallIntegerField(default=0, help_text="Smaller numbers come first.")

    objects = SituationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["order", "name"], name="situation_order")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("comments:situation", args=[self.slug])


class Report(models.Model):
    """A reader's word that something in a public comment is wrong. `reference` is what they are given for it."""

    class Reason(models.TextChoices):
        DANGER = "danger", _("Somebody may be in danger")
        IDENTITY = "identity", _("It says who somebody is")
        CONTEMPT = "contempt", _("Contempt, threats or harassment")
        ADVERTISING = "advertising", _("Advertising or a scam")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=11, choices=Reason)
    details = models.TextField(blank=True)
    reference = models.CharField(max_length=9, unique=True)
    network = models.CharField(max_length=32, blank=True, editable=False)
    reported_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        default_permissions: ClassVar = ["view", "change"]
        indexes: ClassVar = [
            models.Index(fields=["reported_at", "id"], name="report_open", condition=Q(handled_at=None)),
            models.Index(fields=["network", "reported_at"], name="report_network", condition=~Q(network="")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reason__in=["danger", "identity", "contempt", "advertising", "other"]),
                name="report_reason_known",
            )
        ]

    def __str__(self) -> str:
        return self.reference


class SearchDocument(models.Model):
    """What search finds: a thread with what readers see of it, or (without a thread) an article. Made by `documents`.

    Follows from the rows it is made of, like a thread's columns; `rebuild_search` makes all of them anew. Its pk is the
    thread's, or the article's below zero. The full-text index on it is each database's own (`fulltext`).
    """

    thread = models.OneToOneField("comments.Comment", on_delete=models.CASCADE, null=True, related_name="document")
    article = models.ForeignKey("advice.Article", on_delete=models.CASCADE, related_name="documents")
    lead = models.TextField(help_text="The question; an article's title and summary.")
    answer = models.TextField(help_text="Moderators' answers; an article's text.")
    rest = models.TextField(help_text="The other replies.")

    class Meta:
        default_permissions: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article"], condition=Q(thread=None), name="document_article_once")
        ]

    def __str__(self) -> str:
        return f"document of {'thread' if self.thread_id else 'article'} {self.thread_id or self.article_id}"


class Signpost(models.Model):
    """A public answer of this thread points to this article by a link. Made by `documents`, like search documents."""

    thread = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="signposts")
    article = models.ForeignKey("advice.Article", on_delete=models.CASCADE, related_name="signposts", db_index=False)

    class Meta:
        default_permissions: ClassVar = []
        indexes: ClassVar = [models.Index(fields=["article", "-thread"], name="signpost_latest")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["thread", "article"], name="signpost_once")]

    def __str__(self) -> str:
        return f"thread {self.thread_id} → article {self.article_id}"
