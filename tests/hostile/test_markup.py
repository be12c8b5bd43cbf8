"""Every hostile string through everything that makes HTML of a text: nothing comes out but what that may make."""

from collections.abc import Callable

import pytest

from comments import markup
from tests.hostile import inert, strings
from tests.hostile.inert import Kinds

pytestmark = pytest.mark.sqlite  # no database is asked: once is enough

OF_READERS: Kinds = {("p",), ("br",), ("a", "href", "rel"), ("a", "rel")}
OF_MODERATORS: Kinds = (
    OF_READERS | {(tag,) for tag in markup.COMMENT_TAGS} | {("a", "href", "rel", "title"), ("ol", "start")}
)
OF_IMPORTS: Kinds = OF_MODERATORS | {("b",), ("i",)}
OF_ARTICLES: Kinds = OF_MODERATORS | {
    *[(f"h{level}", "id") for level in range(2, 7)],
    ("img", "alt", "decoding", "loading"),
    ("img", "alt", "decoding", "loading", "src"),
}
SHORT = [text for text in strings.EVERY if len(text) < 1_000]


@pytest.mark.parametrize(
    ("render", "known"),
    [
        (markup.reader_html, OF_READERS),
        (markup.moderator_html, OF_MODERATORS),
        (markup.imported_comment_html, OF_IMPORTS),
        (lambda text: markup.article(text).html, OF_ARTICLES),
    ],
    ids=["of readers", "of moderators", "of imports", "of articles"],
)
def test_hostile_strings_come_out_as_text(render: Callable[[str], str], known: Kinds) -> None:
    made = {text: render(markup.clean(text)) for text in SHORT}
    assert {text: wrong for text, html in made.items() if (wrong := inert.faults(html, known, fragment=True))} == {}


def test_a_readers_text_reads_as_it_was_written() -> None:
    for text in map(markup.clean, SHORT):
        assert markup.plain(markup.reader_html(text)).split() == text.split()
