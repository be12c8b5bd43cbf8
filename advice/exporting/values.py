"""Values of columns as JSON has them, and back: each kind of column writes and checks its own.

What is read is a stranger's. A value that the database would not take, or that pages could not show, is refused here.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models

from advice.models import Article
from advice.site_models import Picture
from comments.models import MODERATORS, OWNERS
from comments.numbers import LARGEST

from .tables import TYPES, Table

T = TypeVar("T")
Day = TypeVar("Day", bound=date)
ROLES = (MODERATORS, OWNERS)
YEARS = range(1000, 9000)  # what every time zone can show
WIDEST = 9_999
ARTICLE_LENGTH = 1_000_000  # characters, as an import may bring them
TEXT_LENGTH = 300_000  # of all other texts, and of lists: none is that long, so that 500 rows fit into memory
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL stores no NUL, UTF-8 no half of a pair

_LARGEST = {
    models.PositiveSmallIntegerField: 2**15 - 1,
    models.PositiveIntegerField: 2**31 - 1,
    models.IntegerField: 2**31 - 1,
}
_PATTERNS: dict[Any, str] = {
    Picture._meta.get_field("name"): "[0-9a-f]{32}",  # noqa: SLF001 - Django's documented API; a file's name is made of it
}


class Wrong(ValueError):
    """The value is none of its column; the message says why."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    attribute: str  # of a model's instance
    kind: str  # for people: "text", "moment", ...
    null: bool
    target: str  # the type of lines that its numbers refer to, or ""
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]  # raises Wrong
    is_many: bool = False
    choices: tuple[str, ...] = ()

    def value(self, found: Any) -> Any:
        """Raises Wrong."""
        if found is None:
            if self.null:
                return None
            raise Wrong("it may not be empty (null)")
        return self.read(found)


@cache
def columns(table: Table, *, private: bool) -> tuple[Column, ...]:
    return tuple(_column(table.model._meta.get_field(name)) for name in table.names(private=private))  # noqa: SLF001


def _column(field: Any) -> Column:
    kind, write, read = _kind(field)
    related = field.remote_field.model if field.remote_field else None
    return Column(
        name=field.name,
        attribute=getattr(field, "attname", field.name),
        kind=kind,
        null=field.null,
        target=TYPES.get(related, ""),
        write=write,
        read=read,
        is_many=bool(field.many_to_many),
        choices=tuple(str(value) for value, _ in getattr(field, "flatchoices", ())),
    )


def _kind(field: Any) -> tuple[str, Callable[[Any], Any], Callable[[Any], Any]]:
    """What a field is called, how it is written, and read."""
    match field:
        case models.ManyToManyField():
            return ("roles", _same, _roles) if field.related_model is Group else ("numbers", _same, _numbers)
        case models.ForeignKey() | models.AutoField() | models.BigAutoField():
            return "number", _same, _number(1, LARGEST)
        case models.BooleanField():
            return "true or false", _same, _boolean
        case models.JSONField():
            return ("numbers", _same, _widths) if field.name == "widths" else ("texts", _same, _texts)
        case models.DateTimeField():
            return "moment", moment, _moment
        case models.DateField():
            return "day", date.isoformat, _day
        case models.UUIDField():
            return "uuid", str, _uuid
        case models.IntegerField():
            least = int(field.model is Picture)  # of which sides are reckoned
            return "number", _same, _checked(field, _number(least, _LARGEST[type(field)]))
    return "text", _same, _checked(field, _text(field))


def moment(found: datetime) -> str:
    """In UTC, always with microseconds."""
    return f"{found.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _same(found: Any) -> Any:
    return found


def _number(least: int, largest: int) -> Callable[[Any], int]:
    def read(found: Any) -> int:
        if type(found) is not int:
            raise Wrong("it is no number")
        if not least <= found <= largest:
            raise Wrong(f"it is not between {least} and {largest}")
        return found

    return read


def _text(field: Any) -> Callable[[Any], str]:
    pattern = re.compile(_PATTERNS[field]) if field in _PATTERNS else None
    longest = ARTICLE_LENGTH if _is_article(field) else TEXT_LENGTH

    def read(found: Any) -> str:
        if type(found) is not str:
            raise Wrong("it is no text")
        if _UNSTORABLE.search(found):
            raise Wrong("it has a character that no database stores")
        if len(found) > longest:
            raise Wrong(f"it has more than {longest:,} characters")
        if pattern and not pattern.fullmatch(found):
            raise Wrong("it is not of its form")
        return found

    return read


def _checked(field: Any, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Also by the field's own choices and validators; an imported article may be longer than the admin's limit."""
    choices = {value for value, _ in field.flatchoices}
    validators: Sequence[Any] = [
        each for each in field.validators if not (_is_article(field) and isinstance(each, MaxLengthValidator))
    ]

    def checked(found: Any) -> Any:
        value = read(found)
        if value == "":
            if not field.blank and (choices or field.unique):
                raise Wrong("it may not be empty")
            return value
        if choices and value not in choices:
            raise Wrong("it is none of its choices")
        for validator in validators:
            try:
                validator(value)
            except ValidationError as error:
                raise Wrong(" ".join(error.messages)) from error
        return value

    return checked


def _is_article(field: Any) -> bool:
    return field.model is Article and field.name == "body"


def _boolean(found: Any) -> bool:
    if type(found) is not bool:
        raise Wrong("it is neither true nor false")
    return found


def _moment(found: Any) -> datetime:
    if type(found) is not str or not _MOMENT.fullmatch(found):
        raise Wrong("it is no moment such as 2026-01-31T12:00:00.000000Z")
    return _in_years(_parsed(datetime.fromisoformat, found))


def _day(found: Any) -> date:
    if type(found) is not str or not _DAY.fullmatch(found):
        raise Wrong("it is no day such as 2026-01-31")
    return _in_years(_parsed(date.fromisoformat, found))


def _in_years(found: Day) -> Day:
    if found.year not in YEARS:
        raise Wrong(f"its year is not between {YEARS[0]} and {YEARS[-1]}")
    return found


def _uuid(found: Any) -> UUID:
    if type(found) is not str or not _UUID.fullmatch(found):
        raise Wrong("it is no UUID in small letters")
    return UUID(found)


def _parsed(read: Callable[[str], T], found: str) -> T:
    try:
        return read(found)
    except ValueError as error:
        raise Wrong("there is no such one") from error


def _list(found: Any, kind: type, what: str) -> list[Any]:
    if type(found) is not list or any(type(one) is not kind for one in found):
        raise Wrong(f"it is no list of {what}")
    return found


def _numbers(found: Any) -> list[int]:
    numbers = _list(found, int, "numbers")
    if any(number < 1 or number > LARGEST for number in numbers) or _rising(numbers) != numbers:
        raise Wrong("its numbers do not rise")
    return numbers


def _widths(found: Any) -> list[int]:
    """Of a picture's files, as their addresses may have them."""
    widths = _numbers(found)
    if not widths or widths[-1] > WIDEST:
        raise Wrong(f"its widths are not between 1 and {WIDEST}")
    return widths


def _texts(found: Any) -> list[str]:
    texts = _list(found, str, "texts")
    if any(_UNSTORABLE.search(text) for text in texts):
        raise Wrong("it has a character that no database stores")
    if sum(map(len, texts)) > TEXT_LENGTH:
        raise Wrong(f"it has more than {TEXT_LENGTH:,} characters")
    return texts


def _roles(found: Any) -> list[str]:
    names = _list(found, str, "texts")
    if not set(names) <= set(ROLES) or _rising(names) != names:
        raise Wrong(f"its roles are not of {', '.join(ROLES)}")
    return names


def _rising(found: Iterable[Any]) -> list[Any]:
    return sorted(set(found))
