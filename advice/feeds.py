"""Atom feeds: articles, the comments on one, answered questions.

Written by Django's feedgenerator, without the views of its syndication framework: those put the host of the request
into addresses, and ours are the same for everybody. No Last-Modified: a comment that is taken down changes a feed and
leaves no later date in it, so only the ETag (`delivery`) says whether a copy is still right.
"""

import re
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments import markup
from comments.models import Comment, moderator_name

from . import identity
from .linked_data import HEADLINE, absolute
from .models import Article

ARTICLES = 20
COMMENTS = 50
NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)  # when an empty feed changed last

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDTHS = re.compile(r'(<img[^>]*?) srcset="[^"]*" sizes="[^"]*"')  # as `illustrations` writes them
_OWN_ADDRESS = re.compile(r'( (?:href|src)=")(?=/(?!/)|#)(/?)')


class AtomFeed(Atom1Feed):
    """Django's Atom with whole texts, characters that XML allows, and no date that moves by itself."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})

    def add_item(self, **item: Any) -> None:  # type: ignore[override]
        cleaned: dict[str, Any] = {
            name: _xml(value) if isinstance(value, str) else value for name, value in item.items()
        }
        super().add_item(**cleaned)

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NOTHING_YET


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """The newest articles, whole."""
    site = identity.current()
    feed = _feed(site.name, site.tagline, reverse("home"), reverse("feed"))
    for article in Article.objects.listed().select_related("author")[:ARTICLES]:
        address = absolute(article.get_absolute_url())
        feed.add_item(
            title=article.title,
            link=address,
            # Its address changes when Sarah changes it, and an id may not.
            unique_id=absolute(f"/#article-{article.pk}"),
            description=conditional_escape(article.summary) if article.summary else None,
            author_name=moderator_name(article.author),
            pubdate=article.published_at,
            updateddate=max(filter(None, [article.updated_at, article.published_at])),
            content=_anywhere(article.body_html, address),
        )
    return _answer(feed)


@require_safe
def comments(request: HttpRequest, slug: str) -> HttpResponse:
    """What was published last under an article."""
    article = Article.objects.published().without_text().filter(slug=slug).first()
    if article is None:
        raise Http404
    title = _("Comments on “%(article)s”") % {"article": article.title}
    feed = _feed(title, article.summary, article.get_absolute_url(), reverse("article_feed", args=[slug]))
    for comment in Comment.objects.newly_public(article).select_related("author")[:COMMENTS]:
        address = absolute(comment.get_absolute_url())
        feed.add_item(
            title=_title(comment),
            link=address,
            unique_id=address,
            description=None,
            author_name=comment.display_name,
            pubdate=comment.published_at,
            updateddate=_latest(comment),
            content=_body(comment),
        )
    return _answer(feed)


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """The questions answered last, each with its first answer."""
    feed = _feed(_("Answered questions"), identity.current().name, reverse("comments:questions"), request.path)
    found = Comment.objects.recently_answered().for_search_engines().select_related("author")[:COMMENTS]
    asked = list(found.with_first_answer())
    answers = Comment.objects.select_related("author").in_bulk([question.first_answer for question in asked])
    for question in asked:
        if (answer := answers.get(question.first_answer)) is None:
            continue  # taken back between two queries
        address = absolute(reverse("comments:thread", args=[question.pk]))
        heading = format_html("<h2>{}</h2>", _("%(name)s answers") % {"name": answer.display_name})
        feed.add_item(
            title=_title(question),
            link=address,
            unique_id=address,
            description=None,
            author_name=question.display_name,
            pubdate=question.published_at,
            updateddate=_latest(question, answer),
            content=_body(question) + heading + _body(answer),
        )
    return _answer(feed)


def _feed(title: str, subtitle: str, page: str, own: str) -> AtomFeed:
    return AtomFeed(
        title=_xml(title),
        subtitle=_xml(subtitle) or None,
        link=absolute(page),
        description=None,
        feed_url=absolute(own),
        feed_guid=absolute(own),
        author_name=_xml(identity.current().author),
        language=get_language(),
    )


def _answer(feed: AtomFeed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _title(comment: Comment) -> str:
    said = {"name": comment.display_name, "text": markup.beginning(markup.plain(comment.body_html), HEADLINE)}
    if comment.is_root:
        return _("%(name)s asks: %(text)s") % said
    return (_("%(name)s answers: %(text)s") if comment.author else _("%(name)s replies: %(text)s")) % said


def _body(comment: Comment) -> SafeString:
    """A comment's HTML; of a long one the beginning, as under the article, and the way to the rest."""
    address = absolute(comment.get_absolute_url())
    body = mark_safe(_anywhere(comment.excerpt_html or comment.body_html, address))  # noqa: S308 - made by markup
    if not comment.excerpt_html:
        return body
    return body + format_html('<p><a href="{}">{}</a></p>', address, _("Read all of it"))


def _anywhere(html: str, page: str) -> str:
    """With the site's host in addresses that lack it, and pictures in one width: a feed is read elsewhere."""
    html = _WIDTHS.sub(r"\1", html)
    return _OWN_ADDRESS.sub(lambda match: match[1] + (absolute("/") if match[2] else page), html)


def _xml(text: str) -> str:
    """Without the characters that XML has no way to write."""
    return _NOT_XML.sub("", text)


def _latest(*comments: Comment) -> datetime:
    """When readers last got something new in them."""
    moments = [(comment.published_at, comment.edited_at, comment.corrected_at) for comment in comments]
    return max(moment for each in moments for moment in each if moment is not None)
