"""/q/mine/<token>/: all that was written with one address, for whoever has its mailbox."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments import addresses, links, mail_tokens, mine_pages, moderation, posting
from comments.mail_models import EmailAddress, QuietThread
from comments.models import Comment
from tests.factories import answer, ask, reply_to

pytestmark = pytest.mark.django_db

ANN = "ann@example.org"


@pytest.fixture
def ann() -> EmailAddress:
    moment = timezone.now()
    return EmailAddress.objects.create(key=addresses.key_of(ANN), address=ANN, added_at=moment, confirmed_at=moment)


@pytest.fixture
def place(ann: EmailAddress) -> str:
    return mail_tokens.links_path(ann)


def text(response: Any) -> str:
    html = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_it_lists_what_was_written_with_the_address_and_where_each_stands(
    client: Client, article: Any, sarah: Any, place: str
) -> None:
    answer(ask(article, "The first of mine.", email=ANN))
    other = ask(article, "Somebody else's.", email="bob@example.org")
    mine = reply_to(other, "My reply.", email=ANN.upper())
    posting.post(posting.addition(mine, "An addition.", network=""))
    moderation.withdraw(ask(article, "Taken back.", email=ANN))
    moderation.erase(ask(article, "Erased.", email=ANN), by=sarah)
    page = text(client.get(place))
    assert "The first of mine." in page
    assert "My reply." in page
    assert re.findall(r"(Public, and answered|Withdrawn|Public) \d", page) == [
        "Withdrawn",
        "Public",
        "Public, and answered",
    ]
    assert not any(words in page for words in ("Somebody else's.", "An addition.", "Erased.", "@"))


def test_a_private_page_is_opened_by_a_fresh_link(client: Client, article: Any, place: str) -> None:
    question = ask(article, email=ANN)
    response = client.post(f"{place}open/", {"comment": question.pk})
    assert response.status_code == 303
    assert links.comment_of(response["Location"].split("/")[2]) == question


def test_nobody_opens_what_was_written_with_another_address(client: Client, article: Any, place: str) -> None:
    other = ask(article, email="bob@example.org")
    for pk in (other.pk, "", "x", "9" * 40, "-1"):
        assert client.post(f"{place}open/", {"comment": pk})["Location"] == place
    assert not other.private_links.exists()


def test_each_conversation_s_mails_are_switched_off_and_on(client: Client, article: Any, place: str) -> None:
    question = ask(article, email=ANN)
    assert client.post(f"{place}quiet/", {"comment": question.pk})["Location"] == f"{place}#thread-{question.pk}"
    assert QuietThread.objects.get().thread == question
    assert "Write to me about it again" in text(client.get(place))
    client.post(f"{place}hear/", {"comment": question.pk})
    assert not QuietThread.objects.exists()
    for pk in ("", "x", "9" * 40):
        assert client.post(f"{place}quiet/", {"comment": pk}).status_code == 303
    assert not QuietThread.objects.exists()


def test_what_is_told_can_be_chosen_anew_and_all_mails_stopped_and_wanted_again(
    client: Client, ann: EmailAddress, place: str
) -> None:
    client.post(f"{place}choose/", {"tell_answers": "1", "with_words": "yes"})
    chosen = EmailAddress.objects.get()
    assert (chosen.tell_public, chosen.tell_answers, chosen.with_words) == (False, True, True)
    response = client.post(f"{place}choose/", {})
    assert (response.status_code, "Please choose at least one." in text(response)) == (422, True)
    client.post(f"{place}stop/")
    assert EmailAddress.objects.get().muted_because == EmailAddress.Muted.OWNER
    assert "All mails to this mailbox are stopped." in text(client.get(place))
    client.post(f"{place}again/")
    assert EmailAddress.objects.get().muted_at is None


def test_it_comes_in_pages_and_costs_the_same_however_much_there_is(
    client: Client, article: Any, place: str, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(mine_pages, "PAGE", 2)
    for number in range(5):
        moderation.withdraw(ask(article, f"Question {number}.", email=ANN))
    with django_assert_max_num_queries(9):
        assert "Question 4." in text(client.get(place))
    assert "Question 0." in text(client.get(f"{place}?page=3"))
    for number in ("4", "0", "x", "%00"):
        assert client.get(f"{place}?page={number}").status_code in (400, 404)


def test_it_is_kept_by_nobody_sets_no_cookie_and_takes_no_foreign_posts(
    client: Client, ann: EmailAddress, place: str
) -> None:
    response = client.get(place)
    assert (response["Cache-Control"], bool(response.cookies)) == ("no-store, private", False)
    assert "noindex" in response["X-Robots-Tag"]
    assert client.post(f"{place}stop/", headers={"origin": "https://evil.example"}).status_code == 403
    assert client.get(f"{place}stop/")["Location"] == place
    assert client.post(f"{place}nothing/").status_code == 404
    assert EmailAddress.objects.get().muted_at is None


def test_with_nothing_left_it_says_so(client: Client, place: str) -> None:
    assert "Nothing is left of what was written with this address." in text(client.get(place))
    assert Comment.objects.count() == 0
