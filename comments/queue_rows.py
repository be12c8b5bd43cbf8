"""What the desk's lists say beside a comment itself: where its thread stands, why it was held, whether its asker was
here before. Three queries for a page."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Prefetch, Subquery, Value, prefetch_related_objects
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils import timezone
from django.utils.formats import date_format

from . import campaigns, reporting
from .campaigns import Like
from .desk_models import DiscussionSettings, RuleHit
from .models import Comment
from .reader_models import Report

EARLIER = 100  # questions with the same email that are counted
NEAR = 1_000  # comments before a question, among which its network is looked for


def dress(rows: Sequence[Comment], *, of_reports: bool = False) -> None:
    """Give each of these comments `thread` (a line), `earlier` (a number), `alike` (what others share with it), and
    what brought it here: `hits` of rules, or (`of_reports`) the `reports` that nobody has looked at."""
    if of_reports:
        reports = Report.objects.filter(handled_at=None).order_by("pk")[: reporting.SHOWN]
        prefetch_related_objects(rows, Prefetch("reports", queryset=reports, to_attr="open_reports"))
    else:
        hits = RuleHit.objects.select_related("rule").order_by("pk")
        prefetch_related_objects(rows, Prefetch("rule_hits", queryset=hits, to_attr="hits"))
    roots = _roots(rows)
    beside = _beside([row.pk for row in rows])
    for row in rows:
        row.thread = _line(row, roots[row.tree_id])
        row.earlier, row.alike = beside.get(row.pk, (0, []))
        row.kept_until = _kept_until(row)


def _roots(rows: Iterable[Comment]) -> dict[int, Any]:
    """The questions of their threads, each with `answered_by`, the name on its first answer."""
    answers = Comment.objects.filter(tree_id=OuterRef("pk")).replies().approved().by_moderators()
    # As `moderator_name` says it.
    full = NullIf(Trim(Concat("author__first_name", Value(" "), "author__last_name")), Value(""))
    named = answers.order_by("published_at", "pk").values(full_name=Coalesce(full, "author__username"))[:1]
    roots = Comment.objects.filter(pk__in={row.tree_id for row in rows}).select_related("author")
    return {root.pk: root for root in roots.annotate(answered_by=Subquery(named))}


def _kept_until(row: Any) -> datetime | None:
    """When spam goes for good (`purging`), on a list that asked for that; what is urgent or was imported stays."""
    if not hasattr(row, "spam_days") or row.urgent or row.source is not None:
        return None
    days = row.spam_days or DiscussionSettings().spam_days
    until: datetime = max(row.posted_at, row.touched_at or row.posted_at) + timedelta(days=days)
    return until


def _beside(pks: list[int]) -> dict[int, tuple[int, list[tuple[Like, int]]]]:
    """How many questions the asker of each wrote before it, by the same email, or lately from the same network; and
    what others share with it.

    What has no email or network is left out as their indexes say it, word by word, or SQLite would read all comments.
    """
    if not pks:
        return {}
    sql = f"""
        SELECT row.id, (SELECT COUNT(*) FROM (
            SELECT by_email.id FROM (
                SELECT other.id FROM comments_comment AS other
                WHERE other.email = row.email AND NOT (other.email = '') AND row.email <> ''
                  AND other.id < row.id AND other.level = 0
                LIMIT {EARLIER}
            ) AS by_email
            UNION
            SELECT by_network.id FROM (
                SELECT other.id, other.level FROM comments_comment AS other
                WHERE other.network = row.network AND NOT (other.network = '') AND other.posted_at <= row.posted_at
                ORDER BY other.posted_at DESC LIMIT {EARLIER}
            ) AS by_network WHERE by_network.level = 0 AND by_network.id < row.id AND by_network.id >= row.id - {NEAR}
            LIMIT {EARLIER}
        ) AS found), {", ".join(campaigns.columns("row").values())}
        FROM comments_comment AS row WHERE row.id IN ({", ".join(["%s"] * len(pks))})
    """  # noqa: S608 - numbers are ours, pks are parameters
    with connection.cursor() as cursor:
        cursor.execute(sql, pks)
        return {pk: (earlier, campaigns.shared(pk, *counts)) for pk, earlier, *counts in cursor.fetchall()}


def _line(row: Comment, root: Any) -> str:
    """“Question, 3 replies, answered by Sarah on 3 May”; “Reply to Bob in Ann’s thread, 12 comments, not answered”."""
    if row.is_root:
        replies = f"{root.reply_count} {'reply' if root.reply_count == 1 else 'replies'}" if root.reply_count else ""
        return ", ".join(filter(None, ["Question", replies, *_standing(root)]))
    above = row.parent.display_name if row.parent else ""
    size = root.reply_count + root.is_public
    whose = "" if row.parent_id == root.pk else f" in {root.display_name}’s thread"
    return ", ".join([f"Reply to {above}{whose}", f"{size} {'comment' if size == 1 else 'comments'}", *_standing(root)])


def _standing(root: Any) -> list[str]:
    marks = {"closed": root.closed_at, "merged into another question": root.merged_into_id}
    set_ = [mark for mark, is_set in marks.items() if is_set]
    if root.answered_at:
        return [f"answered by {root.answered_by} on {_day(root.answered_at)}", *set_]
    return set_ if root.author_id or root.merged_into_id else ["not answered", *set_]


def _day(moment: Any) -> str:
    day = timezone.localtime(moment)
    return date_format(day, "j F" if day.year == timezone.localtime().year else "j F Y")
