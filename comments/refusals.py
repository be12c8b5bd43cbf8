"""Why a post is not written: what the reader is told, and what helps."""

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import discussion_settings

MINUTES_TOLD = 60  # a longer time is told in hours


class Refused(Exception):
    """Nothing was written; `message` tells the reader why, and what helps."""

    message: str | Promise = ""
    status = 403  # of the answer
    keeps_parent = True  # whether sending again is still a reply

    def __init__(self) -> None:
        super().__init__(str(self.message))


class Closed(Refused):
    message = _("Questions and replies are closed here. Nothing was sent; your text is still below, to copy.")


class ClosedByAge(Closed):
    message = _(
        "This article has been here for so long that it takes no more questions and replies. "
        "Nothing was sent; your text is still below, to copy."
    )


class CapReached(Refused):
    """As many new questions as one person can answer in a week; `until` is when the next one fits."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.message = _(
            "At present there are as many new questions as one person can answer. From %(moment)s on, new ones fit "
            "again. Nothing was sent; your text is still below: please keep it until then."
        ) % {"moment": discussion_settings.told(until)}
        super().__init__()


class ThreadFull(Closed):
    keeps_parent = False
    message = _(
        "This conversation has become so long that it takes no more replies. "
        "Your text is still below: you can ask it as a question of your own."
    )


class ThreadClosed(Closed):
    keeps_parent = False
    message = _(
        "This conversation is closed, so nothing was sent. "
        "Your text is still below: you can ask it as a question of your own."
    )


class ParentGone(Refused):
    status = 422
    keeps_parent = False
    message = _(
        "The comment you reply to is not there any more. "
        "Your text is still below: send it again, and it becomes a question of your own."
    )


class Damaged(Refused):
    status = 422
    message = _(
        "Some characters arrived damaged, so this was not sent. Please look through your text below, or press Back."
    )


class TooMany(Refused):
    status = 429

    def __init__(self, retry_after: timedelta) -> None:
        self.retry_after = max(1, int(retry_after.total_seconds()) + 1)  # seconds
        self.message = _(
            "That was a lot in a short time, perhaps also from others who share your connection. Nothing was sent; "
            "your text is still below. Please send it again %(when)s."
        ) % {"when": _in_about(self.retry_after)}
        super().__init__()


class Stale(Refused):
    status = 422
    message = _("Where this stands has changed while you were writing, so nothing was sent. Your text is still below.")


class EnoughAdded(Refused):
    message = _("Nothing more can be added here. Your text is still below: you can ask it as a question of your own.")


def _in_about(seconds: int) -> str:
    """A span from now, in words, rounded up: whoever comes then is not too early."""
    minutes = -(-seconds // 60)
    if minutes < MINUTES_TOLD:
        return ngettext("in about a minute", "in about %(count)s minutes", minutes) % {"count": minutes}
    hours = -(-minutes // 60)
    return ngettext("in about an hour", "in about %(count)s hours", hours) % {"count": hours}
