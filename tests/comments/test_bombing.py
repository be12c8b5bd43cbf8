"""Strangers who have the site write to mailboxes that are not theirs: from many networks, in every way there is."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments import addresses
from comments.claiming import claim
from comments.delivering import Line, deliver
from comments.mail_models import EmailAddress, MailRequest, OutboxMessage
from tests.comments.smtp import SmtpServer
from tests.factories import discuss, make_article, moderator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("tries", "mailboxes", "most"),
    [(60, 5, 10), pytest.param(10_000, 1_000, 100, marks=pytest.mark.long)],
    ids=["60 tries", "10,000 tries"],
)
def test_ten_tries_for_each_of_many_mailboxes_send_no_more_than_the_ceilings(
    client: Client, smtp_backend: SmtpServer, settings: Any, tries: int, mailboxes: int, most: int
) -> None:
    settings.POST_LIMITS, settings.EMAIL_RATE = True, 100_000
    discuss(confirmations_an_hour=most)
    article = make_article(author=moderator("quiet", email=""))
    statuses: Counter[int] = Counter()
    line = Line()
    for number in range(tries):
        visitor = {"REMOTE_ADDR": f"198.18.{number % mailboxes // 250}.{number % mailboxes % 250}"}
        for status in attack(client, article, f"m{number % mailboxes}@example.org", number, visitor):
            statuses[status] += 1
            work(line)  # before the next step can take it back
    line.close()

    to = Counter(received.message["To"] for received in smtp_backend.received)
    assert len(smtp_backend.received) == most
    assert max(to.values()) <= addresses.ASKED_A_DAY
    assert set(statuses) <= {303, 429}
    assert EmailAddress.objects.count() <= mailboxes
    assert OutboxMessage.objects.filter(moderator=None).count() <= 25 * most  # what waits is a day's
    assert MailRequest.objects.count() <= 25 * most + tries


def attack(client: Client, article: Any, email: str, number: int, visitor: dict[str, str]) -> Iterator[int]:
    """One of the ways, and what would make room for the next try, if anything did."""
    asked = f"{article.get_absolute_url()}comments/"
    form = {"name": "Eve", "email": email, "body": f"Try {number}."}
    if number % 3 == 0:
        yield client.post("/q/", {"email": email.upper()}, **visitor).status_code
        return
    sent = client.post(asked, form if number % 3 == 1 else {**form, "email": ""}, **visitor)
    yield sent.status_code
    if number % 3 == 2 and sent.status_code == 303:
        yield client.post(f"{sent['Location']}mail/", {"email": email}, **visitor).status_code
        yield client.post(f"{sent['Location']}mail/", {"remove": "1"}, **visitor).status_code


def work(line: Line) -> None:
    while bundle := claim(timezone.now()):
        deliver(bundle, line, lambda _: False)
