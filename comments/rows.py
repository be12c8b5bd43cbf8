"""Comments as they are read for a page: plain tuples of the columns that are shown."""

from datetime import datetime
from typing import Any, NamedTuple

from .models import ERASED_NAME, Comment, Status

APPROVED = Status.APPROVED.value  # looked up in the enumeration it takes most of the time of `is_public`
CARD_BYTES = 800  # what the markup around a comment weighs

COLUMNS = (
    "pk", "parent_id", "tree_id", "lft", "rght", "level", "status", "posted_at", "edited_at", "name", "by_asker",
    "author_id", "author__first_name", "author__last_name", "author__username", "body_html", "excerpt_html",
    "reply_count", "position", "answered_at", "corrected_at", "highlighted_at", "withdrawn_at", "closed_at",
)  # fmt: skip
PARENT = (
    "parent__status", "parent__name", "parent__author_id", "parent__author__first_name", "parent__author__last_name",
    "parent__author__username",
)  # fmt: skip


class Row(NamedTuple):
    """A comment as read for a page (model instances cost four times as much)."""

    pk: int
    parent: int | None
    tree: int
    lft: int
    rght: int
    level: int
    status: str
    posted_at: datetime
    edited_at: datetime | None
    name: str
    by_asker: bool
    author: int | None
    first_name: str | None
    last_name: str | None
    username: str | None
    html: str
    excerpt: str
    reply_count: int
    position: int | None
    answered_at: datetime | None
    corrected_at: datetime | None
    highlighted_at: datetime | None
    withdrawn_at: datetime | None
    closed_at: datetime | None

    @classmethod
    def of(cls, comment: Comment) -> "Row":
        """The row of a comment that is read already, with its author."""
        author = comment.author
        first, last, username = (author.first_name, author.last_name, author.username) if author else (None,) * 3
        return cls(
            comment.pk, comment.parent_id, comment.tree_id, comment.lft, comment.rght, comment.level, comment.status,
            comment.posted_at, comment.edited_at, comment.name, comment.by_asker, comment.author_id, first, last,
            username, comment.body_html, comment.excerpt_html, comment.reply_count, comment.position,
            comment.answered_at, comment.corrected_at, comment.highlighted_at, comment.withdrawn_at, comment.closed_at,
        )  # fmt: skip

    @property
    def is_public(self) -> bool:
        return self.status == APPROVED

    @property
    def is_withdrawn(self) -> bool:
        """An answer that was taken back: readers are told so where it stood."""
        return self.withdrawn_at is not None and self.status == Status.TRASH

    @property
    def changed_at(self) -> datetime | None:
        """When its words were last changed, by whoever wrote them or by a moderator."""
        return max(filter(None, (self.edited_at, self.corrected_at)), default=None)

    @property
    def shown_name(self) -> str:
        return _shown_name(self.name, self.author, self.first_name, self.last_name, self.username)

    @property
    def weight(self) -> int:
        return CARD_BYTES + len((self.excerpt or self.html).encode()) + 2 * len(self.shown_name.encode())


def read_rows_with_parents(replies: Any) -> tuple[list[Row], dict[int | None, str]]:
    """The rows, and the names of those whom they answer ("" for whom readers do not see)."""
    rows, names = [], {}
    for values in replies.values_list(*COLUMNS, *PARENT):
        row = Row(*values[: len(COLUMNS)])
        status, *naming = values[len(COLUMNS) :]
        rows.append(row)
        names[row.parent] = _shown_name(*naming) if status == Status.APPROVED else ""
    return rows, names


def _shown_name(name: str, author: int | None, first: str | None, last: str | None, username: str | None) -> str:
    if author is not None:
        return f"{first} {last}".strip() or str(username)
    return name or ERASED_NAME
