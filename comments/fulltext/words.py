"""What somebody typed into a search box, taken apart: nothing in it is an operator of the database's."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from comments import markup

LONGEST = 200  # characters that are looked at; a question has its own box
MOST = 12  # words and phrases: each is a lookup in the index
SIGNIFICANT = 12  # words of a whole text: its beginning says what it is about

# Too common to say what a text is about. Contractions come in two pieces, as the index holds them.
_COMMON = frozenset(
    """
    about after again all also always and any anything are aren because been before being but can cannot come could
    couldn did didn does doesn doing don done down each even ever every everything for from get gets getting give given
    going gone gonna got had hadn has hasn have haven having her here hers herself him himself his how into isn its just
    keep kept know known let like little lot made make makes many maybe might more most much must need never not nothing
    now off one only other our ours out over own people perhaps please put really said same saw say says see seem seems
    she should shouldn since some somebody someone something still such sure take tell than thank thanks that the their
    them then there these they thing things think this those though thought through too took try under until upon very
    want wanted was wasn way well went were weren what when where whether which while who whom whose why will with
    without won would wouldn yes yet you your yours
    """.split()  # noqa: SIM905
)

# Said in many ways, meant as one: a text that has one of a line is like a text with another one.
_ALIKE = [
    line.split()
    for line in """
    ex partner girlfriend boyfriend husband wife fiance fiancee
    breakup breakups broke breaking split separated separation dumped ended ending left leaving divorce divorced
    silent silence quiet ghosted ghosting ignored ignoring ignores unanswered disappeared vanished nothing read blocked
    text message messaged whatsapp reply replied chat chatting dm
    call called calling phone phoned rang ring rung
    friend friendship friends mates
    forget forgotten forgetting moving
    regret regretted mistake sorry apologise apologised apologize apologized apology fault
    jealous jealousy possessive suspicious trust trusted controlling
    fight argue argued argument arguments row rows quarrel quarrelled
    distance lockdown covid pandemic abroad far apart miles moved city country
    invite invitation invited excuses
    cheat cheated cheating affair unfaithful lied lying
    feelings feeling love loved loves
    second twice third times thrice repeatedly
    """.strip().splitlines()
]
_GROUP = {word: group for group in _ALIKE for word in group}


@dataclass(frozen=True, slots=True)
class Words:
    """Every one of `wanted` is to be there, none of `unwanted`: words, or phrases with single blanks between words."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]


def parse(text: str) -> Words:
    """Quotes make a phrase, a minus means without, a word with signs inside (ex-wife) is a phrase. Never raises."""
    text = re.sub("[“”„«»]", '"', markup.clean_line(text[:LONGEST]))
    found: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for part in re.findall(r'-?"[^"]*"?|\S+', text):
        if term := " ".join(_tokens(part)):
            found[not part.startswith("-")][term] = None
    return Words(tuple(found[True])[:MOST], tuple(found[False])[:MOST])


def significant(text: str) -> Sequence[Sequence[str]]:
    """The words that the beginning of a text is about, in its order, each with those that mean the same."""
    english = settings.LANGUAGE_CODE.startswith("en")
    tokens = (word for word in _tokens(markup.clean(text[:5_000]).lower()) if len(word) > 2 or word == "ex")
    if not english:
        return [[word] for word in dict.fromkeys(tokens)][:SIGNIFICANT]
    meant = (_GROUP.get(word, [word]) for word in tokens if word not in _COMMON)
    return list({group[0]: group for group in meant}.values())[:SIGNIFICANT]


def _tokens(text: str) -> Iterator[str]:
    """Letters, digits and their marks; anything else stands between words."""
    spaced = "".join(char if unicodedata.category(char)[0] in "LNM" else " " for char in text)
    return (word for word in spaced.split() if any(unicodedata.category(char)[0] in "LN" for char in word))
