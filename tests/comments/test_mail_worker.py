"""Workers as they run: other processes, a real mail server, and a kill at any moment."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from comments import addresses, claiming, moderation, posting
from comments.mail_models import EmailAddress, OutboxMessage
from tests.comments.smtp import PATIENCE, SmtpServer
from tests.factories import make_article, moderator, submission

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
BATCH = 500  # what a verb takes


@pytest.fixture
def environment(site_environment: dict[str, str], smtp_server: SmtpServer) -> dict[str, str]:
    return {**site_environment, "EMAIL_URL": smtp_server.url}


def publish(number: int) -> None:
    """So many askers are to be told that their question is public."""
    now = timezone.now()
    emails = [f"asker{one}@example.org" for one in range(number)]
    EmailAddress.objects.bulk_create(
        EmailAddress(key=addresses.key_of(email), address=email, added_at=now, confirmed_at=now) for email in emails
    )
    article = make_article(author=moderator("quiet", email=""))
    asked = [posting.post(submission(article, f"Of {email}?", email=email)).comment for email in emails]
    for start in range(0, number, BATCH):
        moderation.approve(asked[start : start + BATCH], by=None)
    assert OutboxMessage.objects.filter(kind="public", due_at__lte=timezone.now()).count() == number


@contextmanager
def worker(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "manage.py", "send_mail", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """What a worker said that stopped by itself."""
    said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


def let_leases_end() -> None:
    """As if ten minutes had gone by since the last worker was killed."""
    OutboxMessage.objects.filter(leased_until__isnull=False).update(leased_until=timezone.now() - timedelta(seconds=1))


def kill_and_count(environment: dict[str, str], server: SmtpServer, events: int, kills: int) -> str:
    """Publish so many questions, and kill the worker so often; what came of it, in words."""
    publish(events)
    dice, since = random.Random(events), time.perf_counter()
    for number in range(kills):
        with worker(environment) as process:
            server.wait_for((number + 1) * events // (kills + 1))
            if number % 2:  # half of them at any moment, the others between sending and marking
                threading.Event().wait(dice.random() / 50)
            process.kill()
        let_leases_end()
    with worker(environment, "--once") as process:
        ended(process)
    seconds = time.perf_counter() - since
    assert not OutboxMessage.objects.exclude(outcome="sent").exists()
    assert {one.recipients[0] for one in server.received} == {f"asker{one}@example.org" for one in range(events)}
    ids, found = set(OutboxMessage.objects.values_list("message_id", flat=True)), server.count()
    assert set(found) == ids  # whatever came twice came under the same Message-ID
    assert len(ids) == events
    twice = len(server.received) - events
    assert twice <= kills  # each kill repeats one mail at most
    return f"{events} events, {kills} kills: 0 lost, {twice} repeated under the same Message-ID, {seconds:.0f} s"


@pytest.mark.parametrize(("events", "kills"), [(60, 3), pytest.param(1000, 20, marks=pytest.mark.long)])
def test_a_worker_that_is_killed_loses_nothing(
    environment: dict[str, str], smtp_server: SmtpServer, capsys: pytest.CaptureFixture[str], events: int, kills: int
) -> None:
    said = kill_and_count(environment, smtp_server, events, kills)
    with capsys.disabled():
        print(f"\n{connection.vendor}: {said}")  # noqa: T201


def test_a_crash_between_sending_and_marking_repeats_one_mail_under_the_same_id(
    environment: dict[str, str], smtp_server: SmtpServer
) -> None:
    publish(2)
    smtp_server.open.clear()
    with worker(environment) as process:
        smtp_server.wait_for(1)
        process.kill()
    smtp_server.open.set()
    let_leases_end()
    with worker(environment, "--once") as process:
        assert ended(process)[0] == "sent 2, skipped 0, failed 0, later 0\n"
    assert sorted(smtp_server.count().values()) == [1, 2]


def test_four_workers_at_once_send_nothing_twice(environment: dict[str, str], smtp_server: SmtpServer) -> None:
    publish(40)
    smtp_server.open.clear()
    with (
        worker(environment, "--once") as one,
        worker(environment, "--once") as two,
        worker(environment, "--once") as three,
        worker(environment, "--once") as four,
    ):
        smtp_server.wait_for(4)  # each has a mail in its hands
        smtp_server.open.set()
        said = [ended(process)[0] for process in (one, two, three, four)]
    assert sum(int(line.split()[1].rstrip(",")) for line in said) == 40, said
    assert set(smtp_server.count().values()) == {1}
    assert len(smtp_server.received) == 40
    assert smtp_server.connections >= 4


def test_a_worker_that_is_told_to_stop_finishes_its_mail_and_begins_no_other(
    environment: dict[str, str], smtp_server: SmtpServer
) -> None:
    publish(2)
    smtp_server.open.clear()
    with worker(environment) as process:
        smtp_server.wait_for(1)
        process.terminate()
        smtp_server.open.set()
        said = ended(process)
    assert "Traceback" not in said[1]
    sent, waiting = OutboxMessage.objects.order_by("pk")
    assert (sent.outcome, waiting.outcome) == ("sent", "")
    assert (waiting.attempts, waiting.leased_until) == (0, None)


def test_an_idle_worker_stops_at_once(environment: dict[str, str], smtp_server: SmtpServer) -> None:
    publish(1)
    with worker(environment) as process:
        smtp_server.wait_for(1)
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in ended(process)[1]


@pytest.mark.long  # it waits as long as the worker does
def test_a_worker_waits_for_a_mail_server_that_is_away_and_names_nobody(
    environment: dict[str, str], smtp_server: SmtpServer
) -> None:
    publish(1)
    smtp_server.stop()
    with worker(environment) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "The mail server is away. ConnectionRefusedError" in line
        assert "Next try in 5 seconds." in line
        assert "asker" not in line
        smtp_server.start()
        smtp_server.wait_for(1)
        process.terminate()
        ended(process)
    assert OutboxMessage.objects.get().attempts == 1


@pytest.mark.postgresql
def test_a_database_that_goes_away_while_a_mail_is_sent_has_it_marked_afterwards(
    environment: dict[str, str], smtp_server: SmtpServer
) -> None:
    publish(1)
    smtp_server.open.clear()
    with worker(environment) as process:
        smtp_server.wait_for(1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        smtp_server.open.set()
        deadline = time.monotonic() + PATIENCE
        while not OutboxMessage.objects.filter(outcome="sent").exists():
            assert time.monotonic() < deadline
            threading.Event().wait(0.1)  # between two looks
        process.terminate()
        ended(process)
    assert list(smtp_server.count().values()) == [1]


def test_a_lease_is_longer_than_the_slowest_server_takes(settings: object) -> None:
    """Connecting, greeting, login, sender, recipient, text and reply, each as slow as the timeout lets it be."""
    assert timedelta(seconds=10 * settings.EMAIL_TIMEOUT) < claiming.SAFE < claiming.LEASE  # type: ignore[attr-defined]
