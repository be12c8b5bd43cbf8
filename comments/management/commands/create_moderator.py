"""`manage.py create_moderator USER --name NAME --email E`: makes a moderator, or updates one."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from comments.models import MODERATORS


class Command(BaseCommand):
    help = "Makes a moderator (a staff user in the group Moderators), or updates one with this user name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the name to log in with")
        parser.add_argument("--name", required=True, help="what readers see beside answers")
        parser.add_argument("--email", required=True)
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
        _write(user)
        self.stdout.write(f"{user.first_name} ({user.username}) is {verb}: a moderator, who can log in at /admin/.")


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
def _write(user: User) -> None:
    user.save()
    user.groups.add(Group.objects.get(name=MODERATORS))
