"""Odd writing: letters of two scripts in one word, l e t t e r s   a p a r t, a script that the site does not use, no
words at all.

Each sign is one that people now and then give too, so it holds a comment and no more; disguised letters beside a way to
be reached are spam (`screening`). Time grows with the text's length.
"""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from . import folding

SHOWN = 20  # characters of a word in a reason
FANCY = 8  # letters that are drawn to look like others: a nickname has fewer
FOREIGN = 20  # letters of other scripts at least, and more than half of all
UNSEEN = 3  # characters within words that nobody sees
MASHED = 4  # letters at least of a word that nobody can say
SOME = 3  # such words at least, or all there are
ALL = 12  # letters at least, where all words are such

ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "LISU", "CHEROKEE"})  # they share shapes
HAN = frozenset({"CJK"})
SCRIPTS = {
    **dict.fromkeys(("be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "uk"), frozenset({"CYRILLIC"})),
    **dict.fromkeys(("ar", "fa", "ps", "ug", "ur"), frozenset({"ARABIC"})),
    **dict.fromkeys(("hi", "mr", "ne"), frozenset({"DEVANAGARI"})),
    "bn": frozenset({"BENGALI"}),
    "el": frozenset({"GREEK"}),
    "he": frozenset({"HEBREW"}),
    "hy": frozenset({"ARMENIAN"}),
    "ja": HAN | {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    "ka": frozenset({"GEORGIAN"}),
    "km": frozenset({"KHMER"}),
    "ko": HAN | {"HANGUL"},
    "ta": frozenset({"TAMIL"}),
    "te": frozenset({"TELUGU"}),
    "th": frozenset({"THAI"}),
    "zh": HAN,
}  # beside Latin, which is used everywhere

_WORD = re.compile(r"[^\W\d_]+")
_APART = re.compile(r"(?<!\w)(?:[^\W_][ .*_|/-]{1,3}){4,40}[^\W_](?!\w)")
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœąęěıůűő")
_RUN = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")
# Letters that stand for one sound: “Angstschweiß” has eight consonants in a row, and four sounds.
_SOUNDS = re.compile(r"sch|tsch|ch|ck|ph|sh|th|ng|gh|ts|tz|pf|st|(.)\1+")
_ROWS = ("qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "qazwsxedcrfvtgbyhnujmikolp")
_TOP, _BELOW = 5, 4  # keys in a row that no word has: “property” has four of the first row
_KEYS = frozenset(
    row[start : start + length]
    for keys in _ROWS
    for length in [_TOP if keys.startswith("qwert") else _BELOW]
    for row in (keys, keys[::-1])
    for start in range(len(row) - length + 1)
)


@dataclass(frozen=True, slots=True)
class Sign:
    reason: str
    is_disguise: bool = False  # somebody hides the words from whoever looks for them


def signs(text: str, language: str) -> list[Sign]:
    """What is odd about how this is written, on a site in this language."""
    return [sign for look in (_mixed, _apart, _fancy, _unseen) for sign in look(text)] + [
        *_foreign(text, language),
        *_mashed(text),
    ]


def _mixed(text: str) -> Iterator[Sign]:
    """“pаypal” with a Cyrillic а: no keyboard writes that by itself."""
    for match in _WORD.finditer(text):
        word = match[0]
        if not word.isascii() and len({script_of(char) for char in word} & ALIKE) > 1:
            yield Sign(f"letters of two scripts in one word: “{word[:SHOWN]}”", is_disguise=True)
            return


def _apart(text: str) -> Iterator[Sign]:
    """S p a c e d or d.o.t.t.e.d. Whoever sighs “n o o o o” has few letters."""
    for match in _APART.finditer(text):
        letters = [char for char in match[0].casefold() if char.isalpha()]
        if len(set(letters)) >= 4:
            yield Sign(f"letters apart: “{match[0][:SHOWN]}”", is_disguise=True)
            return


def _fancy(text: str) -> Iterator[Sign]:
    """𝗕𝗼𝗹𝗱 or ⓒⓘⓡⓒⓛⓔⓓ letters, which are signs of their own. Full width is how some keyboards write."""
    drawn = sum(_is_fancy(char) for char in text if char > "\u2000")
    if drawn >= FANCY:
        yield Sign("letters that are drawn to look like others", is_disguise=True)


def _unseen(text: str) -> Iterator[Sign]:
    """Characters that are drawn as nothing, between Latin letters; Persian and emoji need them elsewhere."""
    if text.isascii():
        return
    inside = zip(text, text[1:], text[2:], strict=False)
    hidden = sum(
        _is_unseen(char) and before.isascii() and before.isalpha() and after.isalpha() for before, char, after in inside
    )
    if hidden >= UNSEEN:
        yield Sign("signs that nobody sees within words", is_disguise=True)


def _foreign(text: str, language: str) -> Iterator[Sign]:
    """More of another script than the site's language has."""
    if text.isascii():
        return
    own = SCRIPTS.get(language.partition("-")[0], frozenset()) | {"LATIN"}
    count = Counter(map(script_of, (char for char in text if char.isalpha() and not _is_fancy(char))))
    foreign = Counter({script: number for script, number in count.items() if script not in own})
    if foreign.total() * 2 > count.total() and (foreign.total() >= FOREIGN or foreign["CJK"] * 3 >= FOREIGN):
        yield Sign(f"written in another script: {_named(foreign)}")


def _named(scripts: Counter[str]) -> str:
    """The commonest of these scripts, for moderators."""
    script = scripts.most_common(1)[0][0]
    return {"CJK": "Chinese"}.get(script, script.capitalize())


def _mashed(text: str) -> Iterator[Sign]:
    """Keys that were hit anyhow: many words that nobody can say, or nothing else."""
    words = [word for word in _WORD.findall(text.casefold()) if len(word) >= MASHED and word.isascii()]
    mashed = [word for word in words if _is_mashed(word)]
    are_many = len(mashed) >= SOME and len(mashed) * 3 >= len(words)
    are_most = len(mashed) * 2 > len(words) and sum(map(len, mashed)) >= ALL
    if are_many or are_most:
        yield Sign(f"no words: “{mashed[0][:SHOWN]}”")


def _is_mashed(word: str) -> bool:
    """Whether nobody could say it. “Hmmm”, “pffft” and “xoxo” can be said."""
    if len(set(word)) <= 3:
        return False
    said = _SOUNDS.sub("t", word)
    parts = (word[at : at + length] for length in (_BELOW, _TOP) for at in range(len(word) - length + 1))
    return _VOWELS.isdisjoint(word) or bool(_RUN.search(said)) or any(part in _KEYS for part in parts)


@functools.lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """The first word of a letter's name, which for letters is that of their script; "" for what has no name."""
    name = unicodedata.name(char, "")
    return "" if name.startswith("MICRO") else name.partition(" ")[0]


@functools.lru_cache(maxsize=4096)
def _is_fancy(char: str) -> bool:
    folded = unicodedata.normalize("NFKC", char)
    is_wide = "\uff00" <= char <= "\uffef"
    return not is_wide and folded != char and len(folded) <= 2 and folded.isascii() and any(map(str.isalpha, folded))


def _is_unseen(char: str) -> bool:
    return not char.isascii() and folding.is_unseen(char)
