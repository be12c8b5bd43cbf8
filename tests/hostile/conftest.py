"""What holds in every test with hostile texts."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.factories import moderator


@pytest.fixture(autouse=True)
def _nothing_breaks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No exception, nothing worse than a warning in the log, save what Django says of hosts and forms it refuses."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in errors if not record.name.startswith("django.security")] == []


@pytest.fixture
def admin_of(client: Client) -> Any:
    """Sarah, at whose desk this test's client is logged in."""
    sarah = moderator("sarah", first_name="Sarah")
    client.force_login(sarah)
    return sarah
