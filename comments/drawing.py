"""The markup of comments in their threads, written here and not in a template: it stands 120 times on a page.

Looking up names, addresses and words in a template cost six times as much as everything else on such a page together.
What somebody wrote passes `escape`, but for a comment's `html`, which `markup` made safe when it was stored.
"""

from collections.abc import Iterable
from datetime import date, datetime
from html import escape

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .rows import Row
from .threads import Node


class Words:
    """In the reader's language, each looked up once for all comments of a page."""

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


class Page:
    """What all comments of a page share."""

    def __init__(self, *, takes_replies: bool) -> None:
        self.takes_replies = takes_replies
        self.words = Words()
        self.permalink, self.thread = Address("permalink"), Address("thread")
        self.reply, self.report = Address("reply"), Address("report")
        self._zone = timezone.get_current_timezone()
        self._days: dict[date, str] = {}

    def local(self, when: datetime) -> datetime:
        return when.astimezone(self._zone)

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
    closed = f'<p class="comment__closed">{page.words.closed}</p>\n' if node.in_closed and not row.level else ""
    return f"""<li id="comment-{row.pk}" class="{_classes(node)}" data-level="{row.level}">
<div class="comment__card">
{_card(node, page)}{closed}</div>
{_lists(node, page)}
"""


def _classes(node: Node) -> str:
    if node.is_removed:
        return "comment comment--removed"
    answer = " comment--answer" if node.is_answer else ""
    highlighted = " comment--highlighted" if node.is_highlighted else ""
    return f"comment{answer}{highlighted}{' comment--asker' if node.is_asker else ''}"


def _card(node: Node, page: Page) -> str:
    name = escape(node.row.shown_name)
    if node.row.is_withdrawn:
        return f'<p class="comment__body">{page.words.withdrew % {"name": name}}</p>\n'
    if node.is_removed:
        return f'<p class="comment__body">{page.words.removed}</p>\n'
    return f"""{_header(node, name, page)}
{_context(node, page)}<div class="comment__body" dir="auto">{node.html}</div>
<footer class="comment__actions">{_actions(node, name, page)}</footer>
"""


def _header(node: Node, name: str, page: Page) -> str:
    posted_at = page.local(node.row.posted_at)
    return (
        f'<header class="comment__meta"><span class="comment__author"><bdi>{name}</bdi></span>'
        f'{_badges(node, page.words)} <a class="comment__time" href="{page.permalink.of(node.row.pk)}">'
        f'<time datetime="{_moment(posted_at)}">{page.day(posted_at)}</time></a>{_changed(node, page)}</header>'
    )


def _badges(node: Node, words: Words) -> str:
    if node.is_answer:
        role = words.answer
    elif node.is_asker:
        role = words.asker
    else:
        role = words.waiting if node.is_waiting else ""
    highlighted = words.highlighted if node.is_highlighted else ""
    return f"{role}{highlighted}{words.pinned if node.is_pinned else ''}"


def _badge(word: str) -> str:
    return f' <span class="comment__badge">{word}</span>'


def _changed(node: Node, page: Page) -> str:
    if node.is_answer and node.row.edited_at:
        said = page.words.revised % {"day": page.day(page.local(node.row.edited_at))}
    elif node.is_corrected:
        said = page.words.corrected
    else:
        return ""
    return f' <span class="comment__changed">{said}</span>'


def _context(node: Node, page: Page) -> str:
    if not node.answers_name:
        return ""
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
    return f"</li>{'</ol></li>' * len(node.closes)}{more}"


def _more(root: Row, count: int, page: Page) -> str:
    said = ngettext("The whole thread: %(number)s more reply", "The whole thread: %(number)s more replies", count)
    return f'<li class="thread-more"><a href="{page.thread.of(root.pk)}">{said % {"number": intcomma(count)}}</a></li>'


def _moment(when: datetime) -> str:
    """A local time for machines, as everywhere on the site: +0000, without the colon."""
    written = when.isoformat(timespec="seconds")
    return written[:22] + written[23:25]
