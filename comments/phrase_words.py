"""How a phrase is written (`phrases` looks for them): words, compared as people say them (`folding.spoken`), so that
“don’t” and “DONT” are one.

    want* to (die|go to sleep)   `*` at the end of a word is any ending, `(a|b)` either, of one word or several
    want (so|) to die            `(a|)`: it may be missing
    he … hit me                  `…` or `...`: up to GAP words, whatever they are
    he is (3#|4#)                `#` is a digit

It never goes beyond the end of a sentence, and all that can be written so is found in time in proportion to the text.
"""

import functools
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from . import folding

GAP = 4  # words that “…” stands for at most
GAPS = 2  # in one phrase: each multiplies the work
MISSING = 4  # words of one phrase that may be missing: each doubles it
WORDS = 12  # of one phrase; brackets are one
PREFIX = 2  # letters before a “*” at least

_NUMBER = re.compile(r"[0-9]{1,3}")
_MASK = str.maketrans(dict.fromkeys("#", "0"))


class Malformed(ValueError):
    """No phrase is written like this; the message says why, for moderators."""


@dataclass(frozen=True, slots=True)
class Element:
    """One part of a phrase: any of these choices, each of one word or several; or, as a gap, up to GAP of whatever."""

    choices: frozenset[tuple[str, ...]] = frozenset()
    is_optional: bool = False
    is_gap: bool = False


@functools.lru_cache(maxsize=4_096)
def read(words: str) -> tuple[Element, ...]:
    """A phrase as it is looked for. Raises Malformed where it is none."""
    elements = tuple(map(_element, _split(words)))
    needed = [element for element in elements if not element.is_optional]
    if not needed or needed[0].is_gap or needed[-1].is_gap:
        raise Malformed("A phrase begins and ends with a word that has to be there.")
    if len(elements) > WORDS or sum(element.is_gap for element in elements) > GAPS:
        raise Malformed(f"A phrase has at most {WORDS} words and {GAPS} gaps.")
    if sum(element.is_optional for element in elements) > MISSING:
        raise Malformed(f"At most {MISSING} words of a phrase may be missing.")
    return elements


def masks(word: str) -> Iterable[str]:
    """The word itself, and for a number all that a phrase could write for it: 31, 3#, #1, ##."""
    if not _NUMBER.fullmatch(word):
        return (word,)
    return map("".join, itertools.product(*((digit, "#") for digit in word)))


def _split(words: str) -> list[str]:
    """At blanks, save within brackets."""
    parts, depth = [""], 0
    for char in words.replace("...", "…").replace("…", " … "):
        depth += (char == "(") - (char == ")")
        if depth not in (0, 1):
            raise Malformed("Brackets stand in pairs, and not within each other.")
        if char.isspace() and not depth:
            parts.append("")
        else:
            parts[-1] += char
    if depth:
        raise Malformed("Brackets stand in pairs, and not within each other.")
    return [part for part in parts if part]


def _element(part: str) -> Element:
    if part == "…":
        return Element(is_gap=True)
    written = part[1:-1].split("|") if part.startswith("(") and part.endswith(")") else [part]
    choices = {tuple(map(_folded, choice.split())) for choice in written}
    if choices == {()}:
        raise Malformed("Brackets hold at least one word.")
    if any(len(choice) > WORDS for choice in choices):
        raise Malformed(f"A phrase has at most {WORDS} words.")
    return Element(frozenset(choices - {()}), is_optional=() in choices)


def _folded(word: str) -> str:
    """One word, folded; a “*” at its end stays, and a “#” among digits."""
    if _NUMBER.fullmatch(word.translate(_MASK)):
        return word
    folded = folding.spoken(word.rstrip("*"))
    if len(folded) != 1 or folded[0] == folding.END or "#" in word:
        raise Malformed(f"“{word}” is not one word.")
    if not word.endswith("*"):
        return folded[0]
    if len(folded[0]) < PREFIX:
        raise Malformed(f"At least {PREFIX} letters stand before a *.")
    return f"{folded[0]}*"
