"""The SMTP server of the tests does what tests ask of it."""

import smtplib

import pytest
from django.core.mail import EmailMessage, get_connection, send_mail

from tests.comments.smtp import SmtpServer


def test_it_keeps_what_was_sent(smtp_backend: SmtpServer) -> None:
    send_mail("Grüße", "Ein\nBrief", "a@example.com", ["b@example.org"])
    (one,) = smtp_backend.received
    assert (one.sender, one.recipients) == ("a@example.com", ["b@example.org"])
    assert one.message["Subject"] == "Grüße"
    assert b"Subject: =?utf-8?" in one.raw


def test_it_refuses_whom_and_what_it_is_told_to(smtp_backend: SmtpServer) -> None:
    smtp_backend.answers["b@example.org"] = "550 5.1.1 No such user"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send_mail("S", "B", "a@example.com", ["b@example.org"])
    smtp_backend.answer_to_data = "451 4.3.0 Later"
    with pytest.raises(smtplib.SMTPDataError):
        send_mail("S", "B", "a@example.com", ["c@example.org"])
    assert smtp_backend.received == []


def test_it_keeps_a_message_and_loses_its_reply(smtp_backend: SmtpServer) -> None:
    smtp_backend.lost_replies = 1
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send_mail("S", "B", "a@example.com", ["b@example.org"])
    send_mail("S", "B", "a@example.com", ["b@example.org"])
    assert len(smtp_backend.received) == 2


def test_it_stops_and_starts_on_the_same_port(smtp_backend: SmtpServer) -> None:
    smtp_backend.stop()
    with pytest.raises(ConnectionRefusedError):
        send_mail("S", "B", "a@example.com", ["b@example.org"])
    smtp_backend.start()
    send_mail("S", "B", "a@example.com", ["b@example.org"])
    assert len(smtp_backend.wait_for(1)) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_it_asks_for_a_password(smtp_backend: SmtpServer) -> None:
    smtp_backend.login = ("ann", "secret")
    message = EmailMessage("S", "B", "a@example.com", ["b@example.org"])
    wrong = get_connection(username="ann", password="wrong")
    with pytest.raises(smtplib.SMTPAuthenticationError):
        wrong.send_messages([message])
    wrong.close()  # Django leaves it open
    assert get_connection(username="ann", password="secret").send_messages([message]) == 1
