"""The desk's keys: one table, from which the help sheet is drawn and which the scripts read from the page."""

from dataclasses import dataclass
from enum import StrEnum
from string import ascii_lowercase

SITUATIONS = "123456789" + ascii_lowercase  # after "l", in the order of the situations
WORDS = {"Enter": "Enter", "Escape": "Esc", "Control+Enter": "Ctrl or ⌘ + Enter"}


class Where(StrEnum):
    QUEUE = "In a list"
    EITHER = "On a row of a list, and on one question"
    QUESTION = "On one question"
    EVERYWHERE = "Everywhere"
    BOX = "While you write"  # these work without single keys too


class Action(StrEnum):
    """What the scripts can do with a key's target."""

    NEXT = "next"
    PREVIOUS = "previous"
    OPEN = "open"  # the browser does that: the focus is on a link
    PRESS = "press"
    FOCUS = "focus"  # or follow, where it is a link
    CHOOSE = "choose"
    SHOW = "show"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Key:
    """`key` as browsers name it; `target` is a selector of what it is about: it does nothing where that is not."""

    key: str
    does: str
    where: Where
    action: Action
    target: str

    @property
    def word(self) -> str:
        return WORDS.get(self.key, self.key)

    @property
    def is_single(self) -> bool:
        """Whether it is one of those that can be switched off."""
        return self.where != Where.BOX and self.action != Action.OPEN


ROW = ".desk-queue__row"
BOX = "#id_body"
THIS = "#this"


def _verb(verb: str) -> str:
    """The button of a verb: the question's, or in a list that of the row where the focus is, never another's."""
    return f'.desk-page [data-verb="{verb}"], {ROW}:focus-within [data-verb="{verb}"]'


TABLE = (
    Key("j", "The next row", Where.QUEUE, Action.NEXT, ROW),
    Key("k", "The row before", Where.QUEUE, Action.PREVIOUS, ROW),
    Key("Enter", "Open the row", Where.QUEUE, Action.OPEN, ROW),
    Key("x", "Choose the row, for many at once", Where.QUEUE, Action.PRESS, f"{ROW}:focus-within .desk-queue__choose"),
    Key("/", "Search", Where.QUEUE, Action.FOCUS, '.desk-search [type="search"]'),
    Key("r", "Reply: go to the box", Where.EITHER, Action.FOCUS, f"{BOX}, {ROW}:focus-within [data-reply]"),
    Key("a", "Approve, without an answer", Where.EITHER, Action.PRESS, _verb("approve")),
    Key("s", "Mark as spam", Where.EITHER, Action.PRESS, _verb("mark_spam")),
    Key("t", "Trash", Where.EITHER, Action.PRESS, _verb("trash")),
    Key("l", "Situations: then the key of one", Where.QUESTION, Action.CHOOSE, ".desk-labels"),
    Key("q", "Back to the queue", Where.QUESTION, Action.PRESS, ".breadcrumbs a"),
    Key("z", "Undo the last step", Where.EVERYWHERE, Action.PRESS, '[data-verb="undo"]'),
    Key("?", "These keys", Where.EVERYWHERE, Action.SHOW, "#keys"),
    Key("Control+Enter", "Send", Where.BOX, Action.SEND, "textarea"),
    Key("Escape", "Leave the box; its words stay", Where.BOX, Action.FOCUS, THIS),
)


def by_place() -> list[tuple[Where, list[Key]]]:
    """The table as the sheet shows it."""
    return [(where, [key for key in TABLE if key.where == where]) for where in Where]
