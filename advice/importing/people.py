"""Whom a file makes a moderator: the authors of its articles, and whom the owner names. All others are readers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from comments.models import MODERATORS, OWNERS, Status
from comments.names import skeleton, skeletons

from .records import Article, Comment, Person
from .staging import Staged

NAMELESS = "author"  # of articles that name none, on a site without an owner
LISTED = 20  # of the file's people, where one is named whom it does not know


class UnknownModerator(Exception):
    """The owner named somebody whom the file does not know; the message lists whom it knows."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who of the file is to be a moderator, and how their comments are known."""

    authors: dict[str, Person]  # by the name that articles have for them, in lower case
    here: dict[str, str] = field(default_factory=dict)  # the logins that some of them have here, by the same
    by_login_alone: bool = False  # the file's people are readers, who call themselves what they like

    @classmethod
    def of(cls, found: Staged, named: Iterable[str], *, by_login_alone: bool = False) -> "Chosen":
        """`named` are logins there, or THERE=HERE. With `by_login_alone` nobody is found by name, and nobody is
        listed. Raises UnknownModerator."""
        authors = {creator.casefold(): _person(found, creator) for creator in found.creators()}
        chosen = cls(authors, by_login_alone=by_login_alone)
        for name in named:
            login, _, here = name.partition("=")
            chosen._add(login, _named(found, login, by_login_alone=by_login_alone), here)
            if login.casefold() not in chosen.authors:
                listed = "" if by_login_alone else _listed(found, chosen.authors.values())
                raise UnknownModerator(f"The file knows no user {login!r}{listed}")
        if not chosen.authors:
            login = _owner_here() or NAMELESS
            chosen.authors[login.casefold()] = Person("", login, "", login)
        return chosen

    def _add(self, login: str, person: Person | None, here: str) -> None:
        if person is not None:
            self.authors.setdefault(login.casefold(), person)
        if here:
            if not get_user_model().objects.filter(username__iexact=here).exists():
                raise UnknownModerator(f"Nobody here logs in as {here!r}")
            self.here[login.casefold()] = here


@dataclass(slots=True)
class People:
    """The moderators' users here."""

    by_creator: dict[str, Any] = field(default_factory=dict)
    by_user: dict[str, Any] = field(default_factory=dict)  # the other system's number
    by_email: dict[str, Any] = field(default_factory=dict)
    by_login_alone: bool = False

    @classmethod
    def make(cls, chosen: Chosen) -> "People":
        """Make those who are not here yet: staff without a usable password. Others only join the group."""
        people = cls(by_login_alone=chosen.by_login_alone)
        group, _ = Group.objects.get_or_create(name=MODERATORS)
        for creator, person in chosen.authors.items():
            user = _user(replace(person, login=chosen.here.get(creator, person.login)))
            user.groups.add(group)
            people.by_creator[creator] = user
            if person.pk:
                people.by_user[person.pk] = user
            if person.email:
                people.by_email[person.email.casefold()] = user
        if not chosen.by_login_alone:
            for user in get_user_model().objects.filter(groups=group).exclude(email="").order_by("pk"):
                people.by_email.setdefault(user.email.casefold(), user)
        return people

    def author_of(self, article: Article) -> Any:
        """Who wrote an article; one that names nobody is the first author's."""
        return self.by_creator.get(article.creator.casefold()) or next(iter(self.by_creator.values()))

    def moderator_of(self, comment: Comment) -> Any:
        """The moderator who wrote a comment, or None.

        Anybody can write under an address they know: it counts only where the comment was approved and is signed with
        that moderator's name, so that nobody gets the badge under a name of their own. Exports list no moderator who
        wrote no article: whoever is one here already is found by the same, logged in or not.
        """
        if (user := self.by_user.get(comment.user)) or (comment.user and self.by_login_alone):
            return user
        user = self.by_email.get(comment.email.casefold()) if comment.status == Status.APPROVED else None
        return user if user is not None and skeleton(comment.name) in skeletons(user) else None


def _person(found: Staged, name: str) -> Person:
    return _named(found, name) or Person("", name, "", name)


def _named(found: Staged, name: str, *, by_login_alone: bool = False) -> Person | None:
    """The file's person with this login (WXR 1.0 has display names instead, and no list of authors).

    Where the list does not have them, the number that all logged-in comments under this name share is theirs.
    """
    wanted = name.casefold()
    person = next((person for person in found.people() if person.login.casefold() == wanted), None)
    if person is not None or by_login_alone:
        return person
    person = next((person for person in found.people() if person.name.casefold() == wanted), None)
    numbers = found.users_called(name)
    return person or (Person(numbers.pop(), name, "", name) if len(numbers) == 1 else None)


def _listed(found: Staged, authors: Iterable[Person]) -> str:
    def logins() -> Iterator[str]:
        yield from (person.login for person in [*found.people(), *authors] if person.login)

    known = sorted(islice(dict.fromkeys(logins()), LISTED))
    return f". It knows: {', '.join(known) or 'nobody'}"


def _owner_here() -> str:
    owner = get_user_model().objects.filter(groups__name=OWNERS).order_by("pk").first()
    return owner.get_username() if owner else ""


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
