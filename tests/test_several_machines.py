"""Two machines on one PostgreSQL: each has a folder and a cache of its own, and readers cannot tell which answers."""

import http.client
import io
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.management import call_command

from advice.models import Article
from advice.site_models import SiteIdentity
from comments import moderation
from comments.models import Comment
from tests import buckets, factories
from tests.hammer.server import serve
from tests.pictures import stored

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def machines(site_environment: dict[str, str], tmp_path: Path) -> Iterator[list[int]]:
    """The ports of two servers that share the database and SECRET_KEY, and nothing else."""
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    shared = {**site_environment, "SECRET_KEY": "the same on both", "POST_LIMITS": "on"}
    one, other = ({**shared, "VAR": str(folder)} for folder in folders)
    with serve(one, folders[0]) as first, serve(other, folders[1]) as second:
        yield [first.port, second.port]


def ask(port: int, method: str, path: str, **form: str) -> tuple[int, str, str]:
    """Status, where it leads, and the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection.request(method, path, urlencode(form) if form else None, headers)
    response = connection.getresponse()
    page = response.read().decode(errors="replace")
    connection.close()
    return response.status, urlsplit(response.headers.get("Location", "")).path, page


def test_two_machines_are_one_site(machines: list[int], sarah: Any) -> None:
    one, other = machines
    article = factories.make_article(author=sarah)
    path = f"/{article.slug}/"
    assert [ask(port, "GET", path)[0] for port in machines] == [200, 200]  # both keep it now

    status, private, _ = ask(one, "POST", f"{path}comments/", name="Ann", body="Should I write to him?")
    assert status == 303
    assert "Should I write to him?" in ask(other, "GET", private)[2]

    again, _, _ = ask(other, "POST", f"{path}comments/", name="Ann", body="Should I write to him?")
    assert (again, Comment.objects.count()) == (303, 1)

    moderation.approve(Comment.objects.get(), by=sarah)
    assert all("Should I write to him?" in ask(port, "GET", path)[2] for port in machines)

    statuses = [
        ask(machines[number % 2], "POST", f"{path}comments/", name="Ann", body=f"More {number}.")[0]
        for number in range(5)
    ]
    assert statuses == [303, 303, 303, 303, 429]


def soon(condition: Callable[[], bool]) -> bool:
    """Whether it comes true: within a second, and what a busy machine needs."""
    deadline = time.monotonic() + 10
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.1)  # between two looks
    return True


def test_what_is_done_on_one_machine_the_other_hears_at_once(
    site_environment: dict[str, str], tmp_path: Path, bucket: str, settings: Any, article: Article
) -> None:
    """This process is the one machine; the other has a page in its cache, and looks once a second."""
    buckets.keep_in(bucket, settings)
    path = article.get_absolute_url()
    other = {**site_environment, "VAR": str(tmp_path), "BUCKET_URL": bucket, "SECRET_KEY": settings.SECRET_KEY}
    with serve(other, tmp_path, processes=1) as server:

        def status(address: str) -> int:
            return ask(server.port, "GET", address)[0]

        assert "Ask Nora" not in ask(server.port, "GET", path)[2]
        SiteIdentity.objects.create(pk=1, author_name="Nora")
        assert soon(lambda: "Ask Nora" in ask(server.port, "GET", path)[2])

        picture = stored()
        assert status(picture.src) == 200

        for state, answer in (("on", 503), ("off", 200)):
            call_command("maintenance", state, stdout=io.StringIO())
            assert soon(lambda expected=answer: [status(path), status("/")] == [expected] * 2)  # type: ignore[misc]
