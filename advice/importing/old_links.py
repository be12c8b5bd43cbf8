"""Where links lead that were written for the old site: to what became of it here."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.urls import reverse

from advice.models import Article, OldAddress
from comments.models import Comment, Status

from .staging import Staged

KNOWN = 10_000  # addresses of articles that are remembered
_PAGE = re.compile(r"/comment-page-[0-9]+/?$")  # of its comments
_COMMENT = re.compile(r"comment-([1-9][0-9]{0,18})")
_NUMBERS = ("p", "page_id", "attachment_id", "cat", "tag")  # in queries: what says which page it is


class OldLinks:
    """Call it with an address: the one here, or None where nothing of it came here.

    `articles` has the pks of this source's articles here, by their numbers there. With `keep_numbers` comments of the
    file will have the pks that their numbers say, also those that are not written yet.
    """

    def __init__(self, found: Staged, articles: dict[str | None, int], *, keep_numbers: bool) -> None:
        self._found = found
        self._articles = articles
        self._keep_numbers = keep_numbers
        self._hosts = {_host(urlsplit(address)) for address in found.addresses} - {""}
        self._url = lru_cache(maxsize=KNOWN)(_article_url)

    def __call__(self, address: str) -> str | None:
        parts = self._parts(address)
        if parts is None:
            return None
        for path in _paths(parts):
            if (article := self._found.texts.article_at(path)) and (pk := self._articles.get(article)):
                return self._in_article(pk, parts.fragment)
            if self._found.texts.is_topic(path):
                return next((old.target for old in OldAddress.objects.at([path])), None)
        return None

    def _parts(self, address: str) -> SplitResult | None:
        """None where it leads to another site, or to nothing that could have come here."""
        try:
            parts = urlsplit(address.strip())
            host = _host(parts)
        except ValueError:
            return None
        if host:
            return parts if parts.scheme in ("http", "https", "") and host in self._hosts else None
        is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/")
        return parts if is_ours and self._hosts else None

    def _in_article(self, pk: int, fragment: str) -> str:
        if match := _COMMENT.fullmatch(fragment):
            number = self._comment(match[1])
            if number:
                return reverse("comments:permalink", args=[number])
        return self._url(pk) + (f"#{fragment}" if fragment in ("comments", "respond") else "")

    def _comment(self, number: str) -> int | None:
        """The pk of a comment that readers may see."""
        here = Comment.objects.filter(source=self._found.source, source_id=number).values_list("pk", "status").first()
        if here is not None:
            return here[0] if here[1] == Status.APPROVED else None
        return int(number) if self._keep_numbers and self._found.is_approved(number) else None


def _article_url(pk: int) -> str:
    return Article.objects.only("slug").get(pk=pk).get_absolute_url()


def _paths(parts: SplitResult) -> list[str]:
    """As old addresses are kept; without what campaigns and readers' programs add."""
    path = unquote(parts.path)
    path = _PAGE.sub("", path).rstrip("/")
    asked = [f"{path}/?{name}={value}" for name, value in parse_qsl(parts.query) if name in _NUMBERS]
    return asked or [path]


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("www.")
