"""The links in mails: made by the site alone, for one address, and for a time."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from comments import addresses, mail_tokens
from comments.mail_models import EmailAddress

pytestmark = pytest.mark.django_db

ANN = "ann@example.org"
READERS = {
    mail_tokens.confirm_path: mail_tokens.to_confirm,
    mail_tokens.links_path: mail_tokens.of_links,
    mail_tokens.unsubscribe_path: mail_tokens.leaving,
}


@pytest.fixture
def ann() -> EmailAddress:
    return EmailAddress.objects.create(key=addresses.key_of(ANN), address=ANN, added_at=timezone.now())


def token(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def test_a_token_leads_to_its_address_and_holds_nothing_of_it(ann: EmailAddress) -> None:
    confirm, links = mail_tokens.confirm_path(ann), mail_tokens.links_path(ann)
    assert mail_tokens.to_confirm(token(confirm)) == mail_tokens.of_links(token(links)) == ann
    for path in (confirm, links, mail_tokens.unsubscribe_path(ann)):
        assert not any(part in path.lower() for part in ("ann@", "ann%40", "example"))


def test_a_token_that_unsubscribes_names_a_thread_or_all(ann: EmailAddress) -> None:
    leaving = mail_tokens.leaving(token(mail_tokens.unsubscribe_path(ann, 7)))
    assert leaving == mail_tokens.Leaving(ann, 7)
    assert mail_tokens.leaving(token(mail_tokens.unsubscribe_path(ann))) == mail_tokens.Leaving(ann, None)


def test_a_token_for_one_thing_does_nothing_else(ann: EmailAddress) -> None:
    for made, own in READERS.items():
        for reader in READERS.values():
            assert (reader(token(made(ann))) is not None) == (reader is own)


@pytest.mark.parametrize("damaged", ["", ".", "..", "x", "1-abc", "1-abc.1.x", "é", "\x00", "9" * 5_000, "a.b.c.d"])
def test_what_is_no_token_leads_nowhere(ann: EmailAddress, damaged: str) -> None:
    assert not any(reader(damaged) for reader in READERS.values())
    assert not any(reader(token(made(ann))[:-1]) for made, reader in READERS.items())


def test_confirming_takes_a_week_at_most_and_the_way_to_all_comments_a_day(
    ann: EmailAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm, links = token(mail_tokens.confirm_path(ann)), token(mail_tokens.links_path(ann))
    leave, then = token(mail_tokens.unsubscribe_path(ann)), timezone.now().timestamp()
    for later, opens in ((timedelta(hours=23), "cl"), (timedelta(hours=25), "c"), (timedelta(days=8), "")):
        monkeypatch.setattr(signing.time, "time", lambda later=later: then + later.total_seconds())  # type: ignore[attr-defined]
        assert bool(mail_tokens.to_confirm(confirm)) == ("c" in opens)
        assert bool(mail_tokens.of_links(links)) == ("l" in opens)
        assert mail_tokens.leaving(leave)


@pytest.mark.parametrize(("back", "opens"), [(timedelta(hours=23), True), (timedelta(days=365), False)])
def test_a_clock_that_is_set_back_closes_no_link_but_one_of_long_ahead_to_all_comments(
    ann: EmailAddress, monkeypatch: pytest.MonkeyPatch, back: timedelta, opens: bool
) -> None:
    """For a year more it would lead to all that somebody wrote here."""
    tokens = {reader: token(made(ann)) for made, reader in READERS.items()}
    before = timezone.now() - back
    monkeypatch.setattr(signing.time, "time", before.timestamp)  # type: ignore[attr-defined]
    assert {reader for reader, sent in tokens.items() if not reader(sent)} == (
        set() if opens else {mail_tokens.of_links}
    )


def test_a_clock_that_leaps_ahead_and_comes_back_closes_no_link(
    ann: EmailAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = {reader: token(made(ann)) for made, reader in READERS.items()}
    with monkeypatch.context() as leapt:
        leapt.setattr(signing.time, "time", (timezone.now() + timedelta(days=365)).timestamp)  # type: ignore[attr-defined]
        assert mail_tokens.of_links(tokens[mail_tokens.of_links]) is None
    assert all(reader(sent) for reader, sent in tokens.items())


def test_after_erasing_a_token_leads_nowhere_also_when_the_address_comes_again(ann: EmailAddress) -> None:
    confirm, leave = token(mail_tokens.confirm_path(ann)), token(mail_tokens.unsubscribe_path(ann))
    columns: dict[str, Any] = {"key": ann.key, "address": ANN, "added_at": timezone.now()}
    ann.delete()
    assert mail_tokens.to_confirm(confirm) is None
    assert mail_tokens.leaving(leave) == mail_tokens.Leaving(None, None)
    again = EmailAddress.objects.create(**columns)
    assert mail_tokens.to_confirm(confirm) is None
    assert mail_tokens.leaving(leave) == mail_tokens.Leaving(again, None)  # whoever wants out gets out
