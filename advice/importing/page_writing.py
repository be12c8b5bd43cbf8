"""A part of a page as the plain HTML that a text is: paragraphs, headings, lists, links, and nothing of its frame.

It is still foreign: the sanitiser sees all of it when it is rendered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from .page_tree import BLOCKS, Node

INLINE = frozenset({"a", "abbr", "b", "cite", "code", "del", "em", "i", "q", "s", "small", "strong", "sub", "sup", "u"})
_ARTICLE_BLOCKS = frozenset(
    {
        "blockquote", "caption", "dd", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
        "li", "ol", "p", "pre", "table", "tbody", "td", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_COMMENT_INLINE = frozenset({"a", "b", "code", "em", "i", "strong"})
_COMMENT_BLOCKS = frozenset({"blockquote", "li", "ol", "p", "pre", "ul"})
_FULL = frozenset(
    {"blockquote", "dl", "figure", "ol", "table", "tbody", "thead", "tr", "ul"}
)  # of blocks, not of words
_ATTRIBUTES = {
    "a": ("href",),
    "img": ("src", "alt", "width", "height"),
    "ol": ("start",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
}


@dataclass(frozen=True, slots=True)
class Style:
    tags: frozenset[str]
    paragraph: tuple[str, str]
    line_break: str


ARTICLE = Style(INLINE | _ARTICLE_BLOCKS | {"img"}, ("<p>", "</p>\n"), "<br>\n")
# As WordPress itself keeps comments: paragraphs are empty lines.
COMMENT = Style(_COMMENT_INLINE | _COMMENT_BLOCKS, ("", "\n\n"), "\n")


@dataclass(frozen=True, slots=True)
class _End:
    """Stands behind what is in an element."""

    node: Node
    tag: str  # what was written for it


def written(
    node: Node,
    style: Style,
    *,
    is_noise: Callable[[Node], bool],
    address: Callable[[Node, str], str],
) -> str:
    """What is in the element, without what is noise. `address` says what a link's or a picture's attribute becomes; ""
    leaves its tag out."""
    writer = _Writer(style, address)
    ahead: list[Node | str | _End] = list(reversed(node.children))
    while ahead:
        item = ahead.pop()
        if isinstance(item, Node):
            if is_noise(item):
                continue
            ahead.append(_End(item, writer.start(item)))
            ahead.extend(reversed(item.children))
        elif isinstance(item, _End):
            writer.end(item)
        else:
            writer.words(item)
    return writer.finished()


class _Writer:
    def __init__(self, style: Style, address: Callable[[Node, str], str]) -> None:
        self._style = style
        self._address = address
        self._parts: list[str] = []
        self._blocks: list[str] = []  # that are open
        self._in_paragraph = False  # one that is made here, around words that stand in no block
        self._is_fresh = True  # blanks that come now are at the beginning of a line
        self._blank = ""  # that comes if more words do

    def start(self, node: Node) -> str:
        """Returns the tag that it was written with."""
        if node.tag in BLOCKS:
            return self._start_block(node)
        if node.tag == "br":
            self._line_break()
        elif node.tag == "img":
            self._picture(node)
        elif node.tag in self._style.tags and (node.tag != "a" or self._kept(node)):
            self._paragraph()
            self._put(f"<{node.tag}{_attributes(self._kept(node))}>")
            return node.tag
        return ""

    def end(self, end: _End) -> None:
        if end.node.tag in BLOCKS:
            self._end_block(end.tag)
        elif end.tag:
            self._parts.append(f"</{end.tag}>")

    def words(self, text: str) -> None:
        if "pre" in self._blocks:
            self._put(escape(text, quote=False))
            return
        words = " ".join(text.split())
        if not words:
            self._blank = "" if self._is_fresh else " "
            return
        self._paragraph()
        self._blank = " " if text[0].isspace() and not self._is_fresh else self._blank
        self._put(escape(words, quote=False))
        self._blank = " " if text[-1].isspace() else ""

    def finished(self) -> str:
        self._end_paragraph()
        return "".join(self._parts).strip()

    def _start_block(self, node: Node) -> str:
        self._end_paragraph()
        if node.tag not in self._style.tags:
            return ""
        if node.tag == "p":
            if self._is_full():
                self._parts.append(self._style.paragraph[0])
                self._blocks.append("p")
                self._begin_line()
                return "p"
            return ""
        self._parts.append(f"<{node.tag}{_attributes(self._kept(node))}>")
        if node.tag != "hr":
            self._blocks.append(node.tag)
        self._begin_line()
        return node.tag

    def _end_block(self, tag: str) -> None:
        self._end_paragraph()
        if tag == "p":
            self._parts.append(self._style.paragraph[1])
        elif tag and tag != "hr":
            self._parts.append(f"</{tag}>")
            if tag in _HEADINGS or len(self._blocks) == 1:
                self._parts.append("\n" if self._style is ARTICLE else "\n\n")
        if tag and tag != "hr":
            self._blocks.pop()
        self._begin_line()

    def _paragraph(self) -> None:
        """Words come: they stand in a paragraph."""
        if self._is_full() and not self._in_paragraph:
            self._parts.append(self._style.paragraph[0])
            self._in_paragraph = True
            self._begin_line()

    def _end_paragraph(self) -> None:
        if self._in_paragraph:
            self._parts.append(self._style.paragraph[1])
            self._in_paragraph = False
            self._begin_line()
        elif self._parts and not self._is_fresh and not self._is_full():
            self._blank = " "  # blocks in a list's item, or what else has none of its own

    def _is_full(self) -> bool:
        """Whether words here need a paragraph around them."""
        return not self._blocks or self._blocks[-1] in _FULL

    def _line_break(self) -> None:
        if self._in_paragraph or not self._is_full():
            self._parts.append(self._style.line_break)
            self._begin_line()

    def _picture(self, node: Node) -> None:
        kept = self._kept(node)
        if "img" in self._style.tags and kept.get("src"):
            if not self._blocks or self._blocks[-1] != "figure":
                self._paragraph()
            self._put(f"<img{_attributes(kept)}>")

    def _kept(self, node: Node) -> dict[str, str]:
        kept = {name: node.get(name) for name in _ATTRIBUTES.get(node.tag, ()) if name in node.attributes}
        for name in ("href", "src"):
            if node.tag in ("a", "img") and name in _ATTRIBUTES[node.tag]:
                kept[name] = self._address(node, name)
        return {name: value for name, value in kept.items() if value or name == "alt"}

    def _put(self, text: str) -> None:
        self._parts += [self._blank, text]
        self._blank = ""
        self._is_fresh = False

    def _begin_line(self) -> None:
        self._is_fresh, self._blank = True, ""


def _attributes(kept: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
