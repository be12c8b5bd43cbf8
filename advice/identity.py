"""How the site presents itself, on every page: what the owner wrote in the admin, else words of its own.

Read once a minute and process, and after each change: at once where it was made, elsewhere within a second (`shared`).
"""

import functools
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import Error
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comments import markup

from .site_models import MenuItem, Picture, SiteIdentity

KEPT_FOR = 60  # seconds
ASK_AGAIN = 5  # seconds, where the database did not answer: not every page should wait for it
EXIT = "https://www.bbc.co.uk/weather"  # GOV.UK's own choice for "Exit this page"
IN_MENUS = ("home", "comments:questions", "search", "help", "guidelines", "privacy")  # in those of all sites
MENU = 12  # items in each of the two menus

_last: dict[str, "Identity"] = {}  # by key; not in the cache, which makes room for pages


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What templates know as `site`. Every text is there; HTML is sanitised."""

    name: str
    tagline: str
    introduction: str
    author: str
    portrait: Picture | None
    bio_html: str
    accent: str  # "" for the design's own
    call_title: str
    call_text: str
    call_button: str
    ask_note: str
    footer_html: str
    exit_address: str
    top: tuple[Link, ...] = ()
    foot: tuple[Link, ...] = ()


def current() -> Identity:
    """The identity as of the last minute. Without the database: the last one known, else the design's own."""
    key = _key()
    kept: Identity | None = cache.get(key)
    if kept is not None:
        return kept
    try:
        rows = _rows()
        _last[key] = found = _made(rows[0] if rows else SiteIdentity(), rows)
    except Error:
        cache.set(key, found := last_known(), ASK_AGAIN)
        return found
    cache.set(key, found, KEPT_FOR)
    return found


def last_known() -> Identity:
    """The identity for pages that must not depend on the database."""
    return _last.get(_key()) or _made(SiteIdentity(), [])


def forget() -> None:
    """After a change: this process reads it anew, and makes the pages anew that show it."""
    cache.clear()


def _key() -> str:
    return f"{settings.RELEASE}:identity:{get_language()}"  # the words of our own are in the reader's language


def context(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `site`, and `here`, the page's address if a menu leads to it. Read only where a template
    uses them."""
    return {"site": SimpleLazyObject(current), "here": SimpleLazyObject(lambda: _here(request.path))}


def _here(path: str) -> str:
    site = current()
    return path if path in _own_pages() or any(path == link.address for link in site.top + site.foot) else ""


@functools.cache
def _own_pages() -> frozenset[str]:
    return frozenset(map(reverse, IN_MENUS))


def _rows() -> list[Any]:
    return list(SiteIdentity.objects.with_menu()[: 2 * MENU])


def _made(row: SiteIdentity, menu: list[Any]) -> Identity:
    author = row.author_name or "Sarah"
    return Identity(
        name=row.name or _("Ask %(author)s") % {"author": author},
        tagline=row.tagline or _("Advice after a breakup"),
        introduction=row.introduction,
        author=author,
        portrait=row.portrait,
        bio_html=markup.moderator_html(row.bio) if row.bio else "",
        accent=row.accent,
        call_title=row.call_title or _("Not sure what to do next?"),
        call_text=row.call_text
        or _("Tell %(author)s what happened. Every question is read, and answers stand here, under the article.")
        % {"author": author},
        call_button=row.call_button or _("Ask %(author)s") % {"author": author},
        ask_note=row.ask_note or _("%(author)s gives one person’s advice; it is not therapy.") % {"author": author},
        footer_html=markup.moderator_html(row.footer_text) if row.footer_text else "",
        exit_address=row.exit_address or EXIT,
        top=_links(menu, MenuItem.Place.TOP),
        foot=_links(menu, MenuItem.Place.FOOT),
    )


def _links(menu: list[Any], place: str) -> tuple[Link, ...]:
    """The items at this place whose articles are published."""
    now = timezone.now()
    items = [row for row in menu if row.menu_place == place and row.menu_since and row.menu_since <= now]
    return tuple(Link(row.menu_label or row.menu_title, reverse("article", args=[row.menu_slug])) for row in items)[
        :MENU
    ]
