"""A connection to the database stays from request to request, as long as it is good."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advice.sqlite3.base import DatabaseWrapper


@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_connection_is_good_as_long_as_its_file_has_the_name(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    file.touch()
    kept = DatabaseWrapper({**connection.settings_dict, "NAME": str(file)}, "other")
    kept.inc_thread_sharing()
    assert not kept.is_usable()
    kept.ensure_connection()
    assert kept.is_usable()
    (tmp_path / "b.sqlite3").touch()
    (tmp_path / "b.sqlite3").replace(file)
    assert not kept.is_usable()
    file.unlink()
    assert not kept.is_usable()
    kept.close()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_postgresql_has_ended_is_opened_anew(client: Client, article: Any) -> None:
    from psycopg2 import connect

    assert connection.is_usable()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    other = connect(**connection.get_connection_params())
    other.cursor().execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
    other.close()
    assert not connection.is_usable()
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    connection.close()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_whose_transaction_failed_is_not_usable() -> None:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        with pytest.raises(DatabaseError):
            cursor.execute("SELECT no_such_column")
    assert not connection.is_usable()
    connection.close()
    connection.ensure_connection()
    assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_kept_asks_the_database_once_with_all_that_belongs_to_it(client: Client, article: Any) -> None:
    client.get(article.get_absolute_url())
    connection.close_if_unusable_or_obsolete()
    with CaptureQueriesContext(connection) as queries:
        client.get(article.get_absolute_url())
    assert len(queries) == 1
    assert "discussion_version" in queries[0]["sql"]


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_thread_that_serves_waits_eight_seconds_for_sqlite_and_keeps_a_megabyte_of_it(
    site_environment: dict[str, str],
) -> None:
    asked = """
import advice.wsgi
from django.db import connection
for name in ("busy_timeout", "cache_size"):
    print(*connection.cursor().execute(f"PRAGMA {name}").fetchone())
"""
    said = subprocess.run(
        [sys.executable, "-c", asked], env=site_environment, check=True, capture_output=True, text=True
    )
    assert said.stdout.split() == ["8000", "-1000"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_statement_is_prepared_once_for_each_connection() -> None:
    def ask() -> tuple[int]:
        with connection.cursor() as cursor:
            cursor.execute(connection.prepared("half_of", "SELECT %s / 2 + %s"), [8, 1])
            found: tuple[int] = cursor.fetchone()
            return found

    for _ in range(2):
        assert [ask(), ask()] == [(5,), (5,)]
        connection.close()
