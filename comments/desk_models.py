"""What serves moderators at their desk: settings, saved replies, block rules, notes, drafts, who looks at what."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from . import markup

ROW = 1  # there is one row of settings, or none yet


class HoldPolicy(models.TextChoices):
    EVERYTHING = "everything", "Everything: a person reads it first"
    FIRST = "first", "Those whose writer has nothing public yet"
    NOTHING = "nothing", "Nothing: it is public at once, unless screening has a reason"


class DiscussionSettings(models.Model):
    """How the site discusses: one row, or none, which means the defaults. Read through `discussion_settings`."""

    hold = models.CharField(
        "hold back", max_length=10, choices=HoldPolicy, default=HoldPolicy.EVERYTHING,
        help_text="What waits for you before readers see it. A writer is known by name and email together.",
    )  # fmt: skip
    close_after_days = models.PositiveSmallIntegerField(
        "close articles after", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text="Days after its publication an article takes no more questions and replies. Empty: never.",
    )  # fmt: skip
    is_away = models.BooleanField("I am away", default=False, help_text="Readers see the notice below before they ask.")
    away_text = models.CharField(
        "away notice", max_length=500, blank=True,
        help_text="Empty: “At present nobody answers here. Questions are kept, and read later.”",
    )  # fmt: skip
    away_until = models.DateField(
        null=True,
        blank=True,
        help_text="The last day of the notice; it goes by itself. Empty: until you switch it off.",
    )
    weekly_cap = models.PositiveSmallIntegerField(
        "new questions a week", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text="After so many in seven days the form says when to come back. Empty: no limit.",
    )  # fmt: skip
    posts_in_ten_minutes = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(1_000)],
        help_text="From one network. A family, a school or a café can be one network.",
    )  # fmt: skip
    posts_in_a_day = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(10_000)], help_text="From one network."
    )
    posts_in_an_hour = models.PositiveSmallIntegerField(
        default=60, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(30_000)],
        help_text="On the whole site: what comes beyond it waits for you, whatever is chosen above. Empty: no limit.",
    )  # fmt: skip
    look_for_care = models.BooleanField(
        "people in danger", default=True,
        help_text="What sounds like danger comes first at the desk, and its writer sees helplines.",
    )  # fmt: skip
    check_texts = models.BooleanField(
        "the same text again", default=True, help_text="The same words were sent before, here or under other articles."
    )
    same_texts = models.PositiveSmallIntegerField(
        "spam from so many", default=3, validators=[MinValueValidator(2), MaxValueValidator(1_000)],
        help_text="Times that others sent the same text; up to then it is held.",
    )  # fmt: skip
    check_links = models.BooleanField("links", default=True, help_text="How many there are, and where they lead.")
    links_held = models.PositiveSmallIntegerField(
        "held from so many", default=2, validators=[MinValueValidator(1), MaxValueValidator(1_000)]
    )
    links_spam = models.PositiveSmallIntegerField(
        "spam from so many", default=6, validators=[MinValueValidator(1), MaxValueValidator(1_000)]
    )
    check_writing = models.BooleanField(
        "odd writing", default=True, help_text="Letters of several scripts in one word, or no words at all: it is held."
    )
    check_phrases = models.BooleanField("phrases of spam", default=True, help_text="Offers that such pages often get.")
    check_likeness = models.BooleanField(
        "likeness to spam", default=True, help_text="The text, a host or the network of what you marked as spam."
    )
    reserved_names = models.TextField(
        blank=True, max_length=5_000,
        help_text="Names that readers may not sign with, one a line; those of moderators are kept in any case.",
    )  # fmt: skip
    elsewhere_text = models.TextField(
        "answered elsewhere", blank=True, max_length=1_000,
        help_text="What “Answered elsewhere” says; {link} becomes the link to the other question.",
    )  # fmt: skip
    network_days = models.PositiveSmallIntegerField(
        "keep network fingerprints", default=90, validators=[MinValueValidator(2), MaxValueValidator(3_650)],
        help_text="Days; then “purge” takes them off comments and reports. Limits need two.",
    )  # fmt: skip
    spam_days = models.PositiveSmallIntegerField(
        "keep spam", default=30, validators=[MinValueValidator(7), MaxValueValidator(3_650)],
        help_text="Days; then “purge” deletes it for good.",
    )  # fmt: skip
    removed_days = models.PositiveSmallIntegerField(
        "keep trash", null=True, blank=True, validators=[MinValueValidator(7), MaxValueValidator(3_650)],
        help_text="Days; then “purge” erases its words for good. Empty: for ever.",
    )  # fmt: skip
    mail_days = models.PositiveSmallIntegerField(
        "keep the list of sent mails", default=90, validators=[MinValueValidator(7), MaxValueValidator(3_650)],
        help_text="Days; then “purge” deletes who was told what. No mail’s text is kept in any case.",
    )  # fmt: skip
    unconfirmed_days = models.PositiveSmallIntegerField(
        "keep unconfirmed addresses", default=30, validators=[MinValueValidator(7), MaxValueValidator(3_650)],
        help_text="Days in which an address can be confirmed; then “purge” forgets that it was to get mail.",
    )  # fmt: skip
    backup_days = models.PositiveSmallIntegerField(
        "keep backups", default=30, validators=[MinValueValidator(1), MaxValueValidator(3_650)],
        help_text="Days; then “backup” deletes its older ones. What was erased is in them until then.",
    )  # fmt: skip
    confirmations_an_hour = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text="Mails to unconfirmed addresses, on the whole site: nobody can make it a sender of junk.",
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "discussion settings"
        default_permissions: ClassVar = ["change", "view"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=ROW), name="discussion_settings_one_row"),
            models.CheckConstraint(condition=Q(hold__in=HoldPolicy.values), name="discussion_hold_known"),
        ]

    def __str__(self) -> str:
        return "Discussion settings"


class SavedReply(models.Model):
    """Words that a moderator uses again and again; placeholders are filled when they are put into an answer."""

    title = models.CharField(max_length=80, unique=True, help_text="For you: what it is for.")
    body = models.TextField(
        max_length=5_000,
        help_text="Markdown. {name} becomes the asker’s name, {article} a link to the article, "
        "{article:address} a link to the article with that address.",
    )
    order = models.PositiveSmallIntegerField(default=0, help_text="Smaller numbers come first.")
    used_count = models.PositiveIntegerField("used", default=0, editable=False)
    used_at = models.DateTimeField("last used", null=True, editable=False)

    class Meta:
        verbose_name_plural = "saved replies"
        indexes: ClassVar = [models.Index(fields=["order", "title"], name="saved_reply_order")]

    def __str__(self) -> str:
        return self.title


class BlockRule(models.Model):
    """What screening looks for in what comes in, and what it does about it."""

    class Kind(models.TextChoices):
        WORD = "word", "Word or phrase"
        EMAIL = "email", "Email address"
        NETWORK = "network", "Network"
        HOST = "host", "Host that is linked to"

    class Then(models.TextChoices):
        HOLD = "pending", "Hold it, whatever the settings say"
        SPAM = "spam", "File it as spam"

    kind = models.CharField(max_length=7, choices=Kind, default=Kind.WORD)
    value = models.CharField(
        max_length=254,
        help_text="A word or phrase (only whole words match), an address, “@host” for all addresses of one host, "
        "or the network’s fingerprint, which a comment’s page at the desk puts in here.",
    )
    then = models.CharField("what to do", max_length=7, choices=Then, default=Then.HOLD)
    note = models.CharField(max_length=200, blank=True, help_text="For you: why it is there.")
    expires_at = models.DateTimeField("until", null=True, blank=True, help_text="Empty: for good.")
    added_at = models.DateTimeField(editable=False, default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "value"], name="block_rule_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["word", "email", "network", "host"]), name="block_rule_kind_known"
            ),
            models.CheckConstraint(condition=Q(then__in=["pending", "spam"]), name="block_rule_then_known"),
        ]

    def __str__(self) -> str:
        """As it may stand in logs and on buttons: of an address only its beginning."""
        return f"{self.get_kind_display()}: {markup.veiled(self.value)}"


class RuleHit(models.Model):
    """A rule caught this comment, by these words."""

    rule = models.ForeignKey(BlockRule, on_delete=models.CASCADE, related_name="hits")
    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="rule_hits")
    matched = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "comment"], name="rule_hit_once")]

    def __str__(self) -> str:
        return f"rule {self.rule_id} on comment {self.comment_id}"


class Note(models.Model):
    """A moderator's private note on a thread: it hangs on the comment that was open, and goes when that is erased."""

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    body = models.TextField(max_length=2_000)
    at = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar = []

    def __str__(self) -> str:
        return f"note on comment {self.comment_id}"


class Draft(models.Model):
    """What a moderator has typed as an answer and not sent. `version` rises with every save, so that two tabs tell."""

    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="drafts")
    body = models.TextField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["moderator", "comment"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft for comment {self.comment_id}"


class Visit(models.Model):
    """A moderator has this comment open at the desk; `at` is when their page last said so."""

    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="visits")
    at = models.DateTimeField()

    class Meta:
        default_permissions: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["comment", "moderator"], name="visit_once")]

    def __str__(self) -> str:
        return f"{self.moderator_id} at comment {self.comment_id}"


class Digest(models.TextChoices):
    AT_ONCE = "at_once", "At once"
    HOURLY = "hourly", "Every hour, in one mail"
    DAILY = "daily", "Once a day, in one mail"
    NONE = "none", "Not at all"


class DeskPreference(models.Model):
    """How one moderator likes the desk; without a row, the defaults."""

    moderator = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_preference")
    shortcuts = models.BooleanField(default=True, help_text="Single keys do things.")
    # What the desk tells them by mail.
    mail_questions = models.CharField("what is new", max_length=7, choices=Digest, default=Digest.AT_ONCE)
    mail_hour = models.PositiveSmallIntegerField(
        "at", default=7, validators=[MaxValueValidator(23)], help_text="The hour of the daily mail, in the site’s time."
    )
    mail_urgent = models.BooleanField(
        "urgent", default=True, help_text="Somebody may be in danger: at once, whatever is chosen for what is new."
    )
    mail_reports = models.BooleanField("reports", default=True, help_text="A reader reports a comment.")
    mail_follow_ups = models.BooleanField(
        "askers who write again", default=True, help_text="An asker adds something to their question."
    )
    mail_nudge = models.BooleanField(
        "the oldest question", default=True, help_text="A question has waited for three days; at most once a week."
    )

    class Meta:
        default_permissions: ClassVar = []
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(mail_questions__in=Digest.values), name="preference_digest_known"),
            models.CheckConstraint(condition=Q(mail_hour__lte=23), name="preference_hour_of_day"),
        ]

    def __str__(self) -> str:
        return f"preferences of {self.moderator_id}"


class Moderator(User):  # type: ignore[django-manager-missing]
    """A user as owners see them: somebody who answers here, with a role."""

    class Meta:
        proxy = True
        verbose_name_plural = "people who answer"
        default_permissions: ClassVar = ["add", "change", "view"]

    def __str__(self) -> str:
        return f"{self.get_full_name() or self.get_username()} ({self.get_username()})"
