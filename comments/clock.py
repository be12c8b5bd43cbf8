"""Whether this machine's clock may be believed, before anything goes for good because it is old.

By a clock that is a year ahead everything is old. The log knows better: something is written there every day, and where
that was last a month before this week, the clock has leapt, or the site stood still. Nothing goes then for a week, in
which somebody may notice; what is written meanwhile shows that the clock goes on from there.
"""

from datetime import datetime, timedelta

from . import auditing
from .log_models import ModerationEvent, Verb

GRACE = timedelta(days=7)
LEAP = timedelta(days=30)  # the site may have been down, or have nobody who purges but once a month
DAILY = timedelta(days=1)


class Doubtful(Exception):
    """It has leapt; the message says from where to where."""


def check(now: datetime) -> None:
    """Raises Doubtful."""
    written = ModerationEvent.objects.filter(at__lt=now - GRACE).order_by("-pk")  # not by what they say of when
    before = written.values_list("at", flat=True).first()
    if before and before < now - GRACE - LEAP:
        raise Doubtful(
            f"The clock says {now:%-d %B %Y}, and until a week before that the log ends at {before:%-d %B %Y}: nothing "
            "goes for being old. If the clock is right, wait until it has had a week in the log"
        )


def strike(now: datetime) -> None:
    """Have the log show this day, where nothing else does."""
    if not ModerationEvent.objects.filter(at__gt=now - DAILY, at__lte=now).exists():
        auditing.record(by=None, verb=Verb.DELETE, subject="what is kept for a time only", after="as every day")
