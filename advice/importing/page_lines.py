"""The lines of a text that are not blank, as far in as they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .records import Unreadable

LONGEST = 5_000_000  # characters of a line, of a comment, and of all that is before the comments
TAB = 8


@dataclass(frozen=True, slots=True)
class Line:
    indent: int
    text: str
    is_after_blank: bool


class Ahead:
    """Lines, of which the next may be looked at."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.next = next(lines, None)

    def __iter__(self) -> Iterator[Line]:
        while (line := self.next) is not None:
            self.next = next(self._lines, None)
            yield line


def lines(pieces: Iterable[str]) -> Iterator[Line]:
    """Raises Unreadable."""
    is_after_blank = True
    for text in _ended(pieces):
        words = text.expandtabs(TAB).replace("\xa0", " ").rstrip()
        if stripped := words.lstrip():
            yield Line(len(words) - len(stripped), stripped, is_after_blank)
        is_after_blank = not stripped


def _ended(pieces: Iterable[str]) -> Iterator[str]:
    """Each line; \r\n, \n and \r end one."""
    begun: list[str] = []
    length = 0
    for piece in pieces:
        first, *others = piece.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        begun.append(first)
        length += len(first)
        if others:
            yield "".join(begun)
            *whole, last = others
            yield from whole
            begun, length = [last], len(last)
        if length > LONGEST:
            raise Unreadable(f"a line has more than {LONGEST:,} characters")
    yield "".join(begun)
