"""Who loads a site that runs on port 80: readers, writers who send again what was not received, and slow clients."""

import asyncio
import http.client
import itertools
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

READERS, WRITERS = 6, 2


@dataclass(frozen=True, slots=True)
class Answer:
    at: float
    took: float
    what: str  # read or post
    status: int  # 0 where the connection broke


@dataclass
class Load:
    """Readers and writers until it is left. A writer who is not told "received" sends the same words again."""

    article: str
    readers: int = READERS
    writers: int = WRITERS
    answers: list[Answer] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._threads += [threading.Thread(target=self._read) for _ in range(self.readers)]
        self._threads += [threading.Thread(target=self._write, args=(number,)) for number in range(self.writers)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def between(self, start: float, end: float, what: str) -> list[Answer]:
        return [answer for answer in self.answers if start <= answer.at < end and answer.what == what]

    def _read(self) -> None:
        while not self._over.wait(0.02):
            self._ask("read", "GET", f"/{self.article}/")

    def _write(self, number: int) -> None:
        for count in itertools.count():
            body = f"Words {number}.{count} of {time.time_ns()}."
            while self._ask("post", "POST", f"/{self.article}/comments/", {"name": "Ann", "body": body}) != 303:
                if self._over.wait(0.5):
                    return
            self.acknowledged.append(body)
            if self._over.wait(0.1):
                return

    def _ask(self, what: str, method: str, path: str, form: dict[str, str] | None = None) -> int:
        begun, status = time.monotonic(), 0
        connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=60)
        with suppress(OSError, http.client.HTTPException):
            headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
            connection.request(method, path, urlencode(form) if form else None, headers)
            response = connection.getresponse()
            response.read()
            status = response.status
        connection.close()
        self.answers.append(Answer(begun, time.monotonic() - begun, what, status))
        return status


async def dawdle(number: int, article: str, over: threading.Event) -> None:
    """A third sends headers, a third a body, and a third reads, a byte a second; who is cut off comes again."""
    await asyncio.gather(*(_one_slow(index % 3, article, over) for index in range(number)))


async def _one_slow(kind: int, article: str, over: threading.Event) -> None:
    head = f"GET /{article}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    post = f"POST /{article}/comments/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n"
    while not over.is_set():
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", 80, limit=1)
            writer.write({0: b"", 1: post.encode(), 2: f"{head}\r\n".encode()}[kind])
            for byte in itertools.cycle(head.encode()):
                if over.is_set() or reader.at_eof():
                    break
                if kind < 2:
                    writer.write(bytes([byte]))
                    await writer.drain()
                elif not await reader.read(1):
                    break
                await asyncio.sleep(1)
            writer.close()
