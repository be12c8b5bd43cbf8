"""What tests of mail need."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.comments.smtp import SmtpServer


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A running SMTP server; another process gets its address as `EMAIL_URL=smtp_server.url`."""
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_backend(smtp_server: SmtpServer, settings: Any) -> SmtpServer:
    """The same, and this process sends its mail to it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_server.port
    return smtp_server
