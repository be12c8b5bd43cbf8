"""Readers who hammer one page that is kept: what changes is there at once, whichever process they get."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections

from comments import moderation
from tests import factories
from tests.hammer.server import Server, serve

pytestmark = [pytest.mark.hammer, pytest.mark.django_db(transaction=True)]

CHANGES = 20
LOOKS = 4  # after each change, over a connection of its own: both processes get some
READERS = 3


def page(server: Server, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        assert response.status == 200
        return response.read().decode()
    finally:
        connection.close()


@contextmanager
def readers(server: Server, path: str) -> Iterator[list[int]]:
    """Some who read the page all the time, until the end of the block; how many times each did."""
    is_over, read = threading.Event(), [0] * READERS

    def go_on(number: int) -> None:
        while not is_over.is_set():
            page(server, path)
            read[number] += 1

    threads = [threading.Thread(target=go_on, args=[number]) for number in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield read
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def test_a_page_that_is_hammered_shows_each_change_at_once(
    article: Any, sarah: Any, site_environment: dict[str, str], tmp_path: Any
) -> None:
    path = article.get_absolute_url()
    with serve(site_environment, tmp_path) as server, readers(server, path) as read:
        for number in range(CHANGES):
            words = f"Shall I write to him, question {number}?"
            comment = factories.ask(article, words)
            assert all(words in page(server, path) for _ in range(LOOKS))
            moderation.trash(comment, by=sarah)
            assert not any(words in page(server, path) for _ in range(LOOKS))
    assert min(read) > CHANGES
    assert server.complaints() == []
    connections.close_all()
