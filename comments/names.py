"""Moderators' names are theirs, and those the settings reserve: nobody else may sign with what looks like one.

Compared is a skeleton: NFKC, look-alikes mapped to Latin, without marks, spaces, punctuation and format characters,
casefolded (after Unicode Technical Standard 39, section 4). The whole name is compared, so that "Sarah K." is free.
"""

import functools
import re
import unicodedata
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from . import discussion_settings
from .markup import FILLERS
from .models import MODERATORS
from .prepared import Prepared

# One stroke in many fonts (I, l, 1); and what people type for letters. Armenian, Coptic and tone letters that the
# Unicode data leave out.
DRAWN_AS = {
    "i": "l", "1": "l", "|": "l", "0": "o", "$": "s", "5": "s", "@": "a", "4": "a", "3": "e",
    "\u01a8": "s", "\u057d": "s", "\u057f": "s", "\u0455": "s", "\u1506": "s",
}  # fmt: skip
# Small capitals, stroked, hooked and turned letters, and letters in circles and squares, all carry their letter's name.
LATIN_BY_NAME = re.compile(
    r"LATIN (?:CAPITAL |SMALL )?LETTER (?:SMALL CAPITAL |TURNED |REVERSED )?([A-Z])(?: WITH .*)?$"
    r"|REGIONAL INDICATOR SYMBOL LETTER ([A-Z])$"
)

ADVICE = _(
    "“%(name)s” is kept for somebody who answers here. Please add an initial or another word, such as “%(name)s B.”"
)


def is_reserved(name: str) -> bool:
    """Whether a reader's name reads as a moderator's, or as one that the settings reserve. One query."""
    wanted = skeleton(name)
    if not wanted:
        return False
    if any(wanted == skeleton(reserved) for reserved in discussion_settings.reserved_names()):
        return True
    return any(wanted in skeletons(user) for user in _MODERATORS.ask())


def skeleton(name: str) -> str:
    """What a name looks like, for comparison only."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name))
    latin = "".join(_latin(char) for char in decomposed if char not in FILLERS)
    return "".join(_latin(char) for char in latin.casefold())


def _moderators() -> Any:
    """Whoever can sign as a moderator, or could once: they stay staff when they are deactivated."""
    users = get_user_model().objects.filter(Q(is_staff=True) | Q(groups__name=MODERATORS)).distinct().order_by("pk")
    return users.only("username", "first_name", "last_name")[:1_000]


_MODERATORS = Prepared(_moderators, is_planned=False)


def skeletons(user: Any) -> set[str]:
    """What the names that a user goes by look like."""
    return {skeleton(name) for name in (user.get_username(), user.get_full_name(), user.first_name)} - {""}


@functools.lru_cache(maxsize=4096)
def _latin(char: str) -> str:
    """The Latin letters that this character can be taken for; itself, or "" where it is neither letter nor number."""
    char = char.casefold() if len(char.casefold()) == 1 else char
    if char in DRAWN_AS:
        return DRAWN_AS[char]
    if "a" <= char <= "z" or "0" <= char <= "9":
        return char
    if match := LATIN_BY_NAME.search(unicodedata.name(char, "")):
        return _latin(next(filter(None, match.groups())).lower())
    for alike in _look_alikes().get(char, ()):
        letters = alike["c"].casefold()
        if letters.isascii() and letters.isalpha():
            return "".join(_latin(letter) for letter in letters)
    return char if unicodedata.category(char)[0] in "LN" else ""


@functools.cache
def _look_alikes() -> dict[str, Any]:
    """Unicode's data, read for the first name that needs them: that took a tenth of the start."""
    from confusable_homoglyphs import confusables

    found: dict[str, Any] = confusables.confusables_data
    return found
