"""Mail: what is to be sent and was, and to whom. No message's text is kept: it is made when it is sent (`mails`)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

ADDRESS_LENGTH = 254


class EmailAddress(models.Model):
    """An address that somebody left with a comment. News goes there once its owner agreed, through a mailed link.

    `key` finds it (`addresses.key_of`), and is all that is left where somebody wants no more mail and had everything
    erased: whoever enters that address again must not bring the mails back.
    """

    class Muted(models.TextChoices):
        OWNER = "owner", "Its owner wants no mail"
        BOUNCED = "bounced", "The mail came back"
        COMPLAINED = "complained", "Its owner called the mail spam"
        MODERATOR = "moderator", "A moderator muted it"

    key = models.CharField(max_length=32, unique=True, editable=False, help_text="Keyed hash of the address.")
    address = models.CharField(max_length=ADDRESS_LENGTH, blank=True, help_text="Empty once it was erased.")
    added_at = models.DateTimeField(editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False, help_text="When its owner agreed to get news.")
    muted_at = models.DateTimeField(null=True, editable=False)
    muted_because = models.CharField(max_length=10, blank=True, choices=Muted, editable=False)

    # What its owner chose. No words in mails unless they say so: somebody may look over their shoulder.
    with_words = models.BooleanField(default=False, help_text="Mails quote what was written.")
    tell_public = models.BooleanField(default=True, help_text="When what they wrote becomes public.")
    tell_answers = models.BooleanField(default=True, help_text="When a moderator answers, or asks for more.")
    tell_replies = models.BooleanField(default=True, help_text="When another reader replies.")

    class Meta:
        verbose_name_plural = "email addresses"
        default_permissions: ClassVar = ["view", "change"]
        permissions: ClassVar = [
            ("export_person", "Can export what is kept about a person"),
            ("erase_person", "Can erase what is kept about a person"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["added_at"], name="address_unconfirmed", condition=Q(confirmed_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(muted_at=None, muted_because="") | Q(muted_at__isnull=False) & ~Q(muted_because=""),
                name="address_muted_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(address="") | Q(muted_at__isnull=False), name="address_erased_is_muted"
            ),
        ]

    def __str__(self) -> str:
        """As it may stand in logs: nothing of the address."""
        return f"address {self.pk}"


class QuietThread(models.Model):
    """The owner of this address wants no mail about this thread."""

    address = models.ForeignKey(EmailAddress, on_delete=models.CASCADE, related_name="quiet_threads")
    thread = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="+", help_text="Its root.")

    class Meta:
        default_permissions: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["address", "thread"], name="quiet_thread_once")]

    def __str__(self) -> str:
        return f"address {self.address_id}, thread {self.thread_id}"


class MailRequest(models.Model):
    """Somebody typed an address: from which network, and, in a row of its own, that a mail goes to which address.

    Only for limits, and for two days. The mail's row is no measure: it goes when the address is erased or removed, and
    whoever typed it could do that, and have it sent once more, without end.
    """

    network = models.CharField(max_length=32, blank=True, editable=False)
    key = models.CharField(max_length=32, blank=True, editable=False, help_text="As EmailAddress has it.")
    asked_at = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar = []
        indexes: ClassVar = [
            models.Index(fields=["network", "asked_at"], name="mail_request_network"),
            models.Index(fields=["key", "asked_at"], name="mail_request_key"),
            models.Index(fields=["asked_at"], name="mail_request_asked"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"


class Kind(models.TextChoices):
    """What a message tells."""

    # An address's owner.
    CONFIRM = "confirm", "Please confirm the address"
    LINKS = "links", "The way to all their comments"
    PUBLIC = "public", "What they wrote is public"
    ANSWER = "answer", "A moderator answered"
    REPLY = "reply", "A reader replied"
    DETAIL = "detail", "A moderator asks for more"
    # A moderator.
    NEW = "new", "Something new waits"
    FOLLOW_UP = "follow_up", "An asker wrote again"
    REPORT = "report", "A comment was reported"
    NUDGE = "nudge", "The oldest question waits"


ASKED_FOR = (Kind.CONFIRM, Kind.LINKS)  # by whoever typed the address: about no comment, sent by themselves
NEWS = (Kind.PUBLIC, Kind.ANSWER, Kind.REPLY, Kind.DETAIL)  # for the owner of an address
ALERTS = (Kind.NEW, Kind.FOLLOW_UP, Kind.REPORT, Kind.NUDGE)  # for a moderator


class OutboxMessage(models.Model):
    """One thing that one person is to be told, written in the transaction that made it so. `outbox` writes it.

    Several for one person go in one mail (`claiming`), under one `message_id`, which stays the same however often it is
    tried. A row is over when `done_at` is set; `outcome` says how.
    """

    class Outcome(models.TextChoices):
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Not sent: nobody is to be told any more"
        FAILED = "failed", "Given up"

    kind = models.CharField(max_length=9, choices=Kind)
    comment = models.ForeignKey(
        "comments.Comment", on_delete=models.CASCADE, null=True, related_name="mails", db_index=False
    )
    report = models.ForeignKey("comments.Report", on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    address = models.ForeignKey(EmailAddress, on_delete=models.CASCADE, null=True, related_name="mails")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    written_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="Not before; empty: once the address is confirmed.")
    leased_until = models.DateTimeField(null=True, help_text="A worker has it until then.")
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=7, blank=True, choices=Outcome)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was not sent, or not yet.")

    class Meta:
        verbose_name = "mail"
        default_permissions: ClassVar = ["view", "change"]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="mail_due", condition=Q(done_at=None, due_at__isnull=False)),
            models.Index(fields=["done_at"], name="mail_done", condition=Q(done_at__isnull=False)),
            models.Index(fields=["kind", "written_at"], name="mail_written"),
            models.Index(fields=["message_id"], name="mail_message_id", condition=~Q(message_id="")),
            models.Index(fields=["outcome", "-id"], name="mail_outcome"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[*ASKED_FOR, *NEWS]) & Q(address__isnull=False, moderator=None)
                | Q(kind__in=ALERTS) & Q(address=None, moderator__isnull=False),
                name="mail_to_one_person",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ASKED_FOR, comment=None) | ~Q(kind__in=ASKED_FOR) & Q(comment__isnull=False),
                name="mail_about_a_comment",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, outcome="") | Q(done_at__isnull=False) & ~Q(outcome=""),
                name="mail_done_somehow",
            ),
            # Told once, whichever way it came about and however often.
            models.UniqueConstraint(
                fields=["comment", "kind", "address"],
                condition=Q(address__isnull=False, comment__isnull=False) & ~Q(kind="detail"),
                name="mail_told_once",
            ),
            models.UniqueConstraint(
                fields=["comment", "kind", "moderator"],
                condition=Q(moderator__isnull=False, report=None),
                name="mail_alerted_once",
            ),
            models.UniqueConstraint(
                fields=["report", "moderator"], condition=Q(report__isnull=False), name="mail_reported_once"
            ),
            # Of what may be told again, one at a time.
            models.UniqueConstraint(
                fields=["address", "kind"], condition=Q(comment=None, done_at=None), name="mail_asked_for_once"
            ),
            models.UniqueConstraint(
                fields=["comment", "address"], condition=Q(kind="detail", done_at=None), name="mail_detail_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
