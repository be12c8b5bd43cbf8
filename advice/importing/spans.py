"""Parts of foreign texts that begin and end, found in one walk however many of them never end."""

import re
from collections.abc import Callable

Ending = Callable[[re.Match[str]], str]
Change = Callable[[re.Match[str], str], str]


def replaced(text: str, beginning: re.Pattern[str], ending: Ending, change: Change) -> str:
    """The text with `change` for each part: it gets the beginning's match and what stands before the ending, which
    `ending` names for a beginning as a regular expression. What never ends stays."""
    out: list[str] = []
    endless: set[str] = set()
    at = 0
    search_from = 0
    while match := beginning.search(text, search_from):
        search_from = match.end()
        wanted = ending(match)
        end = None if wanted in endless else re.compile(wanted, re.IGNORECASE).search(text, match.end())
        if end is None:
            endless.add(wanted)
            continue
        out += [text[at : match.start()], change(match, text[match.end() : end.start()])]
        at = search_from = end.end()
    return "".join([*out, text[at:]])
