"""What mails are made of: quotes that are bounded and lead nowhere, this site's addresses, lines of a fit length."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from . import markup
from .models import Comment

WIDTH = 72  # characters of a line of text
SIGNATURE = "-- "  # what is below it, mail programs show small, and leave out of answers
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
WORD_JOINER = "\u2060"  # drawn as nothing
# Mail programs make links of what looks like one: in front of a dot with letters on both sides, and of “://”, goes what
# stands in no address. Programs that look into mails for links to follow find none there either.
_LIKE_A_LINK = re.compile(r"(?<=\w)(?=\.\w|://)")
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail says. `template` names its two templates in templates/email/."""

    to: str = field(repr=False)
    template: str
    subject: str
    context: dict[str, Any] = field(repr=False)
    unsubscribe: str = field(default="", repr=False)  # the path for List-Unsubscribe, where there is one


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words for both parts of a mail: as HTML, and as text with “> ” before each line."""

    name: str
    html: SafeString = field(repr=False)
    text: str = field(repr=False)
    is_cut: bool = False


def host() -> str:
    """All that mails say of the site."""
    return urlsplit(settings.SITE_URL).hostname or ""


def address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def day(moment: Any) -> str:
    return date_format(localtime(moment), "DATE_FORMAT")


def minute(moment: Any) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


def inert(text: str) -> str:
    """A reader's text, of which no mail program makes a link."""
    return _LIKE_A_LINK.sub(WORD_JOINER, text)


def line(text: str) -> str:
    """A name or a title as one line, inert; where it runs from right to left, it turns nothing around it."""
    cleaned = inert(markup.clean_line(text))
    runs_left = any(unicodedata.bidirectional(char) in ("R", "AL") for char in cleaned)
    return f"{ISOLATE}{cleaned}{END_ISOLATE}" if runs_left else cleaned


def quote(comment: Comment, most: int) -> Quote:
    """A comment, at most so many characters of it. A moderator's links are links, a reader's are not."""
    if comment.author_id is not None:
        return _by_moderator(comment.display_name, comment.body_html, most)
    return _by_reader(comment.display_name, markup.plain(comment.body_html), most)


def quote_of_reader(text: str, most: int) -> Quote:
    """Plain words of a reader that are no comment."""
    return _by_reader("", text, most)


def quote_of_moderator(name: str, text: str, most: int) -> Quote:
    """A moderator's Markdown that is no comment."""
    return _by_moderator(name, markup.moderator_html(text), most)


def laid_out(text: str) -> str:
    """A rendered text with lines of a fit length, save addresses, and one empty line between its parts."""
    lines = (part for whole in text.strip().split("\n") for part in _wrapped(whole))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _by_reader(name: str, text: str, most: int) -> Quote:
    shown, is_cut = _cut(inert(markup.clean(text)), most)
    return Quote(line(name), _paragraphs(shown), _quoted(shown), is_cut)


def _by_moderator(name: str, body_html: str, most: int) -> Quote:
    html = _absolute(body_html)
    text, is_cut = _cut(_plain_with_links(html), most)
    return Quote(line(name), _paragraphs(text) if is_cut else mark_safe(html), _quoted(text), is_cut)  # noqa: S308


def _cut(text: str, most: int) -> tuple[str, bool]:
    if len(text) <= most:
        return text, False
    return f"{text[:most].rsplit(None, 1)[0]}…", True


def _paragraphs(text: str) -> SafeString:
    parts = re.split(r"\n(?:[^\S\n]*\n)+", "\n".join(text.splitlines()))
    html = (f'<p dir="auto">{"<br>".join(map(escape, part.splitlines()))}</p>' for part in parts)
    return mark_safe("".join(html))  # noqa: S308 - every line is escaped


def _absolute(body_html: str) -> str:
    """Sanitised once more, its links with this site's address where they had none."""
    return nh3.clean(
        body_html,
        tags=markup.COMMENT_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        url_relative=("rewrite_with_base", f"{settings.SITE_URL}/"),
    )


def _plain_with_links(html: str) -> str:
    html = _LINK.sub(lambda found: found[2] if found[1] == found[2] else f"{found[2]} ({found[1]})", html)
    return markup.plain(html.replace("</li>\n<li>", "<br>- ").replace("<li>", "<li>- "))


def _quoted(text: str) -> str:
    """No line of it can be taken for one of the mail's own, wherever a mail program sees the end of a line."""
    return "\n".join(f"> {part}".rstrip() for part in text.splitlines())


def _wrapped(text: str) -> Iterable[str]:
    if text == SIGNATURE:
        return [text]
    start = "> " if text.startswith("> ") else ""
    return textwrap.wrap(
        text[len(start) :],
        WIDTH,
        initial_indent=start,
        subsequent_indent=start,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [text.rstrip()]
