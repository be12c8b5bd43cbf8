"""/search/: articles and threads for a few words."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments import filters, paging, search

from .models import Article

ARTICLES = 5  # above the threads, on the first page


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What fits the words, articles first; without words the field to write them in."""
    words, number = filters.words_of(request.GET), paging.asked_number(request)
    context: dict[str, Any] = {"words": words}
    if words:
        found = search.find(words, page=number)
        context |= {
            "found": found,
            "pages": paging.Pages(found.number, found.pages, urlencode({"q": words})),
            "articles": _articles(words) if number == 1 else [],
        }
    return render(request, "advice/search.html", context)


def _articles(words: str) -> list[tuple[Article, str]]:
    """The articles that fit best, each with the place in it that does."""
    hits = search.articles(words, limit=ARTICLES)
    articles = Article.objects.published().without_text().in_bulk([hit.article_id for hit in hits])
    return [(articles[hit.article_id], hit.excerpt_html) for hit in hits if hit.article_id in articles]
