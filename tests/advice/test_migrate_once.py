"""Several processes start at once on an empty database: one migrates it, all of them go on."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from advice.management.commands.migrate_once import LOCK

ROOT = Path(__file__).resolve().parents[2]
WAITING = "Another process is migrating the database: waiting for it.\n"


@pytest.fixture
def empty_database(site_environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a process whose database has no tables yet."""
    if connection.vendor == "sqlite":
        yield {**site_environment, "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"}
        return
    name = f"empty_{uuid.uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    server = site_environment["DATABASE_URL"].rpartition("/")[0]
    yield {**site_environment, "DATABASE_URL": f"{server}/{name}"}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.django_db(transaction=True)
def test_of_two_processes_at_once_one_migrates(empty_database: dict[str, str]) -> None:
    with started(empty_database) as one, started(empty_database) as other:
        said = [process.communicate(timeout=120)[0] for process in (one, other)]

    assert [one.returncode, other.returncode] == [0, 0], said
    assert sorted("Applying comments.0001_initial" in text for text in said) == [False, True]
    assert sum("No migrations to apply." in text for text in said) == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_waiting_process_holds_no_snapshot_that_a_migration_could_wait_for(empty_database: dict[str, str]) -> None:
    name = empty_database["DATABASE_URL"].rpartition("/")[2]
    with closing(psycopg2.connect(**{**connection.get_connection_params(), "dbname": name})) as other:
        other.autocommit = True
        cursor = other.cursor()
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with started(empty_database) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == WAITING

            cursor.execute("SET statement_timeout = '60s'")
            cursor.execute("CREATE TABLE a_table (a_column integer)")
            cursor.execute("CREATE INDEX CONCURRENTLY an_index ON a_table (a_column)")  # waits for every snapshot
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

            rest, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Applying comments.0001_initial" in rest


@pytest.mark.django_db
def test_a_database_that_never_answers_ends_the_start_with_its_reason(site_environment: dict[str, str]) -> None:
    nobody = {**site_environment, "DATABASE_URL": "postgres://advice:password@127.0.0.1:1/advice"}

    with started(nobody, "--wait", "0") as process:
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "The database did not answer in 0 seconds" in said
    assert "Traceback" not in said


@contextmanager
def started(environment: dict[str, str], *options: str) -> "Iterator[subprocess.Popen[str]]":
    with subprocess.Popen(
        [sys.executable, "manage.py", "migrate_once", *options],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            yield process
        finally:
            process.kill()  # nothing where it has ended
