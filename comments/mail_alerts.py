"""What a moderator is told: all that is due to them, in one mail, each thing with its whole words and one link.

Whether it still waits, and whether they still want to hear of it, is asked here once more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import alerting, mail_words
from .desk_models import DeskPreference
from .mail_models import Kind, OutboxMessage
from .mail_words import Quote, Told
from .models import BODY_LENGTH, Comment
from .reader_models import Report

# In one mail; of the comments beyond that it says how many there are.
WHOLE = 20  # comments
TEXT = 60_000  # characters of them, with what they reply to, or mail programs would cut it off
REPORTS = 5  # of one comment
ABOVE_LENGTH = 1_500  # characters of what a reply is about
LOOKED_AT = ("urgent", "posted_at", "reasons", "care", "words_key", "network")  # of all there are, for their order


@dataclass(frozen=True, slots=True)
class Item:
    """A comment with all that a mail says of it."""

    comment: Comment = field(repr=False)
    titles: list[str]
    quote: Quote = field(repr=False)
    above: Quote | None = field(repr=False)
    reports: list[tuple[str, Quote | None]] = field(repr=False)
    more_reports: int

    @property
    def answer(self) -> str:
        """After login the box is open and focused."""
        return mail_words.address(f"{reverse('admin:desk_comment', args=[self.comment.pk])}?answer")

    @property
    def article(self) -> str:
        return mail_words.line(str(self.comment.article))

    @property
    def posted(self) -> str:
        return mail_words.minute(self.comment.posted_at)

    @property
    def reasons(self) -> str:
        return mail_words.line(", ".join(self.comment.reasons))

    @property
    def length(self) -> int:
        quotes = [self.quote, self.above, *(details for _, details in self.reports)]
        return sum(len(quote.text) for quote in quotes if quote)

    @property
    def is_held(self) -> bool:
        return not self.comment.is_public


def gather(moderator: int | None, rows: list[OutboxMessage]) -> tuple[Told | None, dict[int, str]]:
    """The mail that tells a moderator of all this, and why it leaves out which of it."""
    found = next(((one, likes) for one, likes in alerting.recipients() if one.pk == moderator), None)
    if found is None:
        return None, {row.pk: "They do not answer here now, or have no address." for row in rows}
    skipped = dict(_skipped(found[1], rows))
    left = [row for row in rows if row.pk not in skipped]
    return _told(found[0].email, left) if left else None, skipped


def _skipped(likes: DeskPreference, rows: list[OutboxMessage]) -> Iterator[tuple[int, str]]:
    pks = [row.comment_id for row in rows]
    waiting = Comment.objects.waiting().only("level", "urgent").in_bulk([pk for pk in pks if pk])
    again = set(Comment.objects.followed_up().filter(pk__in=pks).values_list("pk", flat=True))
    again |= {
        pk for pk, comment in waiting.items() if comment.is_root
    }  # a question that was changed as its asker was asked
    reports = Report.objects.filter(pk__in=[row.report_id for row in rows], handled_at=None)
    unhandled = set(reports.values_list("pk", flat=True))
    wanted = alerting.wanted(likes)
    for row in rows:
        comment = waiting.get(row.comment_id or 0)
        is_urgent = likes.mail_urgent and row.kind in alerting.BY_WRITERS and comment is not None and comment.urgent
        if not wanted[Kind(row.kind)] and not is_urgent:
            yield row.pk, "They do not want to hear of this."
        elif row.kind == Kind.REPORT:
            if row.report_id not in unhandled:
                yield row.pk, "Somebody has looked at the report."
        elif row.comment_id not in (again if row.kind == Kind.FOLLOW_UP else waiting):
            yield row.pk, "It does not wait any more."


def _told(to: str, rows: list[OutboxMessage]) -> Told:
    """All comments are counted, and the first so many are shown."""
    by_comment: dict[int, list[OutboxMessage]] = {}
    for row in rows:
        by_comment.setdefault(row.comment_id or 0, []).append(row)
    reported = {pk for pk, told in by_comment.items() if any(row.kind == Kind.REPORT for row in told)}
    found = _in_order(Comment.objects.only(*LOOKED_AT).in_bulk(list(by_comment)).values(), reported)
    shown = Comment.objects.select_related("article", "author", "parent__author").in_bulk(found[:WHOLE])
    reports = Report.objects.in_bulk([row.report_id for pk in shown for row in by_comment[pk] if row.report_id])
    items = list(_fitting(_item(shown[pk], by_comment[pk], reports) for pk in found[:WHOLE] if pk in shown))
    desk, choices = (mail_words.address(reverse(f"admin:{name}")) for name in ("desk", "desk_mail"))
    context = {"items": items, "more": len(found) - len(items), "desk": desk, "choices": choices}
    is_urgent = any(shown[pk].urgent for pk in found[:1] if pk in shown)
    return Told(to, "alerts", _subject(len(found), is_urgent=is_urgent), context)


def _in_order(comments: Iterable[Comment], reported: set[int]) -> list[int]:
    """Their pks: what is urgent, then what was reported, then the oldest.

    Of more than are shown, those to which screening objects and those that are like others (one of each kind first)
    come after the rest, or a flood that sounds like danger would hide who is.
    """
    by_age = sorted(comments, key=lambda comment: (comment.posted_at, comment.pk))
    is_crowded, alike = len(by_age) > WHOLE, Counter[str]()
    places: dict[int, tuple[bool, bool, bool, int]] = {}
    for comment in by_age:
        has_more_reasons = is_crowded and len(comment.reasons) > len(comment.care)
        kinds = [kind for kind in (comment.words_key, comment.network) if kind and is_crowded]
        turn = max((alike[kind] for kind in kinds), default=0)
        alike.update(kinds)
        places[comment.pk] = (not comment.urgent, comment.pk not in reported, has_more_reasons, turn)
    return sorted(places, key=places.__getitem__)


def _fitting(items: Iterable[Item]) -> Iterator[Item]:
    """The first of them, as far as there is room; one at least."""
    length = 0
    for number, item in enumerate(items):
        length += item.length
        if number and length > TEXT:
            return
        yield item


def _subject(count: int, *, is_urgent: bool) -> str:
    """As it may stand on a locked screen: nothing of what it is about."""
    known = {"host": mail_words.host(), "count": count}
    if is_urgent:
        return _("%(host)s: something urgent waits for you") % known
    said = ngettext("%(host)s: one thing waits for you", "%(host)s: %(count)s things wait for you", count)
    return said % known


def _item(comment: Comment, rows: list[OutboxMessage], reports: dict[int, Report]) -> Item:
    told = [reports[row.report_id] for row in rows if row.report_id in reports]
    return Item(
        comment,
        list(dict.fromkeys(title for row in rows for title in _titles(row.kind, comment))),
        mail_words.quote(comment, BODY_LENGTH),
        _above(comment),
        [(str(report.get_reason_display()), _details(report)) for report in told[:REPORTS]],
        max(0, len(told) - REPORTS),
    )


def _above(comment: Comment) -> Quote | None:
    """What it replies to; where an asker writes again, the whole question."""
    if comment.parent is None or comment.parent.erased_at:
        return None
    return mail_words.quote(comment.parent, BODY_LENGTH if comment.by_asker else ABOVE_LENGTH)


def _details(report: Report) -> Quote | None:
    return mail_words.quote_of_reader(report.details, BODY_LENGTH) if report.details else None


def _titles(kind: str, comment: Comment) -> Iterator[str]:
    known = {"name": mail_words.line(comment.display_name), "day": mail_words.day(comment.posted_at)}
    if kind == Kind.FOLLOW_UP:
        yield _("%(name)s, who asked, writes again") % known
    elif kind == Kind.REPORT:
        yield _("Reported: what %(name)s wrote") % known
    else:
        if kind == Kind.NUDGE:
            yield _("The oldest question has waited since %(day)s") % known
        yield (_("%(name)s asks") if comment.is_root else _("%(name)s replies")) % known
