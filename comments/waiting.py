"""How long an answer usually takes, measured: what askers are told while they wait."""

from datetime import timedelta
from math import ceil

from .models import Comment

MEASURED = 100  # the questions answered last: how it goes now, not how it went in the first year
FEWEST = 5  # below that one slow answer would be "usual"
USUALLY = 0.8  # of the questions were answered within the time that is named
DAY = timedelta(days=1)


def usual_days() -> int | None:
    """Within how many days four in five of the questions answered last had their answer; None where they are too few.

    One query, which reads as many rows as are measured.
    """
    answered = Comment.objects.recently_answered().values_list("posted_at", "answered_at")[:MEASURED]
    waits = sorted(answer - question for question, answer in answered)
    if len(waits) < FEWEST:
        return None
    usual: timedelta = waits[ceil(USUALLY * len(waits)) - 1]
    return max(1, ceil(usual / DAY))
