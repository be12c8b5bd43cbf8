"""An article's comments as WordPress's importer takes them: by their numbers, and a reply only after its parent."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db.models import Case, Exists, Max, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from comments import markup
from comments.models import Comment, Status
from comments.numbers import BATCH, batches

from .wxr_text import COMMENT_SIZE, NAME_SIZE, cdata, comment_html, escaped, fitting, gmt, local, mail, named

APPROVED = {Status.APPROVED: "1", Status.PENDING: "0", Status.SPAM: "spam", Status.TRASH: "trash"}
ROWS = 2_000  # read at once

_COLUMNS = (
    *("pk", "level", "lft", "rght", "author", "name", "email", "body", "body_html", "status", "posted_at"),
    *("erased_at", "source", "is_needed"),
)


@dataclass(slots=True)
class Comments:
    """Writes comments and counts them; `names` and `emails` are the moderators': WordPress forgets who wrote comments
    and no article."""

    counts: Counter[str]
    names: dict[int, str]
    emails: dict[int, str]
    private: bool
    _later: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self._later = count((Comment.objects.aggregate(last=Max("pk"))["last"] or 0) + 1)

    def below(self, article: int, progress: Callable[[int], Any]) -> Iterator[str]:
        """Thread by thread, without what was erased and has no replies; unless `private`, without what readers do not
        see. A reply that came before its parent, by their numbers, gets a number after all others: WordPress would
        hang it below another comment."""
        numbers: list[int] = []
        for row in _rows(article):
            progress(1)
            if not row.is_needed and self._is_left_out(row):
                continue
            del numbers[row.level :]
            parent = numbers[-1] if numbers else 0
            numbers.append(row.pk if row.pk > parent else next(self._later))
            yield self._comment(row, numbers[-1], parent)

    def _is_left_out(self, row: Any) -> bool:
        if not self.private:
            return bool(row.status != Status.APPROVED)  # and nothing below it is public
        return bool(row.erased_at and row.rght - row.lft == 1)

    def _keeps_words(self, row: Any) -> bool:
        """What waits with public replies below: they wait with it there, and nothing is lost."""
        return self.private and bool(row.status == Status.PENDING)

    def _comment(self, row: Any, number: int, parent: int) -> str:
        if row.erased_at or (row.is_needed and not self._keeps_words(row)):
            self.counts["removed comment"] += 1
            return _removed(row, number, parent)
        content = comment_html(row.body, row.body_html, is_plain=_is_plain(row))
        is_whole = len(content) * 4 <= COMMENT_SIZE or len(content.encode()) <= COMMENT_SIZE
        self.counts["comment" if is_whole else "shortened comment"] += 1
        return _element(
            row,
            number,
            parent,
            name=row.name if row.author is None else self.names[row.author],
            email=mail(row.email if row.author is None else self.emails[row.author]) if self.private else "",
            content=content if is_whole else fitting(markup.plain(row.body_html), COMMENT_SIZE),
            approved=APPROVED[row.status],
            user=row.author or 0,
        )


def _rows(article: int) -> Iterator[Any]:
    """In reading order. `is_needed`: it is not public, and something below it is."""
    # By `lft` alone, as the index has it: with `rght` each would look through the rest of its thread.
    below = Comment.objects.approved().filter(
        tree_id=OuterRef("tree_id"), lft__gt=OuterRef("lft"), lft__lt=OuterRef("rght")
    )
    is_needed = Case(When(~Q(status=Status.APPROVED), then=Exists(below)), default=Value(False))  # noqa: FBT003
    roots = Comment.objects.roots().filter(article=article).order_by("pk").values_list("pk", flat=True)
    for batch in batches(roots.iterator(chunk_size=BATCH)):
        rows = Comment.objects.filter(tree_id__in=batch).annotate(is_needed=is_needed).order_by("tree_id", "lft")
        yield from rows.values_list(*_COLUMNS, named=True).iterator(chunk_size=ROWS)


def _is_plain(row: Any) -> bool:
    """Whether what readers see is the text as it was typed: by a reader here, or elsewhere without any HTML."""
    return row.author is None and (row.source is None or markup.reader_html(row.body) == row.body_html)


def _removed(row: Any, number: int, parent: int) -> str:
    """Without the text, and public where something below is: WordPress shows no reply to what is not."""
    approved = APPROVED[Status.APPROVED if row.is_needed else Status.TRASH]
    words = escaped(_("This comment was removed."))
    return _element(row, number, parent, name="", email="", content=words, approved=approved, user=0)


def _element(
    row: Any, number: int, parent: int, *, name: str, email: str, content: str, approved: str, user: int
) -> str:
    return (
        f"<wp:comment>\n<wp:comment_id>{number}</wp:comment_id>\n"
        f"<wp:comment_author>{cdata(named(name, NAME_SIZE))}</wp:comment_author>\n"
        f"<wp:comment_author_email>{cdata(email)}</wp:comment_author_email>\n"
        "<wp:comment_author_url></wp:comment_author_url>\n<wp:comment_author_IP></wp:comment_author_IP>\n"
        f"<wp:comment_date>{local(row.posted_at)}</wp:comment_date>\n"
        f"<wp:comment_date_gmt>{gmt(row.posted_at)}</wp:comment_date_gmt>\n"
        f"<wp:comment_content>{cdata(content)}</wp:comment_content>\n"
        f"<wp:comment_approved>{approved}</wp:comment_approved>\n<wp:comment_type>comment</wp:comment_type>\n"
        f"<wp:comment_parent>{parent}</wp:comment_parent>\n<wp:comment_user_id>{user}</wp:comment_user_id>\n"
        "</wp:comment>\n"
    )
