"""Who answers here, and in which role: an owner is a moderator who also erases, and looks after settings and people."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from .bounded import MOST
from .desk_models import Moderator
from .managers import CountUpTo
from .models import MODERATORS, OWNERS, Comment


class Role(models.TextChoices):
    MODERATOR = "moderator", "Moderator: answers, and keeps order"
    OWNER = "owner", "Owner: also settings, people and erasing"


def everybody() -> QuerySet[Any]:
    """All who answer or have answered, with `is_owner`, `has_more`, `answer_count` and what they want to be told.

    Answers are counted to MOST + 1.
    """
    answers = Comment.objects.filter(author=OuterRef("pk")).approved().replies().order_by()
    groups = User.groups.through.objects.filter(user=OuterRef("pk"))
    everyone = Moderator.objects.filter(groups__name=MODERATORS).select_related("desk_preference")
    return everyone.annotate(
        is_owner=Exists(groups.filter(group__name=OWNERS)),
        has_more=_has_more(groups),
        answer_count=CountUpTo(answers.values("pk")[: MOST + 1]),
    )


def has_more_rights(user: User) -> bool:
    return everybody().filter(pk=user.pk, has_more=True).exists()


def _has_more(groups: QuerySet[Any]) -> Any:
    """Rights beyond those of an owner, given by a superuser: who has them is not an owner's to change."""
    other_groups = groups.exclude(group__name__in=[MODERATORS, OWNERS])
    own_rights = User.user_permissions.through.objects.filter(user=OuterRef("pk"))
    return Q(is_superuser=True) | Exists(other_groups) | Exists(own_rights)


def role_of(user: User) -> Role:
    return Role.OWNER if user.groups.filter(name=OWNERS).exists() else Role.MODERATOR


def give(user: User, role: str) -> None:
    """Make them a moderator, and an owner or not."""
    user.groups.add(Group.objects.get(name=MODERATORS))
    owners = Group.objects.get(name=OWNERS)
    if role == Role.OWNER:
        user.groups.add(owners)
    else:
        user.groups.remove(owners)


def has_owner(*, beside: User | None = None) -> bool:
    """Whether the site has an active owner, `beside` this one. Inside `atomic()` it stays so until that ends."""
    Group.objects.select_for_update(no_key=True).get(name=OWNERS)  # two owners may be taking it from each other
    owners = User.objects.filter(groups__name=OWNERS, is_active=True, is_staff=True)
    return (owners.exclude(pk=beside.pk) if beside else owners).exists()
