"""Rows written many at once are the rows that would be written one by one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from advice.models import Article
from comments import inserting, numbers
from comments.models import Comment
from tests.factories import make_article

pytestmark = pytest.mark.django_db

WHEN = datetime(2019, 3, 5, 10, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize("text", [r"\N", r"\.", "\\.\n\\.", "C:\\new\\table", "a\tb\r\nc", "'; -- “é” {} %s", "\\"])
def test_a_text_arrives_as_it_was(text: str) -> None:
    assert insert(make_article(), text).body == text


def test_what_is_not_told_has_its_default() -> None:
    article = make_article()
    comment, blank = insert(article, "Wait."), Comment()
    for field in Comment._meta.concrete_fields:
        if field.attname not in inserting.COLUMNS:
            assert getattr(comment, field.attname) == getattr(blank, field.attname), field.attname
    assert (comment.article, comment.parent, comment.posted_at, comment.answered_at) == (article, None, WHEN, None)


@pytest.mark.parametrize("text", [r"\N", "a\tb\r\nc \\", "é 💔"])
def test_a_whole_row_arrives_as_it_was(text: str, sarah: Any) -> None:
    (pk,) = numbers.take(1)
    given = Comment(
        pk=pk, tree_id=pk, lft=1, rght=2, level=0, article=make_article(), author=sarah, body=text, urgent=True,
        status="approved", posted_at=WHEN, published_at=WHEN, reasons=[text, "“x”"], care=[], digest="d" * 32,
    )  # fmt: skip
    inserting.insert_whole([given])
    found = Comment.objects.get(pk=pk)
    for field in Comment._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(given, field.attname), field.attname


def insert(article: Article, text: str) -> Comment:
    (pk,) = numbers.take(1)
    tree = (pk, pk, 1, 2, 0)
    texts = ("Mo", "", text, "<p>Wait.</p>", "")
    inserting.insert([(*tree, article.pk, None, None, *texts, "approved", WHEN, WHEN, "isso", str(pk), 0, None, 1)])
    comment: Comment = Comment.objects.get(pk=pk)
    return comment
