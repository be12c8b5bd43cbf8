"""Readers and writers who go on whatever happens, and remember what they were answered."""

import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

from tests.faults.site import Site

LONGEST = 30  # seconds that a driver waits; a reader has left by then
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Answer:
    began: float
    ended: float
    kind: str  # the status, and what stood on the page; or what happened to the connection
    is_good: bool

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass
class Crowd:
    """Two who read an article, one who reads the helplines, and three who post until they hear that it arrived."""

    site: Site
    reading: list[Answer] = field(default_factory=list)
    helping: list[Answer] = field(default_factory=list)
    posting: list[Answer] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        read = [lambda: self._read(self.site.path, self.reading)] * 2
        jobs = [*read, lambda: self._read("/help/", self.helping), *[self._poster(name) for name in "abc"]]
        self._threads = [threading.Thread(target=job) for job in jobs]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def lost(self, found: Counter[str]) -> int:
        return len(self.acknowledged - set(found))

    def doubled(self, found: Counter[str]) -> int:
        return sum(found[text] - 1 for text in found if text.startswith("Posted"))

    def is_well(self, since: float) -> bool:
        """Whether everybody was answered rightly after this moment."""
        return all(
            any(answer.is_good and answer.began > since for answer in answers)
            for answers in (self.reading, self.posting)
        )

    def _read(self, path: str, answers: list[Answer]) -> None:
        while not self._stop.wait(0.05):
            answers.append(self._asked("GET", path, "", good=200, holds="<main"))

    def _poster(self, name: str) -> object:
        return lambda: self._post(name)

    def _post(self, name: str) -> None:
        number, text = 0, ""
        while not self._stop.wait(0.1):
            if text in self.acknowledged or not text:
                number += 1
                text = f"Posted by {name} as number {number}, and then some words."
            body = urlencode({"name": f"Reader {name}", "email": "", "body": text, "parent": ""})
            answer = self._asked("POST", f"{self.site.path}comments/", body, good=303, holds=text)
            if answer.is_good:
                self.acknowledged.add(text)
            self.posting.append(answer)

    def _asked(self, method: str, path: str, body: str, *, good: int, holds: str) -> Answer:
        began = time.monotonic()
        connection = self.site.connection(LONGEST)
        try:
            connection.request(method, path, body or None, HEADERS if body else {})
            response = connection.getresponse()
            page = response.read().decode()
            kind, is_good = str(response.status), response.status == good
            if response.status == 503:
                kind += " with the text" if method == "POST" and holds in page else ""
                kind += "" if "Retry-After" in response.headers else ", no Retry-After"
        except (OSError, http.client.HTTPException) as error:
            kind, is_good = "no answer" if isinstance(error, TimeoutError) else "connection torn", False
        finally:
            connection.close()
        return Answer(began, time.monotonic(), kind, is_good)


def told(answers: list[Answer], since: float, until: float) -> str:
    """What was answered to requests that began in this span: `200 × 31; 503 with the text × 4, 6.0 s at most`."""
    within = [answer for answer in answers if since <= answer.began <= until]
    counted = Counter(answer.kind for answer in within).most_common()
    longest = max((answer.seconds for answer in within), default=0)
    return "; ".join(f"{kind} × {number}" for kind, number in counted) + f" ({longest:.1f} s at most)"


def recovered(answers: list[Answer], since: float) -> float:
    """Seconds from this moment until the first good answer after the last bad one."""
    last = max((answer.ended for answer in answers if not answer.is_good), default=0.0)
    first = min(answer.ended for answer in answers if answer.is_good and answer.ended >= max(last, since))
    return 0.0 if last < since else first - since
