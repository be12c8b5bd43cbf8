"""WordPress's addresses by their forms, in one table, and the queries of its front page.

For what is written down nowhere: an archive, a feed, a number, a date before a name.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from comments import filters, threads
from comments.reader_models import Situation

from .models import Article, ArticleQuerySet, OldAddress, is_reserved

SOURCES_KEPT = 60  # seconds

_FRONT = re.compile(r"/(?:index\.php|archives)(?=/|\Z)")
_DATE = r"[12][0-9]{3}(?:/(?:0[1-9]|1[0-2])(?:/(?:0[1-9]|[12][0-9]|3[01]))?)?"
_COUNT = re.compile("[1-9][0-9]{0,8}")
_NUMBER = re.compile("[1-9][0-9]{0,18}")
_NUMBERED = ("p", "page_id", "attachment_id", "cat")


class Lead(NamedTuple):
    """An address of this site. What is sure stays so (301); the rest may lead elsewhere one day (302)."""

    address: str
    is_sure: bool = True


GONE = Lead("")  # it was a machine's, and no machine answers here


@dataclass(frozen=True, slots=True)
class Below:
    """What was asked for of a thing: itself, its feed, a page of its comments, or the place to write one."""

    feed: bool = False
    page: int = 0
    comments: bool = False

    def of_article(self, article: Article, total: int | None = None) -> Lead:
        """`total` is the number of its threads, where that is known."""
        own = article.get_absolute_url()
        if self.feed:
            return Lead(reverse("article_feed", args=[article.slug]))
        if self.comments:
            return Lead(f"{own}#respond")
        if not self.page:
            return Lead(own)
        total = threads.thread_count(article.pk) if total is None else total
        is_full = self.page <= total // threads.PAGE
        return Lead(f"{own}comment-page-{self.page}/" if is_full else own, is_sure=False)


class _Context(NamedTuple):
    """What stood around a form: below it, in the query, and before it ("" where it stands alone)."""

    below: Below
    query: Mapping[str, str]
    before: str


def by_form(path: str, below: Below, query: Mapping[str, str], *, stands_alone: bool) -> Lead | None:
    """By the first form of the table that it has, below the folder that the old site was in."""
    rest = next((path.removeprefix(f) for f in _folders() if path == f or path.startswith(f"{f}/")), path)
    front = _FRONT.match(rest)
    rest = rest[front.end() :] if front else rest
    before = "" if rest == path and stands_alone else (front[0] if front else "/")
    for pattern, leads in _FORMS:
        if (match := pattern.fullmatch(rest)) and (found := leads(match, _Context(below, query, before))):
            return found
    return None


def from_front(query: Mapping[str, str]) -> Lead | None:
    """Where the front page's queries lead (/?p=7, /?feed=rss2, /?s=words); None where it is the front page itself."""
    if query.get("rest_route"):
        return GONE
    if feed := query.get("feed"):
        name = "questions_feed" if feed.startswith("comments") else "feed"
        return _by_query(query, Below(feed=True)) or Lead(reverse(name))
    if words := query.get("s", "").strip():
        return _search(words)
    page = _COUNT.fullmatch(query.get("cpage", ""))
    return _by_query(query, Below(page=int(page[0]) if page else 0))


def numbers_in(query: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What WordPress knew by its number: p=7."""
    for name in _NUMBERED:
        if _NUMBER.fullmatch(number := query.get(name, "")):
            yield name, number


def _sources() -> list[str]:
    """The old sites: old.example, old.example/blog."""
    return cache.get_or_set(f"{settings.RELEASE}:old-sites", Article.objects.sources, SOURCES_KEPT) or []


def _folders() -> list[str]:
    """The folders that the old sites were in: /blog. The longest of those that begin alike comes first."""
    folders = (source.partition("/")[2] for source in _sources())
    return sorted((f"/{folder}" for folder in folders if folder and not is_reserved(folder)), reverse=True)


# --- The table ------------------------------------------------------------------------------------------------------


def _front(match: re.Match[str], context: _Context) -> Lead | None:
    if context.below.comments:
        return None
    if context.below.feed:
        return Lead(reverse("feed"))
    return from_front(context.query) or Lead(reverse("home"), is_sure=False)


def _number(match: re.Match[str], context: _Context) -> Lead | None:
    """/archives/123: the article by the number it had."""
    if context.before != "/archives":
        return None
    return _of_article(Article.objects.published().imported(match[1], _sources()), context.below)


def _comments_feed(match: re.Match[str], context: _Context) -> Lead | None:
    return Lead(reverse("questions_feed")) if context.below.feed else None


def _archive(match: re.Match[str], context: _Context) -> Lead:
    """By date or by author: the front page has all articles."""
    return Lead(reverse("feed" if context.below.feed else "home"), is_sure=False)


def _situation(match: re.Match[str], context: _Context) -> Lead:
    if context.below.feed:
        return Lead(reverse("feed"), is_sure=False)
    return _named_situation(match[1]) or Lead(reverse("comments:situations"), is_sure=False)


def _searched(match: re.Match[str], context: _Context) -> Lead:
    return _search(match[1].replace("+", " "))


def _feed(match: re.Match[str], context: _Context) -> Lead:
    return Lead(reverse("feed"))


def _feed_of_comments(match: re.Match[str], context: _Context) -> Lead:
    return Lead(reverse("questions_feed"))


def _sitemap(match: re.Match[str], context: _Context) -> Lead:
    return Lead(reverse("sitemap"))


def _dated(match: re.Match[str], context: _Context) -> Lead | None:
    """By its last part, as WordPress guesses too; another article may have that one day."""
    found = _of_article(Article.objects.published().filter(slug=match[1]), context.below)
    return found._replace(is_sure=False) if found else None


def _slug(match: re.Match[str], context: _Context) -> Lead | None:
    """An article's own address with something around it. Which pages of comments it has, its view has said."""
    if not context.before or context.below.page:
        return None
    return _of_article(Article.objects.published().filter(slug=match[1]), context.below)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], _Context], Lead | None]], ...] = tuple(
    (re.compile(form), leads)
    for form, leads in (
        (r"", _front),
        (r"/([1-9][0-9]{0,18})", _number),
        (r"/comments", _comments_feed),
        (rf"(?:/date)?/{_DATE}", _archive),
        (r"/author/[^/]+", _archive),
        (r"/(?:category|tag)/(?:.+/)?([^/]+)", _situation),
        (r"/search/(.+)", _searched),
        (r"/(?:wp-(?:rss2?|rdf|atom|feed)\.php|(?:rss2?|rdf|atom|feed)\.xml)", _feed),
        (r"/wp-commentsrss2\.php", _feed_of_comments),
        (r"/(?:wp-sitemap[a-z0-9_-]*|sitemap[_-]index|[a-z_-]+-sitemap[0-9]*)\.(?:xml|xsl)", _sitemap),
        (rf"/{_DATE}/([^/]+)", _dated),
        (r"/(?![0-9]+\Z)([-\w]+)", _slug),
    )
)


# --- What they lead to ----------------------------------------------------------------------------------------------


def _by_query(query: Mapping[str, str], below: Below) -> Lead | None:
    """The article, or what else is written down, that WordPress knew by a number or by a name."""
    for name, number in numbers_in(query):
        return _numbered(name, number, below)
    if slug := query.get("name") or query.get("pagename"):
        return _of_article(Article.objects.published().filter(slug=_last_part(slug)), below)
    if slug := query.get("category_name") or query.get("tag"):
        return _named_situation(slug)
    return None


def _numbered(name: str, number: str, below: Below) -> Lead | None:
    for found in OldAddress.objects.at([f"/?{name}={number}"]):
        if found.article is not None and found.article.is_published:
            return below.of_article(found.article)
        if found.article is None and found.target:
            return Lead(found.target)
    return None if name == "cat" else _of_article(Article.objects.published().imported(number, _sources()), below)


def _named_situation(slug: str) -> Lead | None:
    found = Situation.objects.filter(slug=_last_part(slug).lower()).first()
    return Lead(found.get_absolute_url(), is_sure=False) if found else None


def _last_part(slug: str) -> str:
    return slug.strip("/").rpartition("/")[2]


def _search(words: str) -> Lead:
    return Lead(f"{reverse('search')}?{urlencode({'q': words[: filters.WORDS_LENGTH]})}")


def _of_article(articles: ArticleQuerySet, below: Below) -> Lead | None:
    article: Any = articles.without_text().with_thread_total().first()
    return below.of_article(article, article.thread_total) if article else None
