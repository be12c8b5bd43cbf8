"""Strangers' files as streams of bytes that a parser may have.

What exports are known to be wrong in, and parsers refuse, is put right: a byte order mark, blank lines and a server's
warnings before the prolog, control characters in the text. What is packed twice, or swells beyond reason, is refused.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from .records import Unreadable

CHUNK = 1 << 16  # bytes
BEFORE = 1 << 16  # bytes before the prolog that are looked through for it
SWELLING = 200  # times: XML packs to a twentieth, a bomb to a thousandth
SMALL = 64 << 20  # bytes that may come of anything

_PACKED = {b"\x1f\x8b": "gzip", b"PK": "zip", b"BZ": "bzip2", b"\xfd7": "xz", b"7z": "7z", b"Rar"[:2]: "rar"}
_START = re.compile(rb"<(?:\?xml|rss|disqus)[\s>]")
_PAGE = re.compile(rb"<!doctype html|<html[\s>]", re.IGNORECASE)
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})  # no XML may hold them; in UTF-8 they are part of no other character


@contextmanager
def opened(path: Path, *, progress: Callable[[int], Any] = lambda _: None) -> Iterator[Iterator[bytes]]:
    """The file's bytes in pieces, unpacked where it is gzipped. `progress` is told the bytes read of the file itself.

    Raises Unreadable, with the file's name before whatever is wrong; also for what the caller raises of that kind.
    """
    try:
        _refuse_devices(path)
        with path.open("rb") as file:
            yield _pieces(file, progress)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from error
    except Unreadable as error:
        raise Unreadable(f"{path}: {error}") from error.__cause__


def _refuse_devices(path: Path) -> None:
    """A device never ends, and a pipe may never begin."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise Unreadable("it is no file")


def xml(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same without what is before the XML, and without control characters; UTF-16 as it is."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= BEFORE:
            break
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield head
        yield from pieces
        return
    start = _START.search(head[:BEFORE])
    yield head[start.start() if start else 0 :].translate(None, _CONTROLS)
    for piece in pieces:
        yield piece.translate(None, _CONTROLS)


def seems(head: bytes) -> str:
    """For the end of a message about a file that is no XML, by its beginning: what it may be, and what imports that."""
    if _START.search(head[:BEFORE]):
        return ""
    if head.startswith(b'{"'):
        return ". It seems to be this system's own export, which import_native takes"
    if head.startswith(b"SQLite format 3"):
        return ". It is a SQLite database; import_isso takes Isso's"
    if _PAGE.search(head):
        return ". It seems to be a web page, which import_page takes"
    return (
        "" if b"<" in head or b"\x00" in head else ". It seems to be plain text; import_page takes a page saved as text"
    )


def _pieces(file: IO[bytes], progress: Callable[[int], Any]) -> Iterator[bytes]:
    head = file.read(2)
    file.seek(0)
    pieces = _unpacked(file, progress) if head == b"\x1f\x8b" else _read(file, progress)
    first = next(pieces, b"")
    if not first:
        raise Unreadable("the file is empty")
    if packed := _PACKED.get(first[:2]):
        raise Unreadable(f"this is a {packed} archive. Unpack it first")
    yield first
    yield from pieces


def _read(file: IO[bytes], progress: Callable[[int], Any]) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        progress(len(piece))
        yield piece


def _unpacked(file: IO[bytes], progress: Callable[[int], Any]) -> Iterator[bytes]:
    """Of a gzipped file. Raises Unreadable where it is broken, or a bomb: much more comes out than text ever packs."""
    told = out = 0
    with gzip.GzipFile(fileobj=file) as unpacked:
        while True:
            try:
                piece = unpacked.read(CHUNK)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise Unreadable(f"this gzip archive is broken: {error}") from error
            if not piece:
                return
            out += len(piece)
            at = file.tell()
            if out > SMALL and out > SWELLING * at:
                raise Unreadable(f"it unpacks to more than {SWELLING} times its size, as no export does")
            progress(at - told)
            told = at
            yield piece
