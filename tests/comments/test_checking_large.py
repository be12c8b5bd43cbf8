"""check_trees on a site of 100,000 comments (only in `make test-all`)."""

import random
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from advice.models import Article
from comments import trees
from comments.models import Comment

pytestmark = [pytest.mark.django_db, pytest.mark.long]

SIZE = 100_000
THREADS = 20_000


def fill(article: Any) -> None:
    """SIZE approved comments in THREADS threads of random shape, with all columns right."""
    shape = random.Random(7)
    links: list[tuple[int, int | None]] = [(pk, None) for pk in range(1, THREADS + 1)]
    links += [(pk, shape.randint(max(1, pk - 2 * THREADS), pk - 1)) for pk in range(THREADS + 1, SIZE + 1)]
    now = timezone.now()
    parents = dict(links)
    rows = sorted(trees.columns(links), key=lambda row: row.pk)
    roots = [row for row in rows if row.level == 0]
    assert (len(rows), len(roots)) == (SIZE, THREADS)
    Comment.objects.bulk_create(
        (
            Comment(
                pk=row.pk, parent_id=parents[row.pk], article=article, tree_id=row.tree_id, lft=row.lft, rght=row.rght,
                level=row.level, name="Ann", body="b", body_html="<p>b</p>", status="approved", posted_at=now,
                published_at=now, position=None if row.level else row.pk,
                reply_count=0 if row.level else row.rght // 2 - 1,
            )
            for row in rows
        ),
        batch_size=2_000,
    )  # fmt: skip
    Article.objects.filter(pk=article.pk).update(comment_count=SIZE, question_count=THREADS)


def check_trees(*arguments: str) -> tuple[int, str]:
    """The command's exit code and its last line."""
    out = StringIO()
    code = 0
    try:
        call_command("check_trees", *arguments, stdout=out)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, out.getvalue().strip().splitlines()[-1]


def test_damage_among_a_hundred_thousand_comments_is_found_and_mended(article: Any) -> None:
    fill(article)
    assert check_trees() == (0, f"{THREADS} threads, 0 damaged")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE comments_comment SET rght = rght + 2 WHERE level = 1 AND tree_id % 10 = 0")
        cursor.execute("UPDATE comments_comment SET level = level + 1 WHERE level = 2 AND tree_id % 10 = 1")
        cursor.execute("UPDATE comments_comment SET position = position + 7 WHERE id = 9")
        cursor.execute("UPDATE comments_comment SET reply_count = reply_count + 1 WHERE id = 19")
    code, last = check_trees()
    assert code == 1
    assert int(last.split()[2]) > 1_000
    assert check_trees("--repair") == (0, f"{THREADS} threads, 0 damaged")
    assert check_trees() == (0, f"{THREADS} threads, 0 damaged")
