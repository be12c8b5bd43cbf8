"""`manage.py create_moderator USER --name NAME --email E [--owner]`: makes a moderator, or updates one."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from comments import auditing, people
from comments.log_models import Verb
from comments.people import Role


class Command(BaseCommand):
    help = "Makes a moderator (a staff user in the group Moderators), or updates one with this user name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the name to log in with")
        parser.add_argument("--name", required=True, help="what readers see beside answers")
        parser.add_argument("--email", required=True)
        parser.add_argument(
            "--owner", action="store_true", help="with an owner's rights: settings, people, erasing; the first has them"
        )
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input instead of asking"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=User.normalize_username(options["user"])).first()
        verb = "updated" if user else "made"
        user = user or User(username=User.normalize_username(options["user"]))
        user.first_name, user.last_name = options["name"].strip(), ""
        user.email = User.objects.normalize_email(options["email"].strip())
        user.is_staff = user.is_active = True
        try:
            _check(user)
            password = _read_password(user) if options["password_stdin"] else _ask_password(user)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        if password:
            user.set_password(password)
        role = _write(user, verb, owner=options["owner"], has_password=bool(password))
        self.stdout.write(f"{user.first_name} ({user.username}) is {verb}: {role}, who can log in at /admin/.")


def _check(user: User) -> None:
    if not user.first_name:
        raise CommandError("--name is empty. Readers see this name beside every answer.")
    if not user.email:
        raise CommandError("--email is empty.")
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        told = (f"{field}: {text}" for field, texts in error.message_dict.items() for text in texts)
        raise ValidationError(list(told)) from error


def _read_password(user: User) -> str:
    password = sys.stdin.readline()
    password = password.removesuffix("\n").removesuffix("\r")
    validate_password(password, user)
    return password


def _ask_password(user: User) -> str:
    """The password, typed twice; "" keeps the one that there is."""
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask for the password. Give it with --password-stdin.")
    keep = " (empty: keep the old one)" if user.has_usable_password() and user.pk else ""
    password = getpass.getpass(f"Password for {user.username}{keep}: ")
    if keep and not password:
        return ""
    validate_password(password, user)
    if getpass.getpass("Once more: ") != password:
        raise CommandError("The two passwords differ. Nothing was changed.")
    return password


@transaction.atomic
def _write(user: User, verb: str, *, owner: bool, has_password: bool) -> str:
    """Save them, with a line in the log; the words for what they are."""
    user.save()
    is_first = not people.has_owner()
    is_owner = owner or is_first or people.role_of(user) == Role.OWNER
    people.give(user, Role.OWNER if is_owner else Role.MODERATOR)
    role = "an owner" if is_owner else "a moderator"
    told = f"Name: {user.first_name}\nEmail address: {user.email}\nRole: {role}"
    auditing.record(
        by=None,
        verb=Verb.ADD if verb == "made" else Verb.CHANGE,
        subject=f"moderator “{user.first_name} ({user.username})”",
        after=told + ("\nPassword: set" if has_password else ""),
        reason="create_moderator",
    )
    return f"{role}, the site's first" if is_first else role
