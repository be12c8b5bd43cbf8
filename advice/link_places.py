"""Every place where a link of ours stands that somebody wrote: read as a stream, with what pages make of it."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.urls import reverse

from comments import discussion_settings, markup, saved_replies
from comments.desk_models import SavedReply
from comments.models import Comment
from comments.reader_models import Situation

from .models import Article
from .site_models import MenuItem, SiteIdentity

ARTICLES, ANSWERS = 20, 500  # read at once
_LINK = re.compile(r'<(?:a href|img src)="([^"]+)"')  # as the sanitiser and `illustrations` write them


class Link(NamedTuple):
    place: str  # for whoever has to mend it
    page: str  # where readers meet it: to that "#part" and "part/" belong
    address: str


def links() -> Iterator[Link]:
    yield from _articles()
    yield from _answers()
    yield from _saved_replies()
    yield from _site()
    yield from _situations()
    yield from _menu()


def _articles() -> Iterator[Link]:
    """Drafts too: they are to be published. What a draft says of its own parts nobody can follow yet."""
    for article in Article.objects.order_by("pk").defer("body").iterator(chunk_size=ARTICLES):
        for link in _in(f"article “{article.title}”", article.get_absolute_url(), article.body_html):
            if article.is_published or not link.address.startswith("#"):
                yield link


def _answers() -> Iterator[Link]:
    rows = Comment.objects.by_moderators().approved().filter(body_html__contains="<a href=").order_by("pk")
    for pk, tree, body_html in rows.values_list("pk", "tree_id", "body_html").iterator(chunk_size=ANSWERS):
        yield from _in(f"answer {pk}", reverse("comments:thread", args=[tree]), body_html)


def _saved_replies() -> Iterator[Link]:
    for reply in SavedReply.objects.order_by("pk").iterator():
        place = f"saved reply “{reply.title}”"
        for word in saved_replies.PLACEHOLDER.findall(reply.body):
            if named := saved_replies.OF_AN_ARTICLE.fullmatch(word):
                yield Link(place, "/", reverse("article", args=[named[1]]))
        yield from _in(place, "/", markup.moderator_html(saved_replies.PLACEHOLDER.sub("", reply.body)))


def _site() -> Iterator[Link]:
    for identity in SiteIdentity.objects.all():
        for column in ("bio", "footer_text"):
            text = getattr(identity, column)
            yield from _in(f"site identity, {column.replace('_', ' ')}", "/", markup.moderator_html(text))
    words = discussion_settings.fresh().elsewhere_text.replace("{link}", "")
    yield from _in("discussion settings, answered elsewhere", "/", markup.moderator_html(words))


def _situations() -> Iterator[Link]:
    for situation in Situation.objects.order_by("pk").iterator():
        text = markup.reader_html(situation.description)
        yield from _in(f"situation “{situation}”", situation.get_absolute_url(), text)


def _menu() -> Iterator[Link]:
    for item in MenuItem.objects.select_related("article").defer("article__body", "article__body_html"):
        yield Link(f"menu “{item}”", "/", item.article.get_absolute_url())


def _in(place: str, page: str, body_html: str) -> Iterator[Link]:
    for address in _LINK.findall(body_html):
        yield Link(place, page, html.unescape(address))
