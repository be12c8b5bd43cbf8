"""An outage does not fill the log."""

import logging

import pytest
from django.db import OperationalError

from advice import outage_log


def record(path: str, *, error: Exception | None = None, status: int = 503) -> logging.LogRecord:
    exc_info = (type(error), error, None) if error else None
    made = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "%s: %s", ("Away", path), exc_info)
    made.status_code = status
    return made


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[logging.LogRecord]:
    """What is left of four requests in half a second, and one after it."""
    calm, left = outage_log.OnceASecond(), []
    for moment, path in [(5.0, "/a/"), (5.1, "/b/"), (5.2, "/c/"), (5.5, "/d/"), (6.1, "/e/")]:
        monkeypatch.setattr("advice.outage_log.time.monotonic", lambda moment=moment: moment)
        line = record(path, error=OperationalError("connection refused\n\tIs the server running?"))
        left += [line] if calm.filter(line) else []
    return left


def test_of_lines_about_the_same_outage_one_a_second_is_written(said: list[logging.LogRecord]) -> None:
    assert [line.getMessage() for line in said] == ["Away: /a/", "Away: /e/ and 3 more since the last line"]


def test_another_cause_and_what_is_no_outage_have_lines_of_their_own() -> None:
    calm = outage_log.OnceASecond()
    lines = [
        record("/a/", error=OperationalError("connection refused")),
        record("/b/", error=OperationalError("too many clients")),
        record("/c/"),
        record("/d/", error=ValueError("a mistake"), status=500),
        record("/e/", error=ValueError("a mistake"), status=500),
    ]
    assert all(calm.filter(line) for line in lines)
    assert not calm.filter(record("/f/"))
