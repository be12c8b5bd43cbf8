"""What in a text may say who somebody is: a moderator looks, and masks it with one click.

It finds much of what people write, not all, and sometimes what is nobody's name; so nothing is masked by itself. Every
pattern has a bound on what it repeats and begins only where a word begins: time grows with the text's length.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class Kind(StrEnum):
    """In the order in which they are looked for: what is part of an earlier one is not looked at again."""

    EMAIL = "email address"
    PHONE = "phone number"
    HANDLE = "account name"
    ADDRESS = "postal address"
    NAME = "full name"
    WORDS = "words"  # chosen by the moderator


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` (not included) of a text."""

    start: int
    end: int
    kind: Kind = Kind.WORDS


def find(text: str) -> list[Span]:
    """What may say who somebody is, in the text's order; no two of them overlap."""
    found: list[Span] = []
    taken = bytearray(len(text))
    for kind, look in _LOOKS:
        for start, end in look(text):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append(Span(start, end, kind))
    return sorted(found)


def occurrences(text: str, words: str) -> list[Span]:
    """Where these words stand in the text, in any case of letters."""
    return [Span(*match.span()) for match in re.finditer(re.escape(words), text, re.IGNORECASE)] if words else []


def masked(text: str, spans: list[Span]) -> str:
    """The text with what each span says in its place; spans that touch or overlap become one, named for the first."""
    parts, at = [], 0
    for span in sorted(spans):
        if span.start >= at:
            parts += [text[at : span.start], replacement(span.kind)]
        at = max(at, span.end)
    return "".join([*parts, text[at:]])


def replacement(kind: Kind) -> str:
    """What readers see instead, in their language."""
    return {
        Kind.EMAIL: _("[email address removed]"),
        Kind.PHONE: _("[phone number removed]"),
        Kind.HANDLE: _("[account name removed]"),
        Kind.ADDRESS: _("[address removed]"),
        Kind.NAME: _("[name removed]"),
        Kind.WORDS: _("[removed]"),
    }[kind]


_AT, _DOT = r"(?:@|\s?[(\[]\s?at\s?[)\]]\s?)", r"(?:\.|\s?[(\[]\s?dot\s?[)\]]\s?)"
_EMAIL = re.compile(rf"(?<![\w.+-])[\w.+-]{{1,100}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,6}}", re.IGNORECASE)

_PHONE = re.compile(r"(?<![\w.+])\+?\(?\d(?:[ \t.()/–-]{0,3}\d){6,16}(?!\w)")
# Dates, a range of years, a number with its thousands apart.
_NO_PHONE = re.compile(
    r"\d{1,2}([./-])\d{1,2}\1\d{2,4}|\d{4}([./-])\d{1,2}\2\d{1,2}|(?:19|20)\d\d ?[/–-] ?(?:19|20)\d\d"
    r"|[1-9]\d{0,2}(?:[ .]\d{3}){2,5}"
)
_LOCAL = re.compile(r"\d{3}[.-]\d{4}")  # 555-1234

_SITE = (
    r"(?:t\.me|wa\.me|(?:instagram|facebook|fb|tiktok|twitter|x)\.com|snapchat\.com/add|linkedin\.com/in|discord\.gg)"
)
_PROFILE = re.compile(rf"(?<![\w.@])(?:https?://)?(?:www\.|m\.)?{_SITE}/(?:@?[\w.-]{{1,60}})", re.IGNORECASE)
_AT_NAME = re.compile(r"(?<![\w@.])@[^\W_][\w.]{0,40}[^\W.]")
_NETWORK = (
    r"(?<!\w)(?:insta(?:gram)?|ig|snap(?:chat)?|tele(?:gram)?|whats ?app|discord|kik|skype|facebook|fb|tik ?tok|twitter"
    r"|signal)(?: (?:name|handle|id|user|username|account))?"
)
_ODD = r"(?=[a-z.]{0,30}[\d_])[\w.#-]{2,39}\w"  # annie_22: no word
_ON_NETWORK = re.compile(
    rf"{_NETWORK}(?:\s?[:=]\s?@?(?P<named>[\w.#-]{{1,39}}\w)| (?:is |ist )?@?(?P<odd>{_ODD}))", re.IGNORECASE
)

_CAPITALISED = r"[A-ZÄÖÜÉ][\w'’.-]{1,30}"
_ROAD = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|terrace|crescent|square|boulevard|blvd|gardens|grove"
    "|mews|way|place|hill|row"
)
_STATE = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
)
_HOUSE = r"\d{1,4}(?: ?[a-zA-Z])?\b"
_ADDRESSES = [
    re.compile(rf"(?<!\w){pattern}")
    for pattern in (
        rf"\d{{1,5}}[a-zA-Z]?,? (?:{_CAPITALISED} ){{1,3}}(?i:{_ROAD})\b\.?",
        r"\d{1,5}[a-z]? [a-z]{3,20} (?:street|avenue|crescent|boulevard)\b",
        rf"[A-ZÄÖÜ][\w-]{{0,30}}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer) {_HOUSE}",
        rf"[A-ZÄÖÜ][\w-]{{1,30}} (?:Straße|Strasse|Str\.|Weg|Platz|Allee) {_HOUSE}",
        r"\d{1,4}(?: bis)?,? (?i:rue|boulevard|chemin|impasse|allée) [^\n,.;:!?]{3,40}",
        r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b",  # SW1A 1AA
        r"[A-Z]\d[A-Z] ?\d[A-Z]\d\b",  # K1A 0B1
        rf"(?:{_STATE}),? \d{{5}}(?:-\d{{4}})?\b",  # NY 10001
        # 10115 Berlin, not 10000 Euro
        r"(?:[A-Z]-)?\d{5} (?!Euro|Dollar|Mal\b|Kilo|Leute\b|People\b|Menschen\b)[A-ZÄÖÜ][a-zäöüß]{2,30}",
    )
]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CALLED = re.compile(
    r"(?<!\w)(?:my (?:full |real )?name(?: is|['’]s)|i(?: am|['’]m) called|(?:his|her) (?:full )?name is"
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
_PARTICLE_WORDS = frozenset(_PARTICLES.split())
_NO_NAMES = frozenset(_ORDINARY.split())


def _emails(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _EMAIL.finditer(text))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for match in _PHONE.finditer(text):
        said = match[0]
        digits = sum(char.isdigit() for char in said)
        is_dialled = said[0] in "+0(" or digits >= 10 or _LOCAL.fullmatch(said)
        if is_dialled and not _NO_PHONE.fullmatch(said):
            yield match.span()


def _handles(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_PROFILE, _AT_NAME):
        yield from (match.span() for match in pattern.finditer(text))
    for match in _ON_NETWORK.finditer(text):
        yield match.span("named" if match["named"] else "odd")


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _ADDRESSES:
        yield from (match.span() for match in pattern.finditer(text))


def _names(text: str) -> Iterator[tuple[int, int]]:
    words = list(_WORD.finditer(text))
    yield from _introduced(text, words)
    row: list[re.Match[str]] = []
    for word in words:
        if row and text[row[-1].end() : word.start()] != " ":
            yield from _full_name(row)
            row = []
        if _is_capitalised(word[0]) or (row and word[0] in _PARTICLE_WORDS):
            row.append(word)
        else:
            yield from _full_name(row)
            row = []
    yield from _full_name(row)


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


def _full_name(row: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    while row and row[-1][0] in _PARTICLE_WORDS:
        row = row[:-1]
    if 2 <= len(row) <= _NAME_WORDS:
        yield row[0].start(), row[-1].end()


def _is_capitalised(word: str) -> bool:
    """Whether it could be part of a name: Ann, O’Brien, McLean, Anna-Lena; not I, THIS, Yesterday."""
    first = re.split("['’]", word, maxsplit=1)[0].casefold()
    if len(word) < 2 or not word[0].isupper() or word.casefold() in _NO_NAMES or first in _NO_NAMES:
        return False
    return not word.isupper()


_LOOKS = (
    (Kind.EMAIL, _emails),
    (Kind.PHONE, _phones),
    (Kind.HANDLE, _handles),
    (Kind.ADDRESS, _addresses),
    (Kind.NAME, _names),
)
