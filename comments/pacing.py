"""Pacing without a fence: whoever asks again and again in one night gets a kind word, and is refused nothing.

It is asked when the page is read, and written nowhere. Whom it is meant for nobody can know, because a family or a café
has one network; so its words fit whoever reads them, and do not say that anybody else has asked.
"""

from datetime import datetime, timedelta

from .models import Comment

NIGHT = timedelta(hours=12)
FOURTH = 4


def is_fourth_of_a_night(comment: Comment, now: datetime) -> bool:
    """Whether so many questions came from its network, or with its email, in the hours before it; for as long after it.

    At most one query.
    """
    is_fresh = comment.is_root and comment.posted_at > now - NIGHT
    if not is_fresh or not (comment.network or comment.email):
        return False
    return Comment.objects.asked_before(comment, NIGHT, FOURTH - 1).count() >= FOURTH - 1
