"""Uploaded pictures: checked, written anew in several widths without what the camera had noted, and served.

Whatever arrives, what readers get was encoded here: no script, no place, no second file hides in it.
"""

import contextlib
import hashlib
import io
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from PIL import Image, ImageCms, ImageOps

from . import picture_files

PIXELS = 50_000_000
SIDES = 10  # how many times as long as the other one may be: WebP ends at 16,383 pixels
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")  # not SVG: it is a program
WIDTHS = (240, 480, 960, 1600)
QUALITY = 80
FOR_EVER = "public, max-age=31536000, immutable"
AWAY = 30  # seconds after which a browser may ask again where the disk or the bucket gave nothing

_one_at_a_time = threading.Lock()  # while it is read, a picture of 50 megapixels takes 400 MB


class Refused(ValueError):
    """The upload is no picture that can be shown; the text says why, to its owner."""


@dataclass(frozen=True, slots=True)
class Made:
    """A picture in all its widths, not yet written."""

    name: str
    width: int
    height: int
    files: dict[int, bytes]


def made(upload: "File[bytes]") -> Made:
    """The upload as it will be shown. Raises Refused. Takes seconds: call it outside transactions."""
    if (upload.size or 0) > settings.PICTURE_BYTES:
        limit = f"{settings.PICTURE_BYTES // 1_000_000} MB"
        raise Refused(f"This file has more than {limit}. Make the picture smaller and upload it again.")
    data = upload.read()
    with _one_at_a_time:
        picture = _read(data)
        files = {width: _encoded(picture, width) for width in _widths(picture.width)}
    widest = max(files)
    height = max(1, round(picture.height * widest / picture.width))
    return Made(hashlib.sha256(data).hexdigest()[:32], widest, height, files)


def write(picture: Made) -> None:
    """Put its files where they are served from. Each is there whole or not at all; the row comes after."""
    for width, content in picture.files.items():
        picture_files.write(file_name(picture.name, width), content)


def columns(picture: Made) -> dict[str, Any]:
    """Of its row, all but the description."""
    return {
        "name": picture.name,
        "width": picture.width,
        "height": picture.height,
        "widths": sorted(picture.files),
        "uploaded_at": timezone.now(),
    }


def remove(name: str, widths: Iterable[int]) -> None:
    """The files of a picture whose row is gone. What cannot go now is found by `check_pictures`."""
    for width in widths:
        with contextlib.suppress(OSError):
            picture_files.remove(file_name(name, width))


def is_there(name: str, width: int | str) -> bool:
    return picture_files.is_there(file_name(name, width))


def file_name(name: str, width: int | str) -> str:
    return f"{name}-{width}.webp"


@require_safe
def media(request: HttpRequest, name: str, width: str) -> HttpResponseBase:
    """A picture's file. The address names its content, so whoever has it need not ask again."""
    try:
        file = picture_files.opened(file_name(name, width))
    except FileNotFoundError:
        raise Http404 from None
    except OSError:
        return HttpResponse(status=503, headers={"Cache-Control": "no-store", "Retry-After": str(AWAY)})
    etag = f'"{name}-{width}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag)
    if response is None:
        response = FileResponse(file, content_type="image/webp", headers={"Cache-Control": FOR_EVER})
    else:
        file.close()
    response.headers["ETag"] = etag
    return response


def _widths(own: int) -> list[int]:
    """Never wider than it is: a picture that lies between two of ours is kept at its own width."""
    return sorted({min(width, own) for width in WIDTHS})


def _read(data: bytes) -> Image.Image:
    """The picture upright, in sRGB, as RGB or RGBA; of an animation its first frame."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _check_size(opened)
            opened.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))  # a large JPEG is read at a half, a quarter or an eighth
            return _plain(_srgb(ImageOps.exif_transpose(_smaller(opened))))
    except Refused:
        raise
    except Image.DecompressionBombError:
        raise Refused(_too_large()) from None
    except Exception as error:  # Pillow's decoders raise whatever they stumble over, and this is a stranger's file
        raise Refused(
            "This file cannot be read as a picture. Upload a JPEG, PNG, WebP or GIF; if it is one, it is damaged."
        ) from error


def _check_size(picture: Image.Image) -> None:
    """From the file's head, before anything is unpacked: a few bytes can claim a sea of pixels."""
    if picture.width * picture.height > PIXELS:
        raise Refused(_too_large())
    if max(picture.size) > SIDES * min(picture.size):
        raise Refused("This picture is too long for its width to be shown. Cut it, and upload it again.")


def _too_large() -> str:
    return f"This picture has more than {PIXELS // 1_000_000} megapixels. Make it smaller and upload it again."


def _smaller(picture: Image.Image) -> Image.Image:
    """At a half, a third, ... of its size where that is still more than is kept: what follows takes less memory."""
    if picture.mode not in ("RGB", "RGBA", "CMYK", "L"):
        picture = _plain(picture)
    return picture.reduce(max(1, min(picture.size) // WIDTHS[-1]))


def _srgb(picture: Image.Image) -> Image.Image:
    """Its colours as screens understand them without the profile, which goes, as all that is noted in the file."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        own, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, own, srgb, outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError):  # a broken profile: the colours as they are
        return picture


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):  # convert() alone would make all but the darkest white
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _encoded(picture: Image.Image, width: int) -> bytes:
    height = max(1, round(picture.height * width / picture.width))
    resized = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    resized.info.clear()  # place, camera, comments, profile
    content = io.BytesIO()
    resized.save(content, "WEBP", quality=QUALITY, method=4)
    return content.getvalue()
