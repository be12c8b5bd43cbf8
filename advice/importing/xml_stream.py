"""Foreign XML as a stream of records: any DTD is refused (entity bombs and external entities need one), and so is a
field longer than any text."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, TypeVar
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from . import opening
from .records import Unreadable

LONGEST = 5_000_000  # characters of one field
DEEPEST = 100  # elements in each other

SPACES = 100
UNDECLARED = "undeclared"  # a namespace of nobody's

T = TypeVar("T")
Name = tuple[str | None, str]  # with its namespace


class Handler(ContentHandler):
    """Knows where in the file it is (`path`, tags as `tag_of` names them) and the text since the last tag. Subclasses
    define `starts` and `ends`, and give out records with `give`."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._given: list[Any] = []

    def tag_of(self, namespace: str | None, name: str) -> str:
        return name

    def starts(self, tag: str, attributes: dict[Name, str]) -> None:
        """An element of this tag begins; `path` ends with what it is in."""

    def ends(self, tag: str, text: str) -> None:
        """An element ends, with the text since the last tag; `path` ends with what it is in."""

    def give(self, record: Any) -> None:
        self._given.append(record)

    def taken(self) -> list[Any]:
        given, self._given = self._given, []
        return given

    def startElementNS(self, name: Name, qname: str | None, attrs: Any) -> None:  # noqa: N802
        if len(self.path) >= DEEPEST:
            raise Unreadable(f"more than {DEEPEST} elements in each other, as no export has")
        tag = self.tag_of(*name)
        self.starts(tag, attrs)
        self.path.append(tag)
        self._text, self._length = [], 0

    def characters(self, content: str) -> None:
        self._length += len(content)
        if self._length > LONGEST:
            raise Unreadable(f"a field has more than {LONGEST:,} characters")
        self._text.append(content)

    def endElementNS(self, name: Name, qname: str | None) -> None:  # noqa: N802
        tag = self.path.pop()
        self.ends(tag, "".join(self._text))
        self._text, self._length = [], 0


class _Parser(DefusedExpatParser):  # type: ignore[misc]  # no types
    """Knows namespaces by itself. The standard library's parser makes many things of each element, a fifth of the
    time that reading takes; and it ends at a prefix that nobody declared, which WordPress.com and plugins write."""

    def reset(self) -> None:
        super().reset()
        self._spaces: dict[str, str] = {}  # by prefix, here
        self._around: list[dict[str, str]] = []

    def start_element(self, name: str, attrs: dict[str, str]) -> None:
        self._around.append(self._spaces)
        if declared := {key[6:]: value for key, value in attrs.items() if key[:6] in ("xmlns", "xmlns:")}:
            self._spaces = {**self._spaces, **declared}
            if len(self._spaces) > SPACES:
                raise Unreadable(f"more than {SPACES} namespaces, as no export has")
        attributes = {self._name(key, ""): value for key, value in attrs.items()} if attrs else {}
        self._cont_handler.startElementNS(self._name(name, self._spaces.get("", "")), None, attributes)

    def end_element(self, name: str) -> None:
        self._cont_handler.endElementNS(self._name(name, self._spaces.get("", "")), None)
        self._spaces = self._around.pop()

    def _name(self, name: str, default: str) -> Name:
        prefix, _, rest = name.rpartition(":")
        return (self._spaces.get(prefix, UNDECLARED) if prefix else default) or None, rest


def records(pieces: Iterator[bytes], handler: Handler) -> Iterator[Any]:
    """What the handler gives out. Raises Unreadable at the place of the fault: whoever must import all or nothing reads
    to the end first."""
    parser = _Parser(forbid_dtd=True)
    parser.setContentHandler(handler)
    head = next(pieces, b"")
    try:
        for piece in opening.xml(chain([head], pieces)):
            parser.feed(piece)
            yield from handler.taken()
        parser.close()
        yield from handler.taken()
    except SAXParseException as error:
        hint = ". Perhaps the file is in another encoding than it says" if "invalid token" in error.getMessage() else ""
        hint = opening.seems(head) or hint
        raise Unreadable(f"{_place(error)}: {error.getMessage()}{hint}") from error
    except DefusedXmlException as error:
        raise Unreadable(
            f"{_place(parser)}: it declares a document type, which no export does{opening.seems(head)}"
        ) from error
    except Unreadable as error:
        raise Unreadable(f"{_place(parser)}: {error}") from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        raise Unreadable(f"{_place(parser)}: {error}") from error


def _place(locator: Any) -> str:
    return f"line {locator.getLineNumber()}, column {(locator.getColumnNumber() or 0) + 1}"
