"""WordPress keeps paragraphs as empty lines and lines as line ends, and makes tags of them when it prints; here they
are made once. Boxes that only lay out a page are opened: columns become paragraphs below each other."""

import re

from .html_tree import Element, Node

BOXES = {
    "div", "section", "center", "article", "aside", "main", "header", "footer", "nav", "details", "address",
    "fieldset", "object", "form",
}  # fmt: skip
FLOWS = {"blockquote", "li", "td", "th", "dd"}  # hold paragraphs, or a few words
BLOCKS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "figure", "table", "hr", "dt", "figcaption",
    "thead", "tbody", "tr", "caption", *FLOWS,
}  # fmt: skip
_EMPTY_LINE = re.compile(r"[^\S\n]*\n\s*\n\s*")
_LOOSE_PARTS = {"ul": "li", "ol": "li", "dl": "dd", "table": "tr", "thead": "tr", "tbody": "tr", "tr": "td"}


def arranged(nodes: list[Node], *, lines: bool) -> list[Node]:
    """What stands on a page: blocks, and loose words as paragraphs. With `lines` line ends are meant."""
    blocks: list[Node] = []
    loose: list[Node] = []
    for node in _opened(nodes):
        if isinstance(node, Element) and node.tag in BLOCKS:
            blocks += _paragraphs(loose, lines=lines)
            loose = []
            blocks += _block(node, lines=lines)
        else:
            loose.append(node)
    return blocks + _paragraphs(loose, lines=lines)


def _opened(nodes: list[Node], *, captions: bool = False) -> list[Node]:
    """Without boxes; where one begins or ends, so does a paragraph. Also without a link or emphasis around blocks.
    Captions stay in a figure alone."""
    opened: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and _is_box(node):
            opened += [_BREAK, *_opened(node.children), _BREAK]
        elif isinstance(node, Element) and node.tag == "summary":
            opened.append(Element("p", {}, [Element("strong", {}, node.children)]))
        elif isinstance(node, Element) and node.tag == "figcaption" and not captions:
            opened.append(Element("p", {}, node.children))
        else:
            opened.append(node)
    return opened


_BREAK = Element("hr", {"break": "only"})  # between two paragraphs, and nothing itself


def _is_box(node: Element) -> bool:
    """Also emphasis around whole paragraphs, which HTML does not know; a figure of figures, or with nothing to see."""
    if node.tag == "figure":
        shows = next(node.elements("img", "table", "pre", "blockquote"), None) is not None
        return not shows or next(node.elements("figure"), None) is not None
    if node.tag == "p":
        return next(node.elements("p", "figure"), None) is not None
    return node.tag in BOXES or (node.tag not in BLOCKS and next(node.elements(*BLOCKS, *BOXES), None) is not None)


def _block(node: Element, *, lines: bool) -> list[Node]:
    """A block as it may stand; nothing, where nothing is in it."""
    if node is _BREAK:
        return []
    if node.tag in ("hr", "pre"):
        return [node]
    if node.tag == "blockquote":
        node.children = arranged(node.children, lines=lines)
    elif node.tag in FLOWS:
        node.children = _flowing(node.children, lines=lines)
    elif node.tag in _LOOSE_PARTS or node.tag == "figure":
        node.children = _parts(node, lines=lines)
    else:
        node.children = _line(node.children, lines=lines and node.tag != "p")
    return [node] if node.tag in ("td", "th", "tr") or _says(node.children) else []


def _flowing(nodes: list[Node], *, lines: bool) -> list[Node]:
    """A single paragraph in a list or a table needs no <p>."""
    arrangement = arranged(nodes, lines=lines)
    first, *others = arrangement or [""]
    if not isinstance(first, Element) or first.tag != "p":
        return arrangement
    if all(isinstance(other, Element) and other.tag in ("ul", "ol") for other in others):
        return [*first.children, *others]
    return arrangement


def _parts(node: Element, *, lines: bool) -> list[Node]:
    """What a list, a table or a figure is made of."""
    parts: list[Node] = []
    for child in _opened(node.children, captions=node.tag == "figure"):
        if isinstance(child, str):
            if child.strip():
                parts.append(
                    Element(_LOOSE_PARTS[node.tag], {}, [child.strip()]) if node.tag in _LOOSE_PARTS else child
                )
        elif child.tag in BLOCKS:
            parts += _block(child, lines=lines)
        else:
            parts.append(child)
    return parts


def _paragraphs(nodes: list[Node], *, lines: bool) -> list[Node]:
    pieces: list[list[Node]] = [[]]
    for node in nodes:
        if isinstance(node, str) and lines:
            first, *others = _EMPTY_LINE.split(node)
            pieces[-1].append(first)
            pieces += [[other] for other in others]
        else:
            pieces[-1].append(node)
    made = (_line(piece, lines=lines) for piece in pieces)
    return [Element("p", {}, line) for line in made if _says(line)]


def _line(nodes: list[Node], *, lines: bool) -> list[Node]:
    """Words of one block: line ends as they are meant, none at its beginning and its end."""
    line = list(_breaking(nodes)) if lines else list(nodes)
    for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while line and (_is_break(line[at]) or (isinstance(line[at], str) and not line[at].strip(" \t\n\r"))):  # type: ignore[union-attr]
            del line[at]
        if line and isinstance(line[at], str):
            line[at] = strip(line[at], " \t\n\r")  # type: ignore[arg-type]
    return line


def _breaking(nodes: list[Node]) -> list[Node]:
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            for number, text in enumerate(node.split("\n")):
                if number and not (made and _is_break(made[-1])):  # a <br> at the line's end is that line's end
                    made.append(Element("br"))
                made += [text] if text else []
        else:
            if node.tag not in BLOCKS and node.children:
                node.children = _breaking(node.children)
            made.append(node)
    return made


def _is_break(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "br"


def _says(nodes: list[Node]) -> bool:
    """Whether a reader would see something."""
    return any(
        node.strip("\u200b\ufeff") if isinstance(node, str) and node.strip() else
        isinstance(node, Element) and (node.tag in ("img", "hr", "pre") or _says(node.children))
        for node in nodes
    )  # fmt: skip
