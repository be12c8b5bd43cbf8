"""What screening knows beside a comment: phrases to look for, the hosts that comments link to, what spam was like."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

HOST_LENGTH = 253  # RFC 1035, without the last dot


class Topic(models.TextChoices):
    """What a phrase points to. In English: reasons on comments are stored, and for moderators."""

    SELF_HARM = "self_harm", "Suicide or self-harm"
    VIOLENCE = "violence", "Violence"
    ABUSE = "abuse", "Abuse"
    STALKING = "stalking", "Stalking"
    MINOR = "minor", "A minor in danger"
    SPAM = "spam", "Spam"


CARE = tuple(topic for topic in Topic if topic != Topic.SPAM)  # somebody may be in danger


class Phrase(models.Model):
    """Words that screening looks for (`phrase_words` says how they are read), or an exception to such words."""

    class Kind(models.TextChoices):
        ALONE = "alone", "says it alone"
        HINT = "hint", "a hint: two of them say it"
        EXCEPTION = "unless", "an exception"

    topic = models.CharField(max_length=9, choices=Topic)
    kind = models.CharField(
        "what it is",
        max_length=6,
        choices=Kind,
        default=Kind.ALONE,
        help_text="Two different hints, not far apart, say it together. Where a text says an exception, such as "
        "“dying to see”, those words are not taken for the topic.",
    )
    words = models.CharField(
        max_length=500,
        help_text="Read as words, in any case: “hurt* (me|us)”. * is any ending, (a|b) either, … up to four words.",
    )
    language = models.CharField(max_length=5, default="en", help_text="Of the words. All are looked for in every text.")
    is_on = models.BooleanField("looked for", default=True)
    is_shipped = models.BooleanField("came with the site", default=False, editable=False)

    class Meta:
        ordering: ClassVar = ["topic", "kind", "words"]
        verbose_name = "phrase to look for"
        verbose_name_plural = "phrases to look for"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "words"], name="phrase_once"),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="phrase_topic_known"),
            models.CheckConstraint(condition=Q(kind__in=["alone", "hint", "unless"]), name="phrase_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}: {self.words}"


class LinkedHost(models.Model):
    """A reader's comment names this host: so that a campaign is found by where it leads."""

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="linked_hosts")
    host = models.CharField(max_length=HOST_LENGTH)

    class Meta:
        default_permissions: ClassVar = []
        indexes: ClassVar = [models.Index(fields=["host", "-comment"], name="linked_host_newest")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["comment", "host"], name="linked_host_once")]

    def __str__(self) -> str:
        return f"{self.host} in comment {self.comment_id}"


class SpamSign(models.Model):
    """What something that a moderator marked as spam was like. It outlives the comment, for a time."""

    class Kind(models.TextChoices):
        TEXT = "text", "the same text"
        HOST = "host", "the same host"
        NETWORK = "network", "the same network"

    kind = models.CharField(max_length=7, choices=Kind)
    value = models.CharField(max_length=HOST_LENGTH, help_text="A fingerprint of the words or the network; or a host.")
    comment = models.ForeignKey("comments.Comment", on_delete=models.SET_NULL, null=True, related_name="spam_signs")
    at = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar = []
        indexes: ClassVar = [
            models.Index(fields=["kind", "value"], name="spam_sign_value"),
            models.Index(fields=["at"], name="spam_sign_at"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["comment", "kind", "value"], condition=Q(comment__isnull=False), name="spam_sign_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=["text", "host", "network"]), name="spam_sign_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
