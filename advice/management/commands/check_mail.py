"""`manage.py check_mail [--selector NAME] [--nameserver IP[:PORT]]`: what the DNS says of mail from this site."""

import sys
from argparse import ArgumentParser
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from advice import env, mail_records

WRONG, UNREACHABLE = 1, 2


class Command(BaseCommand):
    help = (
        "Look for the records without which mail from this site is taken for spam, and say what to put where. "
        "It ends with 0 if all are right, 1 if one is missing or wrong, 2 if no name server answers."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--selector", default="", help="the name of the DKIM key, which your provider tells")
        parser.add_argument("--nameserver", default="", metavar="IP[:PORT]", help="ask this one, not the machine's")

    def handle(self, *args: Any, selector: str, nameserver: str, **options: Any) -> None:
        sender = _sender()
        self.stdout.write(f"Mail is from {sender.domain}.")
        try:
            resolver = mail_records.resolver_of(*_address(nameserver))
            findings = [self.tell(finding) for finding in mail_records.look(sender, resolver, selector)]
        except mail_records.Unreachable:
            self.stderr.write("No name server answers, so nothing was found out. Try again, or name one: --nameserver")
            sys.exit(UNREACHABLE)
        if not all(finding.is_right for finding in findings):
            sys.exit(WRONG)

    def tell(self, finding: mail_records.Finding) -> mail_records.Finding:
        self.stdout.write(f"{'right' if finding.is_right else 'WRONG':7}{finding.record:7}{finding.said}")
        if finding.todo:
            self.stdout.write(f"{'':14}put there: {finding.todo}")
        return finding


def _sender() -> mail_records.Sender:
    domain, envelope = (
        parseaddr(address)[1].rpartition("@")[2].lower()
        for address in (settings.DEFAULT_FROM_EMAIL, settings.EMAIL_BOUNCES_TO or settings.DEFAULT_FROM_EMAIL)
    )
    if "." not in domain or domain.replace(".", "").isdigit() or env.is_loopback(domain):
        raise CommandError(f"Mail is from {domain}, which is no domain. DEFAULT_FROM_EMAIL names the sender.")
    is_named = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and "." in settings.EMAIL_HOST
    server = settings.EMAIL_HOST if is_named and not settings.EMAIL_HOST.replace(".", "").isdigit() else ""
    return mail_records.Sender(domain, envelope, server)


def _address(nameserver: str) -> tuple[str, int]:
    """192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:5353."""
    if not nameserver:
        return "", 53
    bare = nameserver if nameserver.count(":") < 2 or nameserver.startswith("[") else f"[{nameserver}]"
    try:
        parts = urlsplit(f"//{bare}")
        return env.ip(parts.hostname or ""), parts.port or 53
    except ValueError as error:
        raise CommandError("--nameserver is an IP address, with a port or without.") from error
