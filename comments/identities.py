"""What in a text may say who somebody is: a moderator looks, and masks it with one click.

It finds much of what people write, not all, and sometimes what is nobody's name; so nothing is masked by itself. Every
pattern has a bound on what it repeats and begins only where a word begins: time grows with the text's length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from . import full_names


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


_AT, _DOT = r"(?:@|\s?[(\[]\s?(?:at|ät)\s?[)\]]\s?)", r"(?:\.|\s?[(\[]\s?(?:dot|punkt)\s?[)\]]\s?)"
_EMAIL = re.compile(rf"(?<![\w.+@-])[\w.+-]{{1,100}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,6}}", re.IGNORECASE)
_ENDING = "(?:com|net|org|info|example|co|uk|de|ch|eu|fr|nl|ie|ca|au|nz)"
_MORE = r"(?: (?:dot|punkt) [\w+-]{1,30}){0,2}"
_SPELLED = re.compile(  # ann dot smith at example dot com
    rf"(?<![\w.+@-])[\w+-]{{1,60}}{_MORE} (?:at|ät) [\w-]{{1,60}}{_MORE} (?:dot|punkt) {_ENDING}\b", re.IGNORECASE
)

_PHONE = re.compile(r"(?<![\w.+])\+?\(?\d(?:[ \t.()/–-]{0,3}\d){6,16}(?!\w)")
# Dates, a range of years, a number with its thousands apart.
_NO_PHONE = re.compile(
    r"\d{1,2}([./-])\d{1,2}\1\d{2,4}|\d{4}([./-])\d{1,2}\2\d{1,2}|(?:19|20)\d\d ?[/–-] ?(?:19|20)\d\d"
    r"|[1-9]\d{0,2}(?:[ .]\d{3}){2,5}"
)
_LOCAL = re.compile(r"\d{3}[.-]\d{4}")  # 555-1234
_DIGIT = (
    "(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine"
    "|null|eins|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun)"
)
_SAID = re.compile(rf"\b{_DIGIT}(?:[ ,-]{{1,2}}(?:(?:double|triple)[ -])?{_DIGIT}){{6,14}}\b", re.IGNORECASE)
_AS_DIALLED = re.compile("zero|oh|null|double|triple", re.IGNORECASE)  # and nobody counting to ten
_ON_PHONE = re.compile(  # 5550199 is a number of many things
    r"\b(?:call|ring|text|phone|tel|mobile|cell|whatsapp|number|handy|nummer)\b[^\d\n]{0,25}(\d{3}[ .-]?\d{4})(?!\w)",
    re.IGNORECASE,
)

_SITE = (
    r"(?:t\.me|wa\.me|(?:instagram|facebook|fb|tiktok|twitter|x)\.com|snapchat\.com/add|linkedin\.com/in|discord\.gg)"
)
_PROFILE = re.compile(rf"(?<![\w.@])(?:https?://)?(?:www\.|m\.)?{_SITE}/(?:@?[\w.-]{{1,60}})", re.IGNORECASE)
_AT_NAME = re.compile(
    r"(?<![\w@.])@(?!(?:work|home|the|my|his|her|our|a|school|uni|college|gym|night|noon|midnight|least|last|first|all|this"
    r"|that|them|you|me)\b)[^\W_][\w.]{0,40}[^\W.](?:@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4})?",
    re.IGNORECASE,
)
_NO_FILE = r"(?![\w.]{0,70}\.(?:jpe?g|png|gif|pdf|docx?|mp[34]|txt)\b)"
_JOINED = re.compile(  # annie_of_kent
    rf"(?<![\w@./:#?=&-]){_NO_FILE}[^\W_][\w.]{{0,38}}?[^\W_]_(?=[^\W_])[\w.]{{0,38}}\w(?![\w/])"
)
_OTHERS = re.compile(  # of Reddit and Discord
    r"(?<![\w/])/?u/[\w-]{3,30}|(?<![\w#])[^\W_][\w.]{1,30}#\d{4}(?!\d)", re.IGNORECASE
)
_NETWORK = (
    r"(?<!\w)(?:insta(?:gram)?|ig|snap(?:chat)?|tele(?:gram)?|whats ?app|discord|kik|skype|facebook|fb|tik ?tok|twitter"
    r"|signal|psn|xbox|gamertag|steam|twitch|youtube|strava|reddit|mastodon|bluesky|threads|wechat|viber|tumblr|pinterest"
    r"|soundcloud|bandcamp|spotify|vinted|account|handle|username|user name|nick(?:name)?|profile|profil|benutzername"
    r")(?:['’]s)?(?: (?:name|handle|id|user|username|account))?"
)
# annie_22: no word, and no “3am”.
_ODD = r"(?=[a-z.-]{0,30}[\d_])(?=[\d_.-]{0,20}[a-z])(?!\d+(?:[ap]m|st|nd|rd|th|[a-z])\b)[\w.#-]{2,39}\w"
_DOTTED = r"(?-i:[a-z0-9_]{2,30}\.[a-z0-9_][a-z0-9_.]{0,20}[a-z0-9_])"  # ann.smith
_ON_NETWORK = re.compile(
    rf"{_NETWORK}(?:(?: me)?\s?(?:[:=]|[-=]>)\s?@?(?P<named>[\w.#-]{{1,39}}\w)"
    rf"|(?: name)?(?: is| ist| as| als| under| unter| called|,) @?(?P<dotted>{_DOTTED})"
    rf"|(?:,| now,)? (?:is |ist |as |als |under |unter |called )?@?(?P<odd>{_ODD})"
    r"| @(?P<at>[\w.]{1,39}\w))",
    re.IGNORECASE,
)
_ODD_ON_NETWORK = re.compile(rf"(?<![\w.@-])(?P<odd>{_ODD}) (?:on|auf|bei) {_NETWORK}\b", re.IGNORECASE)

_CAPITALISED = r"[A-ZÄÖÜÉ][\w'’.-]{1,30}"
_ROAD = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|terrace|crescent|square|boulevard|blvd|gardens|grove"
    "|mews|way|place|hill|row|view|cottages?|walk|rise|quay|wharf|parade|gate|mount|green|meadows?|fields?|estate"
)
_STATE = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
)
_HOUSE = r"\d{1,4}(?: ?[a-zA-Z])?\b"
_ADDRESSES = [
    re.compile(rf"(?<!\w){pattern}")
    for pattern in (
        rf"\d{{1,5}}[a-zA-Z]?,? (?:{_CAPITALISED} ){{1,3}}(?i:{_ROAD})\b",
        r"\d{1,5}[a-z]? [a-z]{3,20} (?:street|avenue|crescent|boulevard)\b",
        rf"[A-ZÄÖÜ][\w-]{{0,30}}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer) {_HOUSE}",
        rf"[A-ZÄÖÜ][\w-]{{1,30}} (?:Straße|Strasse|Str\.|Weg|Platz|Allee) {_HOUSE}",
        r"\d{1,4}(?: bis)?,? (?i:rue|boulevard|chemin|impasse|allée) [^\n,.;:!?]{3,40}",
        rf"(?i:flat|apartment|apt\.?|unit) \d{{1,4}}[a-zA-Z]?, (?:\d{{1,4}} )?{_CAPITALISED}(?: {_CAPITALISED}){{0,2}}",
        r"(?i:p\.?o\.? ?box|postfach) \d{1,6}\b",
        r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b",  # SW1A 1AA
        r"[A-Z]\d[A-Z] ?\d[A-Z]\d\b",  # K1A 0B1
        rf"(?:{_STATE}),? \d{{5}}(?:-\d{{4}})?\b",  # NY 10001
        # 10115 Berlin, not 10000 Euro
        r"(?:[A-Z]-)?\d{5} (?!Euro|Dollar|Mal\b|Kilo|Leute\b|People\b|Menschen\b)[A-ZÄÖÜ][a-zäöüß]{2,30}",
    )
]


def _emails(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for pattern in (_EMAIL, _SPELLED) for match in pattern.finditer(text))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for match in _PHONE.finditer(text):
        said = match[0]
        digits = sum(char.isdigit() for char in said)
        is_dialled = said[0] in "+0(" or digits >= 10 or _LOCAL.fullmatch(said)
        if is_dialled and not _NO_PHONE.fullmatch(said):
            yield match.span()
    yield from (match.span() for match in _SAID.finditer(text) if _AS_DIALLED.search(match[0]))
    yield from (match.span(1) for match in _ON_PHONE.finditer(text))


def _handles(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_PROFILE, _OTHERS, _JOINED):
        yield from (match.span() for match in pattern.finditer(text))
    for match in _ON_NETWORK.finditer(text):
        yield match.span(match.lastgroup or 0)
    yield from (match.span("odd") for match in _ODD_ON_NETWORK.finditer(text))
    # “@Ann, me too” calls somebody else here.
    yield from (match.span() for match in _AT_NAME.finditer(text) if not full_names.is_first_name(match[0][1:]))


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _ADDRESSES:
        yield from (match.span() for match in pattern.finditer(text))


_LOOKS = (
    (Kind.EMAIL, _emails),
    (Kind.PHONE, _phones),
    (Kind.HANDLE, _handles),
    (Kind.ADDRESS, _addresses),
    (Kind.NAME, full_names.look),
)
