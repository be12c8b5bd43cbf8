"""Whether a page holds nothing but what the site itself put there: read as browsers read it, by the HTML standard."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from justhtml import JustHTML

LINKING = (
    "href",
    "src",
    "action",
    "formaction",
    "srcset",
    "poster",
    "cite",
    "data",
    "background",
    "ping",
    "xlink:href",
)
SCHEMES = ("", "http", "https", "mailto", "tel", "data")
OUR_DATA = "data:image/"
OUR_SCRIPTS = ("/static/", "/admin/jsi18n/")
BLANKS = re.compile("[\x00-\x20]+")

Kinds = set[tuple[str, ...]]  # elements by their names and those of their attributes


@dataclass(frozen=True)
class Element:
    tag: str
    attributes: dict[str, str]
    text: str  # directly in it

    @property
    def kind(self) -> tuple[str, ...]:
        """Its name and those of its attributes."""
        return (self.tag, *sorted(self.attributes))

    def __str__(self) -> str:
        return " ".join([self.tag, *(f"{name}={value!r}" for name, value in self.attributes.items())])[:300]


def elements(html: str, *, fragment: bool = False) -> list[Element]:
    """All of them, in their order."""
    return list(_below(JustHTML(html, sanitize=False, fragment=fragment).root))


def kinds(html: str, *, fragment: bool = False) -> Kinds:
    return {element.kind for element in elements(html, fragment=fragment)}


def faults(html: str, known: Kinds, *, fragment: bool = False) -> list[str]:
    """What a page holds that none of these kinds is, what would run, and what would lead where no link of ours does."""
    document = JustHTML(html, sanitize=False, fragment=fragment, collect_errors=not fragment)
    found = list(_below(document.root))
    strange = [f"strange: {element}" for element in found if element.kind not in known]
    errors = [f"not well-formed: {error.code} at {error.line}:{error.column}" for error in document.errors or []]
    return [*errors, *strange, *(fault for element in found for fault in _active(element))]


def linked_data(html: str) -> list[Any]:
    """The JSON-LD of a page, parsed."""
    scripts = [element for element in elements(html) if element.attributes.get("type") == "application/ld+json"]
    return [json.loads(script.text) for script in scripts]


def _below(node: Any) -> Iterator[Element]:
    """Without recursion: hostile pages are deep."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        children = list(one.children or ())
        if content := getattr(one, "template_content", None):
            children.append(content)
        waiting += reversed(children)
        if not one.name.startswith(("#", "!")):
            text = "".join(str(child.data) for child in children if child.name == "#text")
            yield Element(one.name, {name: value or "" for name, value in (one.attrs or {}).items()}, text)


def _active(element: Element) -> Iterator[str]:
    """Handlers, styles, schemes that run something, and scripts that are not ours."""
    for name, value in element.attributes.items():
        if name.startswith("on") or name == "style":
            yield f"active: {element}"
        if name in LINKING and not _leads_somewhere_harmless(value):
            yield f"leads astray: {element}"
    is_ours = element.attributes.get("src", "").startswith(OUR_SCRIPTS)
    if element.tag == "script" and not is_ours and element.attributes.get("type") != "application/ld+json":
        yield f"script: {element}"


def _leads_somewhere_harmless(address: str) -> bool:
    bare = BLANKS.sub("", address)
    try:
        scheme = urlsplit(bare).scheme.lower()
    except ValueError:  # a host that is none
        return bare.lower().startswith(("http://", "https://"))
    return scheme in SCHEMES and (scheme != "data" or bare.startswith(OUR_DATA))
