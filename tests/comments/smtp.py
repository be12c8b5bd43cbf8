"""A real SMTP server for tests, on a port of its own in a thread: it keeps every message as the bytes that came."""

import asyncio
import logging
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

PATIENCE = 60  # seconds, for a machine busy with other tests
OK = "250 OK"

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd tells every line


@dataclass(frozen=True, slots=True)
class Received:
    sender: str
    recipients: list[str]
    raw: bytes = field(repr=False)

    @property
    def message(self) -> EmailMessage:
        parsed = BytesParser(policy=default).parsebytes(self.raw)
        assert isinstance(parsed, EmailMessage)
        return parsed


class SmtpServer:
    """What it does can be changed at any moment; `received` holds what it took."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.answers: dict[str, str] = {}  # recipient: the reply to RCPT TO, such as "550 5.1.1 No such user"
        self.answer_to_data = OK  # the reply to a whole message; what is not 2xx keeps nothing
        self.lost_replies = 0  # so many messages are kept, and the connection ends before the reply
        self.login: tuple[str, str] | None = None  # user and password, without which nothing is taken
        self.open = threading.Event()  # while it is clear, a message waits for its reply
        self.open.set()
        self._changed = threading.Condition()
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """For EMAIL_URL."""
        login = f"{self.login[0]}:{self.login[1]}@" if self.login else ""
        return f"smtp://{login}127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        return [one.message for one in self.received]

    def count(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(str(message["Message-ID"]) for message in self.messages)

    def wait_for(self, number: int) -> list[Received]:
        """What came, once there are so many messages."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= number, PATIENCE), len(self.received)
            return list(self.received)

    def start(self) -> None:
        """Until then, and after `stop`, nobody listens on its port."""
        if self._socket.fileno() == -1:
            self._socket = socket.create_server(("127.0.0.1", self.port))
        self._loop, ready = asyncio.new_event_loop(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._loop, ready), daemon=True)
        self._thread.start()
        assert ready.wait(PATIENCE)

    def stop(self) -> None:
        self.open.set()
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(PATIENCE)
            self._loop = None
        self._socket.close()

    def _run(self, loop: asyncio.AbstractEventLoop, ready: threading.Event) -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(loop.create_server(self._protocol, sock=self._socket, backlog=100))
        loop.call_soon(ready.set)
        loop.run_forever()
        server.close()
        for task in (tasks := asyncio.all_tasks(loop)):
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    def _protocol(self) -> SMTP:
        self.connections += 1
        keys = {"auth_required": True, "authenticator": self._login, "auth_require_tls": False} if self.login else {}
        return SMTP(self, hostname="mail.example", enable_SMTPUTF8=True, loop=self._loop, **keys)

    def _login(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.login, handled=False)

    # What aiosmtpd asks a handler.

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.answers.get(address, OK)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if not self.answer_to_data.startswith("2"):
            return self.answer_to_data
        with self._changed:
            self.received.append(
                Received(envelope.mail_from, list(envelope.rcpt_tos), bytes(envelope.original_content))
            )
            self._changed.notify_all()
        if not self.open.is_set():
            await asyncio.to_thread(self.open.wait, PATIENCE)
        if self.lost_replies:
            self.lost_replies -= 1
            server.transport.abort()
        return self.answer_to_data
