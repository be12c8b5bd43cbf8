"""The same articles with the same comments for our site and for WordPress.

First one article with 120 comments, in threads of six, each answered by Sarah, four levels deep. Then beside it one
with 5,000 such comments, and as many articles with 500 as the whole site needs. Run by itself it fills the site that
the environment names (`few`, or `many N` beside these), or says how many comments there are (`count`).
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

FEW, MANY, ELSEWHERE = 120, 5_000, 500  # comments of an article
PARENTS = (0, 1, 2, 3, 1, 2)  # of each in its thread, by its place; none for the first
SARAHS = 2  # the place of her answer
START = datetime(2020, 1, 1, tzinfo=UTC)
TEXT = "He left in May after four years, and I do not know whether to write to him or to wait. "


@dataclass(frozen=True, slots=True)
class Article:
    number: int
    slug: str
    comments: int
    first: int  # number of its first comment


@dataclass(frozen=True, slots=True)
class Comment:
    number: int
    parent: int  # 0 for none
    is_sarahs: bool
    name: str
    body: str
    when: datetime


def few() -> list[Article]:
    return [Article(1, "few-comments", FEW, 1)]


def many(comments: int) -> list[Article]:
    """What stands beside the few, until there are so many in all."""
    articles = [Article(2, "many-comments", MANY, FEW + 1)]
    for first in range(FEW + MANY + 1, comments + 1, ELSEWHERE):
        number = len(articles) + 2
        articles.append(Article(number, f"elsewhere-{number}", min(ELSEWHERE, comments + 1 - first), first))
    return articles


def below(article: Article) -> Iterator[Comment]:
    for offset in range(article.comments):
        place = offset % len(PARENTS)
        number, start = article.first + offset, article.first + offset - place
        yield Comment(
            number,
            start + PARENTS[place] - 1 if PARENTS[place] else 0,
            is_sarahs=place + 1 == SARAHS,
            name=f"Reader {number}",
            body=f"Comment {number}. {TEXT * (1 + number % 5)}".strip(),
            when=START + timedelta(minutes=number),
        )


def main(what: str, comments: str = "0") -> None:
    import django

    django.setup()
    if what == "few":
        _begin()
    if what in ("few", "many"):
        for article in few() if what == "few" else many(int(comments)):
            _fill(article)
    from comments.models import Comment as Row

    print(Row.objects.count())  # noqa: T201


def _begin() -> None:
    from django.core.management import call_command

    from advice import demo

    call_command("migrate", verbosity=0)
    demo.fill()


def html() -> str:
    """The text of the demo's article, which all have."""
    from comments import markup

    return markup.article(_text().body).html


def _text() -> Any:
    from advice.models import Article as Row

    return Row.objects.get(slug="should-you-get-back-together")


def _fill(article: Article) -> None:
    from django.db import transaction

    from advice.models import Article as Row
    from comments import interchange
    from tests.factories import make_article

    text = _text()
    row = make_article(title=f"Article {article.number}", slug=article.slug, body=text.body, author=text.author)
    with transaction.atomic():
        interchange.hold("equal", Row.objects.filter(pk=row.pk))
        interchange.write(row.pk, "equal", list(_records(article, text.author_id)), keep_numbers=False)


def _records(article: Article, sarah: int) -> Iterator[Any]:
    from comments.interchange import Record

    for comment in below(article):
        author, name = (sarah, "") if comment.is_sarahs else (None, comment.name)
        parent = str(comment.parent or "")
        yield Record(str(comment.number), parent, author, name, "", comment.body, "approved", comment.when)


if __name__ == "__main__":
    main(*sys.argv[1:])
