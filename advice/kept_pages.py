"""Public pages that this process has sent, and when they may be sent again.

While nothing has changed: an article's pages, by its discussion's version, for a minute. While the database is away:
any of them, up to ten minutes old, unless this process knows of a change since. So what was erased or removed goes at
once from the process that heard of it, by doing it or by reading a newer version. One that heard nothing may show it
for as long as the database is away and the page is young enough, which is what a cache between would do too.
"""

import re
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from comments import changes

VERSION = (
    "SELECT id, discussion_version FROM advice_article WHERE slug = %s AND published_at <= %s"  # of a published one
)
SAME_MOMENT = 0.005  # seconds; in them other machines' changes may go unseen, this one's never do
CURRENT_FOR = 60  # seconds; what the version does not count shows within that
STANDS_IN_FOR = 600  # seconds
PERMALINK = re.compile(r"/comments/[0-9]+/")
QUERY = re.compile(r"(?:page=[0-9]{1,4})?")  # all others are a person's own: words they look for
PRIVATE = ("/admin/", "/q/", "/unsubscribe/")  # these say no-store as well


class Version(NamedTuple):
    article: int
    number: int


@dataclass
class Page:
    """What was sent. Nothing in it changes but when it was last known to be right."""

    status: int
    content: bytes
    headers: dict[str, str]
    version: Version | None  # None: of no article, or of several
    right_at: float
    made_at: float = field(default_factory=time.monotonic)
    found_right: tuple[float, bytes | None] = (float("-inf"), None)  # when, and this machine's mark then

    @cached_property
    def lines(self) -> list[tuple[str, str]]:
        """The headers as a server takes them."""
        return list(self.headers.items())

    @property
    def weight(self) -> int:
        return len(self.content) + 3_000  # a dozen headers

    def is_current(self, version: Version) -> bool:
        return self.version == version and self.is_young()

    def is_young(self) -> bool:
        return time.monotonic() - self.made_at < CURRENT_FOR

    def was_just_right(self, mark: bytes | None) -> bool:
        """Whether it was a moment ago, and nobody on this machine has changed anything since."""
        at, then = self.found_right
        return mark is not None and mark == then and time.monotonic() - at < SAME_MOMENT

    def response(self) -> HttpResponse:
        return HttpResponse(self.content, status=self.status, headers=self.headers)


@dataclass(slots=True)
class Heard:
    """What this process has read of articles' versions."""

    numbers: dict[int, int] = field(default_factory=dict)  # by article, the last
    newer_at: float = float("-inf")  # when one came that it did not know

    def learn(self, version: Version) -> None:
        if version.number > self.numbers.get(version.article, -1):  # one thread's answer may come after a newer one
            self.numbers[version.article] = version.number
            self.newer_at = time.monotonic()

    def allows(self, page: Page) -> bool:
        """Whether nothing is known to have changed since the page was right."""
        if page.version is None:
            return page.right_at >= max(self.newer_at, changes.last())
        article, number = page.version
        return self.numbers.get(article) == number and page.right_at >= changes.last(article)


heard = Heard()


def address_of(request: HttpRequest, slug: str, encoding: str) -> str:
    """The key of the page that is asked for, or "" where no answer is to be kept. Queries make no other article."""
    query = "" if slug else request.META.get("QUERY_STRING", "")
    if settings.DEBUG or request.method not in ("GET", "HEAD") or request.path.startswith(PRIVATE):
        return ""
    return f"page:{settings.RELEASE}:{encoding}:{request.path}?{query}" if QUERY.fullmatch(query) else ""


def version_of(slug: str) -> Version | None:
    """What the database says of this article now."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(VERSION, [slug, connection.ops.adapt_datetimefield_value(timezone.now())])
            found = cursor.fetchone()
    except Error:
        return None
    if found is None:
        return None
    heard.learn(version := Version(*found))
    return version


def keep(address: str, path: str, response: HttpResponse, version: Version | None, right_at: float) -> None:
    """An answer that is there for everybody; any other takes the place of what was there, and is not kept."""
    is_page = response.status_code == 200 and response.headers.get("Cache-Control", "").startswith("public")
    is_permalink = response.status_code == 302 and PERMALINK.fullmatch(path)
    if response.streaming or not (is_page or is_permalink):
        cache.delete(address)
        return
    page = Page(response.status_code, response.content, dict(response.headers), version, right_at)
    cache.set(address, page, STANDS_IN_FOR)


def stand_in(page: Page) -> HttpResponse | None:
    """The page of before, where it may be shown; nobody between is to keep it, or to take it for today's."""
    if not heard.allows(page):
        return None
    response = page.response()
    for name in ("ETag", "CDN-Cache-Control"):
        del response[name]
    response["Age"] = str(int(time.monotonic() - page.made_at))
    response["Cache-Control"] = "no-store"
    return response
