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
_NAMED = re.compile(  # a girl called amy winters
    r"(?<!\w)(?:girl|guy|man|woman|boy|bloke|lady|lad|colleague|someone|somebody|ex) (?:called|named|is|was) "
    r"(?P<first>[^\W\d_]{2,20}) (?P<last>[^\W\d_]{3,20})\b",
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
mitte ende auntie doctor professor nurse captain uncle frau herr mann freund freundin ex sommer frühling herbst
"""
_BEFORE_NAMES = """
mr mrs ms miss dr prof professor herr frau called named name's name’s husband wife boyfriend girlfriend partner
colleague boss neighbour landlord solicitor therapist mann freund freundin
"""
_THE = ("the ", "The ", "“", '"', "‘")  # before a place or a title
# People do such things, and hardly anything else of two words with capitals.
_ACTS = re.compile(
    r" (?:says|said|told|left|cheated|dumped|ghosted|blocked|asked|texted|kissed|lied|lives|works|loves|hates|sagt)\b"
)
_NO_SURNAMES = """
station square airport falls beach bay island hospital hotel week coast valley highway award prize effect syndrome
theory terrier spaniel tea sauce salad whisky gin podcast show blog college cathedral festival museum theatre
"""
# TOM BAKER, where the words around are not in capitals.
_LOUD = re.compile(r"(?<!\w)(?<![A-Z] )(?<![A-Z][,.!?] )[A-Z]{3,15} [A-Z]{3,20}\b(?![,.!?]? [A-Z]{2})")
_NO_LETTER = re.compile("['’-]")
LISTS = Path(__file__).with_name("name_lists")
_PARTICLE_WORDS = frozenset(_PARTICLES.split())
_NO_NAMES = frozenset(_ORDINARY.split())
_TITLES, _THINGS = frozenset(_BEFORE_NAMES.split()), frozenset(_NO_SURNAMES.split())


def look(text: str) -> Iterator[tuple[int, int]]:
    words = list(_WORD.finditer(text))
    yield from _introduced(text, words)
    yield from (match.span() for match in _LOUD.finditer(text) if _is_loud_name(*match[0].casefold().split()))
    row: list[re.Match[str]] = []
    for word in words:
        if row and text[row[-1].end() : word.start()] != (". " if len(row[-1][0]) == 1 else " "):
            yield from _full_name(text, row)
            row = []
        if _is_capitalised(word[0]) or (row and (word[0] in _PARTICLE_WORDS or _is_initial(word[0]))):
            row.append(word)
        else:
            yield from _full_name(text, row)
            row = []
    yield from _full_name(text, row)


def _is_loud_name(first: str, last: str) -> bool:
    return is_first_name(first) and not {first, last} & _NO_NAMES and not is_first_name(last)


def _introduced(text: str, words: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """What follows “my name is”, in whatever case it is written: two words, three where all have capitals."""
    starts = [word.start() for word in words]
    for match in _CALLED.finditer(text):
        first = bisect_left(starts, match.end())
        if first < len(words) and starts[first] == match.end():
            said = _in_a_row(text, words[first : first + 3])
            if len(said) > 1:
                yield said[0].start(), said[-1].end()
    for match in _NAMED.finditer(text):
        if is_first_name(match["first"]) and not {match["first"].casefold(), match["last"].casefold()} & _NO_NAMES:
            yield match.start("first"), match.end("last")


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
    while row and (row[-1][0] in _PARTICLE_WORDS or _is_initial(row[-1][0])):
        row = row[:-1]
    if not 2 <= len(row) <= _NAME_WORDS:
        return
    before = text[max(0, row[0].start() - 20) : row[0].start()]
    if not _is_title(before):
        if before.endswith(_THE) or row[-1][0].casefold() in _THINGS:
            return
        if not _ACTS.match(text, row[-1].end()):
            row = row[next((at for at, word in enumerate(row) if is_first_name(word[0])), len(row)) :]
    said = [word[0].casefold() for word in row]
    if len(set(said)) > 1 and " ".join(said[:2]).removesuffix("'s").removesuffix("’s") not in listed("well_known"):
        yield row[0].start(), row[-1].end()


def _is_title(before: str) -> bool:
    said = before.casefold().split()
    return bool(said) and (said[-1].rstrip(".,:") in _TITLES or said[-2:] == ["name", "is"])


def is_full(name: str) -> bool:
    """Whether what stands in the field for the name is a full one, in capitals or not."""
    said = name.split()
    is_name = all(_WORD.fullmatch(word) and word.casefold() not in _NO_NAMES for word in said)
    return is_name and 2 <= len(said) <= _NAME_WORDS and is_first_name(said[0]) and len(said[-1]) > 1


def is_first_name(word: str) -> bool:
    """Ann, and also Anna-Lena and Ann’s: by what stands first."""
    folded, names = word.casefold(), listed("first_names")
    return folded in names or (not folded.isalpha() and _NO_LETTER.split(folded, 1)[0] in names)


@functools.cache
def listed(name: str) -> frozenset[str]:
    return frozenset((LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()[1:])  # the first says of what


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper() and word not in "AI"


def _is_capitalised(word: str) -> bool:
    """Whether it could be part of a name: Ann, O’Brien, McLean, Anna-Lena; not I, THIS, Yesterday."""
    if len(word) < 2 or not word[0].isupper() or word.isupper():
        return False
    folded = word.casefold()
    return folded not in _NO_NAMES and (folded.isalpha() or _NO_LETTER.split(folded, 1)[0] not in _NO_NAMES)
