"""The rows behind links, as their views would read them: comments for some hundred links at once, articles once."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.http import Http404
from django.utils import timezone

from comments import reading
from comments.models import Comment
from comments.numbers import batches

from .models import Article

KNOWN = 10_000  # articles that are not asked for again
_NUMBERS = re.compile(r"(?:/comments/|/questions/|#comment-|#reply-)([1-9][0-9]{0,17})")


class Place(NamedTuple):
    pk: int
    thread: int
    article: int


class Rows:
    def __init__(self) -> None:
        self._comments: dict[int, Place] = {}
        self._article = lru_cache(maxsize=KNOWN)(_published)

    def read(self, addresses: Iterable[str]) -> None:
        """What these name is asked for next. Most is simply public: of the rest whole rows are read, one by one."""
        numbers = {int(number) for address in addresses for number in _NUMBERS.findall(address)}
        simply = Comment.objects.approved().filter(merged_into=None, article__published_at__lte=timezone.now())
        self._comments = {}
        for pks in batches(number for number in numbers if number <= reading.LARGEST_PK):
            rows = simply.filter(pk__in=pks).order_by().values_list("pk", "tree_id", "article_id")
            self._comments.update({row[0]: Place(*row) for row in rows})

    def comment(self, pk: int) -> Place:
        """Where readers see it. Raises Http404."""
        if found := self._comments.get(pk):
            return found
        comment = reading.visible(pk)
        return Place(comment.pk, comment.tree_id, comment.article_id)

    def article(self, slug: str) -> Any:
        """With what its page's parts are called, and the number of its threads. Raises Http404."""
        found = self._article(slug)
        if found is None:
            raise Http404
        return found


def _published(slug: str) -> Any:
    columns = ("slug", "contents", "source")
    return Article.objects.published().with_thread_total().only(*columns).filter(slug=slug).first()
