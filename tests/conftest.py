"""The cast of the tests, and what all of them take for granted."""

import functools
import math
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import TransactionTestCase

from tests import databases, factories
from tests.buckets import bucket, bucket_server, kept  # noqa: F401 - fixtures

ROOT = Path(__file__).resolve().parent.parent
DATABASES = {"db", "transactional_db", "live_server", "django_db_setup"}  # the fixtures that give one


def pytest_configure() -> None:
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; these secrets are none
    options = django_settings.DATABASES["default"].get("OPTIONS", {})
    if "init_command" in options:  # SQLite, which need not wait for the disk: nobody needs this data after a crash
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    # No manifest: tests need no collectstatic. A test that starts a real server runs it on the real settings.
    django_settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise warns where it is missing


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    engine = django_settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    other = {"sqlite3": "postgresql", "postgresql": "sqlite"}[engine]
    wanted = os.environ.get("TEST_LONG") == "1"
    if engine == "postgresql":
        ran = {item for item in items if not _needs_database(item) or (_is_alike(item) and not wanted)}
        config.hook.pytest_deselected(items=list(ran))
        items[:] = [item for item in items if item not in ran]
    for item in items:
        if item.get_closest_marker(other):
            item.add_marker(pytest.mark.skip(reason=f"needs {other}"))
        if item.get_closest_marker("long") and not wanted:
            item.add_marker(pytest.mark.skip(reason="long: make test-all"))


def _needs_database(item: pytest.Item) -> bool:
    """The others ran on SQLite, and would do the same again: pytest-django lets none of them near a database."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgresql"))
    return marked or not DATABASES.isdisjoint(getattr(item, "fixturenames", ()))


def _is_alike(item: pytest.Item) -> bool:
    """What texts, files and words become. That each page and mail can be made of PostgreSQL's rows, others tell."""
    return any(item.iter_markers("one_database")) and not any(item.iter_markers("postgresql"))


@pytest.fixture(autouse=True)
def _no_post_limits(settings: Any) -> None:
    """All tests post from one network. Tests of the limits set `settings.POST_LIMITS = True`."""
    settings.POST_LIMITS = False


@pytest.fixture(autouse=True)
def _no_pages_of_other_tests() -> None:
    from django.core.cache import cache

    from advice import kept_pages, shared
    from comments import phrases

    cache.clear()
    kept_pages.heard.numbers.clear()  # the next test's articles may have the same numbers
    phrases._kept["lists"] = _shipped()
    shared.watch.forget()


@functools.cache
def _shipped() -> Any:
    """The phrases that the migrations wrote: to read them in each test took a tenth of the suite's time. A test that
    writes others has them forgotten."""
    from comments import phrases

    rows = phrases.shipped()
    written = [(row.topic, row.kind, row.words, row.is_shipped) for row in rows]
    return phrases._Kept(math.inf, written, phrases.Lists.of(rows))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A test with real transactions leaves the database as the migrations made it, with the numbers given out; Django
    would leave empty tables, which no site has, and take ten times as long, to make everybody's permissions anew."""
    keeping = databases.kept_sqlite() if connection.vendor == "sqlite" else databases.kept_postgresql()
    with ExitStack() as until_the_end:
        with django_db_blocker.unblock():
            put_back = until_the_end.enter_context(keeping)
        patch = until_the_end.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: put_back())
        yield


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around all tests of a module, for what they share: each of them undoes what it did itself, and no
    more."""
    from django.core.cache import cache

    cache.clear()  # of what other modules' tests left: this comes before what clears it for each test
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sarah(db: None) -> Any:
    return factories.moderator("sarah", first_name="Sarah")


@pytest.fixture
def article(sarah: Any) -> Any:
    return factories.make_article(author=sarah)


@pytest.fixture
def site_environment(db: None) -> dict[str, str]:
    """The environment for another process on this test's database; to see its rows it needs `transaction=True`."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = f"{os.environ['DATABASE_URL'].partition('?')[0].rsplit('/', 1)[0]}/{database['NAME']}"
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "VAR", "LANG") if name in os.environ}
    return {**inherited, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "advice.settings", "PYTHONPATH": str(ROOT)}
