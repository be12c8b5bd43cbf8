"""`manage.py send_test_mail ADDRESS`: one mail, now, and what came of it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from comments import trial_mails


class Command(BaseCommand):
    help = "Send one mail to this address, past the outbox, and say what came of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="where to: your own")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError("This is no email address.") from error
        self.stdout.write(f"How mails leave: {trial_mails.way()}")
        self.stdout.write(f"From: {settings.DEFAULT_FROM_EMAIL}")
        if settings.EMAIL_BOUNCES_TO:
            self.stdout.write(f"What comes back goes to: {settings.EMAIL_BOUNCES_TO}")
        try:
            trial_mails.send_to(address)
        except trial_mails.NotSent as error:
            raise CommandError(f"It was not sent. {error.hint}\nWhat was said: {error}") from error
        self.stdout.write(TAKEN if not trial_mails.instead() else NOT_TAKEN)


TAKEN = "The mail server has taken it. If it does not arrive, look among the spam, and at “manage.py check_mail”."
NOT_TAKEN = "It was written, and sent to nobody: EMAIL_URL names no mail server."
