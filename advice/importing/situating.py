"""Situations that imported articles are in: made where they are not here, and known by their names and addresses."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.text import slugify

from advice.models import Article, OldAddress
from comments import markup
from comments.reader_models import Situation

from . import records

LENGTH = 60


class Situations:
    """Of one import."""

    def __init__(self) -> None:
        self._used: dict[str, Situation] = {}  # by the names that the file has for them

    def sort(self, item: records.Article, pk: int) -> bool:
        """Put an article into its situations; whether one was new to it."""
        wanted = [situation for name in item.situations if (situation := self._called(name))]
        if not wanted:
            return False
        article = Article.objects.without_text().get(pk=pk)
        new = {situation.pk for situation in wanted} - set(article.situations.values_list("pk", flat=True))
        article.situations.add(*new)
        return bool(new)

    def keep_addresses(self, topics: Iterable[tuple[str, str]]) -> None:
        """Names and paths: those of the situations that articles were put into lead to them from now on."""
        for name, path in topics:
            if situation := self._used.get(name.casefold()):
                OldAddress.objects.get_or_create(path=path, defaults={"situation": situation})

    def _called(self, written: str) -> Situation | None:
        key = written.strip().casefold()
        name = line(written, LENGTH)
        slug = slugify(name)[:LENGTH].strip("-")
        if not slug:
            return None
        if key not in self._used:
            there = Situation.objects.filter(Q(name__iexact=name) | Q(slug=slug)).order_by("pk").first()
            self._used[key] = there or Situation.objects.create(name=name, slug=slug)
        return self._used[key]


def line(text: str, length: int) -> str:
    """HTML as one line of plain text."""
    words = markup.clean_line(markup.plain(text))
    return words if len(words) <= length else f"{words[: length - 1].rstrip()}…"
