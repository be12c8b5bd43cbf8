"""How the site discusses: what the owner set in the admin, and what follows from it at this moment.

Pages read it once a minute and process, as they do how the site presents itself (`current`); what is decided under a
lock is read anew (`fresh`). So all readers see the same, and a change shows at once where it was made, elsewhere when
the cache is emptied that they are kept in, within a minute at the latest.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import Error
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from .desk_models import ROW, DiscussionSettings, HoldPolicy
from .models import Comment
from .prepared import Prepared

KEPT_FOR = 60  # seconds
ASK_AGAIN = 5  # seconds, where the database did not answer
HOUR = timedelta(hours=1)  # the span of what is published unread
WEEK = timedelta(days=7)  # the span of the cap on new questions
AHEAD = timedelta(minutes=5)  # what is further ahead was written by a clock that went wrong, and counts for nothing
OF_ONE = 3  # places of the cap that one network takes
LOOKED_AT = 10  # questions for each place
MINUTES, DAY = timedelta(minutes=10), timedelta(days=1)  # the spans of the limits on one network

_last: dict[str, "Asking"] = {}  # not in the cache, which makes room for pages


@dataclass(frozen=True, slots=True)
class Asking:
    """The settings, and until when no new question fits. What templates know as `asking`."""

    row: DiscussionSettings
    full_until: datetime | None = None

    @property
    def is_full(self) -> bool:
        return self.full_until is not None and self.full_until > timezone.now()

    @property
    def room_from(self) -> str:
        """When to come back, in words."""
        return told(self.full_until) if self.full_until else ""

    @property
    def is_read_first(self) -> bool:
        """Whether a person reads everything before readers can."""
        return self.row.hold == HoldPolicy.EVERYTHING

    @property
    def away(self) -> str:
        """The notice that nobody answers at present, or "". It goes by itself after its last day."""
        row = self.row
        if not row.is_away or (row.away_until and timezone.localdate() > row.away_until):
            return ""
        if row.away_text:
            return row.away_text
        if row.away_until:
            until = {"day": date_format(row.away_until, "DATE_FORMAT")}
            return _("Until %(day)s nobody answers here. Questions are kept, and read afterwards.") % until
        return _("At present nobody answers here. Questions are kept, and read later.")


def current() -> Asking:
    """As of the last minute. Without the database: the last one known, else the defaults."""
    key = f"{settings.RELEASE}:discussion"
    kept: Asking | None = cache.get(key)
    if kept is not None:
        return kept
    try:
        row = fresh()
        _last[key] = found = Asking(row, full_until(row, timezone.now()))
    except Error:
        cache.set(key, found := _last.get(key) or Asking(DiscussionSettings(pk=ROW)), ASK_AGAIN)
        return found
    cache.set(key, found, KEPT_FOR)
    return found


def fresh() -> DiscussionSettings:
    """The row, or the defaults where nobody has set anything. One query."""
    return next(iter(_WRITTEN.ask()), None) or DiscussionSettings(pk=ROW)


_WRITTEN = Prepared(lambda: DiscussionSettings.objects.filter(pk=ROW), is_planned=False)


def forget() -> None:
    """After a change: this process reads it anew, and makes the pages anew that show it."""
    cache.clear()


def context(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `asking`, read only where a template uses it."""
    return {"asking": SimpleLazyObject(current)}


def takes_comments(article: Any, row: DiscussionSettings | None = None) -> bool:
    """Whether its readers may ask and reply: not where its owner closed it, nor where it has become too old."""
    return bool(article.comments_open) and not is_too_old(article, row)


def is_too_old(article: Any, row: DiscussionSettings | None = None) -> bool:
    """Whether an article was published so long ago that the settings close it."""
    days = (row or current().row).close_after_days
    if days is None or article.published_at is None:
        return False
    return bool(article.published_at <= timezone.now() - timedelta(days=days))


def full_until(row: DiscussionSettings, now: datetime) -> datetime | None:
    """When the next new question fits; None where one does now. Nothing is counted where there is no cap."""
    cap = row.weekly_cap
    if cap is None:
        return None
    times = list(itertools.islice(_counted(cap, now), cap))
    return times[-1] + WEEK if len(times) == cap else None


def _counted(cap: int, now: datetime) -> Iterator[datetime]:
    """When the week's questions came that take a place, the last first: of one network no more than OF_ONE, or one
    person could close the site to all others."""
    sent = Comment.objects.new_questions(now - WEEK).filter(posted_at__lte=now + AHEAD)
    count = Counter[str]()
    for moment, network in sent.values_list("posted_at", "network")[: cap * LOOKED_AT]:
        count[network] += 1
        if not network or count[network] <= OF_ONE:
            yield moment


def is_full_hour(row: DiscussionSettings, now: datetime) -> bool:
    """Whether readers have sent as much within the hour as may be published unread. Whatever became of it counts."""
    most = row.posts_in_an_hour
    return most is not None and Comment.objects.sent_since(now - HOUR)[most - 1 : most].exists()


def limits(row: DiscussionSettings) -> tuple[tuple[timedelta, int], ...]:
    """How many posts one network may send, within which span."""
    return ((MINUTES, row.posts_in_ten_minutes), (DAY, row.posts_in_a_day))


def reserved_names() -> list[str]:
    """Names that readers may not sign with, beside those of moderators."""
    return [name for line in current().row.reserved_names.splitlines() if (name := line.strip())]


def told(moment: datetime) -> str:
    """A moment in words, rounded up to the minute: whoever comes then is not too early."""
    return date_format(timezone.localtime(moment + timedelta(seconds=59)), "DATETIME_FORMAT")
