"""Dates as pages show them to people: in the page's language, in one of its orders, mostly without a zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from django.utils import timezone, translation
from django.utils.dates import MONTHS, MONTHS_3

from .records import Unreadable

LONGEST = 200  # characters; what is longer is no date

_YEAR_FIRST = re.compile(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})\s*([/.-])\s*(\d{1,2})\s*\2\s*((?:19|20)\d\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = r"(\d{1,2})(?!\d)(?:st|nd|rd|th|er|\.|º|ª)?"
_TIME = re.compile(r"(?<!\d)(\d{1,2})\s?[:h.]\s?(\d\d)(?!\d)(?::(\d\d))?\s*(?:min)?\s*([ap])?\.?m?\b", re.IGNORECASE)
_AFTERNOON = ("下午", "晚上")
_FIRST, _LAST = 1970, 9000


@dataclass(frozen=True, slots=True)
class Reading:
    """How a page's dates are to be read. `day_first`: 3/4/2019 is in April; None: nobody has said."""

    zone: tzinfo | None = None
    day_first: bool | None = None

    def machine(self, text: str) -> datetime | None:
        """Of a `datetime` attribute."""
        try:
            return self._placed(datetime.fromisoformat(text.strip()))
        except (ValueError, OverflowError):
            return None

    def human(self, text: str, language: str = "") -> datetime | None:
        """The day in a text, and the time where it has one. Raises Unreadable where day and month may be either."""
        text = " ".join(text.split())
        if len(text) > LONGEST:
            return None
        found = self._day(text, language)
        if found is None:
            return None
        day, rest = found
        try:
            return self._placed(datetime(*day, *_time(rest)))  # noqa: DTZ001 - _placed gives it a zone
        except (ValueError, OverflowError):
            return None

    def _placed(self, moment: datetime) -> datetime | None:
        if not _FIRST <= moment.year <= _LAST:
            return None
        return (moment if moment.tzinfo else timezone.make_aware(moment, self.zone)).astimezone(UTC)

    def _day(self, text: str, language: str) -> tuple[tuple[int, int, int], str] | None:
        """Year, month and day, and the text without them."""
        if found := _YEAR_FIRST.search(text):
            return (int(found[1]), int(found[2]), int(found[3])), _without(text, found)
        if found := _NUMBERS.search(text):
            return self._of_numbers(found), _without(text, found)
        year = _YEAR.search(text)
        named = _named(text.casefold(), language)
        if year is None or named is None:
            return None
        return (int(year[0]), *named[:2]), named[2].replace(year[0], " ", 1)

    def _of_numbers(self, found: re.Match[str]) -> tuple[int, int, int]:
        one, other, year = int(found[1]), int(found[3]), int(found[4])
        day_first = True if found[2] == "." else self.day_first
        if day_first is None and one != other and max(one, other) <= 12:
            raise Unreadable(f"is {found[0]} in month {one} or in month {other}? Say --day-first or --month-first")
        if one > 12 or (day_first and other <= 12):
            return year, other, one
        return year, one, other


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _named(text: str, language: str) -> tuple[int, int, str] | None:
    """Month and day where the month has its name, and the text without both."""
    for name, month in _months(language).items():
        at = re.search(rf"(?<!\w){re.escape(name)}\.?(?!\w)", text)
        if at is None:
            continue
        before = re.search(rf"(?<!\d){_DAY}\s+(?:de\s+|di\s+)?$", text[: at.start()])
        after = re.match(rf"\s*{_DAY}(?!\s?[:h]\s?\d)", text[at.end() :])
        if before:
            return month, int(before[1]), text[: before.start()] + text[at.end() :]
        if after:
            return month, int(after[1]), f"{text[: at.start()]} {text[at.end() + after.end() :]}"
    return None


@lru_cache(maxsize=8)
def _months(language: str) -> dict[str, int]:
    """Names in this language and in English, the longest first."""
    names: dict[str, int] = {}
    for code in ("en", language):
        if not code or not translation.check_for_language(code):
            continue
        with translation.override(code):
            for months in (MONTHS, MONTHS_3):
                names |= {str(name).casefold().rstrip("."): month for month, name in months.items()}
    return dict(sorted(names.items(), key=lambda item: -len(item[0])))


def _time(text: str) -> tuple[int, int, int]:
    found = _TIME.search(text)
    if found is None:
        return 0, 0, 0
    hour = int(found[1])
    half = (found[4] or "").casefold()
    if half and hour == 12:
        hour = 0
    if (half == "p" or any(word in text for word in _AFTERNOON)) and hour < 12:
        hour += 12
    return hour, int(found[2]), int(found[3] or 0)
