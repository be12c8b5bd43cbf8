"""A saved page's bytes as text, whatever it calls its encoding: editors and browsers save in one and leave the name of
another in the page."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from . import opening
from .records import Unreadable

HEAD = 1 << 16  # bytes that are looked through for what the page says of itself

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_ARCHIVES = (b"MIME-Version:", b"<Saved by", b"bplist00")
_OURS = "cp1252"  # what browsers take for its like, and for what has no name
_AS_BROWSERS = {"iso8859-1": _OURS, "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "tis-620": "cp874"}
_OF_PAGES = re.compile(
    r"cp(?:12\d\d|874|866|949)|iso8859-\d+|koi8-[ru]|gb2312|gbk|gb18030|big5|euc_(?:jp|kr)|shift_jis|iso2022_jp|"
    r"mac-(?:roman|cyrillic)|tis-620"
)


def texts(path: Path, *, progress: Callable[[int], Any] = lambda _: None) -> Iterator[str]:
    """The file's text in pieces; the first holds what a page says of itself. Raises Unreadable."""
    encoding = _encoding(path)
    with opening.opened(path, progress=progress) as pieces:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        first = next(pieces, b"")
        yield decoder.decode(first.removeprefix(_mark(first))).replace("\x00", "")
        for piece in pieces:
            yield decoder.decode(piece).replace("\x00", "")
        yield decoder.decode(b"", final=True)


def _mark(start: bytes) -> bytes:
    return next((mark for mark in _MARKS if start.startswith(mark)), b"")


def _encoding(path: Path) -> str:
    with opening.opened(path) as pieces:
        head = next(pieces, b"")
        if mark := _mark(head):
            return _MARKS[mark]
        _refuse_what_is_no_text(head)
        named = _named(head[:HEAD])
        if named:
            return named
        return "utf-8" if _is_utf8(chain([head], pieces)) else _OURS


def _is_utf8(pieces: Iterable[bytes]) -> bool:
    """Whether more of what is beyond ASCII makes sense in it than not."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    sense = 0
    for piece in pieces:
        text = decoder.decode(piece)
        if not text.isascii():
            sense += len(text) - len(text.encode("ascii", "ignore")) - 2 * text.count("\ufffd")
    return sense >= 0


def _named(head: bytes) -> str:
    """What the page says, by Python's name for it; "" where it says UTF-8, which is looked after, or nothing known."""
    found = _CHARSET.search(head)
    try:
        name = codecs.lookup(found[1].decode()).name if found else ""
    except LookupError:
        return ""
    return _AS_BROWSERS.get(name, name) if _OF_PAGES.fullmatch(name) else ""


def _refuse_what_is_no_text(head: bytes) -> None:
    if head.startswith(b"{\\rtf"):
        raise Unreadable("this is an RTF document. Save it as plain text")
    if any(mark in head[:1000] for mark in _ARCHIVES):
        raise Unreadable("this is a web archive. Save the page as HTML, or as plain text")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls * 50 > len(head):
        raise Unreadable("this is no text: neither a saved page nor a copied one")
