"""Full names in a text: where somebody says that they are called so, or a known first name begins them.

Two words with capitals are mostly no name but a place, a band, a title; so of those only what begins with a first name
counts, or what a title stands before. `name_lists` has ten thousand.
"""

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CALLED = re.compile(
    r"(?<!\w)(?:my (?:full |real )?name(?: is|['’]s)|i(?: am|['’]m) called|(?:his|her) (?:full )?name(?: is|['’]s)"
    r"|mein name ist|ich hei(?:ß|ss)e|(?:er|sie) hei(?:ß|ss)t|je m['’]appelle|me llamo) ",
    re.IGNORECASE,
)
_NAME_WORDS = 4  # more in a row are a title, or somebody who writes every word so
_PARTICLES = "van von de der den del della di da dos la le ten bin al el zu"
# Words with a capital that are no names: beginnings of sentences, times, places of two words, sites, peoples.
_ORDINARY = """
a about after again all also although always am an and another any anyway are as at back be because been before both
but by can could dear did do does during each either even ever every everyone everything finally first for from good
had has have he hello help her here hey hi his how however i if in instead is it its just last late lately later let
like look many may maybe me meanwhile more most much my never next no nobody none not nothing now of often ok okay on
once one only or our ours out over perhaps please really recently same second she should since so some somebody
someone something sometimes soon sorry still such suddenly thank thanks that the their them then there these they this
those though three through to today together tomorrow tonight too two under unfortunately until up us very was we well
were what whatever when whenever where whether which while who why will with without would yes yesterday yet you your
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december spring summer autumn fall winter christmas easter eve day days year years new valentine
thanksgiving halloween ramadan birthday mum mom mummy mommy dad daddy mother father sister brother aunt uncle grandma
grandpa mr mrs ms miss dr sir god jesus north south east west northern southern eastern western central great united
san santa los las saint st costa sri hong cape lake mount port puerto el saudi tel buenos rio isle kingdom states city
town county university college high school hospital street road avenue lane church park hotel instagram facebook
whatsapp snapchat tinder bumble hinge netflix google youtube tiktok spotify discord telegram covid english german
french spanish italian irish british american indian chinese japanese russian polish turkish auf aus bei das dein
deine dem den der die dich doch du ein eine einen er es für gestern guten hallo hat heute ich ihm ihn ihr immer ist
jetzt kann lieber liebe letzte letzten letztes mein meine meinem meinen meiner meist mit nach nein nun oder ob seine
seiner seit seitdem sie soll und vielen vor wann warum weil wenn wer wie wir wo zu zum zur dank tag morgen abend
januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag anfang
mitte ende frau herr mann freund freundin ex sommer frühling herbst
"""
_TITLE = re.compile(
    r"(?<!\w)(?:mrs?|ms|miss|dr|prof(?:essor)?|herr|frau|called|named|name is|name['’]s)\.? $", re.IGNORECASE
)
_ARTICLE = re.compile(r"(?<!\w)(?:the|“|\"|‘)\s?$", re.IGNORECASE)  # a place or a title, and no person
LISTS = Path(__file__).with_name("name_lists")
_PARTICLE_WORDS = frozenset(_PARTICLES.split())
_NO_NAMES = frozenset(_ORDINARY.split())


def look(text: str) -> Iterator[tuple[int, int]]:
    words = list(_WORD.finditer(text))
    yield from _introduced(text, words)
    row: list[re.Match[str]] = []
    for word in words:
        if row and text[row[-1].end() : word.start()] != " ":
            yield from _full_name(text, row)
            row = []
        if _is_capitalised(word[0]) or (row and word[0] in _PARTICLE_WORDS):
            row.append(word)
        else:
            yield from _full_name(text, row)
            row = []
    yield from _full_name(text, row)


def _introduced(text: str, words: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """What follows “my name is”, in whatever case it is written: two words, three where all have capitals."""
    starts = [word.start() for word in words]
    for match in _CALLED.finditer(text):
        first = bisect_left(starts, match.end())
        if first < len(words) and starts[first] == match.end():
            said = _in_a_row(text, words[first : first + 3])
            if len(said) > 1:
                yield said[0].start(), said[-1].end()


def _in_a_row(text: str, words: list[re.Match[str]]) -> list[re.Match[str]]:
    """The first of these words with those after it that stand one blank apart and are written like it."""
    row = words[:1]
    has_capital = row[0][0][0].isupper()
    for word in words[1 : 3 if has_capital else 2]:
        is_next = text[row[-1].end() : word.start()] == " " and word[0][0].isupper() == has_capital
        if not is_next or word[0].casefold() in _NO_NAMES:
            break
        row.append(word)
    return row


def _full_name(text: str, row: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Of these words in a row those that are a name, if any: from the first name on, or from the title."""
    while row and row[-1][0] in _PARTICLE_WORDS:
        row = row[:-1]
    if not 2 <= len(row) <= _NAME_WORDS:
        return
    before = text[max(0, row[0].start() - 20) : row[0].start()]
    if not _TITLE.search(before):
        if _ARTICLE.search(before):
            return
        row = row[next((at for at, word in enumerate(row) if is_first_name(word[0])), len(row)) :]
    said = [word[0].casefold() for word in row]
    if len(set(said)) > 1 and " ".join(said[:2]).removesuffix("'s").removesuffix("’s") not in _listed("well_known"):
        yield row[0].start(), row[-1].end()


def is_full(name: str) -> bool:
    """Whether what stands in the field for the name is a full one, in capitals or not."""
    said = name.split()
    is_name = all(_WORD.fullmatch(word) and word.casefold() not in _NO_NAMES for word in said)
    return is_name and 2 <= len(said) <= _NAME_WORDS and is_first_name(said[0]) and len(said[-1]) > 1


def is_first_name(word: str) -> bool:
    """Ann, and also Anna-Lena and O’Brien's Anna’s: by what stands first."""
    return re.split("['’-]", word.casefold(), maxsplit=1)[0] in _listed("first_names") or word.casefold() in _listed(
        "first_names"
    )


@functools.cache
def _listed(name: str) -> frozenset[str]:
    return frozenset((LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()[1:])  # the first says of what


def _is_capitalised(word: str) -> bool:
    """Whether it could be part of a name: Ann, O’Brien, McLean, Anna-Lena; not I, THIS, Yesterday."""
    first = re.split("['’]", word, maxsplit=1)[0].casefold()
    if len(word) < 2 or not word[0].isupper() or word.casefold() in _NO_NAMES or first in _NO_NAMES:
        return False
    return not word.isupper()
