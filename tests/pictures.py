"""Files as they are uploaded: sound ones, and ones that somebody means harm with."""

import io
import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from advice import pictures
from advice.site_models import Picture


def file(kind: str = "PNG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    """A picture, left half red and right half blue where its mode has colours."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    content = io.BytesIO()
    picture.convert(mode).save(content, kind, **options)
    return content.getvalue()


def upload(content: bytes, name: str = "picture.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored(description: str = "Two mugs on a table", **options: Any) -> Picture:
    """A picture with its files and its row."""
    made = pictures.made(upload(file(**options)))
    pictures.write(made)
    return Picture.objects.create(**pictures.columns(made), description=description)


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG whose head claims a size, whatever follows."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + _chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG with a comment of 100 MB that takes 100 kB."""
    return png(8, 8, _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 100_000_000)))


def pixel_bomb() -> bytes:
    """900 megapixels in less than a megabyte."""
    return png(30_000, 30_000, _chunk(b"IDAT", zlib.compress(b"\0" * 90_001 * 1_000)))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
