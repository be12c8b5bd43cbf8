"""How a page presents itself where it is found or passed on: its description, address, feed, card and linked data."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from comments import markup
from comments.models import Comment
from comments.threads import Discussion, ThreadPage

from . import identity, linked_data
from .linked_data import HEADLINE, absolute, w3c
from .models import Article
from .site_models import Picture

DESCRIPTION = 200  # characters; search engines show about 160


@dataclass(frozen=True, slots=True)
class Card:
    """What `_sharing.html` prints. Without an address the page is asked to be left out of search engines."""

    address: str = ""
    title: str = ""
    description: str = ""
    kind: str = "website"  # in Open Graph's words
    picture: Picture | None = None
    published_at: str = ""
    updated_at: str = ""
    feed: str = ""  # a path
    feed_title: str = ""
    data: str = ""

    @property
    def image(self) -> str:
        return linked_data.picture_address(self.picture) if self.picture else ""

    @property
    def locale(self) -> str:
        """As Open Graph writes it, en_GB; a language alone is none."""
        locale = to_locale(get_language() or "")
        return locale if "_" in locale else ""


LEFT_OUT = Card()


def home() -> Card:
    site = identity.current()
    return Card(
        address=absolute("/"),
        title=site.tagline,
        description=site.introduction
        or _("Articles, and readers’ questions answered by %(author)s.") % {"author": site.author},
        picture=site.portrait,
        feed=reverse("feed"),
        feed_title=site.name,
        data=linked_data.embedded(linked_data.home(site)),
    )


def article(found: Article, discussion: Discussion) -> Card:
    """The article's own page, or one of its numbered ones: each stands for itself."""
    site = identity.current()
    path, trail = found.get_absolute_url(), [(site.name, "/"), (found.title, found.get_absolute_url())]
    if discussion.number:
        path = reverse("comment_page", args=[found.slug, discussion.number])
        trail.append((_("Page %(number)d") % {"number": discussion.number}, path))
    return Card(
        address=absolute(path),
        title=found.title,
        description=found.summary or markup.beginning(markup.plain(found.body_html), DESCRIPTION),
        kind="article",
        picture=found.lead_picture,
        published_at=w3c(found.published_at),
        updated_at=w3c(found.updated_at),
        feed=reverse("article_feed", args=[found.slug]),
        feed_title=_("Comments on “%(article)s”") % {"article": found.title},
        data=linked_data.embedded(linked_data.article(found, site, trail)),
    )


def thread(found: Article, question: Comment, page: ThreadPage) -> Card:
    """One question; a removed one, and one whose owner wants it kept out, has nothing to say to search engines."""
    if not question.is_public or not question.in_search_engines:
        return LEFT_OUT
    site = identity.current()
    text = markup.plain(question.body_html)
    headline = markup.beginning(text, HEADLINE)
    said = _("%(name)s writes: %(question)s") if question.author_id else _("%(name)s asks: %(question)s")
    path = _numbered(reverse("comments:thread", args=[question.pk]), page.number)
    trail = [(site.name, "/"), (found.title, found.get_absolute_url()), (headline, path)]
    return Card(
        address=absolute(path),
        title=said % {"name": question.display_name, "question": headline},
        description=markup.beginning(text, DESCRIPTION),
        kind="article",
        published_at=w3c(question.posted_at),
        updated_at=w3c(page.root.changed_at),
        data=linked_data.embedded(linked_data.thread(page, found, site, trail)),
    )


def questions(title: str, description: str, path: str, number: int = 1) -> Card:
    """A page that lists questions: all of them, or those of a situation."""
    site = identity.current()
    path = _numbered(path, number)
    nodes = linked_data.collection(title, description, path, site, [(site.name, "/"), (title, path)])
    return Card(
        address=absolute(path),
        title=title,
        description=description,
        feed=reverse("questions_feed"),
        feed_title=_("Answered questions"),
        data=linked_data.embedded(nodes),
    )


def plain(title: str, description: str, path: str) -> Card:
    """A page of words: help, guidelines, privacy."""
    return Card(address=absolute(path), title=title, description=description)


def _numbered(path: str, number: int) -> str:
    return path if number == 1 else f"{path}?page={number}"
