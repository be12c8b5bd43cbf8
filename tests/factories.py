"""Rows for tests, written as the site writes them: comments through the doors, at a moment of the test's choice."""

import importlib
import itertools
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.utils import timezone
from django.utils.text import slugify

from advice import publishing
from advice.models import Article
from comments import discussion_settings, moderation, posting
from comments.desk_models import ROW, DiscussionSettings
from comments.models import MODERATORS, OWNERS, Comment
from comments.reader_models import Situation
from comments.screening import Submission

_numbers = itertools.count(1)
_rights: dict[str, list[tuple[str, str, str]]] = {}  # of each group, once they are known


def moderator(username: str = "mod", *, owner: bool | None = None, **columns: Any) -> User:
    """The moderator with this name, made on the first call. Their password is their username. Sarah owns the site."""
    if user := User.objects.filter(username=username).first():
        return user
    user = User.objects.create_user(
        username, password=username, is_staff=True, **{"email": f"{username}@example.com", **columns}
    )
    # A test may have taken them away.
    if not Group.objects.filter(name=MODERATORS).exists():
        _make_groups()
    user.groups.add(Group.objects.get(name=MODERATORS))
    if owner if owner is not None else username == "sarah":
        user.groups.add(Group.objects.get(name=OWNERS))
    return user


def _make_groups() -> None:
    """The groups, as the migrations make them: by these once, which takes half a second, and then as they were made."""
    if not _rights:
        importlib.import_module("comments.migrations.0003_moderators").make(apps, None)
        importlib.import_module("comments.migrations.0009_more_rights").give(apps, None)
        importlib.import_module("comments.migrations.0011_roles").give(apps, None)
        importlib.import_module("comments.migrations.0015_mail_rights").give(apps, None)
        importlib.import_module("comments.migrations.0018_phrases").give(apps, None)
        importlib.import_module("comments.migrations.0021_person_rights").give(apps, None)
        for group in Group.objects.all():
            named = group.permissions.values_list("content_type__app_label", "content_type__model", "codename")
            _rights[group.name] = list(named)
        return
    rows = Permission.objects.values_list("pk", "content_type__app_label", "content_type__model", "codename")
    there = {tuple(right): pk for pk, *right in rows}
    for name, rights in _rights.items():
        Group.objects.create(name=name).permissions.set([there[right] for right in rights])


def make_article(**columns: Any) -> Article:
    """A published article with its questions open."""
    number = next(_numbers)
    now = timezone.now()
    article = Article(
        **{
            "title": f"Advice {number}",
            "slug": f"advice-{number}",
            "summary": "In short.",
            "body": "## Wait\n\nGive it time.\n\n## Talk\n\nThen ask.",
            "published_at": now - timedelta(days=1),
            "updated_at": now,
            **columns,
            "author": columns.get("author") or moderator(),
        }
    )
    publishing.create(article)
    return article


def discuss(**columns: Any) -> DiscussionSettings:
    """The discussion's settings with these columns and the defaults for all others; in force at once."""
    row = DiscussionSettings(pk=ROW, **columns)
    row.save()
    discussion_settings.forget()
    return row


def make_situation(name: str, **columns: Any) -> Situation:
    return Situation.objects.create(**{"name": name, "slug": slugify(name), **columns})


def submission(article: Article, body: str = "Should I write?", *, name: str = "Ann", **columns: Any) -> Submission:
    return Submission(
        **{"article_id": article.pk, "parent_id": None, "name": name, "email": "", "body": body, **columns}
    )


def ask(
    article: Article, body: str = "Should I write?", *, name: str = "Ann", approved: bool = True, **columns: Any
) -> Comment:
    """A reader's question; `columns` are those of a Submission."""
    return _approved(posting.post(submission(article, body, name=name, **columns)).comment, approved=approved)


def reply_to(
    comment: Comment, body: str = "Me too.", *, name: str = "Bob", approved: bool = True, **columns: Any
) -> Comment:
    """A reader's reply, to an approved comment."""
    return ask(comment.article, body, name=name, approved=approved, parent_id=comment.pk, **columns)


def answer(comment: Comment, body: str = "Not yet. Give it a month.", *, by: Any = None) -> Comment:
    """A moderator's answer."""
    return fresh(moderation.answer(comment, by=by or moderator(), body=body))


def fresh(comment: Comment) -> Comment:
    """The row as it is now."""
    return Comment.objects.select_related("author", "article").get(pk=comment.pk)


def tell_the_planner() -> None:
    """Of comments written in bulk, as PostgreSQL itself does within a minute on a site. Else it plans for what it last
    saw, which between two tests is an empty table: a list of 1,200 then took half a minute, once in some runs."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE comments_comment")


def _approved(comment: Comment, *, approved: bool) -> Comment:
    if approved:
        moderation.approve(comment, by=moderator())
    return fresh(comment)
