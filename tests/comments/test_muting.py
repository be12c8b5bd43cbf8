"""Mails that came back, and those that somebody called spam."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from comments import addresses, muting, outbox, returned
from comments.log_models import ModerationEvent
from comments.mail_models import EmailAddress, Kind, OutboxMessage
from comments.mail_worker import Stop, Worker
from comments.muting import Taken
from tests.comments.smtp import SmtpServer
from tests.factories import ask

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
ANN = "ann@example.org"
OURS = "<0123456789abcdef@advice.example>"

# As Postfix sends it.
BOUNCE = """\
From: MAILER-DAEMON@mail.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xyz"

This is a MIME-encapsulated message.

--xyz
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--xyz
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Mon,  2 Nov 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; ann@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnosis}

--xyz
Content-Type: {returned}

Return-Path: <advice@advice.example>
From: advice@advice.example
To: ann@example.org
Message-ID: {message_id}
Subject: News

--xyz--
"""
# As in RFC 5965, appendix B.
COMPLAINT = """\
From: <abusedesk@mail.example>
Subject: FW: News
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part"

--part
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--part
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--part
Content-Type: message/rfc822

From: <advice@advice.example>
Message-ID: {message_id}
Subject: News

Words.

--part--
"""


def bounce(**said: str) -> bytes:
    usual = {
        "action": "failed",
        "status": "5.1.1",
        "diagnosis": f"550 5.1.1 <{ANN}>: no such user",
        "returned": "message/rfc822",
        "message_id": OURS,
    }
    return BOUNCE.format(**usual | said).encode()


def complaint(kind: str = "abuse", message_id: str = OURS) -> bytes:
    return COMPLAINT.format(kind=kind, message_id=message_id).encode()


def sent(**columns: Any) -> OutboxMessage:
    """A mail to Ann that went out, or to somebody else."""
    now = timezone.now()
    if "moderator" not in columns:
        columns["address"], _ = EmailAddress.objects.get_or_create(
            key=addresses.key_of(ANN), defaults={"address": ANN, "added_at": now}
        )
    kind = columns.pop("kind", Kind.CONFIRM)
    over = {"due_at": now, "done_at": now, "outcome": "sent", "message_id": OURS}
    row = outbox.message(kind, **over | columns)
    row.save()
    return row


def ann() -> EmailAddress:
    return EmailAddress.objects.get(key=addresses.key_of(ANN))


@pytest.mark.parametrize("returned_as", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_came_back_for_good_mutes_its_address_and_says_so(returned_as: str) -> None:
    row = sent()
    assert muting.take(bounce(returned=returned_as)) == Taken.MUTED
    row.refresh_from_db()
    assert ann().muted_because == "bounced"
    assert (row.outcome, row.reason) == ("failed", "It came back: there is no such address. 5.1.1")


def test_the_log_says_that_an_address_was_muted_and_not_which() -> None:
    sent()
    muting.take(bounce())
    event = ModerationEvent.objects.get()
    assert (event.by, event.verb, event.subject) == (None, "change", f"address {ann().pk}")
    assert event.after == "Muted: The mail came back"
    assert ANN not in f"{event.subject}{event.before}{event.after}{event.reason}"


def test_a_report_that_comes_twice_changes_nothing_more() -> None:
    sent()
    muting.take(bounce())
    first = ann().muted_at
    assert muting.take(bounce()) == Taken.NOTED
    assert muting.take(complaint()) == Taken.NOTED
    assert (ann().muted_at, ann().muted_because) == (first, "bounced")
    assert ModerationEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "diagnosis", "muted"),
    [
        ("5.1.1", "550 5.1.1 no such user", True),
        ("5.0.0", "550 No such user", True),  # as exim has it
        ("5.0.0", "550-5.1.1 The account does not exist", True),
        ("5.4.4", "host not found", True),
        ("5.2.2", "552 5.2.2 mailbox full", False),
        ("5.7.1", "554 5.7.1 looks like spam", False),
        ("5.0.0", "554 5.7.1 looks like spam", False),
        ("4.4.1", "connection timed out", False),  # given up after days
    ],
)
def test_only_what_says_that_nothing_will_ever_arrive_mutes(status: str, diagnosis: str, muted: bool) -> None:
    row = sent()
    assert muting.take(bounce(status=status, diagnosis=diagnosis)) == (Taken.MUTED if muted else Taken.NOTED)
    assert (ann().muted_at is not None) == muted
    row.refresh_from_db()
    assert row.outcome == "failed"


def test_a_mail_that_is_late_is_noted() -> None:
    row = sent()
    assert muting.take(bounce(action="delayed", status="4.4.1", diagnosis="timed out")) == Taken.NOTED
    row.refresh_from_db()
    assert (row.outcome, row.reason) == ("sent", "It is late: its server has not taken it yet. 4.4.1")
    assert ann().muted_at is None


def test_a_mail_that_arrived_is_no_news() -> None:
    row = sent()
    muting.take(bounce(action="delivered", status="2.0.0", diagnosis="250 ok"))
    row.refresh_from_db()
    assert (row.outcome, row.reason, ann().muted_at) == ("sent", "", None)


def test_a_complaint_mutes_and_its_opposite_does_not() -> None:
    row = sent()
    assert muting.take(complaint("not-spam")) == Taken.NOTED
    assert ann().muted_at is None
    assert muting.take(complaint("abuse")) == Taken.MUTED
    row.refresh_from_db()
    assert (row.outcome, row.reason, ann().muted_because) == (
        "sent",
        "Who got it called it spam. abuse",
        "complained",
    )


def test_a_mail_as_it_went_over_the_wire_mutes_its_reader_when_it_comes_back(
    smtp_backend: SmtpServer, article: Any
) -> None:
    ask(article, email=ANN, approved=False)
    Worker(Stop()).run_once()
    confirm = next(one for one in smtp_backend.received if one.recipients == [ANN])
    whole = confirm.raw.replace(b"\r\n", b"\n")
    head, _, tail = bounce().partition(b"Return-Path:")
    assert muting.take(head + whole + b"\n" + tail[tail.index(b"--xyz--") :]) == Taken.MUTED
    assert ann().muted_because == "bounced"


@pytest.mark.parametrize("forged", ["<made-up@advice.example>", "<>", "", ANN, "<\0@b.example>", "<é\x7f@b.example>"])
def test_a_report_about_a_mail_that_is_not_ours_does_nothing(forged: str) -> None:
    row = sent()
    sent(message_id="", address=EmailAddress.objects.create(key="k", address="b@example.org", added_at=row.written_at))
    assert muting.take(bounce(message_id=forged)) == Taken.FOREIGN
    assert muting.take(complaint(message_id=forged)) == Taken.FOREIGN
    assert not EmailAddress.objects.exclude(muted_at=None).exists()


def test_a_moderator_s_address_is_noted_and_not_muted(sarah: Any, article: Any) -> None:
    question = ask(article)
    OutboxMessage.objects.all().delete()
    row = sent(kind=Kind.NEW, moderator=sarah, comment=question)
    assert muting.take(bounce()) == Taken.NOTED
    row.refresh_from_db()
    assert row.reason.startswith("It came back")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        f"From: a@b.example\r\nIn-Reply-To: {OURS}\r\nSubject: Thanks\r\n\r\nThank you!".encode(),  # a person's
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n",
        b"Content-Type: text/plain; charset*0*=utf-8''%ff\r\n\r\n\xea",
        b"Content-Type: message/rfc822\r\n\r\n" * 30_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(20_000)),
        bounce() + b" " * returned.LARGEST,
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n--x--\n",
        bounce().replace(b"report-type=", b";" * 900_000),
        bounce().replace(b"Action:", b"\n" * 900_000 + b"Action:"),
    ],
)
def test_what_is_no_report_does_nothing_and_takes_no_time(raw: bytes) -> None:
    sent()
    began = time.process_time()
    assert muting.take(raw) in (Taken.NO_REPORT, Taken.FOREIGN)
    assert time.process_time() - began < 3
    assert ann().muted_at is None


@pytest.mark.django_db(transaction=True)
def test_the_command_reads_one_from_a_pipe_and_ends_as_mail_servers_expect(site_environment: dict[str, str]) -> None:
    sent()

    def take(raw: bytes, **variables: str) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "manage.py", "take_bounce"]
        environment = site_environment | variables
        return subprocess.run(command, input=raw, cwd=ROOT, env=environment, capture_output=True, check=False)

    done = take(bounce())
    assert (done.returncode, done.stdout.strip().endswith(b"its address gets no more.")) == (0, True)
    assert ann().muted_because == "bounced"
    assert take(bounce(message_id="<x@y>")).returncode == 0
    assert take(b"Hello").returncode == os.EX_DATAERR
    away = take(bounce(), DATABASE_URL="postgres://nobody@127.0.0.1:9/none")
    assert away.returncode == os.EX_TEMPFAIL
    assert ANN.encode() not in b"".join((done.stdout, done.stderr, away.stdout, away.stderr))
