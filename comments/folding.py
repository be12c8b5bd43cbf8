"""Words as readers see them, not as they are typed: NFKC, casefolded, without what is drawn as nothing.

It takes time in proportion to the text, whatever the text is: characters are looked up one by one, and composed
afterwards, because some become eighteen.
"""

import functools
import unicodedata

from . import markup

END = "."  # of a sentence, among the words of `spoken`
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼ＇"))
_ENDS = frozenset(".!?…\n。！？")


def words(text: str) -> list[str]:
    """With anything that is neither letter, digit nor mark between them: “don't” is two."""
    return markup.composed(text.translate(_Letters())).split()


def spoken(text: str) -> list[str]:
    """As people say them: “don't” and “dont” are one and the same; END stands where a sentence ends."""
    return markup.composed(text.translate(_APOSTROPHES).translate(_Sentences())).split()


class _Letters(dict[int, str]):
    """For `str.translate`, one for each text: each of its characters is looked up once."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _letters(code)
        return found


class _Sentences(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = found = f" {END} " if chr(code) in _ENDS else _letters(code)
        return found


@functools.lru_cache(maxsize=4096)
def _letters(code: int) -> str:
    """What a character reads as: NFKC and casefolded letters, digits and marks, and a blank for each other sign."""
    return "".join(map(_kept, unicodedata.normalize("NFKC", chr(code)).casefold()))


def is_unseen(char: str) -> bool:
    """Whether it is drawn as nothing: joiners, soft hyphens, fillers."""
    return unicodedata.category(char) == "Cf" or char in markup.FILLERS


def _kept(char: str) -> str:
    if is_unseen(char):
        return ""
    return char if unicodedata.category(char)[0] in "LMN" else " "
