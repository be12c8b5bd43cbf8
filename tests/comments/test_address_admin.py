"""Readers' addresses in the admin: found without standing in an address, muted by owners with a reason, and logged."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import addresses, moderation
from comments.log_models import ModerationEvent
from comments.mail_models import EmailAddress
from comments.models import Comment
from tests.factories import ask, moderator

pytestmark = pytest.mark.django_db
LIST, FIND = "/admin/comments/emailaddress/", "/admin/comments/emailaddress/find/"
ANN, BOB = "ann@example.org", "bob@example.org"


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


@pytest.fixture
def question(article: Any) -> Comment:
    return ask(article, email=ANN, approved=False)


def known(email: str = ANN) -> EmailAddress:
    return EmailAddress.objects.get(key=addresses.key_of(email))


def page_of(email: str = ANN) -> str:
    return f"{LIST}{known(email).pk}/change/"


def act(client: Client, what: str, reason: str = "She asked me to.") -> str:
    return client.post(f"{LIST}{known().pk}/{what}/", {"reason": reason}, follow=True).content.decode()


def set_to(email: str, **columns: Any) -> None:
    EmailAddress.objects.filter(key=addresses.key_of(email)).update(**columns)


def shown_state(client: Client, address: str) -> str:
    html = " ".join(client.get(address).content.decode().split())
    found = re.search(rf"{re.escape(ANN)} \((?:<a [^>]*>)?([^<)]*)", html)
    return found[1] if found else ""


# --- Finding --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [ANN, " ANN@Example.org ", "{pk}", "#{pk}"])
def test_one_is_found_by_the_whole_address_or_by_a_comment_and_no_address_says_which(
    as_sarah: Client, question: Comment, typed: str
) -> None:
    response = as_sarah.post(FIND, {"who": typed.format(pk=question.pk)})
    assert response["Location"] == page_of()
    assert ANN in as_sarah.get(page_of()).content.decode()


@pytest.mark.parametrize("typed", ["ann", BOB, "999999", "#0", "", "@", "x" * 300])
def test_what_is_not_there_is_said_and_not_repeated(as_sarah: Client, question: Comment, typed: str) -> None:
    response = as_sarah.post(FIND, {"who": typed}, follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    html = response.content.decode()
    assert "That address is not among those" in html
    assert BOB not in html
    assert as_sarah.get(FIND).status_code == 405


def test_the_list_looks_for_nothing_by_its_own_address(as_sarah: Client, question: Comment) -> None:
    html = as_sarah.get(LIST).content.decode()
    assert 'name="q"' not in html
    assert ANN in as_sarah.get(f"{LIST}?q=bob").content.decode()
    assert ANN not in as_sarah.get(f"{LIST}?state=news").content.decode()
    assert ANN in as_sarah.get(f"{LIST}?state=unconfirmed").content.decode()


def test_its_page_shows_what_was_left_with_it_and_what_was_sent(as_sarah: Client, question: Comment) -> None:
    html = as_sarah.get(page_of()).content.decode()
    assert f'<a href="/admin/desk/{question.pk}/">comment {question.pk}</a>, Pending' in html
    assert ">Please confirm the address</a>: Waits" in html


# --- Muting ---------------------------------------------------------------------------------------------------------


def test_an_owner_mutes_and_unmutes_with_a_reason_and_the_log_keeps_both_without_the_address(
    as_sarah: Client, sarah: Any, question: Comment
) -> None:
    assert "Nothing is sent there any more" in act(as_sarah, "mute", f"{ANN} wrote to me.")
    assert known().muted_because == "moderator"
    assert "It was so already" in act(as_sarah, "mute")
    assert "is sent there again" in act(as_sarah, "unmute")
    assert (known().muted_at, known().muted_because) == (None, "")
    assert "It was so already" in act(as_sarah, "unmute")
    muted, unmuted = ModerationEvent.objects.order_by("pk")
    assert (muted.by, muted.subject) == (sarah, "email address a…@example.org")
    assert (muted.before, muted.after) == ("not confirmed yet", "muted by hand")
    assert muted.reason == "a…@example.org wrote to me."
    assert (unmuted.before, unmuted.after) == ("muted by hand", "not confirmed yet")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_without_a_reason_nothing_is_muted(as_sarah: Client, question: Comment, reason: str) -> None:
    assert "Please say why" in act(as_sarah, "mute", reason)
    assert known().muted_at is None


def test_of_whoever_wanted_no_mail_the_page_says_so(as_sarah: Client, question: Comment) -> None:
    set_to(ANN, muted_at=timezone.now(), muted_because="owner")
    html = as_sarah.get(page_of()).content.decode()
    assert "Unmute it only where they asked you to" in html
    act(as_sarah, "unmute")
    assert known().muted_at is None


def test_an_erased_address_is_not_unmuted(as_sarah: Client, question: Comment, sarah: Any) -> None:
    set_to(ANN, muted_at=timezone.now(), muted_because="owner")
    moderation.erase(question, by=sarah)
    html = as_sarah.get(page_of()).content.decode()
    assert "(erased)" in html
    assert "Unmute" not in html
    act(as_sarah, "unmute")
    assert known().muted_because == "owner"


def test_a_moderator_who_is_no_owner_looks_and_changes_nothing(client: Client, question: Comment, sarah: Any) -> None:
    client.force_login(moderator("ben"))
    html = client.get(page_of()).content.decode()
    assert ANN in html
    assert "Mute" not in html.replace("Muted", "")
    for what in ("mute", "unmute"):
        assert client.post(f"{LIST}{known().pk}/{what}/", {"reason": "No."}).status_code == 403
    assert known().muted_at is None


def test_nobody_chooses_for_a_reader(as_sarah: Client, question: Comment) -> None:
    assert as_sarah.post(page_of(), {"with_words": "on"}).status_code == 403
    assert as_sarah.get(f"{LIST}add/").status_code == 403
    assert as_sarah.get(f"{LIST}{known().pk}/delete/").status_code == 403


# --- At the desk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({}, "not confirmed yet"),
        ({"confirmed_at": timezone.now()}, "gets news by mail"),
        ({"muted_at": timezone.now(), "muted_because": "owner"}, "wants no mail"),
        ({"muted_at": timezone.now(), "muted_because": "bounced"}, "mail came back"),
        ({"muted_at": timezone.now(), "muted_because": "complained"}, "called our mail spam"),
        ({"muted_at": timezone.now(), "muted_because": "moderator"}, "muted by hand"),
    ],
)
def test_beside_an_asker_s_address_stands_whether_news_goes_there(
    as_sarah: Client, question: Comment, columns: dict[str, Any], state: str
) -> None:
    set_to(ANN, **columns)
    assert shown_state(as_sarah, f"/admin/desk/{question.pk}/") == state
    assert page_of() in as_sarah.get(f"/admin/desk/{question.pk}/").content.decode()


def test_an_address_that_nobody_is_asked_about_gets_no_mail(as_sarah: Client, question: Comment) -> None:
    EmailAddress.objects.all().delete()
    assert shown_state(as_sarah, f"/admin/desk/{question.pk}/") == "gets no mail"


def test_that_costs_the_desk_s_page_one_query_at_most(as_sarah: Client, article: Any, question: Comment) -> None:
    def queries(comment: Comment) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            as_sarah.get(f"/admin/desk/{comment.pk}/")
        return [query["sql"] for query in captured]

    without = ask(article, "And I?", approved=False)
    assert not [sql for sql in queries(without) if "emailaddress" in sql]
    assert len([sql for sql in queries(question) if '"comments_emailaddress"."key"' in sql]) == 1
    assert len(queries(question)) <= 21
