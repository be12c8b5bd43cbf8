"""A site of a given size, written into the database of the environment: `building.py SIZE`.

Comments come through the bulk door of imports. What people would leave around them (the log, situations, private links,
addresses) follows from their numbers, in one statement each.
"""

import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SITUATIONS = 12
ADDRESSES = 50_000
AROUND = {
    "a situation for three questions of five": """
        INSERT INTO comments_comment_situations (comment_id, situation_id)
        SELECT c.id, s.id FROM comments_comment c
        JOIN comments_situation s ON s."order" = c.id % 12 WHERE c.level = 0 AND c.id % 5 < 3""",
    "what moderators did to every third": """
        INSERT INTO comments_moderationevent
            (comment_id, subject, act, by_id, verb, from_status, to_status, before, after, reason, at)
        SELECT id, '', NULL, %(sarah)s,
            CASE WHEN author_id IS NOT NULL THEN 'answer' WHEN status = 'approved' THEN 'approve'
                 WHEN status = 'spam' THEN 'mark_spam' ELSE 'trash' END,
            CASE WHEN author_id IS NOT NULL THEN 'trash' ELSE 'pending' END, status, '', '', '', posted_at
        FROM comments_comment WHERE id % 3 = 0 AND status <> 'pending'""",
    "a private link for every tenth": """
        INSERT INTO comments_privatelink (comment_id, token_hash, created_at)
        SELECT id, 'bench-' || id, posted_at FROM comments_comment WHERE id % 10 = 0 AND author_id IS NULL""",
    "what is urgent of what waits": """
        UPDATE comments_comment SET urgent = (1 = 1) WHERE status = 'pending' AND id % 20 = 0""",
}


def main(size: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "advice.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    people = moderators()
    make_situations()
    write_discussions(size, people)
    write_around(size, people[0])
    tell_the_planner()


def moderators() -> list[Any]:
    from tests import factories

    return [factories.moderator(name, first_name=name.capitalize()) for name in ("sarah", "ida")]


def make_situations() -> None:
    from comments.reader_models import Situation

    Situation.objects.all().delete()
    names = [f"Situation {number + 1}" for number in range(SITUATIONS)]
    Situation.objects.bulk_create(
        Situation(name=name, slug=name.lower().replace(" ", "-"), order=order) for order, name in enumerate(names)
    )


def write_discussions(size: int, people: list[Any]) -> None:
    from django.db import transaction

    from advice.models import Article
    from comments import interchange
    from tests.benchmarks import shapes

    with transaction.atomic():
        interchange.hold("bench", Article.objects.none())  # once: it looks at all that came from this source
        for discussion in shapes.discussions(size):
            article = make_article(discussion.slug, people[0])
            for batch in discussion.batches:
                records = [record(comment, people) for comment in batch]
                written = interchange.write(article.pk, "bench", records, keep_numbers=False)  # in order: the same
                assert written.created == len(records), written.refused[:3]


def make_article(slug: str, author: Any) -> Any:
    from advice import publishing
    from advice.models import Article
    from tests.benchmarks.shapes import START

    body = "\n\n".join(f"## Part {part}\n\n" + "Give it time, and see how you are then. " * 40 for part in range(1, 6))
    article = Article(
        title=f"Advice: {slug}", slug=slug, summary="In short.", body=body, author=author,
        published_at=START, updated_at=START,
    )  # fmt: skip
    publishing.create(article)
    return article


def record(comment: Any, people: list[Any]) -> Any:
    from comments import interchange

    author = people[comment.number % 8 == 0].pk if comment.is_answer else None
    number = comment.number
    reader = number * 7_919 % ADDRESSES  # the same one again and again, as on sites
    email = f"reader{reader}@example.com" if number % 5 < 2 and not author else ""
    return interchange.Record(
        str(number), str(comment.parent or ""), author, f"Reader {reader}", email,
        comment.text, comment.status, comment.at,
    )  # fmt: skip


def write_around(size: int, sarah: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in AROUND.values():
            cursor.execute(statement.replace("id % ", "id %% "), {"sarah": sarah.pk})
    leave_addresses(size)


def leave_addresses(size: int) -> None:
    """Those of readers, most of them confirmed."""
    from comments import addresses
    from comments.mail_models import EmailAddress
    from tests.benchmarks.shapes import START

    emails = [f"reader{reader}@example.com" for reader in range(min(ADDRESSES, size // 20))]
    rows = [
        EmailAddress(
            key=addresses.key_of(email), address=email, added_at=START, confirmed_at=START if number % 4 else None
        )
        for number, email in enumerate(emails)
    ]
    EmailAddress.objects.bulk_create(rows, batch_size=1_000)


def tell_the_planner() -> None:
    """As PostgreSQL's own cleaners do within a minute on a site; SQLite is told nothing there, and nothing here."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    main(int(sys.argv[1]))
