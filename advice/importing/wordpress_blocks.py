"""WordPress's blocks: comments around HTML. They go, and the HTML stays; reusable ones are put where they are named."""

import json
import re
from collections import Counter
from collections.abc import Callable

from . import spans

DEEPEST = 5  # reusable blocks in each other
LONGEST = 1_000_000  # characters: a few blocks that name each other twice would grow without end

_COMMENT = re.compile(r"<!--")
_BLOCK = re.compile(r"\s+(/?)wp:([a-z][\w-]*(?:/[a-z][\w-]*)?)(?:\s(.*?))?(/?)", re.DOTALL)
_IS_BLOCK = re.compile(r"<!--\s+wp:")
_FOOTNOTES = re.compile(r"<!--\s+wp:footnotes\s[^<>]*/-->")
_SILENT = {"more", "nextpage", "spacer", "separator", "footnotes"}  # nothing is lost with them


def are_in(text: str) -> bool:
    """Then its paragraphs have their tags, and line ends mean nothing."""
    return _IS_BLOCK.search(text) is not None


def opened(text: str, *, reusable: Callable[[str], str], met: Counter[str]) -> str:
    """Without the comments. `reusable` knows a block's text by its number. What only WordPress could fill (its latest
    comments, say) leaves nothing and is counted."""
    budget = [LONGEST]

    def filled(text: str, depth: int) -> str:
        def one(_: re.Match[str], inner: str) -> str:
            block = _BLOCK.fullmatch(inner)
            if block is None or block[1] or not block[4]:
                return ""
            if block[2] == "block" and (pk := _ref(block[3])) and depth < DEEPEST:
                body = reusable(pk)
                budget[0] -= len(body)
                return filled(body, depth + 1) if budget[0] > 0 else ""
            if block[2] not in _SILENT:
                met[f"block {block[2]}"] += 1
            return ""

        return spans.replaced(text, _COMMENT, lambda _: "-->", one)

    return filled(text, 0)


def with_footnotes(text: str, meta: str) -> str:
    """The text with its notes, which WordPress keeps beside it, where their block is."""
    try:
        items = "".join(f"<li>{note['content']}</li>" for note in json.loads(meta))
    except (ValueError, TypeError, KeyError, RecursionError):
        return text
    notes = f"<hr><ol>{items}</ol>".encode(errors="replace").decode()  # JSON can say half a character
    return _FOOTNOTES.sub(lambda _: notes, text, count=1)


def _ref(given: str | None) -> str:
    try:
        ref = json.loads(given or "{}").get("ref")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return str(ref) if isinstance(ref, int) else ""
