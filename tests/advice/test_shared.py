"""What one machine tells the others, as a process hears it: by one row, looked at once a second at most."""

import io
import logging
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import connection
from django.test import Client

from advice import health, shared
from advice.site_models import SharedState, SiteIdentity
from tests.factories import discuss

pytestmark = pytest.mark.django_db


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process serves, and looks with every request."""
    monkeypatch.setattr(shared, "EVERY", 0.0)
    shared.watch.begin()
    shared.watch.look()


def elsewhere(**columns: Any) -> None:
    """As another machine writes it: this process hears nothing of it but by the row."""
    SharedState.objects.update_or_create(pk=shared.ROW, defaults=columns)


@pytest.mark.usefixtures("watching")
def test_maintenance_that_another_machine_began_and_ended_closes_and_opens_this_one(client: Client) -> None:
    elsewhere(is_closed=True)
    assert client.get("/").status_code == 503
    assert client.get("/help/").status_code == 200
    elsewhere(is_closed=False)
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("watching")
def test_a_kept_page_goes_when_another_machine_tells_of_a_change(client: Client, article: Any) -> None:
    path = article.get_absolute_url()
    assert "Ask Nora" not in client.get(path).content.decode()
    SiteIdentity.objects.bulk_create([SiteIdentity(pk=1, author_name="Nora")])  # tells nobody
    assert "Ask Nora" not in client.get(path).content.decode()
    elsewhere(changes=99)
    assert "Ask Nora" in client.get(path).content.decode()


def test_what_every_process_keeps_a_copy_of_is_told_when_it_changes() -> None:
    heard = [shared.current().changes]
    identity = SiteIdentity.objects.create(pk=1, name="Words")
    heard.append(shared.current().changes)
    discuss(spam_days=9)
    heard.append(shared.current().changes)
    identity.delete()
    heard.append(shared.current().changes)
    assert heard == sorted(set(heard))


def test_a_process_that_serves_nobody_never_looks(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        shared.watch.look()


@pytest.mark.usefixtures("watching")
def test_a_process_looks_once_a_second(django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "EVERY", 3600.0)
    with django_assert_num_queries(0):
        shared.watch.look()


@pytest.mark.sqlite  # on PostgreSQL a failed statement would end the test's transaction
@pytest.mark.usefixtures("watching")
def test_without_the_table_what_was_known_holds() -> None:
    elsewhere(is_closed=True)
    shared.watch.look()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE advice_sharedstate RENAME TO away")
    shared.watch.look()
    assert shared.watch.is_closed


# --- One SECRET_KEY -------------------------------------------------------------------------------------------------


def complaints() -> list[str | None]:
    return [found.id for found in run_checks(tags=[Tags.database], databases=["default"])]


def test_another_secret_key_is_told_by_log_check_and_readyz_until_it_is_accepted(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    shared.watch.begin()
    shared.watch.look()  # the first machine ever: this key is the site's
    assert complaints() == []

    settings.SECRET_KEY = "another"
    shared.watch.forget()
    shared.watch.begin()
    with caplog.at_level(logging.WARNING):
        shared.watch.look()
    assert shared.OTHER_KEY in caplog.text
    assert complaints() == ["advice.W005"]
    health.readiness.forget()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["secret_key"]) == (200, "another")

    call_command("accept_key", stdout=io.StringIO())
    assert complaints() == []
