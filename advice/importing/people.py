"""Whom a file makes a moderator: the authors of its articles, and whom the owner names. All others are readers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from comments.models import MODERATORS, Status
from comments.names import skeleton, skeletons

from .records import Article, Comment, Person
from .staging import Staged

NAMELESS = "author"  # of articles that name none


class UnknownModerator(Exception):
    """The owner named somebody whom the file does not know; the message lists whom it knows."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who of the file is to be a moderator, and how their comments are known."""

    authors: dict[str, Person]  # by the name that articles have for them, in lower case

    @classmethod
    def of(cls, found: Staged, named: Iterable[str]) -> "Chosen":
        """Raises UnknownModerator."""
        people = found.people()
        creators = found.creators() or [NAMELESS]
        authors = {creator.casefold(): _person(found, people, creator) for creator in creators}
        for login in named:
            person = _person(found, people, login)
            if person not in people and not person.pk and login.casefold() not in authors:
                known = sorted({known.login for known in [*people, *authors.values()]} - {""})
                raise UnknownModerator(f"The file knows no user {login!r}. It knows: {', '.join(known) or 'nobody'}")
            authors.setdefault(login.casefold(), person)
        return cls(authors)


@dataclass(slots=True)
class People:
    """The moderators' users here."""

    by_creator: dict[str, Any] = field(default_factory=dict)
    by_user: dict[str, Any] = field(default_factory=dict)  # the other system's number
    by_email: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def make(cls, chosen: Chosen) -> "People":
        """Make those who are not here yet: staff without a usable password. Others only join the group."""
        people = cls()
        group, _ = Group.objects.get_or_create(name=MODERATORS)
        for creator, person in chosen.authors.items():
            user = _user(person)
            user.groups.add(group)
            people.by_creator[creator] = user
            if person.pk:
                people.by_user[person.pk] = user
            if person.email:
                people.by_email[person.email.casefold()] = user
        return people

    def author_of(self, article: Article) -> Any:
        """Who wrote an article; one that names nobody is the first author's."""
        return self.by_creator.get(article.creator.casefold()) or next(iter(self.by_creator.values()))

    def moderator_of(self, comment: Comment) -> Any:
        """The moderator who wrote a comment, or None.

        Without a login anybody can write under an address they know: it counts only where the comment was approved
        and is signed with that moderator's name, so that nobody gets the badge under a name of their own.
        """
        if comment.user:
            return self.by_user.get(comment.user)
        user = self.by_email.get(comment.email.casefold()) if comment.status == Status.APPROVED else None
        return user if user is not None and skeleton(comment.name) in skeletons(user) else None


def _person(found: Staged, people: list[Person], name: str) -> Person:
    """The file's person with this login (WXR 1.0 has display names instead, and no list of authors).

    Where the list does not have them, the number that all logged-in comments under this name share is theirs.
    """
    wanted = name.casefold()
    for person in people:
        if person.login.casefold() == wanted:
            return person
    for person in people:
        if person.name.casefold() == wanted:
            return person
    numbers = found.users_called(name)
    return Person(next(iter(numbers)) if len(numbers) == 1 else "", name, "", name)


def _user(person: Person) -> Any:
    users = get_user_model().objects
    login = re.sub(r"[^\w.@+-]", "-", person.login)[:150]  # what Django takes as a username
    if user := users.filter(username__iexact=login).order_by("pk").first():
        return user
    user = get_user_model()(username=login, first_name=person.name[:150], email=_email(person.email), is_staff=True)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text if len(text) <= 254 else ""
