"""Foreign HTML as a tree of what an article may hold, and back as clean HTML: without styles, classes and scripts.

The sanitiser's parser, which is a browser's, puts the tags in order first; so the second one meets no surprises. What
readers get is sanitised again when the article is rendered: here is made what the owner edits.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

KEPT = {
    "a": ("href",), "img": ("src", "alt", "width", "height"), "ol": ("start",), "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    **dict.fromkeys(
        ["p", "br", "em", "strong", "ul", "li", "blockquote", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
         "figure", "figcaption", "table", "thead", "tbody", "tr", "caption", "del", "sub", "sup", "dl", "dt", "dd",
         "cite", "q", "abbr", "b", "i", "s", "u", "small"], ()
    ),
}  # fmt: skip
# Looked at, and then turned into something else; of all others only the content stays.
PASSING = {
    "div", "section", "center", "article", "aside", "main", "header", "footer", "nav", "details", "summary", "address",
    "fieldset", "dir", "menu", "tfoot", "iframe", "video", "audio", "source", "embed", "object", "ins", "strike", "kbd",
    "samp", "tt", "var", "xmp", "listing", "dfn",
}  # fmt: skip
DROPPED = {"script", "style", "form", "noscript", "template", "svg", "math", "select", "button", "textarea", "canvas"}
VOID = ("br", "hr", "img", "source", "embed")
DEEPEST = 50  # elements in each other: below, the content goes on without its tags
HOPELESS = 1_000  # such deep ones no browser shows, and the parser's time is the square of the depth

_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>?")
_CLOSED_BY_OTHERS = {*VOID, "p", "li", "td", "th", "tr", "dt", "dd", "input", "wbr", "col", "link", "meta", "option"}
_ATTRIBUTES = {
    **{tag: set(names) for tag, names in KEPT.items() if names},
    "img": {"src", "alt", "width", "height", "data-src", "data-lazy-src", "data-orig-file"},
    "iframe": {"src", "title", "data-src"}, "video": {"src"}, "audio": {"src"}, "source": {"src"}, "embed": {"src"},
    "object": {"data"},
}  # fmt: skip
_cleaner = nh3.Cleaner(
    tags=KEPT.keys() | PASSING,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
    clean_content_tags=DROPPED,
)


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node]" = field(default_factory=list)

    def elements(self, *tags: str) -> "Iterator[Element]":
        """Those of these tags in it, at any depth, in their order."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                yield from child.elements(*tags)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


Node = Element | str


def parsed(text: str) -> Element:
    """The text as an element without a tag."""
    builder = _Builder()
    builder.feed(_cleaner.clean(_ANY_TAG.sub("", text) if _depth(text) > HOPELESS else text))
    builder.close()
    return builder.root


def _depth(text: str) -> int:
    """At most this many of its elements are in each other."""
    depth = deepest = 0
    for match in _ANY_TAG.finditer(text):
        if match[2].lower() not in _CLOSED_BY_OTHERS:
            depth = max(0, depth - 1) if match[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest


def written(nodes: list[Node]) -> str:
    """As HTML: a block a paragraph, attributes in double quotes."""
    return "".join(_written(node) for node in nodes)


def escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\u00a0", "&nbsp;")


def link(address: str, text: str = "") -> Element:
    return Element("a", {"href": address}, [text.strip() or address])


def mapped(nodes: list[Node], change: "Callable[[Element], list[Node]]") -> list[Node]:
    """With `change` for each element, whose children have been changed before it."""
    changed: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            changed.append(node)
        else:
            node.children = mapped(node.children, change)
            changed += change(node)
    return changed


def _written(node: Node) -> str:
    if isinstance(node, str):
        return escaped(node)
    if node.tag not in KEPT:
        return written(node.children)
    attributes = "".join(
        f' {name}="{html.escape(node.attributes[name])}"' for name in KEPT[node.tag] if name in node.attributes
    )
    if node.tag in VOID:
        return f"<{node.tag}{attributes}>"
    # A line that begins a <pre> is dropped by whoever reads it.
    first = "\n" if node.tag == "pre" and node.text.startswith("\n") else ""
    return f"<{node.tag}{attributes}>{first}{written(node.children)}</{node.tag}>"


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]
        self._too_deep = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self._open[-1].children.append(element)
        elif len(self._open) > DEEPEST:
            self._too_deep += 1
        else:
            self._open[-1].children.append(element)
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self._too_deep:
            self._too_deep -= 1
        elif tag not in VOID and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
