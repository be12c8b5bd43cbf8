"""Which pages there are, for search engines: one list, or, where there are many threads, a list of lists.

Django's own sitemaps page by OFFSET and take the request's host. A thread's `position` is dense within its article, so
here each list of threads is one stretch of positions: reading the last costs what the first does. Numbered pages of an
article are left to the links between them: what stands on them are the threads listed here.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from comments.models import Comment
from comments.reader_models import Situation

from .linked_data import absolute, w3c
from .models import Article

THREADS = 1_000  # in a list
ARTICLES = 10_000
SITUATIONS = 500
WORDS = ("home", "comments:questions", "comments:situations", "help", "guidelines", "privacy")


class Entry(NamedTuple):
    address: str
    changed_at: str = ""


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Everything in one list, or the list of lists."""
    articles = _articles()
    if sum(article.thread_total for article in articles) <= THREADS:
        commented = [article.pk for article in articles if article.thread_total]
        return _listed(request, [*_pages(articles), *_threads(commented)])
    names = [reverse("sitemap_pages")]
    for article in articles:
        lists = range(1, -(-article.thread_total // THREADS) + 1)
        names += [reverse("sitemap_questions", args=[article.pk, number]) for number in lists]
    context = {"addresses": map(absolute, names)}
    return render(request, "advice/sitemap_index.xml", context, content_type="application/xml")


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """All pages but the threads."""
    return _listed(request, _pages(_articles()))


@require_safe
def questions(request: HttpRequest, article: int, number: int) -> HttpResponse:
    """The threads of an article from one stretch of its positions."""
    found = (
        _threads([article], range((number - 1) * THREADS + 1, number * THREADS + 1)) if _fits(article, number) else []
    )
    if not found:
        raise Http404
    return _listed(request, found)


def _fits(article: int, number: int) -> bool:
    """Whether the database can hold these numbers at all."""
    return article < 2**63 and 0 < number < 2**31 // THREADS


def _articles() -> list[Any]:
    return list(Article.objects.for_sitemaps()[:ARTICLES])


def _pages(articles: Iterable[Any]) -> Iterator[Entry]:
    for name in WORDS:
        yield Entry(absolute(reverse(name)))
    for situation in Situation.objects.in_order()[:SITUATIONS]:
        yield Entry(absolute(situation.get_absolute_url()))
    for article in articles:
        dates = [article.updated_at, article.published_at, article.commented_at]
        yield Entry(absolute(article.get_absolute_url()), w3c(max(filter(None, dates))))


def _threads(articles: list[int], positions: range | None = None) -> list[Entry]:
    """Threads that may be found, with the last change that readers saw."""
    roots = list(Comment.objects.under(articles, positions).for_search_engines().values_list("pk", flat=True))
    changes = Comment.objects.last_changes(roots)
    return [Entry(absolute(reverse("comments:thread", args=[pk])), w3c(changes.get(pk))) for pk in sorted(roots)]


def _listed(request: HttpRequest, entries: Iterable[Entry]) -> HttpResponse:
    return render(request, "advice/sitemap.xml", {"entries": entries}, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    context = {"sitemap": absolute(reverse("sitemap"))}
    return render(request, "advice/robots.txt", context, content_type="text/plain")
