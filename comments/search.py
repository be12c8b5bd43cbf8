"""Finding questions and articles: by words, or without words by what the columns say.

Bounded, however much there is: of documents with the words only the newest are ranked, and of what fits only so many
pages are counted.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.safestring import SafeString

from . import excerpts, fulltext
from .excerpts import Hit
from .managers import CommentQuerySet
from .models import Comment, article_model

PAGE = 20
PAGES = 50
MOST = PAGE * PAGES  # hits that are counted and can be leafed through
RANKED = 2_000  # documents with the words (or questions of a situation), the newest first
CHOSEN_FROM = 20_000  # the same where filters choose among them, since few may fit
ALIKE = 100  # questions with one word of a text, the newest first
ENOUGH = 0.3  # of the weight of a text's words: with less in common a question is none like it
COMPARED = 50  # of those with the most words in common, which are then weighed by their length
USUAL_LENGTH = 500  # characters of a question

Order = Literal["best", "new", "answered"]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. `is_capped`: there may be more than `total`, even where that is 0."""

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
    """An answered question like the one somebody is writing; the texts are plain, and only their beginnings."""

    question: Comment
    question_text: str
    answer_text: str
    answer_author: str
    answer: Comment | None  # whole; None where it went this moment


def find(
    words: str,
    *,
    answered: bool | None = None,
    article: int | None = None,
    situation: int | None = None,
    order: Order = "best",
    page: int = 1,
) -> Found:
    """A page of the threads on published articles that fit. Any words are fine; without words, all threads.

    "best" is the closest first where there are words, else the newest; "answered" the latest answer first, of answered
    threads alone. A page that does not exist has no hits.
    """
    threads = Comment.objects.threads_seen()
    if answered is False:
        threads, order = threads.unanswered(), "best" if order == "answered" else order
    elif answered or order == "answered":
        threads = threads.answered()
    if article is not None:
        threads = threads.filter(article=article)
    if words.strip():
        threads = threads if situation is None else threads.filter(pk__in=_chosen(situation))
        is_filtered = (answered, article, situation) != (None, None, None)
        return _found_by_words(fulltext.parse(words), threads, order, page, is_filtered=is_filtered)
    threads = threads.approved()
    if situation is not None:
        return _among(*_sql(_chosen(situation).annotate(rank=Value(0))), threads, order, page, limit=RANKED)
    ordered = _in_order(threads, order, answered=answered, of_article=article is not None)
    return _page(list(ordered.values_list("pk", flat=True)[: MOST + 1]), page)


def recently_answered(most: int) -> list[Hit]:
    """The threads whose first answer came last."""
    return excerpts.hits(list(Comment.objects.recently_answered().values_list("pk", flat=True)[:most]))


def articles(words: str, limit: int = 10) -> list[ArticleHit]:
    """The published articles that fit best."""
    parsed = fulltext.parse(words)
    if not parsed.wanted:
        return []
    matches, parameters = fulltext.matches(parsed, of_articles=True, limit=RANKED)
    published, more = _sql(article_model().objects.published().order_by().values("id"))
    sql = f"""
        SELECT found.hit FROM ({matches}) AS found CROSS JOIN ({published}) AS article WHERE article.id = -found.hit
        ORDER BY found.rank DESC, found.hit LIMIT %s
    """  # noqa: S608 - made of our own SQL; words are parameters
    pks = [row[0] for row in _rows(sql, [*parameters, *more, limit])]
    passages = excerpts.passages(pks, parsed)
    return [ArticleHit(-pk, excerpts.marked(passages[pk].answer)) for pk in pks if pk in passages]


def similar(text: str, *, limit: int = 3, exclude: int | None = None) -> list[Similar]:
    """The answered questions on published articles that are closest to a text; none where nothing is close.

    Close are questions that share the text's rare words: each counts the more the fewer questions have it.
    """
    words = fulltext.significant(text)
    if not words:
        return []
    threads = Comment.objects.threads_seen().answered().exclude(pk=exclude)
    holding = _holding(words, threads)
    scores, lengths = _scores(len(words), holding), {pk: length for _, pk, length in holding}
    best = sorted(scores, key=lambda pk: (-scores[pk], -pk))[:COMPARED]
    best.sort(key=lambda pk: -scores[pk] / _verbosity(lengths[pk]))
    questions, answers = _with_first_answers(best[:limit])
    return [
        Similar(
            question,
            excerpts.cut(question.lead),
            excerpts.cut(question.answer),
            answers[question.pk].display_name if question.pk in answers else "",
            answers.get(question.pk),
        )
        for question in questions
    ]


def _in_order(threads: CommentQuerySet, order: Order, *, answered: bool | None, of_article: bool) -> CommentQuerySet:
    """As one of the indexes has them. An article's positions are the order in which its questions were published."""
    if order == "answered":
        return threads.order_by("-answered_at", "-pk")
    if of_article:
        return threads.order_by("-position")
    if answered is False:
        return threads.order_by("-posted_at", "-pk")
    return threads.filter(published_at__isnull=False).order_by("-published_at", "-pk")  # the index's own condition


def _found_by_words(
    words: fulltext.Words, threads: CommentQuerySet, order: Order, page: int, *, is_filtered: bool
) -> Found:
    if not words.wanted:
        return _page([], page)
    limit = CHOSEN_FROM if is_filtered else RANKED
    matches, parameters = fulltext.matches(words, of_articles=False, limit=limit)
    return _among(matches, parameters, threads, order, page, limit=limit, words=words)


def _chosen(situation: int) -> "QuerySet[Any, dict[str, Any]]":
    """The questions of a situation. Moderators put them there one by one, so there are never very many."""
    chosen: QuerySet[Any] = Comment.situations.through.objects.filter(situation=situation)
    return chosen.order_by("-pk").values(hit=F("comment"))[:RANKED]


def _among(
    candidates: str,
    parameters: Sequence[Any],
    threads: CommentQuerySet,
    order: Order,
    page: int,
    *,
    limit: int,
    words: fulltext.Words | None = None,
) -> Found:
    """A page of those of these candidates (hit, rank; at most `limit`) that are among the threads."""
    by = {"best": "found.rank DESC, thread.published_at DESC", "new": "thread.published_at DESC",
          "answered": "thread.answered_at DESC"}[order]  # fmt: skip
    fitting, more = _sql(threads.order_by().values("id", "published_at", "answered_at"))
    # CROSS: SQLite then takes the candidates first, which are few.
    sql = f"""
        WITH found AS MATERIALIZED ({candidates})
        SELECT found.hit, (SELECT COUNT(*) FROM found)
        FROM found CROSS JOIN ({fitting}) AS thread WHERE thread.id = found.hit
        ORDER BY {by}, found.hit DESC LIMIT %s
    """  # noqa: S608 - made of our own SQL; words are parameters
    rows = _rows(sql, [*parameters, *more, MOST + 1])
    looked_at = rows[0][1] if rows else _rows(f"SELECT COUNT(*) FROM ({candidates}) AS found", parameters)[0][0]  # noqa: S608
    return _page([row[0] for row in rows], page, words, more_unseen=looked_at == limit)


def _page(pks: Sequence[int], number: int, words: fulltext.Words | None = None, *, more_unseen: bool = False) -> Found:
    total = min(len(pks), MOST)
    shown = pks[:MOST][(number - 1) * PAGE : number * PAGE] if number >= 1 else []
    return Found(excerpts.hits(shown, words), number, math.ceil(total / PAGE), total, more_unseen or len(pks) > MOST)


def _holding(words: Sequence[Sequence[str]], threads: CommentQuerySet) -> list[tuple[int, int, int]]:
    """(word's number, thread, length of its question) for the newest threads with each word in their question."""
    parts, parameters = [], []
    for number, word in enumerate(words):
        part, values = fulltext.holding(word, ALIKE)
        parts.append(f"SELECT {number} AS word, id FROM ({part}) AS holding_{number}")  # noqa: S608
        parameters += values
    fitting, more = _sql(threads.order_by().values("id"))
    # Looked up one by one: PostgreSQL would rather read all answered questions for a join.
    sql = f"""
        SELECT found.word, found.id,
            (SELECT (SELECT LENGTH(lead) FROM comments_searchdocument WHERE id = thread.id)
             FROM ({fitting}) AS thread WHERE thread.id = found.id)
        FROM ({" UNION ALL ".join(parts)}) AS found
    """  # noqa: S608 - made of our own SQL; words are parameters
    return [row for row in _rows(sql, [*more, *parameters]) if row[2] is not None]


def _scores(words: int, holding: Sequence[tuple[int, int, int]]) -> dict[int, float]:
    """The weight of the words that each thread has: of those with ENOUGH of it, and with two words where there are
    three."""
    number = Counter(word for word, _, _ in holding)
    weights = [math.log(1 + len(holding) / (1 + number[word])) for word in range(words)]
    found: dict[int, list[float]] = defaultdict(list)
    for word, pk, _ in holding:
        found[pk].append(weights[word])
    least = ENOUGH * sum(weights)
    return {pk: sum(had) for pk, had in found.items() if len(had) >= min(2, (words + 1) // 2) and sum(had) >= least}


def _verbosity(length: int) -> float:
    """A long question has many words and is about none of them so much; b = 0.4 in the terms of BM25."""
    return 0.6 + 0.4 * length / USUAL_LENGTH


def _with_first_answers(pks: Sequence[int]) -> tuple[list[Any], dict[int, Comment]]:
    """These questions in this order, and the first answer to each, in one query."""
    answered_at = Comment.objects.filter(pk=OuterRef("tree_id")).values("answered_at")
    first = Q(tree_id__in=pks, author__isnull=False, level__gt=0, published_at=Subquery(answered_at))
    rows = excerpts.beginnings(Comment.objects.filter(Q(pk__in=pks) | first)) if pks else []
    questions = {row.pk: row for row in rows if row.is_root}
    answers = {row.tree_id: row for row in rows if row.is_public and not row.is_root}
    return [questions[pk] for pk in pks if pk in questions], answers


def _sql(queryset: "QuerySet[Any, Any]") -> tuple[str, Sequence[Any]]:
    sql, parameters = queryset.query.sql_with_params()
    return str(sql), list(parameters)


def _rows(sql: str, parameters: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
