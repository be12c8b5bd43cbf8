"""For the block `sharing` of a page: everything its head says to search engines, feed readers and link previews."""

from typing import Any

from django.template import Library

from advice import identity, sharing
from advice.models import Article
from comments.models import Comment
from comments.threads import Discussion, ThreadPage

register = Library()


@register.inclusion_tag("_sharing.html")
def share_home() -> dict[str, Any]:
    return _printed(sharing.home())


@register.inclusion_tag("_sharing.html")
def share_article(article: Article, discussion: Discussion) -> dict[str, Any]:
    return _printed(sharing.article(article, discussion))


@register.inclusion_tag("_sharing.html")
def share_thread(article: Article, question: Comment, page: ThreadPage) -> dict[str, Any]:
    return _printed(sharing.thread(article, question, page))


@register.inclusion_tag("_sharing.html", takes_context=True)
def share_questions(context: Any, title: str, description: str, number: int = 1) -> dict[str, Any]:
    """A list of questions at this address, page `number` of it."""
    return _printed(sharing.questions(title, description, context["request"].path, number))


@register.inclusion_tag("_sharing.html", takes_context=True)
def share_page(context: Any, title: str, description: str) -> dict[str, Any]:
    return _printed(sharing.plain(title, description, context["request"].path))


def _printed(card: sharing.Card) -> dict[str, Any]:
    return {"card": card, "site": identity.current()}
