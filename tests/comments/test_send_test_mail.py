"""`manage.py send_test_mail`: says how mails leave, sends one, and explains what is wrong."""

import socket
import threading
from collections.abc import Callable, Iterator
from email.utils import parseaddr
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from comments import mails
from comments.mail_models import EmailAddress, Kind
from comments.outbox import Bundle, message
from tests.comments.smtp import SmtpServer

ANN = "ann@example.org"


def said() -> str:
    out = StringIO()
    call_command("send_test_mail", ANN, stdout=out)
    return out.getvalue()


def failed() -> str:
    with pytest.raises(CommandError) as caught:
        said()
    return str(caught.value)


def test_it_says_how_mails_leave_and_that_one_has(smtp_backend: SmtpServer, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Sarah’s advice <advice@advice.example>"
    told = said()
    assert f"by SMTP through 127.0.0.1, port {smtp_backend.port}, with no encryption and no login" in told
    assert "From: Sarah’s advice <advice@advice.example>" in told
    assert "has taken it" in told
    (received,) = smtp_backend.wait_for(1)
    assert (received.sender, received.recipients) == ("advice@advice.example", [ANN])
    assert received.message["Auto-Submitted"] == "auto-generated"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_a_wrong_password_is_named_and_not_shown(smtp_backend: SmtpServer, settings: Any) -> None:
    smtp_backend.login = ("site", "right")
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "site", "hunter2"
    told = failed()
    assert "does not accept the user or the password" in told
    assert "hunter2" not in told


def test_a_refused_mail_is_told_with_the_server_s_words(smtp_backend: SmtpServer) -> None:
    smtp_backend.answer_to_data = "554 5.7.1 Not from here"
    assert "refused the mail.\nWhat was said: 554 5.7.1 Not from here" in failed()


def test_a_refused_address_is_told_without_it(smtp_backend: SmtpServer) -> None:
    smtp_backend.answers[ANN] = f"554 5.7.1 <{ANN}>: Relay access denied"
    told = failed()
    assert "takes no mail for this address" in told
    assert ANN not in told


def test_a_server_that_is_not_there_is_told(smtp_backend: SmtpServer) -> None:
    smtp_backend.stop()
    assert "Nothing listens" in failed()


def test_a_server_without_encryption_is_told(smtp_backend: SmtpServer, settings: Any) -> None:
    settings.EMAIL_USE_TLS = True
    assert "offers no encryption" in failed()


@pytest.fixture
def talking() -> Iterator[Callable[[bytes], int]]:
    """A server that says this and hangs up; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def start(words: bytes) -> int:
        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(words)
                connection.recv(1_000)

        threading.Thread(target=answer, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    listener.close()


def test_a_port_that_begins_without_encryption_is_told(
    smtp_backend: SmtpServer, settings: Any, talking: Callable[[bytes], int]
) -> None:
    settings.EMAIL_USE_SSL, settings.EMAIL_PORT = True, talking(b"220 mail.example ESMTP\r\n")
    assert "begins without encryption" in failed()


def test_a_host_that_does_not_exist_is_told(smtp_backend: SmtpServer, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.invalid"
    assert "no host with the name" in failed()


def test_where_mails_are_files_it_says_so(settings: Any, tmp_path: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    told = said()
    assert f"each becomes a file in {tmp_path}" in told
    assert "sent to nobody" in told


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(CommandError, match="no email address"):
        call_command("send_test_mail", "ann")


@pytest.mark.django_db
def test_what_comes_back_goes_where_the_owner_wants_it(smtp_backend: SmtpServer, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.EMAIL_BOUNCES_TO = "Ä <advice@advice.example>", "bounces@advice.example"
    said()
    now = "2026-01-01T00:00Z"
    address = EmailAddress.objects.create(key="k", address=ANN, added_at=now)
    row = message(Kind.CONFIRM, address=address, due_at=None)
    row.save()
    letter = mails.compose(Bundle("<x@advice.example>", [row]))
    assert letter.message is not None
    letter.message.send()
    for received in smtp_backend.wait_for(2):
        assert received.sender == "bounces@advice.example"
        assert parseaddr(str(received.message["From"])) == ("Ä", "advice@advice.example")
