"""The pages that mails lead to: nothing happens by GET, everything by POST, and whoever wants out gets out."""

import html
import re
import threading
from typing import Any

import pytest
from django.apps import apps
from django.core import signing
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from comments import addresses, mail_tokens, moderation, posting, telling
from comments.mail_models import EmailAddress, MailRequest, OutboxMessage, QuietThread
from comments.models import Comment
from tests.comments.mailing import compose, sent
from tests.comments.smtp import SmtpServer
from tests.factories import answer, ask, discuss, fresh, make_article, reply_to, submission

pytestmark = pytest.mark.django_db

ANN = "ann@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ALL = {"tell_public": "1", "tell_answers": "1", "tell_replies": "1", "with_words": ""}


@pytest.fixture
def ann() -> EmailAddress:
    return EmailAddress.objects.create(key=addresses.key_of(ANN), address=ANN, added_at=timezone.now())


@pytest.fixture
def question(article: Any, ann: EmailAddress) -> Comment:
    return ask(article, "Is it over?", email=ANN, approved=False)


def now(address: EmailAddress) -> EmailAddress:
    return EmailAddress.objects.get(pk=address.pk)


def text(response: Any) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def mails(*kinds: str) -> list[str]:
    return list(OutboxMessage.objects.filter(kind__in=kinds, moderator=None).values_list("kind", flat=True))


def mails_of(*kinds: str, **which: Any) -> str:
    """All of the mail that these rows become: headers, text and HTML."""
    letter = compose(*kinds, **which)
    message = letter.message
    assert message is not None, letter.skipped
    parts = [str(part.content) for part in message.alternatives]
    return "\n".join([*map(str, message.extra_headers.values()), str(message.body), *parts])


def rows() -> dict[str, list[Any]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()}


# --- Confirming -----------------------------------------------------------------------------------------------------


def test_confirming_is_asked_with_choices_and_says_nothing_of_the_topic(client: Client, question: Comment) -> None:
    response = client.get(mail_tokens.confirm_path(EmailAddress.objects.get()))
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"
    assert not response.cookies
    assert "Is it over" not in response.content.decode()
    assert str(question.article) not in response.content.decode()
    assert ANN not in response.content.decode()
    assert response.content.decode().count('type="checkbox"') == 3
    assert re.search(r'type="radio" id="id_with_words" name="with_words" value="" checked', response.content.decode())


def test_who_confirms_gets_what_waited_and_is_told_what_happens_next(
    client: Client, question: Comment, sarah: Any
) -> None:
    answer(question, by=sarah)
    address = EmailAddress.objects.get()
    assert set(OutboxMessage.objects.filter(kind__in=["public", "answer"]).values_list("due_at")) == {(None,)}
    path = mail_tokens.confirm_path(address)
    response = client.post(path, {"tell_answers": "1", "with_words": "yes"})
    assert (response.status_code, response["Location"]) == (303, path)
    confirmed = now(address)
    assert confirmed.confirmed_at is not None
    assert (confirmed.tell_public, confirmed.tell_answers, confirmed.tell_replies) == (False, True, False)
    assert confirmed.with_words
    assert not OutboxMessage.objects.filter(kind__in=["public", "answer"], due_at=None).exists()
    page = client.get(path).content.decode()
    assert "Thank you. We write when" in page
    assert "/q/mine/" in page
    assert "/unsubscribe/" in page


def test_confirming_twice_is_confirming_once(client: Client, ann: EmailAddress) -> None:
    path = mail_tokens.confirm_path(ann)
    first = client.post(path, ALL), now(ann)
    second = client.post(path, ALL), now(ann)
    assert first[0].status_code == second[0].status_code == 303
    assert first[1].confirmed_at == second[1].confirmed_at


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_is_told_in_the_moment_of_confirming_does_not_wait_for_it(question: Comment, sarah: Any) -> None:
    address = EmailAddress.objects.get()

    def confirm() -> None:
        addresses.confirm(address, {})
        connection.close()

    with transaction.atomic():
        moderation.approve(question, by=sarah)
        other = threading.Thread(target=confirm)
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(10)
    assert OutboxMessage.objects.get(kind="public").due_at is not None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("erasing_comes_first", [True, False])
def test_an_address_that_is_left_in_the_moment_of_erasing_is_known_afterwards(
    question: Comment, erasing_comes_first: bool
) -> None:
    article = make_article()
    EmailAddress.objects.update(confirmed_at=timezone.now())

    def erase() -> None:
        moderation.erase_own(question)

    def leave() -> None:
        posting.post(submission(article, "Something else", email=ANN))

    first, second = (erase, leave) if erasing_comes_first else (leave, erase)

    def follow() -> None:
        second()
        connection.close()

    with transaction.atomic():
        first()
        other = threading.Thread(target=follow)
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(10)
    assert Comment.objects.filter(email=ANN).count() == 1
    assert EmailAddress.objects.filter(key=addresses.key_of(ANN)).exists()


def test_who_chooses_nothing_is_asked_to_choose(client: Client, ann: EmailAddress) -> None:
    response = client.post(mail_tokens.confirm_path(ann), {"with_words": "yes"})
    assert response.status_code == 422
    assert "Please choose at least one." in text(response)
    assert now(ann).confirmed_at is None
    assert 'value="yes" checked' in response.content.decode()


def test_confirming_from_another_website_does_nothing(client: Client, ann: EmailAddress) -> None:
    response = client.post(mail_tokens.confirm_path(ann), ALL, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403
    assert now(ann).confirmed_at is None


def test_a_week_after_confirming_the_link_leads_to_no_list(client: Client, ann: EmailAddress) -> None:
    EmailAddress.objects.update(confirmed_at=timezone.now() - mail_tokens.LINKS_LAST)
    response = client.get(mail_tokens.confirm_path(ann))
    assert "/q/mine/" not in response.content.decode()
    assert "have us send you the link" in text(response)


def test_who_wanted_no_mail_and_confirms_wants_it_unless_a_moderator_muted_it(
    client: Client, ann: EmailAddress
) -> None:
    addresses.mute(ann, EmailAddress.Muted.OWNER)
    client.post(mail_tokens.confirm_path(ann), ALL)
    assert now(ann).muted_at is None
    addresses.mute(ann, EmailAddress.Muted.MODERATOR)
    client.post(mail_tokens.confirm_path(ann), ALL)
    assert now(ann).muted_because == EmailAddress.Muted.MODERATOR


@pytest.mark.parametrize("place", ["/q/confirm/{}/", "/q/mine/{}/", "/unsubscribe/{}/", "/q/mine/{}/stop/"])
@pytest.mark.parametrize(
    "token",
    ["x", "1-abc", "%F0%9F%98%80", "'; --", "..", "%EF%BF%BD", "-", "9" * 3_000, "1-a:b", "%25", "a" * 32 + "-7.x"],
)
def test_a_token_that_is_none_is_a_kind_404_and_never_an_error(client: Client, place: str, token: str) -> None:
    path = place.format(token)
    refused = 405 if place == "/q/mine/{}/" else 404  # the list itself takes no posts
    for response, status in ((client.get(path), 404), (client.head(path), 404), (client.post(path, ALL), refused)):
        assert response.status_code == status
        assert response["Cache-Control"] == "no-store, private"
    assert "Have a new one sent" in text(client.get(path))


def test_a_token_of_ours_for_a_number_that_is_none_leads_nowhere(client: Client) -> None:
    """As only somebody with the site's key could sign it."""
    for named in ("9999999999999999999999-abc", "0-", "1-"):
        token = signing.TimestampSigner(salt=mail_tokens.CONFIRM, sep=".").sign(named)
        assert client.get(f"/q/confirm/{token}/").status_code == 404


# --- Stopping the mails ---------------------------------------------------------------------------------------------


def test_stopping_asks_and_then_stops_those_about_a_thread_or_all(
    client: Client, ann: EmailAddress, question: Comment
) -> None:
    path = mail_tokens.unsubscribe_path(ann, question.pk)
    assert "this one conversation, or all" in text(client.get(path))
    assert client.post(path, {"act": "thread"}).status_code == 303
    assert QuietThread.objects.get().thread == question
    assert "No more mail about this conversation" in text(client.get(path))
    client.post(path, {"act": "all"})
    assert now(ann).muted_because == EmailAddress.Muted.OWNER
    assert "All mails to this mailbox are stopped." in text(client.get(path))


def test_who_wants_them_after_all_gets_them(client: Client, ann: EmailAddress, question: Comment) -> None:
    path = mail_tokens.unsubscribe_path(ann, question.pk)
    client.post(path, {"act": "thread"})
    client.post(path, {"act": "all"})
    client.post(path, {"act": "again"})
    assert now(ann).muted_at is None
    assert not QuietThread.objects.exists()
    assert "Stop the mails?" in text(client.get(path))


def test_what_a_moderator_muted_stays_so(client: Client, ann: EmailAddress) -> None:
    addresses.mute(ann, EmailAddress.Muted.MODERATOR)
    path = mail_tokens.unsubscribe_path(ann)
    assert "after all" not in text(client.get(path))
    client.post(path, {"act": "again"})
    client.post(path, {"act": "all"})
    assert now(ann).muted_because == EmailAddress.Muted.MODERATOR


@pytest.mark.parametrize("multipart", [False, True])
def test_a_mail_program_s_one_click_acts_at_once(
    client: Client, ann: EmailAddress, question: Comment, *, multipart: bool
) -> None:
    """RFC 8058: POST, from elsewhere, without cookies, Referer or redirect; the pair in either encoding."""
    form: dict[str, Any] = (
        {"data": ONE_CLICK}
        if multipart
        else {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"}
    )
    foreign = {"sec-fetch-site": "cross-site", "origin": "https://mail.example"}
    for thread in (question.pk, None):
        for _ in range(2):  # programs send it again
            response = client.post(mail_tokens.unsubscribe_path(ann, thread), headers=foreign, **form)
            assert response.status_code == 200
            assert not response.cookies
            assert "No m" in text(response)
    assert QuietThread.objects.get().thread == question
    assert now(ann).muted_because == EmailAddress.Muted.OWNER


def test_a_mail_that_arrived_is_unsubscribed_by_its_own_headers(
    client: Client, ann: EmailAddress, question: Comment, sarah: Any, settings: Any, smtp_backend: SmtpServer
) -> None:
    addresses.confirm(ann, {})
    answer(question, by=sarah)
    mail = sent(smtp_backend, "public", "answer")
    address, body = str(mail["List-Unsubscribe"]).strip(" <>"), str(mail["List-Unsubscribe-Post"])
    path = address.removeprefix(settings.SITE_URL)
    response = client.post(path, body, content_type="application/x-www-form-urlencoded")
    assert (response.status_code, body) == (200, "List-Unsubscribe=One-Click")
    assert QuietThread.objects.get().thread == question
    assert compose("answer").message is None


def test_a_post_that_says_nothing_stops_what_the_link_is_for(client: Client, ann: EmailAddress) -> None:
    client.post(mail_tokens.unsubscribe_path(ann), b"", content_type="text/plain")
    assert now(ann).muted_because == EmailAddress.Muted.OWNER


def test_after_erasing_nobody_who_wants_out_gets_an_error(
    client: Client, ann: EmailAddress, question: Comment, sarah: Any
) -> None:
    path = mail_tokens.unsubscribe_path(ann, question.pk)
    moderation.erase(question, by=sarah)
    for response in (client.get(path), client.post(path, ONE_CLICK), client.post(path, {"act": "again"}, follow=True)):
        assert response.status_code == 200
        assert "No mail goes there any more" in text(response)


def test_who_stopped_all_mails_and_erased_everything_stays_unknown_and_out(
    client: Client, ann: EmailAddress, question: Comment, sarah: Any
) -> None:
    path = mail_tokens.unsubscribe_path(ann)
    client.post(path, ONE_CLICK)
    moderation.erase(question, by=sarah)
    response = client.post(path, {"act": "again"}, follow=True)
    assert "The address is not kept here any more" in text(response)
    assert now(ann).muted_at is not None


def test_who_writes_again_after_that_still_gets_no_mail_but_may_want_it(
    client: Client, ann: EmailAddress, question: Comment, sarah: Any
) -> None:
    path = mail_tokens.unsubscribe_path(ann)
    client.post(path, ONE_CLICK)
    moderation.erase(question, by=sarah)
    OutboxMessage.objects.all().delete()
    ask(question.article, "Once more.", email=ANN)
    assert mails("confirm", "public") == []
    assert "after all" in text(client.get(path))


def test_a_thread_that_moved_is_stopped_where_it_is_now(
    client: Client, ann: EmailAddress, question: Comment, sarah: Any
) -> None:
    moderation.approve(question, by=sarah)
    reply = reply_to(fresh(question))
    client.post(mail_tokens.unsubscribe_path(ann, reply.pk), ONE_CLICK)
    assert QuietThread.objects.get().thread == question


def test_a_scanner_that_follows_every_link_changes_no_row(
    client: Client, ann: EmailAddress, question: Comment, sarah: Any, settings: Any
) -> None:
    letters = mails_of("confirm") + mails_of("new", moderator=sarah)
    EmailAddress.objects.update(confirmed_at=timezone.now())
    client.post("/q/", {"email": ANN})
    moderation.answer(question, by=sarah, body="Not yet.")
    letters += mails_of("links") + mails_of("public", "answer")
    paths = set(re.findall(rf"{settings.SITE_URL}(/[^\s<>\"]*)", html.unescape(letters)))
    assert {path.split("/")[1] for path in paths} >= {"q", "unsubscribe", "comments", "admin"}
    client.get("/")  # what pages remember for a minute
    before, seen = rows(), set()
    while paths - seen:
        path = (paths - seen).pop()
        seen.add(path)
        client.head(path)
        page = client.get(path)
        paths |= set(re.findall(r'(?:href|action)="(/(?:q|unsubscribe)/[^"#]*)"', page.getvalue().decode()))
    assert len(seen) >= 15
    assert rows() == before


# --- Muting ---------------------------------------------------------------------------------------------------------


def test_a_bounce_says_less_than_somebody_s_wish(ann: EmailAddress) -> None:
    assert addresses.mute(ann, EmailAddress.Muted.BOUNCED)
    assert addresses.mute(ann, EmailAddress.Muted.OWNER)
    assert not addresses.mute(ann, EmailAddress.Muted.BOUNCED)
    assert now(ann).muted_because == EmailAddress.Muted.OWNER
    assert addresses.unmute(ann)
    assert not addresses.unmute(ann)


# --- The lost link --------------------------------------------------------------------------------------------------


def test_a_lost_link_s_answer_is_the_same_for_every_address(
    client: Client, article: Any, ann: EmailAddress, question: Comment
) -> None:
    ask(article, "Imported?", email="old@example.org")
    EmailAddress.objects.filter(address="old@example.org").delete()
    muted = EmailAddress.objects.create(
        key=addresses.key_of("no@example.org"), address="no@example.org", added_at=timezone.now()
    )
    addresses.mute(muted, EmailAddress.Muted.OWNER)
    answers = set()
    for email in (ANN, "old@example.org", "no@example.org", "nobody@example.org", ANN, ANN, ANN, ANN):
        response = client.post("/q/", {"email": email, "website": ""})
        answers.add((response.status_code, response["Location"], tuple(sorted(response.headers.items()))))
    assert len(answers) == 1
    assert set(OutboxMessage.objects.values_list("address__address", flat=True)) <= {ANN, "old@example.org", None}
    assert mails("links") == []
    assert "the same for every address" in text(client.get("/q/asked/"))


def test_who_confirmed_gets_the_way_to_all_they_wrote(client: Client, ann: EmailAddress, question: Comment) -> None:
    EmailAddress.objects.update(confirmed_at=timezone.now())
    client.post("/q/", {"email": ANN.upper()})
    client.post("/q/", {"email": ANN})
    assert mails("links") == ["links"]


def test_a_program_that_fills_the_trap_gets_the_same_answer_and_no_mail(
    client: Client, ann: EmailAddress, question: Comment
) -> None:
    OutboxMessage.objects.all().delete()
    assert client.post("/q/", {"email": ANN, "website": "x"})["Location"] == "/q/asked/"
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    "email",
    [
        *("", "ann", "a@b", "ann@localhost", "ann@[127.0.0.1]", '"a b"@example.org', "a\r\nBcc: b@c.example", "@"),
        *("ſam@example.org", "ann@fuß.example", "ann@example.org,bob@example.org", "a" * 250 + "@example.org"),
        *("\ufffd@e.org", "ann@" + "x" * 64 + ".org", "a@xn--a.mü.example", "<ann@example.org>", "a@ä\u200d.example"),
    ],
)  # fmt: skip
def test_what_no_mail_can_go_to_is_refused_kindly_and_kept(client: Client, email: str) -> None:
    response = client.post("/q/", {"email": email})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not MailRequest.objects.exists()


def test_one_mailbox_in_many_spellings_is_told_of_all_and_forgotten_with_the_last(client: Client, article: Any) -> None:
    for number, email in enumerate(
        ("ann@b\u00fccher.example", "Ann@xn--bcher-kva.example", "ann@XN--Bcher-KVA.Example")
    ):
        client.post(f"{article.get_absolute_url()}comments/", {"name": "Ann", "body": f"{number}?", "email": email})
    asked = list(Comment.objects.order_by("pk"))
    address = EmailAddress.objects.get()
    addresses.confirm(address, {})
    moderation.erase_own(asked[0])
    moderation.approve(asked[1], by=None)
    assert compose("public").message is not None
    page = client.get(mail_tokens.links_path(address)).content.decode()
    assert page.count("/open/") == 2
    for comment in asked[1:]:
        moderation.erase_own(comment)
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize(
    "email",
    ["ann+news@example.org", "a@müller.example", "o'hara@example.org", "a@xn--mller-kva.example", "a" * 64 + "@e.org"],
)  # fmt: skip
def test_unusual_addresses_are_taken(article: Any, client: Client, email: str) -> None:
    client.post(f"{article.get_absolute_url()}comments/", {"name": "Ann", "email": email, "body": "Why?"})
    assert EmailAddress.objects.get().address == addresses.spelled(email)
    assert mails("confirm") == ["confirm"]


def test_one_mailbox_has_one_key_however_it_is_written() -> None:
    assert addresses.key_of("Ann@MÜLLER.example") == addresses.key_of("ann@xn--mller-kva.example")
    assert addresses.key_of("ann@fuss.example") != addresses.key_of("ann@example.org")


def test_one_network_asks_so_often_and_keeps_what_it_typed(client: Client, settings: Any) -> None:
    settings.POST_LIMITS = True
    discuss(posts_in_ten_minutes=2)
    for _ in range(2):
        assert client.post("/q/", {"email": ANN}).status_code == 303
    response = client.post("/q/", {"email": ANN})
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 600
    assert ANN in response.content.decode()
    assert client.post("/q/", {"email": ANN}, REMOTE_ADDR="192.0.2.7").status_code == 303


def test_an_address_that_nobody_left_is_kept_nowhere(client: Client, article: Any) -> None:
    client.post("/q/", {"email": "zebra@example.org"})
    assert not any("zebra" in str(values) for values in rows().values())


def test_whose_address_is_in_spam_alone_is_not_written_to(client: Client, article: Any) -> None:
    ask(article, email=ANN, trapped=True, approved=False)
    client.post("/q/", {"email": ANN})
    assert mails("confirm") == []
    assert not EmailAddress.objects.exists()


# --- Telling --------------------------------------------------------------------------------------------------------


def test_what_waits_is_looked_for_by_an_index(article: Any, django_assert_num_queries: Any) -> None:
    ask(article, email=ANN)
    plan = Comment.objects.all_with_address(ANN).explain()
    assert "comment_address" in plan or "Seq Scan" in plan  # PostgreSQL reads a table of one row as it is
    address = EmailAddress.objects.get()
    with django_assert_num_queries(2):
        telling.readdressed(address)
