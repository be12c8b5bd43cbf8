"""Finding questions and articles: by words, or without words by what the columns say. Bounded, however much there is."""

from dataclasses import dataclass
from typing import Literal

from django.db.models import F
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from . import markup
from .models import Comment

PAGE = 20
PAGES = 50
MOST = PAGE * PAGES  # hits that are counted and can be leafed through

Order = Literal["best", "new", "answered"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A thread that was found. `question` may be a removed one (`is_public`): then only the answer is shown."""

    question: Comment
    excerpt_html: SafeString
    answer_html: SafeString

    @property
    def pk(self) -> int:
        return int(self.question.pk)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. `is_capped`: there are more than `total`."""

    hits: list[Hit]
    number: int
    pages: int
    total: int
    is_capped: bool


@dataclass(frozen=True, slots=True)
class ArticleHit:
    article_id: int
    excerpt_html: SafeString


@dataclass(frozen=True, slots=True)
class Similar:
    """An answered question like the one somebody is writing; the texts are plain, their beginnings."""

    question: Comment
    question_text: str
    answer_text: str
    answer_author: str


def find(
    words: str,
    *,
    answered: bool | None = None,
    article: int | None = None,
    situation: int | None = None,
    order: Order = "best",
    page: int = 1,
) -> Found:
    """A page of the threads on published articles that fit; any words are fine, none too.

    "best" is the closest first where there are words, else the newest; "answered" is the latest answer first, of
    answered threads only. A page that is not there has no hits.
    """
    threads = Comment.objects.roots().approved().filter(position__isnull=False)
    if answered is not None:
        threads = threads.filter(answered_at__isnull=not answered)
    if article is not None:
        threads = threads.filter(article=article)
    if situation is not None:
        threads = threads.filter(situations=situation)
    by = F("answered_at").desc(nulls_last=True) if order == "answered" else F("published_at").desc()
    pks = list(threads.order_by(by, "-pk").values_list("pk", flat=True)[: MOST + 1])
    shown = Comment.objects.filter(pk__in=pks[(page - 1) * PAGE : page * PAGE]).select_related("article", "author")
    hits = [Hit(q, _beginning(q.body_html), mark_safe("")) for q in shown]  # noqa: S308
    return Found(hits, page, -(-min(len(pks), MOST) // PAGE), min(len(pks), MOST), len(pks) > MOST)


def articles(words: str, limit: int = 10) -> list[ArticleHit]:
    """The published articles that fit best."""
    return []


def similar(text: str, *, limit: int = 3, exclude: int | None = None) -> list[Similar]:
    """The closest answered questions on published articles; none where nothing is close."""
    return []


def _beginning(html: str) -> SafeString:
    return escape(Truncator(markup.plain(html)).chars(200))
