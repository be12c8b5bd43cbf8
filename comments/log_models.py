"""The log: every act of a moderator, of the site or of a comment's writer. Written once, never changed."""

import uuid
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Replace


class Verb(models.TextChoices):
    """What may be done; the log's words."""

    # To a comment's status.
    APPROVE = "approve"
    HOLD = "hold"
    MARK_SPAM = "mark_spam", "Mark as spam"
    TRASH = "trash"
    RESTORE = "restore"
    UNDO = "undo"
    WITHDRAW = "withdraw"  # whoever wrote it takes it back; moderators cannot bring it again
    ERASE = "erase"
    ANSWER = "answer"  # a moderator's reply came into being; before that it was nowhere, which is the trash
    TAKE_BACK = "take_back", "Take back"  # an answer by its moderators; readers are told
    MERGE = "merge"  # a question that was asked twice
    # To its place.
    MOVE = "move"
    # To what is around it; the status stays.
    ASK_DETAIL = "ask_detail", "Ask for detail"
    DEAL_WITH = "deal_with", "Deal with"
    EDIT = "edit"
    CORRECT = "correct"
    MASK = "mask"
    HIGHLIGHT = "highlight"
    UNHIGHLIGHT = "unhighlight"
    CLOSE = "close"
    REOPEN = "reopen"
    PIN = "pin"
    UNPIN = "unpin"
    LABEL = "label"
    # To something that is no comment.
    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"
    EXPORT = "export"  # a person's data, by an owner


class EventQuerySet(models.QuerySet["ModerationEvent"]):
    """What was done stays written: no `update()`, no `delete()`. Erasing blanks texts, publishing those from before."""

    def blank_texts(self, *, reasons: bool = True) -> int:
        """Take out what retells a comment; for `moderation.erase`, and for `history.forget_words` of what was masked
        or corrected before readers saw it. Who did what, and when, stays."""
        blank = {"before": "", "after": "", **({"reason": ""} if reasons else {})}
        return super().update(**blank)

    def forget_words(self, words: str) -> int:
        """Put … where entries on what is no comment name something by these words; for `auditing.forget_address`."""
        columns = ("subject", "before", "after", "reason")
        named = Q(*((f"{column}__contains", words) for column in columns), _connector=Q.OR)
        gone = {column: Replace(column, Value(words), Value("…")) for column in columns}
        return models.QuerySet.update(self.filter(named, comment=None), **gone)

    def update(self, **columns: Any) -> NoReturn:
        raise TypeError("The log is not changed: write another event.")

    def delete(self) -> NoReturn:
        raise TypeError("The log is not deleted.")


class ModerationEvent(models.Model):
    """One act on one comment, or on something else (`subject`): who, which verb, before, after, why and when.

    What one click does shares an `act`, by which it is undone. Never changed, save that its texts can be blanked.
    """

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, null=True, related_name="events")
    subject = models.CharField(
        max_length=200, blank=True, help_text="What else was changed: a rule, a setting, a person."
    )
    act = models.UUIDField(null=True, default=uuid.uuid4, editable=False)  # NULL: from before there were acts
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=20, choices=Verb)
    from_status = models.CharField(max_length=8, blank=True)
    to_status = models.CharField(max_length=8, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "entry of the log", "log"
        default_permissions: ClassVar = ["view"]
        indexes: ClassVar = [
            models.Index(fields=["comment", "-id"], name="event_of_comment"),
            models.Index(fields=["act"], name="event_of_act"),
            models.Index(fields=["by", "-id"], name="event_by"),
            models.Index(fields=["verb", "-id"], name="event_verb"),
            models.Index(fields=["at"], name="event_at"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(comment=None) ^ Q(subject=""), name="event_about_one_thing"),
        ]

    def __str__(self) -> str:
        if not self.has_new_status:
            return str(self.get_verb_display())
        return f"{self.verb} {self.from_status} → {self.to_status}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The log is not changed: write another event.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The log is not deleted.")

    @property
    def has_new_status(self) -> bool:
        """Whether the comment's status is another one since; an answer had none before."""
        return self.from_status != self.to_status and self.verb != Verb.ANSWER
