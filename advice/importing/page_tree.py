"""HTML as a tree of elements, made while it is read. What a subclass takes off the tree is forgotten once it has ended,
so memory grows with what is left.

Tags that are missing, superfluous or crossed are put right much as browsers do; but a `</div>` too many closes
nothing outside the list item that it is in, where browsers end the list.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, NamedTuple

from . import page_tokens
from .records import Unreadable

DEEPEST = 50_000  # elements in each other
HELD = 50_000_000  # characters of what is on the tree
ELEMENT, WORDS = 100, 50  # characters that an element counts for, and a piece of text beside its own
IN_VAIN = 50  # elements that are looked through for each, on average, without finding what a tag closes

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header",
        "hgroup", "hr", "html", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
        "td", "tfoot", "th", "thead", "title", "tr", "ul",
    }
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol", "menu"})
_ROWS = frozenset({"table", "tbody", "thead", "tfoot"})
_CELLS = frozenset({"table", "td", "th", "caption", "button", "object", "template"})  # beyond them nothing is closed
_WHOLE = frozenset({"html", "head", "body"})
# What begins closes these, unless one of the others is between.
_CLOSES = {
    "li": (frozenset({"li"}), BLOCKS - {"address", "div", "p", "li"}),
    "dt": (frozenset({"dt", "dd"}), BLOCKS - {"address", "div", "p", "dt", "dd"}),
    "dd": (frozenset({"dt", "dd"}), BLOCKS - {"address", "div", "p", "dt", "dd"}),
    "tr": (frozenset({"tr"}), _ROWS),
    "td": (frozenset({"td", "th"}), _ROWS | {"tr"}),
    "th": (frozenset({"td", "th"}), _ROWS | {"tr"}),
    "option": (frozenset({"option"}), frozenset({"select"})),
}
_P = frozenset({"p"})

_SIMPLE = re.compile(r"([.#]?)([\w:-]+)|\[([\w:-]+)(?:=([^\]]*))?\]")


class Node:
    """An element. Its methods take selectors: tags, classes, ids, attributes, lists of them: `time[datetime], .on`."""

    __slots__ = ("attributes", "children", "classes", "tag")

    def __init__(self, tag: str, attributes: dict[str, str] | None = None) -> None:
        self.tag = tag
        self.attributes = attributes or {}
        names = self.attributes.get("class", "")
        self.classes = _classes(names) if len(names) <= page_tokens.SHORT else frozenset(names.split())
        self.children: list[Node | str] = []

    def get(self, name: str) -> str:
        return self.attributes.get(name, "").strip()

    def walk(self) -> Iterator["Node"]:
        """Itself and all below, in the order of the page."""
        ahead: list[Node] = [self]
        while ahead:
            node = ahead.pop()
            yield node
            ahead += [child for child in reversed(node.children) if isinstance(child, Node)]

    def matches(self, selector: str) -> bool:
        return _parsed(selector).takes(self)

    def all(self, selector: str) -> Iterator["Node"]:
        return filter(_parsed(selector).takes, self.walk())

    def first(self, *selectors: str) -> "Node | None":
        """The first for the first of the selectors that has one."""
        return Part(self).first(*selectors)

    def text(self, *, without: str = "") -> str:
        """Of itself and all below, as one line; `without` the elements that this selector takes."""
        parts: list[str] = []
        ahead: list[Node | str] = [self]
        while ahead:
            item = ahead.pop()
            if isinstance(item, str):
                parts.append(item)
            elif not (without and item.matches(without)):
                parts.append(" " if item.tag in BLOCKS or item.tag == "br" else "")
                ahead.extend(reversed(item.children))
        return " ".join("".join(parts).split())

    def has(self, test: tuple[str, str, str]) -> bool:
        """Of a selector's tests."""
        kind, name, value = test
        if kind == "":
            return self.tag == name
        if kind == ".":
            return name in self.classes
        if kind == "#":
            return self.attributes.get("id") == name
        return name in self.attributes and (not value or value in self.attributes[name].split())


@lru_cache(maxsize=2048)
def _classes(names: str) -> frozenset[str]:
    return frozenset(names.split())


class _Selector(NamedTuple):
    """The alternatives: those that are a tag or a class, which most are, and for each other its tests."""

    tags: frozenset[str]
    classes: frozenset[str]
    others: list[list[tuple[str, str, str]]]
    attributes: frozenset[str]  # of which the others need one
    names: frozenset[str]  # tags, classes and attributes, of which an element that is taken has one

    def takes(self, node: Node) -> bool:
        return (
            node.tag in self.tags
            or not self.classes.isdisjoint(node.classes)
            or not (
                self.attributes.isdisjoint(node.attributes)
                or not any(all(map(node.has, tests)) for tests in self.others)
            )
        )


@lru_cache(maxsize=512)
def _parsed(selector: str) -> _Selector:
    tests = [
        [(m[1], m[2], "") if m[2] else ("[", m[3], (m[4] or "").strip("\"'")) for m in _SIMPLE.finditer(part)]
        for part in selector.split(",")
    ]
    simple = [parts[0] for parts in tests if len(parts) == 1]
    others = [parts for parts in tests if len(parts) > 1 or parts[0][0] in ("#", "[")]
    named = {".": "class", "#": "id"}
    tags = frozenset(name for kind, name, _ in simple if not kind)
    classes = frozenset(name for kind, name, _ in simple if kind == ".")
    attributes = frozenset(named.get(kind, name) for parts in others for kind, name, _ in parts if kind)
    return _Selector(tags, classes, others, attributes, tags | classes | attributes)


class Part:
    """An element as it is now, with all that is in it: for many selectors, of which most take nothing."""

    __slots__ = ("_names", "_nodes", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self._nodes = list(node.walk())
        self._names = {each.tag for each in self._nodes}
        for each in self._nodes:
            self._names.update(each.classes, each.attributes)

    def all(self, selector: str) -> Iterator[Node]:
        wanted = _parsed(selector)
        return iter(()) if wanted.names.isdisjoint(self._names) else filter(wanted.takes, self._nodes)

    def first(self, *selectors: str) -> Node | None:
        """The first for the first of the selectors that has one."""
        return next((node for selector in selectors for node in self.all(selector)), None)


class Builder:
    """Subclasses define `begins` and `ends`, and give out records with `give`."""

    def __init__(self) -> None:
        self.root = Node("#page")
        self.stack = [self.root]
        self.remarks: list[str] = []  # the comments in the markup before the page's first element
        self._open: Counter[str] = Counter()
        self._held = 0
        self._held_before: dict[int, int] = {}  # of nodes that are off the tree
        self._given: list[Any] = []
        self._in_vain = -10_000_000

    def begins(self, node: Node) -> bool:
        """An element begins; the last of `stack` is what it is in. Whether it hangs on the tree."""
        return True

    def ends(self, node: Node) -> None:
        """An element ends, with all that is in it and was left on the tree."""

    def give(self, record: Any) -> None:
        self._given.append(record)

    def read(self, pieces: Iterable[str]) -> Iterator[Any]:
        """What `ends` gives out. Raises Unreadable."""
        for token in page_tokens.tokens(pieces):
            self._take(token)
            if self._given:
                yield from self._given
                self._given = []
        while len(self.stack) > 1:
            self._pop()
            yield from self._given
            self._given = []

    def _take(self, token: page_tokens.Token) -> None:
        match token:
            case page_tokens.Start():
                self._start(token)
            case page_tokens.End():
                self._end(token.tag)
            case str():
                self._hold(WORDS + len(token))
                self.stack[-1].children.append(token)
            case page_tokens.Remark() if len(self.stack) <= 2 and len(self.remarks) < 9:
                self.remarks.append(token.text[:9_999])

    def _start(self, token: page_tokens.Start) -> None:
        if token.tag in _WHOLE and self._open[token.tag]:
            return
        self._close_implied(token.tag)
        node = Node(token.tag, token.attributes)
        before = self._held
        self._hold(ELEMENT + sum(map(len, token.attributes.values())))
        if self.begins(node):
            self.stack[-1].children.append(node)
        else:
            self._held_before[id(node)] = before
        if node.tag in VOID:
            self.ends(node)
            return
        if len(self.stack) > DEEPEST:
            raise Unreadable(f"more than {DEEPEST:,} elements in each other, as no page has")
        self.stack.append(node)
        self._open[node.tag] += 1

    def _close_implied(self, tag: str) -> None:
        if tag in BLOCKS and self._open["p"]:
            self._close(_P, _CELLS)
        if rule := _CLOSES.get(tag):
            self._close(*rule)

    def _end(self, tag: str) -> None:
        if tag in _WHOLE:
            return
        if tag == self.stack[-1].tag:  # as it should be
            self._pop()
        elif tag in _HEADINGS:
            self._close(_HEADINGS, _barrier(tag) - _HEADINGS)
        elif self._open[tag]:
            self._close({tag}, _barrier(tag) - {tag})

    def _close(self, tags: AbstractSet[str], barrier: AbstractSet[str]) -> None:
        """The innermost of these, with all that is in it."""
        count = 0
        for count, node in enumerate(reversed(self.stack), 1):
            if node.tag in tags:
                for _ in range(count):
                    self._pop()
                return
            if node.tag in barrier:
                break
        self._in_vain += count - IN_VAIN
        if self._in_vain > 0:
            raise Unreadable("its tags are crossed as no page has them")

    def _pop(self) -> None:
        node = self.stack.pop()
        self._open[node.tag] -= 1
        self.ends(node)
        self._held = self._held_before.pop(id(node), self._held)

    def _hold(self, length: int) -> None:
        self._held += length
        if self._held > HELD:
            raise Unreadable(f"more than {HELD:,} characters that belong to no comment, as no page has")


def _barrier(tag: str) -> frozenset[str]:
    """What an end tag closes nothing outside of."""
    if tag not in BLOCKS:
        return BLOCKS
    return frozenset() if tag in _LISTS or tag in _ROWS else _CELLS | {"li"}
