"""Foreign XML as a stream of records: any DTD is refused (entity bombs and external entities need one), and so is a
field longer than any text."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from . import opening
from .records import Unreadable

LONGEST = 5_000_000  # characters of one field
DEEPEST = 100  # elements in each other

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
    """The standard library's takes names apart anew for each element, a fifth of the time that reading takes: a file
    has few."""

    def start_element_ns(self, name: str, attrs: dict[str, str]) -> None:
        attributes = {_parted(each): value for each, value in attrs.items()} if attrs else {}
        self._cont_handler.startElementNS(_parted(name), None, attributes)

    def end_element_ns(self, name: str) -> None:
        self._cont_handler.endElementNS(_parted(name), None)


@lru_cache(maxsize=1024)
def _parted(name: str) -> Name:
    """Expat writes the namespace, the name and the prefix, with blanks between; of some the name alone."""
    if " " not in name:
        return None, name
    namespace, rest = name.split(" ", 1)
    return namespace, rest.partition(" ")[0]


def records(pieces: Iterator[bytes], handler: Handler) -> Iterator[Any]:
    """What the handler gives out. Raises Unreadable at the place of the fault: whoever must import all or nothing reads
    to the end first."""
    parser = _Parser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)  # noqa: FBT003 - SAX's signature
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
