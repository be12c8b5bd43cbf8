"""The helplines on /help/, by country, and those that fit somebody in danger.

The page is never empty, whatever the owner or the database does. A country is asked for and never guessed: a network
address knows where a cable ends, and not whose telephone it is.
"""

import functools
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import Error
from django.utils.text import slugify

from comments.screening_models import Topic

from .site_models import Helpline

LINES = 300  # on the page
ELSEWHERE = "elsewhere"
SHIPPED = Path(__file__).with_name("helplines.toml")
Kind = Helpline.Kind
# Whom a text that sounds like this should be led to.
FITTING: dict[str, Helpline.Kind] = {
    Topic.SELF_HARM: Kind.CRISIS,
    Topic.VIOLENCE: Kind.ABUSE,
    Topic.ABUSE: Kind.ABUSE,
    Topic.STALKING: Kind.ABUSE,
    Topic.MINOR: Kind.CHILD,
}


@dataclass(frozen=True, slots=True)
class Country:
    name: str  # "" for everywhere else
    anchor: str
    lines: list[Helpline]

    def fitting(self, topics: Iterable[str]) -> "Country":
        """With those lines alone that fit these topics, the emergency number first. Never with none."""
        wanted = {FITTING[topic] for topic in topics if topic in FITTING} or {Kind.CRISIS}
        if not wanted <= {line.kind for line in self.lines}:
            wanted.add(Kind.CRISIS)
        urgent = [line for line in self.lines if line.kind == Kind.EMERGENCY]
        others = [line for line in self.lines if line.kind in {*wanted, Kind.DIRECTORY}]
        return Country(self.name, self.anchor, urgent + others if others else self.lines)


@dataclass(frozen=True, slots=True)
class Directory:
    """What the page shows; `confirmed_on` is the oldest of the days on which a line was checked."""

    countries: list[Country]
    confirmed_on: date

    @property
    def elsewhere(self) -> Country:
        """What is there for everybody, whatever their country."""
        return self.countries[-1]

    def country(self, anchor: str) -> Country | None:
        return next((country for country in self.countries if country.anchor == anchor), None)


def directory() -> Directory:
    """The admin's helplines. Without any for everywhere else, the shipped ones of these; without a database, all."""
    try:
        lines = list(Helpline.objects.order_by("order", "pk")[:LINES])
    except Error:
        lines = list(shipped())
    if all(line.country for line in lines):
        lines += [line for line in shipped() if not line.country]
    return Directory(_by_country(lines), min(line.confirmed_on for line in lines))


def shipped() -> tuple[Helpline, ...]:
    """The helplines a new site starts with, not saved."""
    return _read(shipped_file())


def shipped_file() -> Path:
    """The list in the site's language, and for its countries, where there is one."""
    own = SHIPPED.with_suffix(f".{settings.LANGUAGE_CODE.split('-')[0]}.toml")
    return own if own.exists() else SHIPPED


@functools.cache
def _read(file: Path) -> tuple[Helpline, ...]:
    return tuple(Helpline(**line) for line in tomllib.loads(file.read_text(encoding="utf-8"))["helpline"])


def _by_country(lines: Sequence[Helpline]) -> list[Country]:
    """Countries in the order of their first lines, everywhere else at the end. One spelt in two ways is one country."""
    countries: dict[str, Country] = {}
    for line in lines:
        anchor = slugify(line.country, allow_unicode=True) or ELSEWHERE
        countries.setdefault(anchor, Country(line.country, anchor, [])).lines.append(line)
    last = countries.pop(ELSEWHERE)
    return [*countries.values(), last]
