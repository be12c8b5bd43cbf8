"""Texts and dates as WordPress stores them, in XML that no text can break."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html

from advice import illustrations
from advice.models import Article
from advice.site_models import Picture
from comments import markup

NEVER = "0000-00-00 00:00:00"

# Bytes that WordPress's columns hold. What is longer it does not cut: the whole row is lost, without a word.
COMMENT_SIZE = 65_535
NAME_SIZE = 245
MAIL_SIZE = 100

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # to XML, even as references
_BLOCK = re.compile(
    r"</?(?:p|h[1-6]|[uod]l|li|d[td]|blockquote|pre|hr|div|fig\w+|table|caption|t(?:head|body|r|h|d))\b[^<>]*>"
)
_LINE_END = re.compile("(?<![ \t])[ \t]*\n[ \t\n]*")


def cdata(text: object) -> str:
    """Any text as the content of an element, less what XML cannot hold."""
    return f"<![CDATA[{_FORBIDDEN.sub('', str(text)).replace(']]>', ']]]]><![CDATA[>')}]]>"


def escaped(text: str) -> str:
    """Plain text as WordPress keeps titles, names and comments: as HTML."""
    return html.escape(text, quote=False)


def fitting(text: str, size: int, escape: Callable[[str], str] = escaped) -> str:
    """The same, with its end cut off where it is longer than so many bytes."""
    if len((whole := escape(text)).encode()) <= size:
        return whole
    left = size - len("…".encode())
    for at, char in enumerate(text):
        left -= len(escape(char).encode())
        if left < 0:
            return f"{escape(text[:at].rstrip())}…"
    return whole


def named(text: str, size: int) -> str:
    """The same of a name, from which WordPress takes what looks like a percent-encoded byte, and in which `&amp;#60;`
    becomes `&#60;`; both signs as it would write them itself."""
    return fitting(text, size, _of_name)


def _of_name(text: str) -> str:
    return escaped(text).replace("#", "&#035;").replace("%", "&#037;")


def mail(address: str) -> str:
    return address if len(address) <= MAIL_SIZE else ""


def local(moment: datetime | None) -> str:
    """In the site's time zone; WordPress has both."""
    return _written(timezone.localtime(moment, timezone.get_default_timezone())) if moment else NEVER


def gmt(moment: datetime | None) -> str:
    return _written(moment.astimezone(UTC)) if moment else NEVER


def address(path: str) -> str:
    """With this site's host: whoever reads the file is elsewhere."""
    return f"{settings.SITE_URL}{path}"


def widest(picture: Picture) -> str:
    """The address of its widest file, from which WordPress makes narrower ones itself."""
    return address(picture.address(max(picture.widths)))


def article_html(article: Article) -> str:
    """The article's text, with its pictures at the addresses by which WordPress knows its copies of them."""
    text = markup.article(article.body, imported=article.format == "html").html
    names = set(illustrations.OURS.findall(text))
    found = {picture.name: picture for picture in Picture.objects.filter(name__in=names)} if names else {}
    return on_one_line(illustrations.IMAGE.sub(lambda match: _picture(match, found), text))


def comment_html(body: str, body_html: str, *, is_plain: bool) -> str:
    """A reader's plain text stays plain, since WordPress finds paragraphs and addresses itself; all else is the HTML
    that readers see here."""
    return escaped(body) if is_plain else on_one_line(body_html)


def on_one_line(text: str) -> str:
    """Sanitised HTML without line ends inside of paragraphs: WordPress makes a break of each."""
    parts = []
    for part in text.split("</pre>"):
        before, start, code = part.partition("<pre")
        parts.append(f"{_LINE_END.sub(_joined, before)}{start}{code}")
    return "</pre>".join(parts).strip()


def _joined(match: re.Match[str]) -> str:
    """A line's end only between blocks, elsewhere a blank."""
    text, start, end = match.string, match.start(), match.end()
    after_block = text.endswith(">", 0, start) and _BLOCK.match(text, text.rfind("<", 0, start))
    return "\n" if after_block or _BLOCK.match(text, end) or end == len(text) else " "


def _picture(match: re.Match[str], found: dict[str, Picture]) -> str:
    given = {name: html.unescape(value) for name, value in illustrations.ATTRIBUTE.findall(match[1])}
    ours = illustrations.OURS.search(given.get("src", ""))
    picture = found.get(ours[1]) if ours else None
    if picture is None:
        return match[0]
    alt = given.get("alt") or picture.description
    size = (picture.width, picture.height)
    return format_html('<img src="{}" alt="{}" width="{}" height="{}">', widest(picture), alt, *size)


def _written(moment: datetime) -> str:
    return moment.isoformat(" ")[:19]
