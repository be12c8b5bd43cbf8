"""What becomes of texts from WordPress: cleaned, with our pictures, and links that lead to what is here."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from . import wordpress_content, wordpress_links
from .fetching import Web
from .old_pictures import OldPictures
from .records import Article
from .staging import Staged
from .texts import Address, Texts
from .wordpress_addresses import host_of

SHOWN = 20  # pictures that did not come, by their addresses; and shortcodes


class WordPressTexts(Texts):
    complete = True

    def __init__(self, found: Staged, pictures: OldPictures) -> None:
        super().__init__()
        self._found = found
        self._pictures = pictures
        self._counted: set[str] = set()
        self._in_words: Counter[str] = Counter()  # pictures that are not here, by article

    def want_pictures(self) -> None:
        """Look through all texts for them."""
        for item in self._found.articles():
            if item.body is not None:
                self._pictures.want_all_in(self._cleaned(item))
            if upload := self._found.texts.upload(item.picture):
                self._pictures.want(upload.address, upload.description)

    def begin(self) -> None:
        self._pictures.begin()

    def article(self, item: Article) -> str:
        body = self._pictures.shown_in(self._cleaned(item))
        self._in_words[item.key] = body.count("<img ") - body.count('<img src="/media/')
        return body

    def linked(self, body: str, leads_to: Address) -> str:
        return wordpress_links.in_article(body, leads_to)

    def answer(self, body: str, leads_to: Address) -> str:
        return wordpress_links.in_comment(body, leads_to)

    def lead_picture(self, item: Article, *, only_new: bool) -> Any:
        upload = self._found.texts.upload(item.picture)
        if upload is None or (only_new and not self._pictures.came_now(upload.address)):
            return None
        return self._pictures.at(upload.address)

    def report(self) -> Iterator[str]:
        if self.met:
            met = ", ".join(f"{what} {count}" for what, count in self.met.most_common(SHOWN))
            yield f"in texts, and now links, words or nothing: {met}"
        if self._pictures.are_taken:
            yield f"pictures: {self._pictures.taken} taken, {len(self._pictures.failed)} not"
        for path, reason in list(self._pictures.failed.items())[:SHOWN]:
            yield f"no picture {path}: {reason}"
        if (count := self._in_words.total()) > 0:
            yield f"{count} pictures in texts are not here; their descriptions stand in their places"

    def _cleaned(self, item: Article) -> str:
        """What is met is counted once, however often the text is asked for."""
        met = self.met if item.key not in self._counted else Counter[str]()
        self._counted.add(item.key)
        return wordpress_content.cleaned(item, self._found.texts, met)


@contextmanager
def texts_of(
    found: Staged,
    *,
    folder: Path | None,
    fetch: bool,
    hosts: list[str],
    rehearse: bool,
    progress: Callable[[int], Any] = lambda _: None,
) -> Iterator[WordPressTexts]:
    """With the pictures' files already written. These go again where the block fails, or is a rehearsal."""
    web = Web(found.addresses, hosts, settings.PICTURE_BYTES) if fetch else None
    own = {host_of(address) for address in found.addresses} | {host_of(f"http://{host}") for host in hosts}
    pictures = OldPictures(folder, web, frozenset(own - {""}), found.texts)
    texts = WordPressTexts(found, pictures)
    is_kept = False
    try:
        if pictures.are_taken:
            texts.want_pictures()
            pictures.take(progress)
        yield texts
        is_kept = not rehearse
    finally:
        if not is_kept:
            pictures.discard()
