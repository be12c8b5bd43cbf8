"""A page that was copied as plain text, as records: paragraphs and headings, then numbered comments, replies further
in.

This Post Has 2 Comments

  1. James

    A question, in paragraphs.

    1. Sarah

      Her answer.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from comments.models import Status

from . import page_counts, page_lines, page_owner
from .page_counts import Counts
from .page_lines import LONGEST, Ahead, Line
from .page_markdown import article
from .page_owner import ARTICLE, Found, Said
from .records import Comment, Person, Records, Unreadable

NAMED = 5  # names that are offered where nobody has said who the author is

_ITEM = re.compile(r"(\d{1,7})[.)]\s+(\S.{0,79})")
_END = re.compile(
    r"(?:leave|post|add|write) a (?:reply|comment)\b.*|cancel reply|(?:post|beitrags-?) ?navigation|"
    r"(?:older|newer) comments|comments are closed\.?|(?:schreibe? einen|hinterlasse einen|neuer) kommentar\b.*|"
    r"kommentar verfassen",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"(?:log in to )?reply ?[↓→]?|edit|\(edit\)|permalink|(?:post )?author|antworten ?[↓→]?|bearbeiten|says:?|sagt:?|"
    r"like|report",
    re.IGNORECASE,
)
_REPLY = re.compile(r"(?:log in to )?reply|antworten", re.IGNORECASE)
_SAYS = re.compile(r" (?:says|said|sagt|sagte|schreibt|schrieb) ?:?$| ?:$", re.IGNORECASE)  # single blanks


@dataclass(slots=True)
class _Entry:
    """A comment that is being read, with those that it is below."""

    indent: int
    position: int  # its number in its list
    name: str
    parent: str
    order: int
    lines: list[Line] = field(default_factory=list)
    length: int = 0
    posted_at: datetime | None = None
    number: str = ""

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self.length += len(line.text)
        if self.length > LONGEST:
            raise Unreadable(f"a comment has more than {LONGEST:,} characters")

    def text(self) -> str:
        return "".join(("\n\n" if line.is_after_blank else "\n") + line.text for line in self.lines).strip()


def read(pieces: Iterable[str], said: Said, counts: Counts) -> Records:
    """Raises Unreadable."""
    lines = Ahead(page_lines.lines(pieces))
    found = Found(format="markdown")
    found.title, found.body, dated = article(_before_comments(lines, counts), said)
    found.published = dated
    found.take(said)
    comments = _Comments(said, counts, found.published)
    yield from comments.read(lines)
    found.signers = "".join(f"; {name}: {count}" for name, count in comments.names.most_common(NAMED))
    yield from found.records()
    login = page_owner.login_of(found.author)
    yield Person(login, login, "", found.author)


def _before_comments(lines: Ahead, counts: Counts) -> list[Line]:
    """What is above the line that begins the comments. Pages have one like it below their title too."""
    before: list[Line] = []
    length = 0
    for line in lines:
        if page_counts.begins(line.text):
            counts.stated = page_counts.stated(line.text)
            if lines.next and _ITEM.fullmatch(lines.next.text):
                return before
            continue
        if counts.stated and _REPLY.fullmatch(line.text):
            raise Unreadable("its comments are not numbered. Save the page as HTML, or copy it from a browser that "
                             "numbers lists, as Firefox does")  # fmt: skip
        before.append(line)
        length += len(line.text)
        if length > LONGEST:
            raise Unreadable(f"more than {LONGEST:,} characters come before a line like '20 Comments'")
    return before


class _Comments:
    def __init__(self, said: Said, counts: Counts, first: datetime | None) -> None:
        self.names: Counter[str] = Counter()
        self._said = said
        self._counts = counts
        self._last = first or datetime(1970, 1, 1, tzinfo=UTC)
        self._entries: list[_Entry] = []  # the one that is read and those around it
        self._positions: dict[int, int] = {}  # by indentation, the number of the last comment in the list there
        self._alike: Counter[str] = Counter()

    def read(self, lines: Ahead) -> Iterator[Comment]:
        for line in lines:
            if _END.fullmatch(line.text):
                break
            if item := self._item(line, lines.next):
                yield from self._close(line.indent)
                self._open(line, item)
            elif self._entries:
                self._add(line)
        yield from self._close(-1)

    def _item(self, line: Line, following: Line | None) -> re.Match[str] | None:
        """A number and a name, with the text further in; numbered lists in texts have theirs not further in. A comment
        without text is known by the next number of its list."""
        found = _ITEM.fullmatch(line.text) if line.is_after_blank or not self._entries else None
        if found is None:
            return None
        is_next = self._positions.get(line.indent) == int(found[1]) - 1
        has_text = following is not None and following.indent > line.indent
        return found if has_text or is_next or not self._entries else None

    def _open(self, line: Line, item: re.Match[str]) -> None:
        around = self._entries[-1] if self._entries else None
        if around:
            self._settle(around)
        name = _SAYS.sub("", " ".join(item[2].split()))
        self.names[name] += 1
        self._positions = {indent: at for indent, at in self._positions.items() if indent < line.indent}
        self._positions[line.indent] = int(item[1])
        entry = _Entry(line.indent, int(item[1]), name, around.number if around else "", self._counts.found)
        self._counts.found += 1
        self._entries.append(entry)

    def _add(self, line: Line) -> None:
        entry = self._entries[-1]
        if not entry.lines:
            if _BUTTON.fullmatch(line.text):
                return
            moment = self._said.reading.human(line.text) if len(line.text) <= 60 and entry.posted_at is None else None
            if moment:
                entry.posted_at = moment
                return
        entry.add(line)

    def _close(self, indent: int) -> Iterator[Comment]:
        """Those as far in as this, or further."""
        while self._entries and self._entries[-1].indent >= indent:
            entry = self._entries[-1]
            self._settle(entry)
            self._entries.pop()
            yield self._comment(entry)

    def _settle(self, entry: _Entry) -> None:
        """Give the comment its number and date, now that its text is whole. The number is made of what it says, not of
        its place, so that a later copy of the page with more comments has the same."""
        if entry.number:
            return
        while entry.lines and _BUTTON.fullmatch(entry.lines[-1].text):
            entry.lines.pop()
        text = entry.text()
        once = page_owner.made_number(entry.name, text, entry.parent)
        again = self._alike[once]
        self._alike[once] += 1
        entry.number = page_owner.made_number(once, str(again)) if again else once
        entry.posted_at = self._last = entry.posted_at or self._last + timedelta(seconds=1)

    def _comment(self, entry: _Entry) -> Comment:
        is_author = page_owner.is_called(entry.name, self._said.author)
        return Comment(
            article=ARTICLE,
            pk=entry.number,
            parent=entry.parent,
            name=entry.name,
            body=entry.text(),
            status=Status.APPROVED,
            posted_at=entry.posted_at,
            user=page_owner.login_of(self._said.author) if is_author else "",
        )
