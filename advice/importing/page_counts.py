"""How many comments a page says it has: the line that begins them, and the proof that none was overlooked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 200  # characters of such a line
_WORDS = {"no": 0, "one": 1, "ein": 1, "eine": 1, "keine": 0, "kein": 0}
_ALONE = r"(?:comments|responses|replies|kommentare|antworten)"
_NOUN = r"(?:comments?|responses?|repl(?:y|ies)|thoughts?|kommentare?|antworten?|gedanken?|reaktionen?)"
_LINE = re.compile(
    rf"(?:this (?:post|article|page) has |there (?:is|are) |dieser beitrag hat )?(\d[\d.,]*|{'|'.join(_WORDS)}) {_NOUN}"
    rf"(?: (?:on|to|for|so far|zu|auf)\b.*)?[.:]?|{_ALONE} ?(?:\((\d[\d.,]*)\))?:?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Counts:
    found: int = 0
    stated: int | None = None

    @staticmethod
    def first_of(lines: Iterable[str]) -> int | None:
        return next((count for line in lines if (count := stated(line)) is not None), None)


def begins(line: str) -> bool:
    """Whether the line is one above a list of comments."""
    return len(line) <= LONGEST and _LINE.fullmatch(line.strip()) is not None


def stated(line: str) -> int | None:
    """The number in such a line."""
    found = _LINE.fullmatch(line.strip()) if len(line) <= LONGEST else None
    word = (found[1] or found[2] or "").casefold() if found else ""
    if word in _WORDS:
        return _WORDS[word]
    digits = re.sub(r"\D", "", word)
    return int(digits) if digits else None
