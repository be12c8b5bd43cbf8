"""Which moderators have a comment open at the desk."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from .desk_models import Visit
from .models import Comment

RECENT = timedelta(minutes=2)  # an open page says so every 15 seconds; one without scripts when it is loaded


def touch(comment: Comment, *, by: Any) -> None:
    """This moderator has it open now."""
    visit = Visit(comment_id=comment.pk, moderator=by, at=timezone.now())
    Visit.objects.bulk_create(
        [visit], update_conflicts=True, unique_fields=["comment", "moderator"], update_fields=["at"]
    )


def others(comment: Comment, *, by: Any) -> list[Visit]:
    """Who else has had it open just now, the latest first."""
    recent = Visit.objects.filter(comment=comment.pk, at__gt=timezone.now() - RECENT).exclude(moderator=by)
    return list(recent.select_related("moderator").order_by("-at", "pk"))


def ago(visit: Visit) -> str:
    minutes = int((timezone.now() - visit.at).total_seconds() // 60)
    return "now" if minutes < 1 else "a minute ago" if minutes == 1 else f"{minutes} minutes ago"
