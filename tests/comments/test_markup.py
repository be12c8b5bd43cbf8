"""Text in, safe HTML out."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments import markup

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "![x](x onerror=alert(1))",
    "<svg/onload=alert(1)>",
    'http://a.example/"onmouseover=alert(1)',
    "https://x.example/<script>",
    "<style>*{display:none}</style>",
    "<iframe src=//evil.example></iframe>",
    "</div></li></ol><h1>free</h1>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "https://[::1",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "render",
    [markup.reader_html, markup.moderator_html, markup.imported_comment_html, lambda text: markup.article(text).html,
     lambda text: markup.article(text, imported=True).html],
)  # fmt: skip
def test_hostile_text_is_inert(text: str, render: object) -> None:
    html = render(text)  # type: ignore[operator]
    tags = re.findall(r"<[^>]*>", html)
    assert not [
        tag
        for tag in tags
        if re.search(r"^</?(?:script|svg|style|iframe|object|embed|form)|\son\w+\s*=", tag, re.IGNORECASE)
    ]
    assert not re.search(r"(?:href|src)=\"?\s*(?:javascript|data|vbscript):", html, re.IGNORECASE)


@given(st.text(max_size=500))
@settings(deadline=None, max_examples=200)
def test_a_readers_text_is_only_paragraphs_breaks_and_links(text: str) -> None:
    html = markup.reader_html(markup.clean(text))
    assert set(re.findall(r"</?([a-z0-9]+)", html)) <= {"p", "br", "a"}
    assert html.count("<p>") == html.count("</p>")


@given(st.text(max_size=500))
@settings(deadline=None, max_examples=200)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert markup.clean(markup.clean(text)) == markup.clean(text)


def test_paragraphs_and_breaks() -> None:
    assert markup.reader_html("one\ntwo\n\n \nthree & <b>") == "<p>one<br>two</p><p>three &amp; &lt;b&gt;</p>"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://a.example/x.", "https://a.example/x"),
        ("(https://a.example/x_(y))", "https://a.example/x_(y)"),
        ("https://a.example/?q=1&r=2!", "https://a.example/?q=1&amp;r=2"),
        ("„https://a.example“", "https://a.example"),
    ],
)
def test_addresses_become_links_that_earn_nothing(text: str, address: str) -> None:
    assert f'<a href="{address}" rel="nofollow ugc noopener">{address}</a>' in markup.reader_html(text)


def test_moderators_headings_stand_below_the_pages_own() -> None:
    assert markup.moderator_html("# One\n\n## Two") == "<h3>One</h3>\n<h3>Two</h3>\n"


def test_an_articles_headings_get_anchors_of_their_own() -> None:
    page = markup.article("## Wait\n\n## Wait\n\n### Comments\n\n## Comment 7\n\ntext")
    assert [entry[1] for entry in page.contents] == ["wait", "wait-2", "comments-2", "part-comment-7"]
    assert page.words == 6


def test_long_comments_get_an_excerpt_of_whole_words() -> None:
    html = markup.reader_html("word " * 3_000)
    excerpt = markup.excerpt(html)
    assert excerpt.startswith("<p>word word")
    assert excerpt.endswith("word…</p>")
    assert len(excerpt) < 1_600
    assert markup.excerpt("<p>short</p>") == ""


def test_an_excerpt_escapes_what_it_cuts() -> None:
    assert "<script>" not in markup.excerpt(markup.reader_html("<script>alert(1)</script> " * 500))


def test_marks_without_end_on_one_letter_take_no_time() -> None:
    text = "e" + "\u0315" * 160_000 + "\u0301" * 160_000
    start = time.perf_counter()
    cleaned = markup.clean(text)
    assert time.perf_counter() - start < 2  # all at once: 100 s
    assert len(cleaned) == len(text)


def test_only_the_beginnings_of_addresses_are_left_and_a_text_without_any_takes_no_time() -> None:
    assert markup.veiled("<ann.lee@mail.example>, a@b@c") == "<a…@mail.example>, a…@b@c"
    start = time.process_time()
    assert markup.veiled("a" * 100_000) == "a" * 100_000
    assert time.process_time() - start < 1  # from each letter on: 100 s


@pytest.mark.parametrize("filler", ["x", "\u4e00", "\n"])
def test_letters_are_composed_wherever_they_stand_in_a_long_text(filler: str) -> None:
    for length in range(495, 505):
        assert "\u00e9" in markup.clean(f"{'x' * 10}{filler * length}e\u0301")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\n\n two", "one. two"),
        ("one two three", "one two…"),
        ("abcdefghijklm", "abcdefghi…"),
        ("💔" * 11, "💔" * 9 + "…"),
    ],
)
def test_a_beginning_is_one_line_of_whole_words(text: str, shown: str) -> None:
    assert markup.beginning(text, 10) == shown
