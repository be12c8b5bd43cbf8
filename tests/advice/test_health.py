"""/healthz and /readyz: what proxies and monitors ask."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from advice import health
from comments import outbox
from comments.mail_models import OutboxMessage
from tests.factories import ask


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    health.readiness.forget()
    yield
    health.readiness.forget()


@pytest.mark.django_db
def test_a_site_that_is_ready_says_so_to_any_host(client: Client) -> None:
    response = client.get("/readyz", headers={"host": "10.0.0.1:99"})
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert response.json() == {
        "ready": True,
        "release": "1.0",
        "database": "ok",
        "migrations": "ok",
        "outbox_seconds": 0,
        "secret_key": "ok",
    }


@pytest.mark.django_db
def test_a_database_that_lacks_a_migration_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(name) FROM django_migrations WHERE app = 'comments'")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'comments' AND name = %s", cursor.fetchone())
    response = client.get("/readyz")
    assert (response.status_code, response.json()["migrations"], response["Retry-After"]) == (503, "missing", "5")


@pytest.mark.django_db
def test_mail_that_waits_is_told_and_sends_no_reader_away(client: Client, article: Any, sarah: Any) -> None:
    ask(article, approved=False)
    OutboxMessage.objects.update(due_at=timezone.now() - timedelta(minutes=20))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert 1200 <= response.json()["outbox_seconds"] < 1300


@pytest.mark.django_db
def test_asking_again_and_again_asks_the_database_once(client: Client, django_assert_max_num_queries: Any) -> None:
    client.get("/readyz")
    with django_assert_max_num_queries(0):
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_the_mail_that_waits_longest_is_read_from_an_index() -> None:
    due = OutboxMessage.objects.filter(done_at=None, due_at__isnull=False, due_at__lt=timezone.now()).order_by("due_at")
    assert "mail_due" in due[:1].explain() or connection.vendor == "postgresql"
    assert outbox.waiting_since() is None
