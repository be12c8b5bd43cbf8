"""Writing articles that are there already: only the named columns, and readers' cached pages go out of date with them.

The counts and the discussion's version belong to `comments`, which locks the article's row for them; so every write
here is a transaction of its own that raises the version last.
"""

import uuid
from collections.abc import Collection, Iterable
from copy import copy
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from comments import auditing, documents
from comments.locking import add_to_counts
from comments.log_models import Verb
from comments.reader_models import Signpost, Situation

from .models import Article, OldAddress

TEXTS = frozenset({"title", "summary", "body"})  # a change of these is what readers call "updated"


@transaction.atomic
def create(article: Article) -> None:
    """Write a new article, and let search know it."""
    article.render()
    article.save(force_insert=True)
    documents.write_article(article)


@transaction.atomic
def rewrite(article: Article, changed: Collection[str]) -> None:
    """Write the changed columns of an article as it is in memory, and what follows from them.

    A published article that moves, or is a draft again, leaves its address behind, which goes on leading to it.
    Situations are written by the caller, in the same transaction.
    """
    before = Article.objects.select_for_update(no_key=True).get(pk=article.pk)
    written = set(changed) - {"situations"}
    if "body" in written:
        written.update(article.render())
    if TEXTS & written:
        article.updated_at = timezone.now()
        written.add("updated_at")
    article.save(update_fields=written)
    if TEXTS & written:
        documents.write_article(article)
    _keep_address(before, article)
    if before.is_published or article.is_published:
        _renew_pages(before, article)


@transaction.atomic
def complete(article: Article) -> None:
    """Write an article's text and picture as an import knows them better now: no reader calls that an update."""
    article.save(update_fields=["body", "lead_picture", *article.render()])
    documents.write_article(article)
    if article.is_published:
        add_to_counts(article.pk)


@transaction.atomic
def render_again(pks: Iterable[int]) -> None:
    """Make the HTML of articles anew from their text, which is as it was: what it says about pictures is not."""
    for article in Article.objects.select_for_update(no_key=True).filter(pk__in=list(pks)).order_by("pk"):
        article.save(update_fields=article.render())
        add_to_counts(article.pk)


def change(pks: Iterable[int], *, by: Any = None, **columns: Any) -> None:
    """Give many articles the same columns: published, open, closed. In the log it is one act."""
    act = uuid.uuid4()
    for pk in pks:
        with transaction.atomic():
            article = Article.objects.select_for_update(no_key=True).without_text().get(pk=pk)
            was, before = auditing.values_of(article, columns), copy(article)
            for column, value in columns.items():
                setattr(article, column, value)
            article.save(update_fields=columns)
            _keep_address(before, article)
            now, subject = auditing.values_of(article, columns), auditing.subject_of(article)
            auditing.record(by=by, verb=Verb.CHANGE, subject=subject, before=was, after=now, act=act)
            _renew_pages(before, article)


def keep_address(path: str, **thing: Any) -> None:
    """Let an address lead to this article, situation or picture from now on: the last that had it."""
    left = {"article": None, "situation": None, "picture": None, **thing}
    OldAddress.objects.update_or_create(path=path.rstrip("/"), defaults=left)


def move_situation(situation: Situation, was: str) -> None:
    """It has another slug now; `was` goes on leading to it."""
    OldAddress.objects.filter(path=situation.get_absolute_url().rstrip("/"), situation=situation).delete()
    keep_address(reverse("comments:situation", args=[was]), situation=situation)


def leave_situation(situation: Situation) -> None:
    """It is about to go: its addresses lead to the newest article that was about it, where there is one."""
    if article := situation.articles.listed().without_text().first():
        OldAddress.objects.filter(situation=situation).update(article=article, situation=None)
        keep_address(situation.get_absolute_url(), article=article)


def _renew_pages(before: Article, article: Article) -> None:
    """Its own; and those of the articles that its answers point to, which show its questions while it is published."""
    add_to_counts(article.pk)
    if before.is_published != article.is_published:
        shown = (
            Signpost.objects.filter(thread__article=article.pk).order_by("article").values_list("article", flat=True)
        )
        for pk in list(shown.distinct()):
            add_to_counts(pk)


def _keep_address(before: Article, article: Article) -> None:
    """Also when it is a draft again: readers have its address, and as a draft it may move."""
    was, now = before.get_absolute_url(), article.get_absolute_url()
    if was != now:
        # It is not its own old one any more. Another article's stays: it leads there until this one is published.
        OldAddress.objects.filter(path=now.rstrip("/"), article=article).delete()
    if before.is_published and (was != now or not article.is_published):
        keep_address(was, article=article)
