"""Where addresses lead that something here once had, or had on the site that was moved from.

What is written down (`OldAddress`) comes first, then the forms of WordPress's addresses. Every answer is an address of
ours that is a page itself, so no redirect leads to another one. At most three queries, and one more once a minute.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse

from . import wordpress_addresses
from .models import PATH_LENGTH, RESERVED_SLUGS, OldAddress
from .wordpress_addresses import GONE, Below, Lead

_GONE = re.compile(
    r"(?:/[^/]+)?/(?:wp-(?:json|admin|includes)(?:/.*)?|wp-content(?:/(?!uploads/).*)?"
    r"|(?:xmlrpc|wp-(?:login|cron|comments-post|signup|activate|mail|trackback|links-opml))\.php)"
)
# What WordPress puts below the address of anything. A number is a part of a text, but in dates and /archives/12.
_BELOW = re.compile(
    r"(?P<base>.*?)/(?:(?P<feed>(?:feed/)?(?:feed|rdf|rss2?|atom))|comment-page-(?P<page>[1-9][0-9]{0,8})|page/[0-9]+"
    r"|amp|embed|trackback|(?P<comments>comments))"
    r"|(?P<parted>.*/(?!(?:[0-9]+|archives|date|page)/)[^/]+)/[0-9]{1,3}"
)
_SIZE = re.compile(r"(?:-[0-9]+x[0-9]+|-scaled|-rotated)(?=\.[a-z]+\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Asked:
    """An address as it was asked for: decoded, without the final slash. `base` is it without what `below` says."""

    whole: str
    base: str
    below: Below

    @classmethod
    def of(cls, path: str) -> "_Asked":
        whole = re.sub("/+", "/", path).rstrip("/")
        match = _BELOW.fullmatch(whole)
        if match is None:
            return cls(whole, whole, Below())
        below = Below(bool(match["feed"]), int(match["page"] or 0), bool(match["comments"]))
        return cls(whole, match["parted"] or match["base"] or "", below)


def lead(path: str, query: Mapping[str, str], query_string: str = "") -> Lead | None:
    """Where to go from an address that is no page; GONE for what will not come back, None for what nobody knows.

    `path` is decoded, as Django has it.
    """
    if len(path) > PATH_LENGTH:
        return None
    asked = _Asked.of(path)
    if is_gone(asked.whole):
        return GONE
    found = _written_down(asked, query, query_string)
    if found is None:
        found = wordpress_addresses.by_form(asked.base, asked.below, query, stands_alone=asked.base == asked.whole)
    return None if found and found.address.partition("#")[0] == path else found


def is_gone(path: str) -> bool:
    """Whether only WordPress itself, or a machine, asked for this."""
    return bool(_GONE.fullmatch(path.lower()))


def moved_form(path: str) -> str | None:
    """Where a form goes that is sent to the old address of an article, so that what was typed arrives."""
    asked = _Asked.of(path)
    if not asked.below.comments or len(asked.base) > PATH_LENGTH:
        return None
    found = OldAddress.objects.at([asked.base])
    article = found[0].article if found else None
    return reverse("comments:post", args=[article.slug]) if article and article.is_published else None


def _written_down(asked: _Asked, query: Mapping[str, str], query_string: str) -> Lead | None:
    spellings = [*_with_query(asked, query, query_string), *_spellings(asked)]
    for found in OldAddress.objects.at(dict.fromkeys(path[:PATH_LENGTH] for path in spellings)):
        if found.article is None or not found.article.is_published:
            if target := found.target:
                return Lead(target)
            continue
        own = found.article.get_absolute_url().rstrip("/")
        if own == asked.base and asked.below.page:
            continue  # its own address, kept while it was no page; which pages of comments it has, its view has said
        is_whole = found.path.lower() == asked.whole.lower() or "?" in found.path
        return (Below() if is_whole else asked.below).of_article(found.article)
    return None


def _with_query(asked: _Asked, query: Mapping[str, str], query_string: str) -> Iterator[str]:
    """Where the query says which it is; WordPress's numbers also among other things, such as utm_source."""
    if query_string:
        yield from (f"{asked.whole}?{query_string}", f"{asked.whole}/?{query_string}")
    yield from (f"{asked.whole}/?{name}={number}" for name, number in wordpress_addresses.numbers_in(query))


def _spellings(asked: _Asked) -> Iterator[str]:
    """How it may be written down, the likeliest first. WordPress tells no capitals, and cuts pictures to sizes."""
    _, first, *more = f"{asked.whole}/".split("/", 2)
    if first.casefold() not in RESERVED_SLUGS:
        yield from (asked.whole, asked.whole.lower(), asked.base, asked.base.lower())
    elif more[0]:  # an old /questions is hidden by ours; what is below ours was never below that one
        yield asked.whole
    original = _SIZE.sub("", asked.whole)
    stem, dot, ending = original.rpartition(".")
    if dot and "/uploads/" in stem:
        yield from (original, f"{stem}-scaled.{ending}")
