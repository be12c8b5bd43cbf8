"""The demo: articles, questions and answers as in advice/demo/, written through the same doors as everybody's."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from comments import labelling, moderation, people, posting
from comments.people import Role
from comments.reader_models import Situation
from comments.screening import Submission

from . import publishing
from .models import Article

FOLDER = Path(__file__).resolve().parent / "demo"
SARAH = "sarah"
ADDRESS = "sarah@advice.example"  # nobody's (RFC 2606): on one's own machine mails are files


@transaction.atomic
def fill() -> int:
    """Give an empty site its demo, and say how many articles it got: 0 where it has some already."""
    if Article.objects.exists():
        return 0
    now = timezone.now()
    author = sarah()
    written = tomllib.loads((FOLDER / "threads.toml").read_text(encoding="utf-8"))
    situations = _situations(written["situation"])
    articles = {}
    for file in sorted((FOLDER / "articles").glob("*.md")):
        article = _article(file.read_text(encoding="utf-8"), author, now, situations)
        articles[article.slug] = article
    # Oldest first, as they would have come: pages are numbered in this order.
    for thread in sorted(written["thread"], key=lambda thread: -thread["days_ago"]):
        asked = now - timedelta(days=thread["days_ago"])
        question = posting.post(_submission(thread, articles), at=asked).comment
        answered = asked + timedelta(hours=thread["answer_after_hours"])
        moderation.answer(question, by=author, body=thread["answer"].strip(), at=answered)
        about = [situations[slug] for slug in thread["situations"]]
        labelling.label(question, situations=about, in_search_engines=True, by=author, at=answered)
    for waiting in written["pending"]:
        posting.post(_submission(waiting, articles), at=now - timedelta(hours=waiting["hours_ago"]))
    return len(articles)


def sarah() -> User:
    """The owner who writes the demo's answers; made without a password that would let anybody in."""
    user = User.objects.filter(username=SARAH).first()
    if user is None:
        # Without a password: an unusable one.
        user = User.objects.create_user(SARAH, ADDRESS, first_name="Sarah", is_staff=True)
        people.give(user, Role.OWNER)
    return user


def _situations(written: list[dict[str, Any]]) -> dict[str, int]:
    """The pks of the situations, by their slugs; they stand in the order in which they are written."""
    made = {}
    for order, columns in enumerate(written):
        situation = Situation(**columns, order=order)
        situation.full_clean()
        situation.save()
        made[situation.slug] = situation.pk
    return made


def _article(text: str, author: User, now: datetime, situations: dict[str, int]) -> Article:
    """An article's file: TOML between two lines of +++, then Markdown."""
    _, head, body = text.split("+++\n", 2)
    front: dict[str, Any] = tomllib.loads(head)
    published = now - timedelta(days=front.pop("days_ago"))
    about = [situations[slug] for slug in front.pop("situations")]
    article = Article(**front, body=body.strip(), author=author, published_at=published, updated_at=published)
    article.full_clean(exclude=["author"])
    publishing.create(article)
    article.situations.set(about)
    return article


def _submission(question: dict[str, Any], articles: dict[str, Article]) -> Submission:
    return Submission(
        article_id=articles[question["article"]].pk,
        parent_id=None,
        name=question["name"],
        email="",
        body=question["question"].strip(),
    )
