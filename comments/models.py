"""A comment. What happened to it is in `log_models`, what serves readers around threads in `reader_models`,
moderators at their desk in `desk_models`, screening in `screening_models`, and mail in `mail_models`.

Rows are written through two doors only: `posting` makes comments, `moderation` changes them (`interchange` imports).
"""

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey

from .managers import TREE_COLUMNS, CommentQuerySet

NAME_LENGTH = 60
BODY_LENGTH = 10_000
EMAIL_LENGTH = 254  # RFC 5321 with its erratum 1690
MODERATORS = "Moderators"
OWNERS = "Owners"  # of the moderators
ERASED_NAME = "Erased"
ANSWER_RETELLS = "an answer below may retell it"  # on an erased comment, until a moderator has looked

# Conditions of indexes.
_ANSWERED = Q(position__isnull=False, answered_at__isnull=False)
_UNANSWERED = Q(position__isnull=False, answered_at=None, author=None)
_URGENT_PENDING, _URGENT_PUBLIC = Q(status="pending", urgent=True), _UNANSWERED & Q(urgent=True)
_PUBLISHED = Q(published_at__isnull=False)
_LISTED = Q(position__isnull=False, published_at__isnull=False)  # the date keeps SQLite from taking it for the queue


def _open(column: str) -> Q:
    return Q(**{f"{column}__isnull": False})


class Status(models.TextChoices):
    PENDING = "pending"
    APPROVED = "approved"
    SPAM = "spam"
    TRASH = "trash"


class Helped(models.TextChoices):
    """What an asker says of the answer; for moderators alone."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")


def article_model() -> Any:
    """The model that comments hang on, known by its name only: `advice` imports `comments`, never the other way."""
    return apps.get_model("advice", "Article")


def moderator_name(user: Any) -> str:
    """What readers see beside a moderator's comment."""
    return str(user.get_full_name() or user.get_username())


class Comment(MPTTModel):  # type: ignore[misc]
    """One contribution under an article; without a parent it is a question and the root of a thread.

    `parent` is the truth about the tree. `tree_id` (the pk of the thread's root), `lft`, `rght` and `level` follow from
    it, as `position`, `answered_at` and `reply_count` of a root follow from the statuses in its thread; `check_trees`
    compares them all, and repairs them. Load, then `save(update_fields=...)` or `update()`: a bare `save()` would write
    an old parent back, and is refused.
    """

    article = models.ForeignKey("advice.Article", on_delete=models.PROTECT, related_name="comments", db_index=False)
    # RESTRICT: a comment with replies is never deleted, and mptt never gets to close a gap that is none.
    parent = TreeForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="replies")

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="comments",
        db_index=False,
        help_text="The moderator who wrote it; empty for a reader.",
    )
    name = models.CharField(max_length=NAME_LENGTH, blank=True, help_text="A reader's name as they wrote it.")
    email = models.EmailField(max_length=EMAIL_LENGTH, blank=True, help_text="Never shown to readers.")
    by_asker = models.BooleanField(
        default=False, help_text="Written through the private link of the thread's question."
    )
    # RESTRICT: erasing everything finds by it what else its writer wrote.
    continues = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="additions",
        db_index=False,
        help_text="The comment through whose private link it was written.",
    )

    body = models.TextField(help_text="As written.")
    body_html = models.TextField(editable=False, help_text="The body as sanitised HTML: a cache, made on write.")
    excerpt_html = models.TextField(editable=False, blank=True, help_text="The beginning of a long body; else empty.")

    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    posted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True, help_text="By whoever wrote it.")
    corrected_at = models.DateTimeField(
        null=True, blank=True, help_text="When a moderator last changed a reader's words; readers are told."
    )
    original_body = models.TextField(
        blank=True, editable=False, help_text="The words before a moderator masked some; kept until they are published."
    )
    published_at = models.DateTimeField(null=True, blank=True, help_text="When readers could first see it.")
    erased_at = models.DateTimeField(null=True, blank=True)

    helped = models.CharField(
        max_length=6, blank=True, choices=Helped, editable=False, help_text="Whether the answer helped, says the asker."
    )
    unhelped_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the asker said that it did not help; until dealt with."
    )
    situations = models.ManyToManyField(
        "comments.Situation", blank=True, related_name="questions", help_text="On questions only."
    )
    in_search_engines = models.BooleanField(
        default=True, help_text="Off: search engines are asked to leave this question's thread out."
    )

    # What somebody has yet to do with it: a moment until it is done, then NULL, so that indexes hold what is open.
    follow_up_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="On what the asker added: when, until a moderator dealt with it.",
    )
    detail_asked_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When a moderator asked for more detail, until the asker wrote.",
    )
    detail_wanted = models.TextField(
        blank=True, editable=False, help_text="What the moderator asked, for the asker alone."
    )

    highlighted_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="On answers.")
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="An answer that was taken back, and readers are told so."
    )

    reasons = models.JSONField(default=list, blank=True, help_text="What screening said.")
    urgent = models.BooleanField(default=False)
    care = models.JSONField(
        default=list, blank=True, editable=False, help_text="What screening thinks that somebody may need help with."
    )
    network = models.CharField(
        max_length=32, blank=True, editable=False, help_text="Keyed hash of the sender's network."
    )
    digest = models.CharField(max_length=32, blank=True, editable=False, help_text="Hash of who wrote what where.")
    words_key = models.CharField(
        max_length=32, blank=True, editable=False, help_text="Hash of the words alone; empty for a few words."
    )

    source = models.CharField(max_length=100, null=True, blank=True, editable=False, help_text="Imported from.")
    source_id = models.CharField(max_length=100, null=True, blank=True, editable=False)

    # On roots only.
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The thread takes no more replies."
    )
    pinned_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Above the others of its article."
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        db_index=False,
        help_text="The question that it asked again; its addresses lead there.",
    )
    position = models.PositiveIntegerField(null=True, blank=True, editable=False, help_text="1..R among visible roots.")
    reply_count = models.PositiveIntegerField(default=0, editable=False, help_text="Approved replies in the thread.")

    # Declared so that mptt adds no index of its own on it, and wide enough for a pk.
    tree_id = models.PositiveBigIntegerField(editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        # mptt and related managers go through the guarded one too.
        base_manager_name = "objects"
        permissions: ClassVar = [
            ("moderate_comment", "Can moderate and answer comments"),
            ("erase_comment", "Can erase comments for good"),
        ]
        default_permissions: ClassVar = ["view", "change"]
        # Each has a condition where it can: on PostgreSQL a reply writes all that come after it in their thread anew,
        # with an entry in every index that they are in.
        indexes: ClassVar = [
            models.Index(fields=["tree_id", "lft"], name="comment_tree"),
            models.Index(fields=["tree_id", "level", "lft"], name="comment_unseen", condition=~Q(status="approved")),
            models.Index(fields=["tree_id", "lft"], name="comment_answers", condition=_open("author")),
            models.Index(fields=["author"], name="comment_author", condition=_open("author")),
            models.Index(fields=["article", "position"], name="comment_page", condition=_open("position")),
            # On PostgreSQL unique: by it a reply is held to its parent's article (migration 0025).
            models.Index(fields=["article", "-id"], name="comment_latest"),
            # Roots are `level = 0`, never `parent IS NULL`: SQLite would take the parent's index for that and scan.
            models.Index(fields=["status", "posted_at", "id"], name="comment_waiting", condition=Q(status="pending")),
            # NULLs alone in the condition: SQLite cannot tell that a parameter fits one with values.
            models.Index(fields=["status", "posted_at", "id"], name="comment_unanswered", condition=_UNANSWERED),
            # With the status, though nearly all are approved: SQLite would take another index with it, and sort.
            models.Index(
                fields=["status", "-answered_at", "-id"],
                name="comment_answered",
                condition=Q(answered_at__isnull=False),
            ),
            models.Index(fields=["network", "posted_at"], name="comment_network", condition=~Q(network="")),
            models.Index(fields=["digest"], name="comment_digest", condition=~Q(digest="")),
            models.Index(fields=["words_key", "-id"], name="comment_words", condition=~Q(words_key="")),
            # What is approved is nearly everything: whoever wants the newest of it reads all, the newest first.
            models.Index(fields=["status", "-id"], name="comment_status", condition=~Q(status="approved")),
            models.Index(
                fields=["article", "status", "-published_at", "-id"], name="comment_published", condition=_PUBLISHED
            ),
            # Lists of questions: each order with each filter has its index, or a million comments would be sorted.
            models.Index(fields=["status", "-published_at", "-id"], name="comment_newest", condition=_LISTED),
            models.Index(
                fields=["status", "-published_at", "-id"], name="comment_newest_answered", condition=_ANSWERED
            ),
            models.Index(
                fields=["article", "status", "-answered_at", "-id"],
                name="comment_article_answered",
                condition=_ANSWERED,
            ),
            models.Index(fields=["article", "-position"], name="comment_page_answered", condition=_ANSWERED),
            models.Index(fields=["article", "-position"], name="comment_page_unanswered", condition=_UNANSWERED),
            models.Index(fields=["erased_at"], name="comment_erased", condition=Q(erased_at__isnull=False)),
            models.Index(fields=["continues"], name="comment_additions", condition=Q(continues__isnull=False)),
            # The desk's lists.
            models.Index(fields=["status", "posted_at", "id"], name="comment_urgent", condition=_URGENT_PENDING),
            models.Index(fields=["status", "posted_at", "id"], name="comment_urgent_public", condition=_URGENT_PUBLIC),
            models.Index(fields=["follow_up_at", "id"], name="comment_follow_up", condition=_open("follow_up_at")),
            models.Index(fields=["unhelped_at", "id"], name="comment_unhelped", condition=_open("unhelped_at")),
            models.Index(fields=["detail_asked_at", "id"], name="comment_detail", condition=_open("detail_asked_at")),
            models.Index(fields=["email", "-id"], name="comment_email", condition=~Q(email="")),
            models.Index(Lower("email"), F("id").desc(), name="comment_address", condition=~Q(email="")),
            # Not `level = 0`, which many say: all roots would be read from here where few were wanted.
            models.Index(fields=["posted_at"], name="comment_asked", condition=Q(lft=1)),
            models.Index(fields=["posted_at"], name="comment_sent", condition=~Q(network="")),  # lately: see `purging`
            models.Index(fields=["merged_into"], name="comment_merged", condition=_open("merged_into")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="comment_status_known"),
            models.CheckConstraint(condition=Q(helped__in=["", *Helped.values]), name="comment_helped_known"),
            models.CheckConstraint(
                condition=(
                    (Q(author__isnull=False) & Q(name="") & Q(erased_at=None))
                    | (Q(author=None) & ~Q(name="") & Q(erased_at=None))
                    | (Q(author=None) & Q(name="") & Q(erased_at__isnull=False))
                ),
                name="comment_one_identity",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(body="", body_html="", excerpt_html="", original_body="", detail_wanted="")
                & Q(email="", network="", digest="", words_key=""),
                name="comment_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | ~Q(status="approved"), name="comment_erased_not_public"
            ),
            models.CheckConstraint(condition=~Q(status="approved") | _PUBLISHED, name="comment_public_since"),
            # Not tied to parent: a move writes parent first and the tree's columns after it.
            models.CheckConstraint(
                condition=(Q(level=0) & Q(lft=1) & Q(tree_id=F("id"))) | (Q(level__gt=0) & Q(lft__gt=1)),
                name="comment_tree_of_root",
            ),
            models.CheckConstraint(condition=Q(lft__lt=F("rght")), name="comment_tree_nested"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="comment_not_its_parent"),
            models.CheckConstraint(
                condition=Q(level=0)
                | Q(position=None, answered_at=None, reply_count=0)
                & Q(closed_at=None, pinned_at=None, unhelped_at=None, detail_asked_at=None),
                name="comment_root_columns",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=False) | Q(highlighted_at=None, withdrawn_at=None),
                name="comment_answers_columns",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(status="approved"), name="comment_withdrawn_not_public"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="comment_not_merged_into_itself"),
            models.UniqueConstraint(fields=["article"], condition=_open("pinned_at"), name="comment_pinned_once"),
            models.CheckConstraint(
                condition=Q(source__isnull=True, source_id__isnull=True)
                | Q(source__isnull=False, source_id__isnull=False),
                name="comment_source_whole",
            ),
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=_open("source"), name="comment_source_once"
            ),
        ]

    if TYPE_CHECKING:
        id: int
        lft: int
        rght: int
        level: int
        article_id: int
        parent_id: int | None
        continues_id: int | None
        merged_into_id: int | None
        author_id: int | None

    def __str__(self) -> str:
        return f"{self.display_name}, {self.posted_at:%d %b %Y}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only to insert, or with `update_fields`: everything else would write stale columns back over newer ones."""
        if not self._state.adding:
            if (columns := kwargs.get("update_fields")) is None:
                raise TypeError("Name the columns: comment.save(update_fields=[...]).")
            if forbidden := TREE_COLUMNS & set(columns):
                raise TypeError(f"{', '.join(sorted(forbidden))}: comments are moved by moving.move().")
        super().save(*args, **kwargs)

    def move_to(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Comments are moved by moving.move().")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("Comments are not deleted: use moderation.trash() or moderation.erase().")

    def get_absolute_url(self) -> str:
        return reverse("comments:permalink", args=[self.pk])

    @property
    def display_name(self) -> str:
        if self.author is not None:
            return moderator_name(self.author)
        return self.name or ERASED_NAME

    @property
    def is_root(self) -> bool:
        return self.level == 0

    @property
    def is_public(self) -> bool:
        return self.status == Status.APPROVED

    @property
    def is_rewritable(self) -> bool:
        """Whether a reader wrote it and no other has ever seen it. To its writer what was caught as spam waits, too."""
        waits = self.status in (Status.PENDING, Status.SPAM) and self.published_at is None
        return waits and self.author_id is None and self.erased_at is None


from . import desk_models, log_models, mail_models, reader_models, screening_models  # noqa: E402, F401 - Django looks for models here
