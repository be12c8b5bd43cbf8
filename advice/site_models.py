"""What belongs to the site as a whole, and its owner edits in the admin: identity, menu, pictures, helplines."""

import re
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CONFIRMED_FOR = timedelta(days=365)  # a helpline; numbers and hours change


def dialled(number: str) -> str:
    """A number as telephones take it."""
    return re.sub(r"[^0-9+]", "", number)


class Picture(models.Model):
    """An uploaded picture: `pictures` writes it anew in several widths, and forgets what the camera had noted in it.

    `name` is the hash of what was uploaded; its files are `<name>-<width>.webp`, for each of `widths`, where
    `picture_files` keeps them.
    """

    name = models.CharField(max_length=32, unique=True, editable=False)
    description = models.CharField(
        max_length=300, help_text="What it shows, for readers who cannot see it. Not “picture of”."
    )
    width = models.PositiveIntegerField(editable=False, help_text="Of the widest file, in pixels.")
    height = models.PositiveIntegerField(editable=False)
    widths = models.JSONField(editable=False, default=list)
    uploaded_at = models.DateTimeField(editable=False)

    def __str__(self) -> str:
        return self.description

    def address(self, width: int) -> str:
        """Of the file of this width, one of `widths`. What is there never changes."""
        return reverse("media", args=[self.name, width])

    def fitting(self, width: int) -> int:
        """The widest file that is no wider than this, else the narrowest."""
        widths: list[int] = self.widths
        return max((made for made in widths if made <= width), default=min(widths))

    def height_at(self, width: int) -> int:
        return max(1, round(self.height * width / self.width))

    @property
    def src(self) -> str:
        """For browsers that do not choose from `srcset`."""
        return self.address(self.fitting(960))

    @property
    def thumbnail(self) -> str:
        return self.address(self.fitting(240))

    @property
    def srcset(self) -> str:
        return ", ".join(f"{self.address(width)} {width}w" for width in self.widths)


def validate_exit(address: str) -> None:
    if not re.fullmatch(r"https://[^\s\"'<>\\]+", address):
        raise ValidationError("A whole address that begins with https://.")


class SiteIdentityQuerySet(models.QuerySet["SiteIdentity"]):
    def with_menu(self) -> "SiteIdentityQuerySet":
        """The one row once for each item of its menu, in order, or once without; every page asks for both."""
        rows: SiteIdentityQuerySet = self.select_related("portrait").annotate(
            menu_label=F("menu__label"),
            menu_place=F("menu__place"),
            menu_title=F("menu__article__title"),
            menu_slug=F("menu__article__slug"),
            menu_since=F("menu__article__published_at"),
        )
        return rows.order_by("menu__order", "menu__pk")


class SiteIdentity(models.Model):
    """How the site presents itself: one row, or none. What is empty here has words of its own (`identity`)."""

    name = models.CharField(max_length=60, blank=True, help_text="Top left on every page. Empty: Ask Sarah.")
    tagline = models.CharField(max_length=120, blank=True, help_text="The heading of the front page.")
    introduction = models.CharField(max_length=500, blank=True, help_text="Below the heading of the front page.")
    author_name = models.CharField(
        max_length=60, blank=True, help_text="Who answers, as pages and the form say it. Empty: Sarah."
    )
    portrait = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    bio = models.TextField(blank=True, max_length=1_000, help_text="Who you are, in two or three sentences. Markdown.")
    accent = models.CharField(
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "A colour like #17605a.")],
        help_text="The colour of links and buttons; made readable on light and on dark pages where it is not.",
    )
    call_title = models.CharField(max_length=100, blank=True, help_text="The heading of the call at an article's end.")
    call_text = models.CharField(max_length=300, blank=True, help_text="The words of that call.")
    call_button = models.CharField(max_length=40, blank=True, help_text="What the button of that call says.")
    ask_note = models.CharField(
        max_length=600, blank=True, help_text="Above the form that asks. That the page is public is said in any case."
    )
    footer_text = models.TextField(blank=True, max_length=1_000, help_text="At the foot of every page. Markdown.")
    exit_address = models.CharField(
        "address for leaving quickly",
        max_length=200,
        blank=True,
        validators=[validate_exit],
        help_text="Where “Exit this page” leads: a page nobody wonders about, such as a weather forecast.",
    )

    objects = SiteIdentityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "site identity"
        default_permissions: ClassVar = ["change", "view"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="site_identity_one_row")]

    def __str__(self) -> str:
        return self.name or "Site identity"


class MenuItem(models.Model):
    """A page in the menu at the top or at the foot: an article, most often one that is not listed."""

    class Place(models.TextChoices):
        TOP = "top", "at the top"
        FOOT = "foot", "at the foot"

    identity = models.ForeignKey(SiteIdentity, on_delete=models.CASCADE, related_name="menu", default=1)
    article = models.ForeignKey("advice.Article", on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=40, blank=True, help_text="Empty: the article's title.")
    place = models.CharField(max_length=4, choices=Place, default=Place.FOOT)
    order = models.PositiveSmallIntegerField(default=0, help_text="Smaller numbers come first.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(place__in=["top", "foot"]), name="menu_place_known"),
            models.UniqueConstraint(fields=["article", "place"], name="menu_once"),
        ]

    def __str__(self) -> str:
        return self.label or str(self.article)


class Helpline(models.Model):
    """An organisation to call. Whoever edits one says where they checked it, and when."""

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency")
        CRISIS = "crisis", _("Somebody to talk to")
        ABUSE = "abuse", _("Abuse")
        CHILD = "child", _("For children and young people")
        DIRECTORY = "directory", _("Directory")

    country = models.CharField(max_length=60, blank=True, help_text="Empty: everywhere else.")
    kind = models.CharField(max_length=9, choices=Kind)
    name = models.CharField(max_length=100)
    number = models.CharField(max_length=30, blank=True, help_text="As people write it: 116 123.")
    address = models.URLField(blank=True, help_text="Of its page, where that is what readers need.")
    hours = models.CharField(max_length=120, blank=True, help_text="“Free, day and night.”")
    about = models.CharField(max_length=200, blank=True, help_text="Who it is for: “Whatever troubles you.”")
    source = models.CharField(max_length=300, help_text="The public page that the number was checked against.")
    confirmed_on = models.DateField(help_text="The day it was checked. After a year the list says so.")
    order = models.PositiveSmallIntegerField(default=0, help_text="Smaller numbers come first, countries too.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["order", "id"], name="helpline_order")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["emergency", "crisis", "abuse", "child", "directory"]), name="helpline_kind_known"
            ),
            models.CheckConstraint(condition=~Q(number="", address=""), name="helpline_reachable"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.country}" if self.country else self.name

    @property
    def dial(self) -> str:
        """The number as telephones take it."""
        return dialled(self.number)

    @property
    def host(self) -> str:
        """The site of its page, as readers know it."""
        return (urlsplit(self.address).hostname or "").removeprefix("www.")

    @property
    def is_due(self) -> bool:
        """Nobody has checked it for a year."""
        return self.confirmed_on < timezone.localdate() - CONFIRMED_FOR


class SharedState(models.Model):
    """One row, or none: what all machines have to hear of within a second (`shared`)."""

    is_closed = models.BooleanField(default=False, help_text="Readers get the page for maintenance.")
    changes = models.PositiveBigIntegerField(default=0, help_text="Of what each process keeps a copy of.")
    key = models.CharField(max_length=32, blank=True, help_text="A fingerprint of the SECRET_KEY.")

    def __str__(self) -> str:
        return "closed" if self.is_closed else "open"
