"""What a moderator chose to see of the desk's lists. All of it is in the address; what does not exist is ignored."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from . import campaigns, filters, references, reporting
from .campaigns import Like
from .models import article_model
from .queues import BY_KEY, NEW, SPAM, WAITING, Narrowed, Tab

NAMES = ("tab", "q", "article", "since", "like", "alone", "unseen", "page")
ARTICLES = 50  # to choose from: those with the most questions
_PK = re.compile(r"0|[1-9][0-9]{0,17}")
_ANCHOR = re.compile(r"#(?:comment-)?([1-9][0-9]{0,17})$")
_PATH = re.compile(r"(?:^|/)(?:comments|questions|admin/desk)/([1-9][0-9]{0,17})(?:/\S*)?$")
_REFERENCE = re.compile(rf"[{references.ALPHABET}]{{4}}-[{references.ALPHABET}]{{4}}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A list, and what of it."""

    tab: Tab
    words: str
    article: Any
    since: int | None
    articles: list[Any]
    like: Like | None = None
    is_alone: bool = False
    is_unseen: bool = False

    @property
    def narrowed(self) -> Narrowed:
        article = self.article.pk if self.article else None
        return Narrowed(self.tab, self.words, article, self.since, self.like, self.is_alone, self.is_unseen)

    @property
    def query(self) -> str:
        return urlencode(self._parameters())

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What a form has to keep beside what is typed into it."""
        return [(name, value) for name, value in self._parameters().items() if name not in ("q", "article")]

    @property
    def without(self) -> str:
        """The address of the whole list."""
        return "?" + urlencode({"tab": self.tab.key} if self.tab != WAITING else {})

    def address_of(self, tab: Tab) -> str:
        """The same choice in another list; what is new is chosen in one alone."""
        changed = {**self._parameters(), "tab": tab.key}
        changed.pop("since", None)
        changed.pop("unseen", None)
        if tab == WAITING:
            changed.pop("tab")
        return "?" + urlencode(changed)

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """What else may be chosen of this list, or is: the words, the address, and whether it is."""
        found = []
        if self.tab in (WAITING, NEW, SPAM):
            found.append(("Only what is like nothing else", self._switched("alone"), self.is_alone))
        if self.tab == SPAM:
            found.append(("Only what nobody has looked at", self._switched("unseen"), self.is_unseen))
        return found

    def _switched(self, name: str) -> str:
        now = self._parameters()
        return "?" + urlencode({key: now[key] for key in now if key != name} if name in now else {**now, name: "yes"})

    def _parameters(self) -> dict[str, str]:
        every = {
            "tab": self.tab.key if self.tab != WAITING else "",
            "q": self.words,
            "article": str(self.article.pk) if self.article else "",
            "since": str(self.since or ""),
            "like": self.like.key if self.like else "",
            "alone": "yes" if self.is_alone else "",
            "unseen": "yes" if self.is_unseen else "",
        }
        return {name: value for name, value in every.items() if value}


def chosen_of(query: QueryDict) -> Chosen:
    articles = list(article_model().objects.order_by("-question_count", "-pk").only("pk", "title")[:ARTICLES])
    return Chosen(
        tab=BY_KEY.get(query.get("tab", ""), WAITING),
        words=filters.words_of(query),
        article=_article(number(query.get("article")), articles),
        since=number(query.get("since")),
        articles=articles,
        like=campaigns.find(query.get("like", "")),
        is_alone=query.get("alone") == "yes",
        is_unseen=query.get("unseen") == "yes" and query.get("tab") == SPAM.key,
    )


def address(listed: QueryDict) -> str:
    """Of the list that a form says it stood on; whatever else it says is left out."""
    query = urlencode({name: listed[name] for name in NAMES if listed.get(name)})
    return reverse("admin:desk") + (f"?{query}" if query else "")


def number(text: str | None) -> int | None:
    """A pk as addresses write it; 0 is before all."""
    return int(text) if text and _PK.fullmatch(text) else None


def pasted(words: str) -> int | None:
    """The pk of the comment whose address, number (#7) or report's reference was pasted into the search field."""
    if _REFERENCE.fullmatch(words.upper()):
        report = reporting.by_reference(words.upper())
        return report.comment_id if report else None
    found = _ANCHOR.search(words) if "/" in words or words.startswith("#") else None
    found = found or _PATH.search(re.split(r"[?#]", words)[0])
    return int(found[1]) if found else None


def _article(pk: int | None, articles: list[Any]) -> Any:
    """The article with this pk; one that is not among those to choose from joins them."""
    if pk is None:
        return None
    for article in articles:
        if article.pk == pk:
            return article
    found = article_model().objects.filter(pk=pk).first()
    if found:
        articles.append(found)
    return found
