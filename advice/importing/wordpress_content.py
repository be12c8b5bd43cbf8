"""An article's text from WordPress as clean HTML.

HTML and no Markdown: tables, captions and lists in tables have no Markdown, and an article has one format.
"""

import re
from collections import Counter
from urllib.parse import parse_qs, urlsplit

from . import html_tree, paragraphs, wordpress_blocks, wordpress_shortcodes
from .html_tree import Element, Node, link, mapped
from .records import Article
from .staged_texts import StagedTexts

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_FORM = re.compile(r"<(form|script)\b", re.IGNORECASE)
_SAME = {
    "strike": "s", "ins": "u", "kbd": "code", "samp": "code", "tt": "code", "var": "i", "dfn": "i", "xmp": "pre",
    "listing": "pre", "dir": "ul", "menu": "ul", "tfoot": "tbody",
}  # fmt: skip
_LAZY = ("data-orig-file", "data-lazy-src", "data-src", "src")  # where the picture's own address is, the best first


def cleaned(item: Article, known: StagedTexts, met: Counter[str]) -> str:
    """The article's text; what was met that could not come along is counted."""
    source = item.body or ""
    text = wordpress_blocks.opened(source, reusable=known.piece, met=met)
    codes: Counter[str] = Counter()
    around = wordpress_shortcodes.Around(known.uploads_at, lambda: known.uploads_of(item.pk), codes)
    text = wordpress_shortcodes.expanded(text, around)
    met.update({f"[{name}]": count for name, count in codes.items()})
    met.update(f"<{match[1].lower()}>" for match in _FORM.finditer(text))
    nodes = mapped(html_tree.parsed(text).children, lambda element: _changed(element, met))
    blocks = paragraphs.arranged(nodes, lines=not wordpress_blocks.are_in(source))
    return "\n\n".join(html_tree.written([block]) for block in _linked(blocks))


def _changed(element: Element, met: Counter[str]) -> list[Node]:
    """What stands in its place. Its children have been there before."""
    element.tag = _SAME.get(element.tag, element.tag)
    match element.tag:
        case "iframe" | "video" | "audio" | "embed" | "object":
            return _media(element, met)
        case "source":
            return [element]
        case "img":
            return _picture(element)
        case "a":
            return _link(element)
        case _:
            return [element]


def _media(element: Element, met: Counter[str]) -> list[Node]:
    """A link to it: nothing from elsewhere runs on our pages."""
    sources = [element, *element.elements("source", "embed")]
    found = (each.attributes.get(name, "") for each in sources for name in ("src", "data-src", "data"))
    address = next(filter(None, map(_whole, found)), "")
    if not address:  # of an object the embed in it, which is a link by now
        return list(element.elements("p"))
    met[f"<{element.tag}> of {urlsplit(address).hostname}"] += 1
    return [Element("p", {}, [link(_watched(address), element.attributes.get("title", ""))])]


def _whole(address: str) -> str:
    address = f"https:{address}" if address.startswith("//") else address
    try:
        return address if urlsplit(address).scheme in ("http", "https") and urlsplit(address).hostname else ""
    except ValueError:
        return ""


def _watched(address: str) -> str:
    """The page of a video instead of its player."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    last = parts.path.rstrip("/").rpartition("/")[2]
    if host in ("youtube.com", "youtube-nocookie.com") and parts.path.startswith(("/embed/", "/v/")):
        shown = parse_qs(parts.query).get("list", []) if last == "videoseries" else []
        return (
            f"https://www.youtube.com/playlist?list={shown[0]}" if shown else f"https://www.youtube.com/watch?v={last}"
        )
    return f"https://vimeo.com/{last}" if host == "player.vimeo.com" else address


def _picture(element: Element) -> list[Node]:
    address = next(filter(None, (element.attributes.get(name, "") for name in _LAZY)), "")
    address = f"https:{address}" if address.startswith("//") else address
    if not address:  # of an object the embed in it, which is a link by now
        return list(element.elements("p"))
    element.attributes["src"] = address
    element.attributes.setdefault("alt", "")
    return [element]


def _link(element: Element) -> list[Node]:
    """Without an address, or to a place in the same text, which has other anchors here, it is only its words."""
    address = element.attributes.get("href", "").strip()
    if not address or (address.startswith("#") and address not in ("#comments", "#respond")):
        return element.children
    says = element.text.strip() or next(element.elements("img"), None)
    return [element] if says else []


def _linked(nodes: list[Node]) -> list[Node]:
    """An address that is all of a line becomes a link, where WordPress showed a player."""
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            address = node.strip()
            made.append(link(address) if _ADDRESS.fullmatch(address) else node)
        else:
            if node.tag not in ("a", "pre", "code"):
                node.children = _linked(node.children)
            made.append(node)
    return made
