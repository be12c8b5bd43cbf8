"""`manage.py run`, as a newcomer meets it: another process, the real server, an empty folder."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.comments.smtp import SmtpServer

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds, for a machine busy with other tests
MANAGE = [sys.executable, "manage.py"]


def environment(var: Path, **extra: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "VAR": str(var), "PYTHONUNBUFFERED": "1", **extra}


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def running(var: Path, port: int, **extra: str) -> Iterator[tuple[str, subprocess.Popen[str], Path]]:
    """The site's address, its process and what it prints, once it answers."""
    log = var.parent / f"{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*MANAGE, "run"],
            cwd=ROOT,
            env=environment(var, PORT=str(port), **extra),
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, process, log)
            yield address, process, log
        finally:
            process.terminate()  # not kill(): the server would outlive it
            process.wait(PATIENCE)


def wait_for(address: str, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            build_opener().open(f"{address}/healthz", timeout=5).close()
        except (URLError, ConnectionError):
            time.sleep(0.1)  # between two looks
        else:
            return
    raise AssertionError(log.read_text())


def log_in(address: str, password: str) -> str:
    """The page that the admin shows after this login."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    with browser.open(f"{address}/admin/login/", timeout=PATIENCE) as response:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.read().decode())[1]  # type: ignore[index]
    form = {"csrfmiddlewaretoken": token, "username": "sarah", "password": password, "next": "/admin/"}
    request = Request(f"{address}/admin/login/", urlencode(form).encode(), {"Origin": address})
    with browser.open(request, timeout=PATIENCE) as response:
        return str(response.read().decode())


@pytest.mark.sqlite
def test_from_nothing_to_a_site_that_sarah_can_log_in_to_and_back(tmp_path):
    var, port = tmp_path / "var", free_port()

    with running(var, port) as (address, process, log):
        password = re.search(r"as sarah with the password (\S+) ", log.read_text())[1]  # type: ignore[index]
        assert (var / "sarah-password").read_text() == password
        assert stat.S_IMODE((var / "sarah-password").stat().st_mode) == 0o600
        with build_opener().open(f"{address}/should-you-get-back-together/", timeout=PATIENCE) as response:
            page = response.read().decode()
        assert page.count('class="comment comment--answer') == 10
        stylesheet = re.search(r'href="(/static/[^"]+\.css)"', page)[1]  # type: ignore[index]
        with build_opener().open(f"{address}{stylesheet}", timeout=PATIENCE) as response:
            assert "immutable" in response.headers["Cache-Control"]
        assert "/admin/logout/" in log_in(address, password)

        mail = children(process.pid)[1]
        assert b"send_mail" in Path(f"/proc/{mail}/cmdline").read_bytes()
        os.killpg(process.pid, signal.SIGINT)  # Ctrl-C: to everybody in the terminal's foreground
        assert process.wait(PATIENCE) == 0
        assert not Path(f"/proc/{mail}").exists()
        assert "Traceback" not in log.read_text()

    with running(var, port) as (address, _, log):
        assert password not in log.read_text()
        assert "demo" not in log.read_text()
        assert "collected" not in log.read_text()
        assert "/admin/logout/" in log_in(address, password)


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.sqlite
@pytest.mark.long  # it sets a site up once more
def test_mail_goes_out_beside_the_site_and_is_started_again_where_it_ends(tmp_path):
    var, port, server = tmp_path / "var", free_port(), SmtpServer()
    server.start()
    with running(var, port, EMAIL_URL=server.url) as (address, process, log):
        send_question(address, "ann@example.org")
        wait_for_mail(server, "ann@example.org")
        _, worker = children(process.pid)
        assert b"send_mail" in Path(f"/proc/{worker}/cmdline").read_bytes()
        os.kill(worker, signal.SIGKILL)
        send_question(address, "bob@example.org")
        wait_for_mail(server, "bob@example.org")
        (worker,) = set(children(process.pid)[1:])
        process.terminate()
        assert process.wait(PATIENCE) == 0
        assert not Path(f"/proc/{worker}").exists()
        assert "Traceback" not in log.read_text()
    server.stop()


def wait_for_mail(server: SmtpServer, email: str) -> None:
    """Others may come before it: the site's owner hears of questions, too."""
    came = server.wait_for(1)
    while email not in {one.recipients[0] for one in came}:
        came = server.wait_for(len(came) + 1)


def send_question(address: str, email: str) -> None:
    form = {"name": "Ann", "email": email, "body": "Should I write to him?"}
    request = Request(
        f"{address}/should-you-get-back-together/comments/", urlencode(form).encode(), {"Origin": address}
    )
    with build_opener().open(request, timeout=PATIENCE) as response:
        assert response.status == 200


def refused(*command: str, var: Path, **extra: str) -> str:
    """What a start that must fail prints."""
    done = subprocess.run(
        [*MANAGE, *command], cwd=ROOT, env=environment(var, **extra), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_wrong_setting_stops_the_start_with_its_name(tmp_path):
    assert refused("run", var=tmp_path, SITE_URL="advice.example").startswith(
        "Not started: SITE_URL must be an address"
    )


def test_a_site_for_others_needs_its_key(tmp_path):
    said = refused("run", var=tmp_path, SITE_URL="https://advice.example")
    assert said.startswith("Not started: SECRET_KEY (or SECRET_KEY_FILE) must be set")


def test_a_taken_port_is_named(tmp_path):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = sock.getsockname()[1]
        assert f"port {port} already" in refused("run", var=tmp_path, PORT=str(port))


def test_the_demo_is_refused_on_a_site_for_others(tmp_path):
    said = refused("demo", var=tmp_path, SITE_URL="https://advice.example", SECRET_KEY="x" * 50)
    assert "SITE_URL is https://advice.example" in said


@pytest.mark.sqlite
@pytest.mark.long  # it waits as long as the command is patient
def test_a_server_that_does_not_stop_is_ended(tmp_path):
    with running(tmp_path / "var", free_port()) as (_, process, log):
        server = children(process.pid)[0]
        os.kill(server, signal.SIGSTOP)  # it hears nothing any more
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert "did not stop by itself" in log.read_text()
        assert not Path(f"/proc/{server}").exists()
