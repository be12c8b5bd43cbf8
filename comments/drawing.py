"""The markup of comments in their threads, written here and not in a template: it stands 120 times on a page.

Looking up names, addresses and words in a template cost six times as much as everything else on such a page together.
What somebody wrote passes `escape`, but for a comment's `html`, which `markup` made safe when it was stored.
"""

import functools
from collections.abc import Iterable
from datetime import date, datetime
from html import escape

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.cache import cache
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .rows import Row
from .threads import Node


class Words:
    """In the reader's language."""

    def __init__(self) -> None:
        self.withdrew = _("<bdi>%(name)s</bdi> withdrew this answer.")
        self.removed = _("This comment was removed.")
        self.answer = _badge(_("Answer"))
        self.asker = _badge(_("asked this question"))
        self.waiting = _badge(_("waiting for an answer"))
        self.highlighted = _badge(_("Highlighted"))
        self.pinned = _badge(_("Pinned"))
        self.revised = _("edited on %(day)s")
        self.corrected = _("edited by a moderator")
        self.answers = _('in reply to <a href="%(above)s"><bdi>%(name)s</bdi></a>')
        self.whole = _("Read all of it")
        self.reply = _("Reply")
        self.reply_to = _("Reply to %(name)s")
        self.report = _("Report")
        self.report_by = _("Report the comment by %(name)s")
        self.closed = _("This conversation is closed.")


class Address:
    """The addresses of one kind of page about comments: Django is asked for one, the others differ by its number."""

    def __init__(self, name: str) -> None:
        self.before, _number, self.after = escape(reverse(f"comments:{name}", args=[0])).rpartition("0")

    def of(self, pk: int | None) -> str:
        return f"{self.before}{pk}{self.after}"


@functools.cache
def _address(name: str) -> Address:
    return Address(name)


def _words() -> Words:
    """Kept: in a language without a catalogue, as English is, looking them up takes a tenth of drawing a page."""
    key = f"words:{get_language()}"
    words: Words | None = cache.get(key)
    if words is None:
        cache.set(key, words := Words(), None)
    return words


class Page:
    """What all comments of a page share."""

    def __init__(self, *, takes_replies: bool) -> None:
        self.takes_replies = takes_replies
        self.words = _words()
        self.permalink, self.thread, self.reply, self.report = map(_address, ("permalink", "thread", "reply", "report"))
        self.zone = timezone.get_current_timezone()
        self._days: dict[date, str] = {}

    def day(self, when: datetime) -> str:
        """As this language writes the day of a local time."""
        day = when.date()
        if day not in self._days:
            self._days[day] = escape(formats.date_format(when, "DATE_FORMAT"))
        return self._days[day]


def draw(nodes: Iterable[Node], *, takes_replies: bool) -> SafeString:
    """One flat loop over comments in reading order; lists of replies open and close as `threads` says."""
    page = Page(takes_replies=takes_replies)
    return mark_safe("".join([_comment(node, page) for node in nodes]))  # noqa: S308 - each part escapes what it prints


def _comment(node: Node, page: Page) -> str:
    row = node.row
    classes, card = _card(node, page) if row.is_public else (" comment--removed", _placeholder(row, page.words))
    closed = f'<p class="comment__closed">{page.words.closed}</p>\n' if node.in_closed and not row.level else ""
    return f"""<li id="comment-{row.pk}" class="comment{classes}" data-level="{row.level}">
<div class="comment__card">
{card}{closed}</div>
{_lists(node, page)}
"""


def _placeholder(row: Row, words: Words) -> str:
    said = words.withdrew % {"name": escape(row.shown_name)} if row.is_withdrawn else words.removed
    return f'<p class="comment__body">{said}</p>\n'


def _card(node: Node, page: Page) -> tuple[str, str]:
    """Of what readers see: its classes, and what it says."""
    row, pk, name = node.row, node.row.pk, escape(node.row.shown_name)
    classes, badges = _marks(node, page.words)
    posted_at = row.posted_at.astimezone(page.zone)
    changed = _changed(row, page) if row.edited_at or row.corrected_at else ""
    return classes, (
        f'<header class="comment__meta"><span class="comment__author"><bdi>{name}</bdi></span>'
        f'{badges} <a class="comment__time" href="{page.permalink.of(pk)}">'
        f'<time datetime="{_moment(posted_at)}">{page.day(posted_at)}</time></a>{changed}</header>\n'
        f'{_context(node, page) if node.answers_name else ""}<div class="comment__body" dir="auto">{node.html}</div>\n'
        f'<footer class="comment__actions">{_actions(node, name, page)}</footer>\n'
    )


def _marks(node: Node, words: Words) -> tuple[str, str]:
    """The classes of what stands out, and the badges that say so."""
    row, pinned = node.row, words.pinned if node.is_pinned else ""
    asker = " comment--asker" if row.by_asker else ""
    if row.author is not None:
        if row.highlighted_at is not None:
            return f" comment--answer comment--highlighted{asker}", f"{words.answer}{words.highlighted}{pinned}"
        return f" comment--answer{asker}", f"{words.answer}{pinned}"
    if row.by_asker:
        return asker, f"{words.asker}{pinned}"
    return "", f"{words.waiting if node.is_waiting else ''}{pinned}"


def _badge(word: str) -> str:
    return f' <span class="comment__badge">{word}</span>'


def _changed(row: Row, page: Page) -> str:
    if row.author is not None and row.edited_at:
        said = page.words.revised % {"day": page.day(row.edited_at.astimezone(page.zone))}
    elif row.author is None and row.corrected_at:
        said = page.words.corrected
    else:
        return ""
    return f' <span class="comment__changed">{said}</span>'


def _context(node: Node, page: Page) -> str:
    said = page.words.answers % {"above": page.permalink.of(node.row.parent), "name": escape(node.answers_name)}
    return f'<p class="comment__context">{said}</p>\n'


def _actions(node: Node, name: str, page: Page) -> str:
    words, pk = page.words, node.row.pk
    whole = f'<a href="{page.thread.of(pk)}#comment-{pk}">{words.whole}</a> ' if node.is_shortened else ""
    label = words.report_by % {"name": name}
    report = (
        f'<a class="comment__report" href="{page.report.of(pk)}" rel="nofollow" aria-label="{label}">{words.report}</a>'
    )
    if node.in_closed or not page.takes_replies:
        return whole + report
    label = words.reply_to % {"name": name}
    reply = f'<a href="{page.reply.of(pk)}" rel="nofollow" data-reply aria-label="{label}">{words.reply}</a> '
    return whole + reply + report


def _lists(node: Node, page: Page) -> str:
    """What opens below a comment, and what ends after it."""
    if node.descends:
        return '<ol class="replies">'
    more = f"{_more(node.root, node.more, page)}</ol></li>" if node.root and node.more else ""
    if more and not node.depth:
        return f'<ol class="replies">{more}'
    return f"</li>{'</ol></li>' * node.closes}{more}"


def _more(root: Row, count: int, page: Page) -> str:
    said = ngettext("The whole thread: %(number)s more reply", "The whole thread: %(number)s more replies", count)
    return f'<li class="thread-more"><a href="{page.thread.of(root.pk)}">{said % {"number": intcomma(count)}}</a></li>'


def _moment(when: datetime) -> str:
    """A local time for machines, as everywhere on the site: +0000, without the colon."""
    written = when.isoformat(timespec="seconds")
    return written[:22] + written[23:25]
