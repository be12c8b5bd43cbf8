"""Isso's comments are Markdown, with HTML where an older version let it pass or an import brought it."""

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from comments import markup

# What is longer, or has more marks, is shown as it was typed: Markdown can take the square of their number, and every
# one makes the parser ask all its rules.
LONGEST = 20_000  # characters
MARKS = 1_000
LONGEST_ADDRESS = 2_000

_KNOWN = markup.COMMENT_TAGS | {"b", "i", "del", "ins", "sub", "sup", "h1", "h2", "h5", "h6"}
_TAG = re.compile(r"<(?!/?(?:" + "|".join(sorted(_KNOWN)) + r")\b[^<>]*>)", re.IGNORECASE)
_SCHEME = re.compile(r"https?$", re.IGNORECASE)
_MARK = re.compile(r"[^\w\s.,;'?]")
_MEANING = re.compile(
    r"[^\w\s.,:;'\"?!()’‘“”…–—-]|_|\t|^ *[-\d]|^ {4}", re.MULTILINE
)  # what Markdown might take for more
_HEADING = re.compile(r"(</?h)([1-6])\b")


def body(text: str) -> str:
    """For `markup.imported_comment_html`: a plain text as it is, another as HTML, where line ends are breaks, addresses
    are links, and tags that no comment has are text."""
    if not _MEANING.search(text):
        return text
    if len(text) > LONGEST or len(_MARK.findall(text)) > MARKS:
        return markup.reader_html(text)
    rendered = _markdown.render(text)
    return _HEADING.sub(lambda found: f"{found[1]}{3 if found[2] in '123' else 4}", rendered)


def _shown(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """A tag, or lines that begin with one."""
    return _TAG.sub("&lt;", tokens[at].content)


def _address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """An address in the text is a link, whatever would mean emphasis in it; not in what is a link already."""
    scheme = (
        _SCHEME.search(state.pending[-len("https") :]) if state.src[state.pos] == ":" and not state.linkLevel else None
    )
    if scheme is None:
        return False
    start = state.pos - len(scheme[0])
    address = markup.address_at(state.src[start : start + LONGEST_ADDRESS])
    if not address:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos = start + len(address)
    return True


# `linkify` lets the parser note whether a link in HTML is open; the package of this name is not needed for that.
_markdown = MarkdownIt("commonmark", {"html": True, "breaks": True, "linkify": True}).disable("image")
_markdown.inline.ruler.before("escape", "address", _address)
_markdown.add_render_rule("html_inline", _shown)
_markdown.add_render_rule("html_block", _shown)
