"""`manage.py run`: the site on this machine, from nothing: database, static files, the demo, then server and mail."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from advice import demo, starting

HOST = "127.0.0.1"  # other machines come through a proxy on this one, or to the containers (README.md, "Docker")
LOOK = 5  # seconds until the mail's worker is started again where it ended
PATIENCE = 20  # seconds for the server to stop: twice what it gives its workers
SERVER = {
    "GRANIAN_WORKERS": str(min(2, os.cpu_count() or 1)),
    # Each thread of each worker holds one connection to the database: their product stays below its limit.
    "GRANIAN_BLOCKING_THREADS": "8",
    # Without it glibc keeps memory apart for each thread, and gives none of it back: 145 MiB a worker, with it 115.
    "MALLOC_ARENA_MAX": "2",
    "GRANIAN_LOG_LEVEL": "error",  # it warns of more threads than cores; ours mostly wait
    "GRANIAN_WORKERS_KILL_TIMEOUT": "10",  # seconds for the requests under way
    "GRANIAN_RESPAWN_FAILED_WORKERS": "true",  # one that is killed, by a lack of memory say, is not the end of all
}


@contextmanager
def mail_worker() -> Iterator[Callable[[], None]]:
    """A worker for mail, until the end of the block; what it yields starts it again where it ended."""
    workers = [_start_worker()]

    def keep_going() -> None:
        if workers[-1].poll() is not None:
            workers.append(_start_worker())

    try:
        yield keep_going
    finally:
        _stop_worker(workers[-1])


def _start_worker() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, sys.argv[0], "send_mail"], start_new_session=True)  # noqa: S603


def _stop_worker(worker: "subprocess.Popen[bytes]") -> None:
    """It finishes the mail in its hands; where the mail server takes too long, that goes again after the next start."""
    worker.terminate()
    try:
        worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


class Command(BaseCommand):
    help = "Brings database and static files up to date and serves the site on this machine."
    requires_system_checks = ()  # migrate runs them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dev", action="store_true", help="the development server, which restarts on every change")

    def handle(self, *args: Any, dev: bool, **options: Any) -> None:
        is_child = os.environ.get("RUN_MAIN") == "true"  # the development server starts this command again in one
        if not is_child:
            self.prepare(collect=not dev)
        if is_child:
            self.develop()
        elif dev:
            with mail_worker():
                self.develop()
        else:
            sys.exit(self.serve())

    def develop(self) -> None:
        call_command("runserver", f"{HOST}:{settings.PORT}")

    def prepare(self, *, collect: bool) -> None:
        if not starting.is_free(settings.PORT):
            another = f"PORT={settings.PORT + 1} make run"
            raise CommandError(f"Something listens on port {settings.PORT} already. Another one: {another}")
        call_command("migrate_once", verbosity=0)
        if collect and starting.collect_static():
            self.say("Static files are collected.")
        if settings.ON_LOOPBACK:
            self.welcome()
        self.say(f"The site is at {settings.SITE_URL}/ and its admin at {settings.SITE_URL}/admin/. Ctrl-C stops it.")

    def welcome(self) -> None:
        """On one's own machine: something to read, and a way to log in."""
        if written := demo.fill():
            self.say(f"The site was empty: the demo's {written} articles and their questions are on it.")
        if password := starting.open_the_door_for_sarah():
            self.say(f"Log in as {demo.SARAH} with the password {password} (kept in {starting.password_file()}).")

    def serve(self) -> int:
        """Run the server until it is told to stop; its exit code.

        It gets a session of its own, so that Ctrl-C reaches this process alone: granian's workers would have it from
        the terminal and once more from granian, and hang on the second signal.
        """
        connections.close_all()
        address = ["--interface", "wsgi", "--host", HOST, "--port", str(settings.PORT), "--no-ws"]
        command = [sys.executable, "-m", "granian", *address, "advice.wsgi:application"]
        # SIGINT too: what a shell starts in the background inherits that it is ignored.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        server = subprocess.Popen(command, env={**SERVER, **os.environ}, start_new_session=True)  # noqa: S603
        try:
            with mail_worker() as keep_going:
                return self.watch(server, keep_going)
        except KeyboardInterrupt:
            return self.stop(server)

    def watch(self, server: "subprocess.Popen[bytes]", keep_going: Callable[[], None]) -> int:
        """Keep mail going, until the server ends; its exit code."""
        while True:
            keep_going()
            with contextlib.suppress(subprocess.TimeoutExpired):
                return server.wait(LOOK)

    def stop(self, server: "subprocess.Popen[bytes]") -> int:
        """Let it finish what is under way; one that hangs, as granian did once under load, is ended all the same."""
        server.terminate()
        try:
            return server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.say("The server did not stop by itself.")
            os.killpg(server.pid, signal.SIGKILL)  # its session is its own: its workers go with it
            server.wait()
            return 0

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
