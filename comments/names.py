"""Moderators' names are theirs: nobody else may sign with one, or with what looks like one.

Compared is a skeleton: NFKC, look-alikes mapped to Latin, without marks, spaces, punctuation and format characters,
casefolded (after Unicode Technical Standard 39, section 4). The whole name is compared, so that "Sarah K." is free.
"""

import functools
import unicodedata
from typing import Any

from confusable_homoglyphs import confusables
from django.contrib.auth import get_user_model

from .models import MODERATORS

ADVICE = "“{name}” is a name of the people who answer here. Please add an initial or another word, such as “{name} B.”"


def is_reserved(name: str) -> bool:
    """Whether a reader's name reads as a moderator's. One query."""
    wanted = skeleton(name)
    return bool(wanted) and any(wanted in _skeletons(user) for user in _moderators())


def skeleton(name: str) -> str:
    """What a name looks like, for comparison only."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name))
    kept = [char for char in decomposed if unicodedata.category(char)[0] in "LN"]
    latin = "".join(_latin(char) for char in "".join(kept).casefold())
    return "".join(_latin(char) for char in latin.casefold())


def _moderators() -> list[Any]:
    users = get_user_model().objects.filter(groups__name=MODERATORS).distinct()
    return list(users.only("username", "first_name", "last_name")[:1_000])


def _skeletons(user: Any) -> set[str]:
    return {skeleton(name) for name in (user.get_username(), user.get_full_name(), user.first_name)} - {""}


@functools.lru_cache(maxsize=4096)
def _latin(char: str) -> str:
    """The Latin letters that this character can be taken for, or itself."""
    if char in "0123456789":
        return {"0": "o", "1": "l"}.get(char, char)
    if char == "i":
        return "l"  # capital I, small l and 1 are one stroke in many fonts
    if "a" <= char <= "z":
        return char
    for alike in confusables.confusables_data.get(char, ()):
        letters = alike["c"].casefold()
        if letters.isascii() and letters.isalpha():
            return "".join("l" if letter == "i" else letter for letter in letters)
    return char
