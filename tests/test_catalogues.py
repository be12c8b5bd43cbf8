"""Every translation that comes with the site says all of it. After a change of words: `make words`, then translate."""

import re

import pytest

from tests import catalogues

# %(name)s and {name}, and the tags and addresses of links: what a translation may move and must not change.
KEPT = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|</?[a-z][^>]*>")
MARKUP = ("strong", "kbd")  # a language may stress another word, or name a key twice

pytestmark = pytest.mark.parametrize("language", catalogues.SHIPPED)


def kept(text: str) -> set[str]:
    return {part for part in KEPT.findall(text) if part.strip("</>") not in MARKUP}


def test_a_catalogue_has_every_message_and_no_other(language: str) -> None:
    assert set(catalogues.written(language)) == catalogues.marked()


def test_every_message_is_translated(language: str) -> None:
    entries = catalogues.written(language).items()
    assert [key for key, entry in entries if entry.is_fuzzy or not all(entry.translations)] == []


def test_what_is_compiled_is_what_is_written(language: str) -> None:
    written = {key: entry.translations for key, entry in catalogues.written(language).items()}
    assert catalogues.compiled(language) == written


def test_a_translation_has_the_placeholders_and_links_of_its_message(language: str) -> None:
    """A form of a plural may leave out the number: "within a day"."""
    wrong = []
    for entry in catalogues.written(language).values():
        needed = kept(entry.words) & kept(entry.plural or entry.words)
        allowed = kept(entry.words) | kept(entry.plural)
        wrong += [text for text in entry.translations if not needed <= kept(text) <= allowed]
    assert wrong == []
