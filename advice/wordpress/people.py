"""Whom an export makes a moderator: the authors of its articles, and whom the owner names. All others are readers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from comments.models import MODERATORS
from comments.names import skeleton, skeletons

from . import parse
from .survey import Survey

NAMELESS = "wordpress"  # the author of articles that name none


class UnknownModerator(Exception):
    """The owner named somebody whom the export does not know; the message lists whom it knows."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who of the export is to be a moderator, and how their comments are known."""

    authors: dict[str, parse.Author]  # by the name that articles have for them, in lower case

    @classmethod
    def of(cls, survey: Survey, named: Iterable[str]) -> "Chosen":
        """Raises UnknownModerator."""
        authors = {creator.casefold(): _author(survey, creator) for creator in survey.creators or {NAMELESS: None}}
        for login in named:
            author = _author(survey, login)
            if not author.pk and login.casefold() not in authors:
                known = sorted({found.login for found in [*survey.authors, *authors.values()]} - {""})
                raise UnknownModerator(f"The file knows no user {login!r}. It knows: {', '.join(known) or 'nobody'}")
            authors.setdefault(login.casefold(), author)
        return cls(authors)


@dataclass(slots=True)
class People:
    """The moderators' users here."""

    by_creator: dict[str, Any] = field(default_factory=dict)
    by_user: dict[str, Any] = field(default_factory=dict)  # WordPress's number
    by_email: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def make(cls, chosen: Chosen) -> "People":
        """Make those who are not here yet: staff without a usable password. Others only join the group."""
        people = cls()
        group, _ = Group.objects.get_or_create(name=MODERATORS)
        for creator, author in chosen.authors.items():
            user = _user(author)
            user.groups.add(group)
            people.by_creator[creator] = user
            if author.pk:
                people.by_user[author.pk] = user
            if author.email:
                people.by_email[author.email.casefold()] = user
        return people

    def author_of(self, item: parse.Item) -> Any:
        """Who wrote an article; one that names nobody is the first author's."""
        return self.by_creator.get(item.creator.casefold()) or next(iter(self.by_creator.values()))

    def moderator_of(self, comment: parse.Comment) -> Any:
        """The moderator who wrote a comment, or None.

        Without a login anybody can write under an address they know: it counts only where the comment was approved
        and is signed with that moderator's name, so that nobody gets the badge under a name of their own.
        """
        if comment.user:
            return self.by_user.get(comment.user)
        user = self.by_email.get(comment.email.casefold()) if comment.approved == "1" else None
        return user if user is not None and skeleton(comment.name) in skeletons(user) else None


def _author(survey: Survey, name: str) -> parse.Author:
    """The file's author with this login (WXR 1.0 has display names instead, and no list of authors).

    Where the list does not have them, the number that all logged-in comments under this name share is theirs.
    """
    wanted = name.casefold()
    for author in survey.authors:
        if author.login.casefold() == wanted:
            return author
    for author in survey.authors:
        if author.name.casefold() == wanted:
            return author
    numbers = survey.signatures.get(wanted, set())
    return parse.Author(next(iter(numbers)) if len(numbers) == 1 else "", name, "", name)


def _user(author: parse.Author) -> Any:
    users = get_user_model().objects
    login = re.sub(r"[^\w.@+-]", "-", author.login)[:150]  # what Django takes as a username
    if user := users.filter(username__iexact=login).order_by("pk").first():
        return user
    user = get_user_model()(username=login, first_name=author.name[:150], email=_email(author.email), is_staff=True)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text if len(text) <= 254 else ""
