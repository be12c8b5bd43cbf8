"""What becomes of a mail that a server does not take, and of an address to which none arrives."""

import smtplib
from typing import Any

import pytest
from django.core import mail

from comments import bouncing
from comments.bouncing import Verdict

ANN = "ann@example.org"


def refused(connection: Any = None) -> Exception:
    """What sending a mail raises."""
    try:
        mail.EmailMessage("Hello", "Words", "advice@advice.example", [ANN], connection=connection).send()
    except OSError as error:
        return error
    raise AssertionError("It was sent.")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 5.1.1 <ann@example.org>: no such user", Verdict.ADDRESS),
        ("550 No such user", Verdict.ADDRESS),
        ("551 User not local", Verdict.ADDRESS),
        ("553 Mailbox name not allowed", Verdict.ADDRESS),
        ("556 5.1.10 Recipient address has null MX", Verdict.ADDRESS),
        ("550 5.2.1 Disabled", Verdict.ADDRESS),
        ("552 5.2.2 Mailbox full", Verdict.MESSAGE),
        ("550 5.7.1 Blocked by policy", Verdict.MESSAGE),
        ("554 Transaction failed", Verdict.MESSAGE),
        ("550 5.7.26 This mail is unauthenticated", Verdict.SETUP),
        ("530 5.7.0 Authentication required", Verdict.SETUP),
        ("450 4.2.1 Greylisted", Verdict.LATER),
        ("452 4.2.2 Mailbox full", Verdict.LATER),
        ("421 4.7.0 Too many", Verdict.LATER),
    ],
)
def test_an_answer_to_the_address_says_whose_fault_it_is(smtp_backend: Any, answer: str, expected: Verdict) -> None:
    smtp_backend.answers[ANN] = answer
    assert bouncing.verdict(refused()) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 Looks like spam", Verdict.MESSAGE),
        ("552 5.3.4 Too large", Verdict.MESSAGE),
        ("550 5.1.1 No such user", Verdict.ADDRESS),
        ("550 5.7.20 No passing DKIM signature found", Verdict.SETUP),
        ("451 4.3.0 Try again", Verdict.LATER),
    ],
)
def test_an_answer_to_the_whole_mail_blames_the_address_only_where_it_says_so(
    smtp_backend: Any, answer: str, expected: Verdict
) -> None:
    smtp_backend.answer_to_data = answer
    assert bouncing.verdict(refused()) == expected


def test_a_connection_lost_in_the_middle_may_be_tried_again(smtp_backend: Any) -> None:
    smtp_backend.lost_replies = 1
    assert bouncing.verdict(refused()) == Verdict.LATER


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_no_server_and_a_refused_login_are_the_setup_s_fault(smtp_backend: Any) -> None:
    smtp_backend.login = ("site", "right")
    connection = mail.get_connection(username="site", password="wrong")
    assert bouncing.verdict(refused(connection)) == Verdict.SETUP
    connection.close()  # Django leaves it open
    smtp_backend.stop()
    assert bouncing.verdict(refused(mail.get_connection())) == Verdict.SETUP


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPSenderRefused(550, b"5.1.8 Bad sender", "x"), Verdict.SETUP),
        (smtplib.SMTPSenderRefused(552, b"5.3.4 Too large", "x"), Verdict.MESSAGE),
        (smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."), Verdict.SETUP),
        (ValueError("Invalid address"), Verdict.MESSAGE),
        (RuntimeError("a bug"), Verdict.LATER),
    ],
)
def test_so_does_what_comes_before_an_answer(error: Exception, expected: Verdict) -> None:
    assert bouncing.verdict(error) == expected


def test_a_reason_has_the_codes_and_nothing_that_the_server_said(smtp_backend: Any) -> None:
    smtp_backend.answers[ANN] = f"550 5.1.1 <{ANN}>: no such user"
    told = bouncing.reason(refused())
    assert told == "550 5.1.1: there is no such address, or it takes no mail"
    assert bouncing.reason(TimeoutError(f"at {ANN}")).startswith("TimeoutError: it cannot be reached")


def test_a_provider_s_answers_are_read_by_their_status() -> None:
    errors = pytest.importorskip("anymail.exceptions")

    def answered(status: int) -> Verdict:
        error = errors.AnymailAPIError(f"to {ANN}", status_code=status)
        assert ANN not in bouncing.reason(error)
        return bouncing.verdict(error)

    assert bouncing.verdict(errors.AnymailRecipientsRefused()) == Verdict.ADDRESS
    assert bouncing.verdict(errors.AnymailUnsupportedFeature("x")) == Verdict.MESSAGE
    assert bouncing.verdict(errors.AnymailAPIError("no connection")) == Verdict.SETUP
    assert [answered(status) for status in (401, 422, 429, 503)] == [
        Verdict.SETUP,
        Verdict.MESSAGE,
        Verdict.LATER,
        Verdict.LATER,
    ]
