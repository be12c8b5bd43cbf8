"""Pages that a process has sent: what of them it sends again, and while the database is away."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import OperationalError, transaction
from django.test import Client

from advice import kept_pages, publishing
from advice.memory_cache import MemoryCache
from comments import moderation
from tests.factories import answer, ask, make_article

pytestmark = pytest.mark.django_db(transaction=True)  # a change is known once it is committed


@contextmanager
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Every query fails, as without a connection."""

    def fails(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.ensure_connection", fails)
        yield Client(raise_request_exception=False)


def test_while_the_database_is_away_pages_of_before_stand_in(
    client: Client, article: Any, sarah: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ask(article)
    answer(question, by=sarah)
    path = article.get_absolute_url()
    thread, permalink = f"/questions/{question.pk}/", f"/comments/{question.pk}/"
    before = {each: client.get(each) for each in (path, thread, permalink, "/", "/feed/", "/questions/")}
    with away(monkeypatch) as reader:
        for each, sent in before.items():
            response = reader.get(each)
            assert (response.status_code, response.content) == (sent.status_code, sent.content), each
            assert response.headers.get("Location") == sent.headers.get("Location")
            assert response["Cache-Control"] == "no-store"
            assert int(response["Age"]) >= 0
            assert not {"ETag", "CDN-Cache-Control"} & response.headers.keys()
    response = client.get(path)
    assert "Age" not in response
    assert "stale-if-error=600" in response["CDN-Cache-Control"]


def test_what_was_never_kept_is_503_while_the_database_is_away(
    client: Client, article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = ask(article, approved=False)
    paths = ["/search/?q=alone", "/questions/?q=alone", f"/comments/{pending.pk}/", f"/q/{'x' * 32}/"]
    for path in paths:
        client.get(path)
    with away(monkeypatch) as reader:
        assert [reader.get(path).status_code for path in paths] == [503] * len(paths)
        assert reader.post(f"{article.get_absolute_url()}comments/", {"body": "Hello"}).status_code == 503


def test_nothing_of_before_a_change_stands_in(
    client: Client, article: Any, sarah: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of this article and of pages over several; another article's page is as right as it was."""
    question, other = ask(article, "SECRET WORDS"), make_article(author=sarah).get_absolute_url()
    paths = [article.get_absolute_url(), f"/questions/{question.pk}/", f"/comments/{question.pk}/", "/questions/"]
    for path in [*paths, other]:
        client.get(path)
    moderation.trash(question, by=sarah)
    with away(monkeypatch) as reader:
        assert [reader.get(path).status_code for path in paths] == [503] * len(paths)
        assert reader.get(other).status_code == 200


def test_nothing_of_before_a_change_whose_end_nobody_heard_of_stands_in(
    client: Client, article: Any, sarah: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server went away as it was to commit, and may have done so; doing it again then changes nothing."""
    question = ask(article, "SECRET WORDS")
    client.get(f"/questions/{question.pk}/")
    with suppress(OperationalError), transaction.atomic():
        moderation.trash(question, by=sarah)
        raise OperationalError("server closed the connection unexpectedly")
    with away(monkeypatch) as reader:
        assert reader.get(f"/questions/{question.pk}/").status_code == 503


def test_a_process_that_read_a_newer_version_shows_no_page_of_before(
    client: Client, article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process changed it: this one hears of it on any page of the article, and only there."""
    question, path = ask(article), article.get_absolute_url()
    client.get(path)
    client.get(f"/questions/{question.pk}/")
    kept_pages.heard.learn(kept_pages.Version(article.pk, 1_000))
    with away(monkeypatch) as reader:
        assert reader.get(path).status_code == 503
        assert reader.get(f"/questions/{question.pk}/").status_code == 503


def test_an_article_that_was_withdrawn_does_not_stand_in(
    client: Client, article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [article.get_absolute_url(), "/"]
    for path in paths:
        client.get(path)
    article.published_at = None
    publishing.rewrite(article, ["published_at"])
    with away(monkeypatch) as reader:
        assert [reader.get(path).status_code for path in paths] == [503, 503]


def test_an_older_version_that_is_read_late_brings_nothing_back(
    client: Client, article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = article.get_absolute_url()
    client.get(path)
    article.refresh_from_db()
    for number in (1_000, article.discussion_version):
        kept_pages.heard.learn(kept_pages.Version(article.pk, number))
    with away(monkeypatch) as reader:
        assert reader.get(path).status_code == 503


def test_what_became_of_a_page_takes_the_place_of_it(
    client: Client, article: Any, sarah: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/questions/{ask(article).pk}/"
    client.get(path)
    type(article).objects.update(published_at=None)
    assert client.get(path).status_code == 404
    with away(monkeypatch) as reader:
        assert reader.get(path).status_code == 503


def test_a_query_makes_no_other_page_of_an_article(client: Client, article: Any) -> None:
    path = article.get_absolute_url()
    client.get(path)
    before = len(caches["default"].shelf.things)
    client.get(f"{path}?utm_source=x")
    assert len(caches["default"].shelf.things) == before


# --- The cache of a process -----------------------------------------------------------------------------------------


class Heavy:
    weight = 400


def test_the_cache_is_bounded_in_number_and_in_bytes_and_keeps_what_was_used_last() -> None:
    small = MemoryCache("bounded", {"OPTIONS": {"MAX_ENTRIES": 3, "MAX_BYTES": 1_000}})
    for key in ("a", "b"):
        small.set(key, Heavy())
    assert small.get("a")
    small.set("c", Heavy())
    assert [key for key in "abc" if small.has_key(key)] == ["a", "c"]
    assert small.shelf.weight == 802
    small.delete("a")
    small.clear()
    assert (small.shelf.weight, small.get("c")) == (0, None)


def test_what_is_too_old_is_gone_without_being_asked_for() -> None:
    old = MemoryCache("old", {})
    old.set("a", "x", timeout=-1)
    old.shelf.sweep(time.monotonic())
    assert not old.shelf.things
    old.set("a", "x", timeout=-1)
    assert old.get("a", "gone") == "gone"


def test_two_threads_caches_hold_the_same() -> None:
    cache.set("a", thing := Heavy())
    assert MemoryCache("", {}).get("a") is thing
    assert not cache.add("a", "x")
    assert cache.touch("a")
    assert cache.get_or_set("b", lambda: "made") == "made"
