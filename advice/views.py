"""The front page, and articles with their threads."""

from typing import Any

from django.db.models import DateTimeField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from comments import search, threads
from comments.forms import CommentForm
from comments.models import BODY_LENGTH, Comment
from comments.prepared import Blank, Prepared
from comments.reader_models import Situation

from . import error_pages, wordpress_addresses
from .models import Article

ARTICLES = 50  # on the front page
RECENT = 5  # answered questions on the front page
SITUATIONS = 12  # on the front page
POINTING = 8  # questions answered with a link to the article, the newest: signposts, not a list of all

_NOW = Blank("now", DateTimeField())
_ARTICLE = Prepared(
    lambda: (
        Article.objects.published(_NOW)
        .filter(slug=Blank("slug"))
        .select_related("author", "lead_picture")
        .defer("body")
        .with_thread_total()
        .with_pinned_thread()
    )
)
_SITUATIONS = Prepared(lambda: Situation.objects.filter(articles=Blank("article")).in_order())
_POINTING = Prepared(lambda: Comment.objects.pointing_to(Blank("article"), _NOW)[:POINTING])


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Articles, newest first, situations, and what was answered last. WordPress's /?p=7 leads to the article it was."""
    if request.GET and (found := wordpress_addresses.from_front(request.GET)):
        return error_pages.led(request, found)
    articles = Article.objects.listed().without_text()[:ARTICLES]
    context = {
        "articles": articles,
        "recent": search.recently_answered(RECENT),
        "situations": Situation.objects.in_order()[:SITUATIONS],
    }
    return render(request, "advice/home.html", context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article and its newest threads."""
    return _article_page(request, _published(slug), None)


@require_safe
def comment_page(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """A full page of an article's threads, counted from the oldest; the page not yet full is the article's own."""
    found = _published(slug)
    total: int = found.thread_total
    page = int(number) if len(number) < 10 and number.isascii() and number.isdigit() else 0
    if page < 1 or number != str(page):
        raise Http404
    full = total // threads.PAGE
    if page <= full:
        return _article_page(request, found, page)
    not_yet_full = page == full + 1 and (page == 1 or total % threads.PAGE > 0)
    if not_yet_full or found.source:  # WordPress's pages were other ones
        return redirect(found)
    raise Http404


def _published(slug: str) -> Any:
    """The article with all that its page shows of it and its own rows, or 404."""
    found = _ARTICLE.ask(slug=slug, now=timezone.now())
    if not found:
        raise Http404
    return found[0]


def _article_page(request: HttpRequest, found: Any, number: int | None) -> HttpResponse:
    context: dict[str, Any] = {
        "article": found,
        "situations": _SITUATIONS.ask(article=found.pk),
        "pointing": _POINTING.ask(article=found.pk, now=timezone.now()),
        "discussion": threads.discussion(found.pk, number, found.thread_total, pinned=found.pinned_thread),
        "form": SimpleLazyObject(CommentForm),  # read once, by what keeps the blank form
        "body_length": BODY_LENGTH,
    }
    return render(request, "advice/article.html", context)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For pages that name no icon of their own, such as the admin's."""
    return redirect(static("advice/icon.svg"))
