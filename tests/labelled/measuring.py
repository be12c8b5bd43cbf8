"""How much screening finds of what is labelled, and how often it is wrong.

    .venv/bin/python -m tests.labelled.measuring tuning [care] [spam] [identity]

Of `held_out` it says figures alone: whoever writes rules by what was missed there would measure nothing any more.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unittest import mock

from tests.labelled import reading
from tests.labelled.reading import IdentityCase, Part, SpamCase

if TYPE_CHECKING:
    from comments.identities import Span

SHOWN = 400  # characters of a text
AROUND = 40  # characters before and after the words that were hit


@dataclass(frozen=True, slots=True)
class Figures:
    """What one check, or a group of them, made of the texts, which a failing test does not show."""

    name: str
    found: int  # of what is labelled
    missed: tuple[str, ...] = field(repr=False)
    right: int  # hits
    wrong: tuple[str, ...] = field(repr=False)  # other hits
    others: int = 0  # texts that are to have none; 0 where hits are counted, not texts

    @property
    def recall(self) -> float:
        """The share of what is labelled that was found; 1 where nothing is labelled."""
        return _share(self.found, self.found + len(self.missed))

    @property
    def precision(self) -> float:
        """The share of the hits that are right; 1 where there are none."""
        return _share(self.right, self.right + len(self.wrong))

    @property
    def wrong_rate(self) -> float:
        """The share of the other texts that was hit all the same."""
        return len(self.wrong) / self.others if self.others else 0.0


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    rows: tuple[Figures, ...]
    lists_missed: bool = True  # a check alone is not meant to find everything

    def __getitem__(self, name: str) -> Figures:
        return next(row for row in self.rows if row.name == name)


@dataclass(frozen=True, slots=True)
class Looked:
    """One text: whether it is to be hit, whether it was, and how that is told."""

    is_wanted: bool
    is_hit: bool
    said: str


@dataclass(frozen=True, slots=True)
class Screened:
    """What became of a comment; `checks` are those that had something to say of it."""

    is_spam: bool
    kind: str
    said: str
    is_filed: bool
    is_care: bool
    checks: frozenset[str]

    def looked(self, is_hit: bool) -> Looked:
        return Looked(self.is_spam, is_hit, self.said)


def care(part: Part) -> list[Table]:
    """People in danger: whether a text is noticed at all, and as what."""
    from comments import care as noticing
    from comments.screening_models import CARE

    cases = [(case, noticing.notice(case.text)) for case in reading.care(part)]

    def looked(topics: frozenset[str]) -> Iterator[Looked]:
        for case, seen in cases:
            is_hit = not topics.isdisjoint(seen.topics)
            yield Looked(bool(topics & case.topics), is_hit, _told(case.text, seen.reasons))

    groups = {"any topic": frozenset(CARE), **{topic.value: frozenset({topic}) for topic in CARE}}
    return [Table("care", tuple(_figures(name, looked(topics)) for name, topics in groups.items()))]


def spam(part: Part) -> list[Table]:
    """Each comment alone, on a site that knows nothing yet: neither its sender nor what spam there is like."""
    cases = [_screened(case) for case in reading.spam(part)]
    tables = [
        _by_kind("filed as spam", [(case, case.looked(case.is_filed)) for case in cases]),
        _by_kind("filed as spam, or held for a reason", [(case, case.looked(bool(case.checks))) for case in cases]),
    ]
    names = sorted({name for case in cases for name in case.checks})
    checks = [_figures(name, (case.looked(name in case.checks) for case in cases)) for name in names]
    care = _figures("(taken for danger, so never spam)", (case.looked(case.is_care) for case in cases))
    return [*tables, Table("each check alone", (*checks, care), lists_missed=False)]


def _by_kind(title: str, cases: list[tuple["Screened", Looked]]) -> Table:
    kinds = sorted({case.kind for case, looked in cases if looked.is_wanted})
    of_kinds = (
        _figures(kind, [looked for case, looked in cases if looked.is_wanted and case.kind == kind]) for kind in kinds
    )
    return Table(title, (_figures("all", [looked for _, looked in cases]), *of_kinds))


def identity(part: Part) -> list[Table]:
    """A mark is found by a hit of its kind that shares a character with it; a hit is right that shares one with any."""
    from comments.identities import Kind, find

    cases = [(case, find(case.text)) for case in reading.identity(part)]
    warned = _figures("warned", (Looked(bool(case.marks), bool(spans), _warned(case, spans)) for case, spans in cases))
    kinds = tuple(_marked(kind.value, cases) for kind in Kind if kind != Kind.WORDS)
    return [Table("identity, by text", (warned,)), Table("identity, by mark", kinds)]


def _marked(kind: str, cases: list[tuple[IdentityCase, list["Span"]]]) -> Figures:
    found, missed, right, wrong = 0, [], 0, []
    for case, spans in cases:
        hits = [(span.start, span.end) for span in spans if span.kind == kind]
        places = {mark: _places(case.text, mark.words) for mark in case.marks}
        for mark in (mark for mark in case.marks if mark.kind == kind):
            if any(_share_characters(place, hit) for place in places[mark] for hit in hits):
                found += 1
            else:
                missed.append(_cut(case.text, *places[mark][0]))
        for hit in hits:
            if any(_share_characters(place, hit) for there in places.values() for place in there):
                right += 1
            else:
                wrong.append(_cut(case.text, *hit))
    return Figures(kind, found, tuple(missed), right, tuple(wrong))


MEASURES: dict[str, Callable[[Part], list[Table]]] = {"care": care, "spam": spam, "identity": identity}


def report(tables: Iterable[Table], *, with_texts: bool) -> Iterator[str]:
    """The lines of these tables, and of what was missed and wrongly hit, each text once."""
    tables = list(tables)
    for table in tables:
        yield from ("", f"{table.title:<36} recall  precision   found  missed   wrong  of others")
        yield from map(_line, table.rows)
    told: set[str] = set()
    for title, texts in _lists(tables) if with_texts else ():
        new = [text for text in texts if text not in told]
        told.update(new)
        if new:
            yield from ("", title, *(f"  - {text}" for text in new))


def _line(row: Figures) -> str:
    precision = f"{row.precision:>9.1%}" if row.right or row.wrong else f"{'-':>9}"
    rate = f"{row.wrong_rate:>9.1%}" if row.others else ""
    counts = f"{row.found:>6}  {len(row.missed):>6}  {len(row.wrong):>6}"
    return f"  {row.name:<33} {row.recall:>7.1%}  {precision}  {counts}  {rate}".rstrip()


def _lists(tables: Iterable[Table]) -> Iterator[tuple[str, Sequence[str]]]:
    for table in tables:
        for row in table.rows:
            yield f"{table.title}, {row.name}: missed", row.missed if table.lists_missed else ()
            yield f"{table.title}, {row.name}: wrong", row.wrong


def _figures(name: str, looked: Iterable[Looked]) -> Figures:
    looked = list(looked)
    found = sum(one.is_wanted and one.is_hit for one in looked)
    missed = tuple(one.said for one in looked if one.is_wanted and not one.is_hit)
    wrong = tuple(one.said for one in looked if one.is_hit and not one.is_wanted)
    return Figures(name, found, missed, found, wrong, sum(not one.is_wanted for one in looked))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _screened(case: SpamCase) -> Screened:
    from comments import markup, screening
    from comments.desk_models import DiscussionSettings

    heard: set[str] = set()

    def listening(check: Callable) -> Callable:
        def listened(submission: object, known: object) -> Iterator:
            for finding in check(submission, known):
                heard.add(check.__name__)
                yield finding

        return listened

    name, body = markup.clean_line(case.name), markup.clean(case.body)  # as the form does
    sent = screening.Submission(article_id=0, parent_id=None, name=name, email=case.email, body=body)
    with mock.patch.object(screening, "CHECKS", tuple(map(listening, screening.CHECKS))):
        verdict = screening.screen(sent, seen_before=False, row=DiscussionSettings())
    said = f"[{case.kind}] {case.name}: {_told(case.body, verdict.reasons)}"
    return Screened(case.is_spam, case.kind, said, verdict.status == "spam", bool(verdict.care), frozenset(heard))


def _warned(case: IdentityCase, spans: list["Span"]) -> str:
    return _told(case.text, [f"{span.kind}: “{case.text[span.start : span.end]}”" for span in spans])


def _told(text: str, reasons: Sequence[str] = ()) -> str:
    """A text in one line, after what was said of it."""
    line = " ".join(text.split())
    line = line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
    return f"({'; '.join(reasons)}) {line}" if reasons else line


def _cut(text: str, start: int, end: int) -> str:
    """The words at a place, with what stands around them."""
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return " ".join(f"…{before}[{text[start:end]}]{after}…".split())


def _places(text: str, words: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(re.escape(words), text)]


def _share_characters(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def main(part: str, *wanted: str) -> None:
    """Measure on a site of its own, as it is after its installation."""
    from tests import environment

    environment._set_up(postgresql=False)
    os.environ["DJANGO_SETTINGS_MODULE"] = "advice.settings"
    import django
    from django.core.management import call_command

    try:
        django.setup()
        call_command("migrate", verbosity=0)
        for name in wanted or MEASURES:
            tables = MEASURES[name](part)
            sys.stdout.writelines(f"{line}\n" for line in report(tables, with_texts=part == "tuning"))
    finally:
        environment.pytest_unconfigure()


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in reading.PARTS or not set(sys.argv[2:]) <= set(MEASURES):
        sys.exit(__doc__)
    main(*sys.argv[1:])
