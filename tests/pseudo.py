"""A language that nobody speaks, 40 % longer than English: what shows without its brackets was never translated.

It stands in for the catalogues behind every kind of gettext, so that messages, templates, plural forms, dates and lazy
strings come out in it, with no file to compile.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest
from django.utils import translation
from django.utils.functional import Promise

from tests.catalogues import key

LONGEST = 30  # letters of a word; a long text gets more words, not one without an end
OPEN, CLOSE, FILL = "⟦", "⟧", "·"
MARK = re.compile(r"⟦[^⟦⟧]*⟧")
# What a translator leaves alone: placeholders of both kinds, tags and entities.
KEPT = re.compile(r"(%\([a-z_]+\)[sd]|%[sd%]|\{[a-z_]*\}|<[^>]*>|&[a-z#0-9]+;)")
# Attributes that people read or hear; the words of scripts stand in data-word-… and data-…-text.
SAID = {"alt", "title", "aria-label", "placeholder", "aria-roledescription", "label"}
SILENT = {"script", "style", "template", "svg"}


def pseudo(text: str) -> str:
    """The text in brackets, with accents, and long enough to be German."""
    if not text.strip():
        return text
    letters = sum(char.isalpha() for char in KEPT.sub("", text))
    fill = FILL * max(1, round(letters * 0.4))
    words = " ".join(fill[at : at + LONGEST] for at in range(0, len(fill), LONGEST))
    return f"{OPEN}{text}{words}{CLOSE}"


@contextmanager
def spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """All gettext functions speak it for as long as this lasts, in every thread. Gives the keys they are asked for."""
    asked: set[str] = set()

    def one(message: str) -> str:
        return one_of("", message)

    def many(singular: str, plural: str, number: float) -> str:
        return many_of("", singular, plural, number)

    def one_of(context: str, message: str) -> str:
        text = str(message) if isinstance(message, Promise) else message
        asked.add(key(text, context))
        return pseudo(text)

    def many_of(context: str, singular: str, plural: str, number: float) -> str:
        asked.add(key(singular, context))
        return pseudo(singular if number == 1 else plural)

    real = translation._trans
    with monkeypatch.context() as patch:
        patch.setattr(real, "gettext", one, raising=False)
        patch.setattr(real, "ngettext", many, raising=False)
        patch.setattr(real, "pgettext", one_of, raising=False)
        patch.setattr(real, "npgettext", many_of, raising=False)
        yield asked


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.silent += tag in SILENT
        self.said += [
            value for name, value in attrs if value and (name in SAID or name.startswith(("data-word", "data-say")))
        ]
        if tag == "input" and values.get("type") in ("submit", "button"):
            self.said.append(values.get("value") or "")
        if tag == "meta" and (values.get("name") == "description" or values.get("property") == "og:description"):
            self.said.append(values.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def untranslated(html: str, *, data: str) -> list[str]:
    """Everything on a page that people read in letters, and that is neither translated nor made of `data`'s words.

    Marks may be nested: a translated sentence with a translated date in it.
    """
    page = _Page()
    page.feed(html)
    found = []
    # Tags inside a translated sentence cut it in parts: the whole page is one text, its marks removed from inside out.
    text = "\x1f".join(page.said)
    while MARK.search(text):
        text = MARK.sub(" ", text)
    for part in text.split("\x1f"):
        words = [word for word in re.findall(r"[^\W\d_]{2,}", part) if word not in data.split()]
        if words:
            found.append(" ".join(part.split()))
    return found
