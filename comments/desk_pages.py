"""What the desk's pages show: what comes next in the queue, and what stands around a comment in its thread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import RawSQL

from . import campaigns, history, presence, statuses, undoing
from .models import Comment, Status, moderator_name

NEAREST_PARENTS = 8  # above a comment; its question is always shown too
ROWS = 100  # of the thread before the comment, and as many after it
EVENTS = 20
OFFERED = {
    Status.PENDING: ("approve", "mark_spam", "trash"),
    Status.APPROVED: ("hold", "mark_spam", "trash"),
    Status.SPAM: ("restore", "approve", "trash"),
    Status.TRASH: ("restore", "approve", "mark_spam"),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A comment's place in its thread: the way down to it, and the rows around it, in reading order."""

    path: list[Comment]  # the question and the nearest parents
    path_left_out: int
    before: list[Comment]
    before_left_out: int
    after: list[Comment]
    after_left_out: int

    @property
    def others(self) -> int:
        """How many comments of the thread, beside those on the path, are read or left out."""
        return self.before_left_out + len(self.before) + len(self.after) + self.after_left_out


def next_after(comment: Comment) -> int | None:
    """The pk of what a moderator who has dealt with this one looks at next; None where nothing else waits."""
    following = Comment.objects.only("pk").next_waiting(comment)
    return following.pk if following else None


def is_waiting(comment: Comment) -> bool:
    return bool(Comment.objects.waiting().contains(comment))


def comment(pk: int) -> Comment | None:
    """With `newest_answer`, the pk of the newest answer right below it, or None; and `alike`, what others share with
    it."""
    columns = campaigns.columns("comments_comment")
    rows = Comment.objects.with_newest_answer().select_related("article", "author")
    found: Any = rows.annotate(**{name: RawSQL(sql, []) for name, sql in columns.items()}).filter(pk=pk).first()  # noqa: S611
    if found is not None:
        found.alike = campaigns.shared(found.pk, *(getattr(found, name) for name in columns))
    return found  # type: ignore[no-any-return]


def offered(comments: Sequence[Comment], *, by: Any) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """The verbs for each: what its writer erased or took back is not another's to change. One query, if any."""
    withdrawn = history.withdrawals(comments)
    for comment in comments:
        is_theirs = comment.erased_at or comment.pk in withdrawn or not statuses.may_bring_back(comment, by)
        yield comment, () if is_theirs else OFFERED[Status(comment.status)]


def news(comment: Any, *, by: Any, seen: str | None, after: int | None) -> list[str]:
    """What this moderator should know before sending: of the writer, and of the other moderators.

    `seen` (a digest) and `after` (an answer's pk) are what their page knows; None where it is new.
    """
    told = []
    if comment.erased_at:
        told.append("It was erased, at the wish of whoever wrote it. It cannot be answered any more.")
    elif seen not in (None, comment.digest):
        who = "A moderator" if comment.corrected_at else comment.display_name
        told.append(f"{who} has changed the text while you were writing. Please read it again.")
    if after is not None and (comment.newest_answer or 0) > after:
        answer = Comment.objects.answers_to(comment).first()
        who = answer.display_name if answer else "Somebody"
        told.append(f"{who} has answered it while you were writing.")
    visits = presence.others(comment, by=by)
    return [*told, *(f"{moderator_name(each.moderator)} has this open ({presence.ago(each)})." for each in visits)]


def events(comment: Comment) -> list[Any]:
    """What happened to the comment, the latest first; `can_go_back` where its act can be undone."""
    events = list(comment.events.select_related("by").order_by("-pk")[:EVENTS])
    can_go_back = undoing.undoable(events) if comment.erased_at is None else set()
    for event in events:
        event.can_go_back = event.pk in can_go_back
    return events


def around(comment: Comment) -> Surroundings:
    """The comment's place in its thread. Three queries and at most 200 rows, however long the thread is."""
    path = _path(comment)
    on_path = {above.pk for above in path}
    rows = Comment.objects.select_related("author")
    before = list(rows.before(comment)[:ROWS])[::-1] if comment.parent_id else []
    after = list(rows.after(comment)[:ROWS])
    # The numbers up to lft are one for each comment before, and a second for each of those that is no parent.
    all_before = (comment.lft - 1 + comment.level) // 2
    root = path[0] if path else comment
    return Surroundings(
        path=path,
        path_left_out=comment.level - len(path),
        before=[row for row in before if row.pk not in on_path],
        before_left_out=all_before - len({row.pk for row in before} | on_path),
        after=after,
        after_left_out=root.rght // 2 - all_before - 1 - len(after),
    )


def _path(comment: Comment) -> list[Comment]:
    """The question and the nearest parents, by parent links (mptt's get_ancestors() reads half the thread)."""
    if comment.parent_id is None:
        return []
    nearest = RawSQL(
        """
        WITH RECURSIVE path(id, parent_id, steps) AS (
            SELECT id, parent_id, 1 FROM comments_comment WHERE id = %s
            UNION ALL
            SELECT above.id, above.parent_id, steps + 1
            FROM path JOIN comments_comment AS above ON above.id = path.parent_id
            WHERE steps < %s
        )
        SELECT id FROM path UNION ALL SELECT %s
        """,
        [comment.parent_id, NEAREST_PARENTS, comment.tree_id],
    )
    above = Comment.objects.filter(pk__in=nearest).select_related("author")
    return list(above.order_by("level"))
