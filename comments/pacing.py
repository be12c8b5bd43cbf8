"""Pacing without a fence: whoever asks again and again in one night gets a kind word, and is refused nothing.

It is asked when the page is read, and written nowhere. Whom it is meant for nobody can know; so its words fit whoever
reads them, and do not say that anybody else has asked. Nor does it stand where somebody else from the same home asked,
nor where somebody used another's address: whoever looks for it there would learn of them.
"""

from datetime import datetime, timedelta

from .models import Comment

NIGHT = timedelta(hours=12)
FOURTH = 4


def is_fourth_of_a_night(comment: Comment, now: datetime) -> bool:
    """Whether so many came from its network, in its name or with its email, in the hours before it; for as long after.

    At most one query.
    """
    is_fresh = comment.is_root and comment.posted_at > now - NIGHT
    if not is_fresh or not comment.network:
        return False
    return Comment.objects.asked_before(comment, NIGHT, FOURTH - 1).count() >= FOURTH - 1
