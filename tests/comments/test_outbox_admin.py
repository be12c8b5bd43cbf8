"""The list of mails in the admin: what became of each, and once more what was given up."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments import addresses, resending
from comments.log_models import ModerationEvent
from comments.mail_models import EmailAddress, OutboxMessage
from tests.factories import ask, moderator

pytestmark = pytest.mark.django_db
LIST = "admin:comments_outboxmessage_changelist"
ANN = "ann@example.org"


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def failed(kind: str = "confirm", email: str = ANN, outcome: str = "failed", **columns: Any) -> OutboxMessage:
    now = timezone.now()
    address, _ = EmailAddress.objects.get_or_create(
        key=addresses.key_of(email), defaults={"address": email, "added_at": now}
    )
    done = {"outcome": outcome, "done_at": now, "attempts": 8, "message_id": "<a@b>", "reason": "450: not now"}
    return OutboxMessage.objects.create(kind=kind, address=address, written_at=now, due_at=now, **done, **columns)


def test_the_list_says_who_is_told_of_what_and_why_not(desk: Client, article: Any, sarah: Any) -> None:
    question = ask(article, approved=False)
    failed()
    page = desk.get(reverse(LIST)).content.decode()
    assert "a…@example.org" in page
    assert ANN not in page
    assert "Given up" in page
    assert "450: not now" in page
    assert "Something new waits" in page
    assert reverse("admin:desk_comment", args=[question.pk]) in page
    assert "Is to be sent" in page


@pytest.mark.parametrize(
    ("state", "kinds"),
    [("failed", ["confirm"]), ("skipped", ["links"]), ("due", ["new"]), ("unconfirmed", ["public"]), ("sent", [])],
)
def test_the_list_shows_one_state(desk: Client, article: Any, state: str, kinds: list[str]) -> None:
    question = ask(article, approved=False)
    failed()
    failed("links", outcome="skipped")
    OutboxMessage.objects.create(
        kind="public", comment=question, address=EmailAddress.objects.get(), written_at=timezone.now()
    )
    shown = desk.get(reverse(LIST), {"state": state}).context["cl"].result_list
    assert [row.kind for row in shown] == kinds


def test_what_was_given_up_is_sent_again_as_a_mail_of_its_own_and_logged(desk: Client, sarah: Any) -> None:
    row = failed()
    data = {"action": "send_again", "_selected_action": [row.pk]}
    assert "1 mail is due again." in desk.post(reverse(LIST), data, follow=True).content.decode()
    row.refresh_from_db()
    assert (row.outcome, row.reason, row.attempts, row.message_id, row.done_at) == ("", "", 0, "", None)
    event = ModerationEvent.objects.latest("pk")
    assert (event.subject, event.before, event.after) == (f"mail {row.pk} (confirm)", "Given up. 450: not now", "Due")
    assert event.by == sarah


def test_a_mail_leads_to_its_address_where_that_is_unmuted(desk: Client) -> None:
    addresses.ask_to_confirm("ann@example.org")
    address = EmailAddress.objects.get()
    addresses.mute(address, EmailAddress.Muted.BOUNCED)
    page = desk.get(f"/admin/comments/outboxmessage/{OutboxMessage.objects.get().pk}/change/").text
    link = f'<a href="/admin/comments/emailaddress/{address.pk}/change/">a…@example.org</a>, mail came back'
    assert link in page
    assert "ann@" not in page


def test_what_was_sent_or_waits_is_left_alone(desk: Client, sarah: Any) -> None:
    sent, old = failed(outcome="sent"), failed("links")
    OutboxMessage.objects.create(kind="links", address=old.address, written_at=timezone.now(), due_at=timezone.now())
    assert resending.send_again([sent.pk, old.pk], by=sarah) == 0
    assert set(OutboxMessage.objects.exclude(outcome="").values_list("pk", flat=True)) == {sent.pk, old.pk}


def test_of_several_that_ask_the_same_one_is_sent_again(sarah: Any) -> None:
    first, second, other = failed(), failed(), failed(email="bob@example.org")
    assert resending.send_again([first.pk, second.pk, other.pk], by=sarah) == 2
    assert list(OutboxMessage.objects.filter(outcome="failed")) == [first]


def test_the_desk_says_that_mails_were_given_up(desk: Client) -> None:
    address = reverse("admin:desk_standing")
    assert "Mails given up" not in desk.get(address).content.decode()
    failed()
    assert f"{reverse(LIST)}?state=failed" in desk.get(address).content.decode()


def test_nobody_writes_or_deletes_a_mail(desk: Client) -> None:
    row = failed()
    assert desk.get(reverse("admin:comments_outboxmessage_add")).status_code == 403
    assert desk.post(reverse("admin:comments_outboxmessage_delete", args=[row.pk])).status_code == 403
    page = desk.get(reverse("admin:comments_outboxmessage_change", args=[row.pk])).content.decode()
    assert "450: not now" in page
    assert ANN not in page


def test_the_list_costs_the_same_queries_with_one_mail_and_with_many(
    desk: Client, article: Any, django_assert_max_num_queries: Any
) -> None:
    for name in ("ben", "eva", "kim"):
        moderator(name)
    for number in range(5):
        ask(article, f"Question {number}", approved=False)
        failed(email=f"a{number}@example.org")
    with django_assert_max_num_queries(8):
        assert len(desk.get(reverse(LIST)).context["cl"].result_list) > 20
