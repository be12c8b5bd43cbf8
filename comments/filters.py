"""What a reader chooses among the questions: words, answered or not, an article, a situation, an order.

Every choice is in the address, so that a page can be kept and passed on; values that do not exist are ignored.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from . import discussion_settings, markup, search
from .models import article_model
from .reader_models import Situation

WORDS_LENGTH = 200  # code points; what is beyond is not looked for
ARTICLES = 50  # to choose from: those with the most questions
SITUATIONS = 100
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,100}")


class Choice(NamedTuple):
    """One thing that was chosen: what it is called, and the address without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen, and what can be."""

    words: str
    answered: str  # "1", "0" or ""
    article: Any
    situation: Situation | None
    order: str  # "new", "answered" or ""
    articles: list[Any]
    situations: list[Situation]

    def find(self, page: int) -> search.Found:
        return search.find(
            self.words,
            answered=self.answered == "1" if self.answered else None,
            article=self.article.pk if self.article else None,
            situation=self.situation.pk if self.situation else None,
            order="answered" if self.order == "answered" else "new" if self.order == "new" else "best",
            page=page,
        )

    @property
    def narrows(self) -> bool:
        """Whether anything but words was chosen."""
        return bool(self._parameters().keys() - {"q"})

    @property
    def query(self) -> str:
        """What the address says of all this."""
        return urlencode(self._parameters())

    @property
    def chosen(self) -> list[Choice]:
        return list(self._choices())

    @property
    def asks_at(self) -> str:
        """Where a question of one's own belongs: under the article that was chosen, else under the one most asked."""
        places = [self.article] if self.article else self.articles[:1]
        if not places or not places[0].takes_comments or discussion_settings.current().is_full:
            return ""
        return f"{places[0].get_absolute_url()}#respond"

    def _choices(self) -> Iterator[Choice]:
        if self.words:
            yield Choice(_("“%(words)s”") % {"words": self.words}, self._without("q"))
        if self.answered:
            yield Choice(
                _("Answered") if self.answered == "1" else _("Waiting for an answer"), self._without("answered")
            )
        if self.article:
            yield Choice(str(self.article), self._without("article"))
        if self.situation:
            yield Choice(self.situation.name, self._without("situation"))

    def _without(self, name: str) -> str:
        return "?" + urlencode({key: value for key, value in self._parameters().items() if key != name})

    def _parameters(self) -> dict[str, str]:
        every = {
            "q": self.words,
            "answered": self.answered,
            "article": self.article.slug if self.article else "",
            "situation": self.situation.slug if self.situation else "",
            "order": self.order,
        }
        return {name: value for name, value in every.items() if value}


def words_of(query: QueryDict) -> str:
    """What `?q=` looks for: on one line, without what nobody types, and no longer than anybody needs."""
    return markup.clean_line(query.get("q", ""))[:WORDS_LENGTH].strip()


def filters_of(query: QueryDict) -> Filters:
    articles = list(article_model().objects.most_asked()[:ARTICLES])
    situations = list(Situation.objects.in_order()[:SITUATIONS])
    return Filters(
        words=words_of(query),
        answered=_one_of(query.get("answered"), "1", "0"),
        article=_article(query.get("article", ""), articles),
        situation=next((each for each in situations if each.slug == query.get("situation")), None),
        order=_one_of(query.get("order"), "new", "answered"),
        articles=articles,
        situations=situations,
    )


def _one_of(value: str | None, *known: str) -> str:
    return value if value in known else ""


def _article(slug: str, articles: list[Any]) -> Any:
    """The published article at this address; one that is not among those to choose from joins them."""
    for article in articles:
        if article.slug == slug:
            return article
    found = article_model().objects.published().at(slug) if SLUG.fullmatch(slug) else None
    if found:
        articles.append(found)
    return found
