"""/privacy/ says what is true: every column, limit and setting that it speaks of is the one in force."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from advice import middleware, privacy
from comments import links, mail_tokens, moderation, posting, purging, reporting
from comments.log_models import ModerationEvent
from comments.mail_models import EmailAddress, MailRequest, OutboxMessage
from comments.models import Comment
from comments.reader_models import PrivateLink, Report
from comments.screening_models import SpamSign
from tests.comments.test_purging import address, posted, told
from tests.factories import ask, discuss, fresh, make_situation, reply_to

MODELS = list(apps.get_app_config("comments").get_models(include_auto_created=True))


def text(client: Client) -> str:
    html = client.get("/privacy/").content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- Nothing is kept that is not told -------------------------------------------------------------------------------


def test_every_model_is_accounted_for() -> None:
    assert {model.__name__ for model in MODELS} == set(privacy.COLUMNS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
def test_every_column_is_accounted_for(model: Any) -> None:
    columns = {field.name for field in model._meta.get_fields() if field.concrete}
    assert columns == set(privacy.COLUMNS[model.__name__])


@pytest.mark.django_db
def test_everything_that_is_kept_is_told(client: Client) -> None:
    page = text(client)
    for columns in privacy.COLUMNS.values():
        for item in filter(None, columns.values()):
            assert str(item.what) in page


# --- Erasing takes away what it says --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_erasing_takes_away_what_the_page_says(article: Any, sarah: Any) -> None:
    question = ask(article, "SECRET " * 400, email="ann@example.com", network="n" * 32)
    reply_to(question)
    question.situations.add(make_situation("Left by a partner"))
    Comment.objects.filter(pk=question.pk).update(helped="yes", edited_at=timezone.now())
    links.mint(question)
    reporting.report(question, reason="other", details="SECRET", network="m")
    moderation.hold(question, by=sarah, reason="SECRET")
    moderation.erase(question, by=sarah)

    erased = Comment.objects.get(pk=question.pk)
    for column, item in privacy.COLUMNS["Comment"].items():
        if item and item.goes:
            value = getattr(erased, column)
            assert not (value.exists() if column == "situations" else value), column
    assert not PrivateLink.objects.exists()
    assert not Report.objects.exclude(details="").exists()
    assert not ModerationEvent.objects.filter(reason__contains="SECRET").exists()
    for model in MODELS:
        for row in model._default_manager.values():
            assert "SECRET" not in str(row), model


# --- Figures are those in force -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_limits_are_those_in_force(client: Client, settings: Any) -> None:
    settings.POST_LIMITS = True
    page = text(client)
    assert "5 posts within 10 minutes" in page
    assert "30 posts within 1 day" in page
    discuss(posts_in_ten_minutes=1, posts_in_a_day=40)
    assert "1 post within 10 minutes" in text(client)
    assert "40 posts within 1 day" in text(client)
    settings.POST_LIMITS = False
    assert "within" not in text(client)


@pytest.mark.django_db
def test_what_a_person_in_danger_may_send_beyond_the_limits_is_told(client: Client, settings: Any) -> None:
    settings.POST_LIMITS = True
    assert f"it takes {posting.URGENT} times as much" in text(client)
    discuss(look_for_care=False)
    assert "times as much" not in text(client)


@pytest.mark.django_db
def test_the_terms_are_those_in_force(client: Client) -> None:
    assert "your network goes after 90 days. Spam is deleted after 30 days. The list of sent mails" in text(client)
    discuss(network_days=30, spam_days=14, removed_days=60, mail_days=20, unconfirmed_days=7)
    assert "The list of sent mails goes after 20 days. After 7 days we forget that an address" in text(client)
    assert "Spam is deleted after 14 days. What a person here took down is erased after 60 days" in text(client)
    assert "where nobody has replied, for 14 days more" in text(client)


DUE: dict[str, tuple[str, Callable[[Any, int], Callable[[], bool]]]] = {}  # column: the page's words, and what is kept


def due(column: str, words: str) -> Callable[[Callable[[Any, int], Callable[[], bool]]], None]:
    """What makes something so many days old, and tells whether it is still there."""
    return lambda make: DUE.update({column: (words, make)})


@due("network_days", "The fingerprint of your network goes after 11 days.")
def _network(article: Any, days: int) -> Callable[[], bool]:
    comment = posted(ask(article, f"{days}", network="n" * 32), days)
    return lambda: bool(fresh(comment).network)


@due("spam_days", "Spam is deleted after 11 days.")
def _spam(article: Any, days: int) -> Callable[[], bool]:
    comment = posted(ask(article, f"{days}", approved=False, trapped=True), days)
    return lambda: Comment.objects.filter(pk=comment.pk).exists()


@due("removed_days", "What a person here took down is erased after 11 days")
def _trash(article: Any, days: int) -> Callable[[], bool]:
    comment = ask(article, f"{days}")
    moderation.trash(comment, by=article.author)
    posted(comment, days)
    return lambda: bool(fresh(comment).body)


@due("mail_days", "The list of sent mails goes after 11 days.")
def _mail(article: Any, days: int) -> Callable[[], bool]:
    moment = timezone.now() - timedelta(days=days)
    to = address(f"{days}@example.org", days, confirmed_at=moment)
    mail = told(to, days, outcome="sent", done_at=moment)
    return lambda: OutboxMessage.objects.filter(pk=mail.pk).exists()


@due("unconfirmed_days", "After 11 days we forget that an address nobody confirmed was to get news.")
def _unconfirmed(article: Any, days: int) -> Callable[[], bool]:
    entered = address(f"{days}@example.org", days)
    return lambda: EmailAddress.objects.filter(pk=entered.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("column", DUE)
def test_a_term_that_is_changed_is_told_and_kept(client: Client, article: Any, column: str) -> None:
    words, make = DUE[column]
    discuss(**{"removed_days": 60, column: 11})
    assert words in text(client)
    young, old = make(article, 10), make(article, 12)
    purging.purge()
    assert (young(), old()) == (True, False)


@pytest.mark.django_db
def test_terms_that_nobody_sets_are_told_and_kept(client: Client, article: Any) -> None:
    page = text(client)
    assert "That a mail to an address was asked for is known for 2 days." in page
    assert "What spam was like is forgotten after 365 days" in page
    for days in (1, 3):
        MailRequest.objects.create(key=f"{days}", asked_at=timezone.now() - timedelta(days=days))
    for days in (364, 366):
        SpamSign.objects.create(kind="host", value=f"{days}", at=timezone.now() - timedelta(days=days))
    purging.purge()
    assert [request.key for request in MailRequest.objects.all()] == ["1"]
    assert [sign.value for sign in SpamSign.objects.all()] == ["364"]


@pytest.mark.django_db
def test_how_long_backups_are_kept_is_told(client: Client) -> None:
    assert "Backups are deleted after 30 days; what was erased is in them until then" in text(client)
    discuss(backup_days=1)
    assert "Backups are deleted after 1 day;" in text(client)


@pytest.mark.django_db
def test_the_way_to_everything_about_oneself_is_told(client: Client) -> None:
    assert "have a link mailed there . For one day it shows everything that we have about you" in text(client)
    assert timedelta(days=1) == mail_tokens.LINKS_LAST


@pytest.mark.django_db
def test_the_number_of_links_is_the_one_in_force(client: Client) -> None:
    assert f"the {links.LINKS} newest links work" in text(client)


@pytest.mark.django_db
def test_the_moderators_cookies_are_as_set(client: Client) -> None:
    assert django_settings.CSRF_COOKIE_PATH == django_settings.SESSION_COOKIE_PATH
    assert f"under {django_settings.SESSION_COOKIE_PATH}, which readers never visit" in text(client)
    assert "A login lasts 14 days at most" in text(client)


@pytest.mark.django_db
def test_encryption_is_promised_only_where_it_is(client: Client, settings: Any) -> None:
    assert "encrypted" not in text(client)
    settings.HTTPS = True
    assert "The connection is encrypted" in text(client)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/privacy/", "/help/", "/guidelines/", "/feed/"])
def test_readers_get_no_cookie_and_nothing_from_another_site(client: Client, address: str) -> None:
    response = client.get(address, headers={"accept-language": "de"})
    assert not response.cookies
    sources = re.findall(r"-src ([^;]+)", middleware.CONTENT_SECURITY_POLICY)
    assert {word for words in sources for word in words.split()} <= {"'self'", "'none'", "data:"}
    assert response["Referrer-Policy"] == "same-origin"
    assert response.content == client.get(address).content


@pytest.mark.django_db
def test_words_that_are_searched_for_are_in_no_row(client: Client, article: Any) -> None:
    ask(article)
    client.get("/search/?q=zebrafish")
    client.get("/questions/?q=zebrafish")
    for model in apps.get_models():
        assert "zebrafish" not in str(list(model._default_manager.values()[:500])), model


@pytest.mark.parametrize(
    ("length", "said"),
    [(timedelta(minutes=1), "1 minute"), (timedelta(hours=2), "120 minutes"), (timedelta(days=30), "30 days")],
)
def test_spans_are_said_in_words(length: timedelta, said: str) -> None:
    assert privacy.span(length) == said
