"""What becomes of texts on their way in. Most are taken as they are; a format that knows more says so here."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from .records import Article

Address = Callable[[str], str | None]  # an old address: the one here, or None where nothing of it came here


class Texts:
    """As they are."""

    complete = False  # articles that were here and were not edited since get what is known better now

    def __init__(self) -> None:
        self.met: Counter[str] = Counter()  # what the report tells of them, and how often

    def begin(self) -> None:
        """The transaction begins (again, where it was retried)."""

    def article(self, item: Article) -> str:
        """An article's text, before it is known what became of the others."""
        return item.body or ""

    def linked(self, body: str, leads_to: Address) -> str:
        """An article's text, once all of them are here."""
        return body

    def answer(self, body: str, leads_to: Address) -> str:
        """A moderator's comment."""
        return body

    def lead_picture(self, item: Article, *, only_new: bool) -> Any:
        """The picture above an article; with `only_new` where it came just now."""
        return None

    def report(self) -> Iterable[str]:
        """Lines for whoever started the import."""
        return ()
