"""Nothing that a stranger's text goes through takes longer than its length explains: no slow regular expression."""

import functools
import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from comments import (
    blocking,
    excerpts,
    fulltext,
    identities,
    likeness,
    mail_words,
    markup,
    names,
    phrases,
    returned,
)
from tests.hostile import patterns, strings

pytestmark = pytest.mark.sqlite  # no database is asked: once is enough

LENGTH = 10_000  # characters, as a comment may have
MOST = 0.05  # seconds of the processor for so many
GROWS = 3.0  # twice the length takes less than this many times as long: 2 in proportion, 4 by its square
IS_LONG = os.environ.get("TEST_LONG") == "1"

# What comes to these was made by the sanitiser or by ourselves, and there every < has its >.
OF_CLEAN_HTML = {
    "advice.feeds._WIDTHS",
    "comments.mail_words._LINK",
    "advice.illustrations.IMAGE",
    "comments.documents._HREF",
}
CLEAN_HTML = ("<[^>]*>", "</(?:p|h", "<h([2-6])", "(</?h)", "(</?)h1", "<br")

# Each takes one text; all that is public comes through these, at its limit.
FUNCTIONS: dict[str, Callable[[str], Any]] = {
    "clean": markup.clean,
    "clean_line": markup.clean_line,
    "is_blank": markup.is_blank,
    "veiled": markup.veiled,
    "reader_html": markup.reader_html,
    "excerpt": lambda text: markup.excerpt(markup.reader_html(text)),
    "plain": lambda text: markup.plain(markup.reader_html(text)),
    "beginning": lambda text: markup.beginning(text, 200),
    "imported_comment_html": markup.imported_comment_html,
    "phrases": lambda text: shipped().find(text),
    "words of rules": lambda text: blocking.words_of("x", text),
    "identities": identities.find,
    "key of words": likeness.key_of,
    "hosts": likeness.hosts_of,
    "reserved names": lambda text: names.skeleton(text[:60]),
    "search": fulltext.parse,
    "similar": fulltext.significant,
    "marks": excerpts.marked,
    "mail": lambda text: mail_words.quote_of_reader(text, 1_500),
    "lines of a mail": mail_words.laid_out,
    "returned mail": lambda text: returned.read(text.encode("utf-8", "replace")),
}


@functools.cache
def shipped() -> phrases.Lists:
    return phrases.Lists.of(phrases.shipped())


def seconds(call: Callable[[str], Any], text: str, *, best_of: int = 1) -> float:
    """Of the processor: another process that is busy does not count."""
    taken = []
    for _ in range(best_of):
        start = time.process_time()
        call(text)
        taken.append(time.process_time() - start)
    return min(taken)


def is_slow(call: Callable[[str], Any], text: str) -> bool:
    """Too long, three times over; on a slow machine that alone is none of ours, so it has to grow too fast as well."""
    if seconds(call, text) < MOST / 2:
        return False
    once, twice = (seconds(call, longer, best_of=3) for longer in (text, text + text))
    return (once > MOST and twice / once > GROWS) or once > 10 * MOST


def test_no_regular_expression_is_slow() -> None:
    uses = [use for use in patterns.everywhere() if not _is_of_clean_html(use)]
    length = LENGTH if IS_LONG else LENGTH // 4
    slow = {
        use.where: text[:40]
        for use in uses
        for text in patterns.texts_against(use.pattern, length)
        if is_slow(use, text)
    }
    assert slow == {}
    assert len(uses) > 60


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nothing_takes_a_readers_text_slowly(name: str) -> None:
    call = FUNCTIONS[name]
    texts = [text for text in strings.EVERY if len(text) > (1 if IS_LONG else 8_000)]
    assert [text[:40] for text in map(markup.clean, texts) if is_slow(call, text[:LENGTH])] == []


def _is_of_clean_html(use: patterns.Use) -> bool:
    return use.where in OF_CLEAN_HTML or use.pattern.pattern.startswith(CLEAN_HTML)
