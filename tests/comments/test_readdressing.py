"""The address on a private page: set, changed, removed, and what waits for the old one is told to nobody."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments import addresses, links, mail_requests, moderation, posting, refusals
from comments.mail_models import EmailAddress, OutboxMessage
from comments.models import Comment
from tests.factories import answer, ask, discuss, fresh, reply_to

pytestmark = pytest.mark.django_db

ANN, NEW = "ann@example.org", "anna@example.org"


def text(response: Any) -> str:
    html = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def news() -> set[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(moderator=None, address__isnull=False)
    return set(rows.values_list("kind", "address__address"))


def test_the_page_after_sending_says_that_a_mail_came(client: Client, article: Any) -> None:
    form = {"name": "Ann", "body": "Is it over?", "email": ANN}
    page = text(client.post(f"{article.get_absolute_url()}comments/", form, follow=True))
    assert "News goes to a…@example.org once its owner has confirmed it" in page
    assert "spam folder" in page
    form = {"name": "Ann", "body": "Or not?"}
    assert "spam folder" not in text(client.post(f"{article.get_absolute_url()}comments/", form, follow=True))


def test_an_address_is_set_changed_and_removed_on_the_private_page(client: Client, article: Any) -> None:
    question = ask(article)
    place = links.mint(question)
    assert "You left no address" in text(client.get(f"{place}mail/"))
    assert client.post(f"{place}mail/", {"email": ANN})["Location"] == f"{place}#mail"
    assert fresh(question).email == ANN
    assert news() == {("confirm", ANN)}
    client.post(f"{place}mail/", {"email": NEW})
    assert news() == {("confirm", NEW)}
    assert [row.address for row in EmailAddress.objects.all()] == [NEW]
    client.post(f"{place}mail/", {"remove": "1", "email": "x"})
    assert fresh(question).email == ""
    assert not EmailAddress.objects.exists()


def test_the_page_says_the_same_of_an_address_that_is_known_confirmed_or_muted(client: Client, article: Any) -> None:
    pages = set()
    for state in ({}, {"confirmed_at": timezone.now()}, {"muted_at": timezone.now(), "muted_because": "owner"}):
        EmailAddress.objects.all().delete()
        if state:
            EmailAddress.objects.create(key=addresses.key_of(NEW), address=NEW, added_at=timezone.now(), **state)
        place = links.mint(ask(article, f"With {state}", email=ANN))
        response = client.post(f"{place}mail/", {"email": NEW}, follow=True)
        pages.add(text(response).partition("News by mail")[2].partition("What you can do")[0])
    assert len(pages) == 1


def test_what_was_added_goes_along_and_what_waits_for_the_old_address_is_taken_back(article: Any, sarah: Any) -> None:
    question = ask(article, email=ANN)
    added = posting.post(posting.addition(question, "He called.", network="")).comment
    moderation.approve(added, by=sarah)
    answer(question, by=sarah)
    other = ask(article, "Another one of mine.", email=ANN)
    bobs = ask(article, "Bob asks.", email="bob@example.org")
    reply_to(bobs, "Me too.", email=ANN)
    waiting = OutboxMessage.objects.filter(address__address=ANN)
    assert waiting.filter(comment__tree_id=question.pk).exists()
    mail_requests.readdress(question, NEW, network="")
    assert not waiting.filter(comment__tree_id=question.pk).exists()
    assert waiting.filter(comment=other).exists()
    assert ("reply", "bob@example.org") in news()
    assert fresh(added).email == NEW
    assert EmailAddress.objects.filter(address=ANN).exists()


def test_what_comes_later_is_told_to_the_new_address(article: Any, sarah: Any) -> None:
    question = ask(article, email=ANN, approved=False)
    mail_requests.readdress(question, NEW, network="")
    answer(question, by=sarah)
    assert news() == {("confirm", NEW), ("public", NEW), ("answer", NEW)}


def test_another_address_does_not_make_words_look_changed_to_whoever_reads_them(article: Any, sarah: Any) -> None:
    question = ask(article, email=ANN, approved=False)
    mail_requests.readdress(question, NEW, network="")
    assert moderation.approve(question, by=sarah, seen=question.digest)
    assert fresh(question).edited_at is None


def test_what_was_caught_as_spam_has_nobody_written_to(client: Client, article: Any) -> None:
    place = links.mint(ask(article, trapped=True, approved=False))
    page = text(client.post(f"{place}mail/", {"email": ANN}, follow=True))
    assert "News goes to a…@example.org" in page
    assert news() == set()


def test_an_erased_comment_gets_no_address(client: Client, article: Any) -> None:
    question = ask(article)
    place = links.mint(question)
    loaded = fresh(question)
    moderation.erase_own(question)
    assert client.post(f"{place}mail/", {"email": ANN}).status_code == 404
    with pytest.raises(refusals.Stale):
        mail_requests.readdress(loaded, ANN, network="")
    assert Comment.objects.get().email == ""


def test_removing_or_erasing_an_address_makes_no_room_for_more_mails_to_it(client: Client, article: Any) -> None:
    for number in range(4):
        question = ask(article, f"Question {number}", approved=False)
        place = links.mint(question)
        client.post(f"{place}mail/", {"email": ANN})
        if number % 2:
            client.post(f"{place}mail/", {"remove": "1"})
        else:
            moderation.erase_own(question)
    assert not EmailAddress.objects.exists()
    ask(article, "Once more", email=ANN, approved=False)
    assert news() == set()


def test_what_is_wrong_with_an_address_is_said_and_it_comes_back(client: Client, article: Any, settings: Any) -> None:
    settings.POST_LIMITS = True
    discuss(posts_in_ten_minutes=1)
    place = links.mint(ask(article))
    response = client.post(f"{place}mail/", {"email": "ann@"})
    assert (response.status_code, 'value="ann@"' in response.content.decode()) == (422, True)
    assert client.post(f"{place}mail/", {"email": ANN}).status_code == 303
    response = client.post(f"{place}mail/", {"email": NEW})
    assert (response.status_code, f'value="{NEW}"' in response.content.decode()) == (429, True)
    assert client.post(f"{place}mail/", {"remove": "1"}).status_code == 303
