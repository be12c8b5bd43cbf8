"""Uploaded pictures: what is taken, what is kept of it, and how it is served."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageCms

from advice import pictures
from tests.pictures import file, pixel_bomb, png, stored, text_bomb, upload

GIF_THAT_IS_A_PAGE = b"GIF89a/*<script>alert(1)</script>*/=1;"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "pictures"


def made(content: bytes) -> dict[int, Image.Image]:
    return {width: Image.open(io.BytesIO(written)) for width, written in pictures.made(upload(content)).files.items()}


def colour_left(content: bytes) -> Any:
    picture = next(iter(made(content).values()))
    return picture.convert("RGB").getpixel((2, picture.height // 2))


# --- What is taken --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("GIF", "P")],
)
def test_a_picture_of_any_common_kind_is_taken_with_its_colours(kind: str, mode: str) -> None:
    red, green, blue = colour_left(file(kind, mode=mode))
    assert red > 200
    assert green < 60
    assert blue < 60


@pytest.mark.parametrize("mode", ["L", "LA", "1"])
def test_grey_pictures_are_taken(mode: str) -> None:
    assert made(file(mode=mode))


def test_sixteen_bits_become_eight_and_not_white() -> None:
    content = io.BytesIO()
    Image.new("I;16", (32, 32), 30_000).save(content, "PNG")
    assert abs(colour_left(content.getvalue())[0] - 117) < 4


def test_what_is_transparent_stays_so() -> None:
    content = io.BytesIO()
    Image.new("RGBA", (32, 32), (255, 0, 0, 0)).save(content, "PNG")
    picture = made(content.getvalue())[32]
    assert picture.mode == "RGBA"
    assert picture.getpixel((1, 1))[3] == 0  # type: ignore[index]


def test_of_an_animation_the_first_frame_is_shown() -> None:
    content = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:], duration=50)
    assert colour_left(content.getvalue())[0] > 200
    assert not getattr(made(content.getvalue())[32], "is_animated", False)


def test_colours_of_another_profile_are_turned_into_those_of_screens() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    with_profile = file("PNG", icc_profile=profile.tobytes())  # nonsense for RGB: taken as it is
    assert colour_left(with_profile)[0] > 200
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert colour_left(file("JPEG", icc_profile=srgb))[0] > 200


# --- Widths ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "widths"), [(100, [100]), (240, [240]), (700, [240, 480, 700]), (2_000, [240, 480, 960, 1600])]
)
def test_a_picture_is_made_in_several_widths_and_never_wider_than_it_was(own: int, widths: list[int]) -> None:
    sizes = {width: picture.size for width, picture in made(file(size=(own, own // 2))).items()}
    assert list(sizes) == widths
    assert all(size == (width, width // 2) for width, size in sizes.items())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(400, 200), (4_000, 3_400)])
def test_a_picture_taken_sideways_is_put_upright(kind: str, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by a quarter, clockwise
    upright = made(file(kind, size, exif=exif))[200 if size[0] == 400 else 480]
    assert upright.width < upright.height
    red, _, blue = upright.convert("RGB").getpixel((upright.width // 2, 2))  # type: ignore[misc]
    assert red > blue  # the left half is on top now


def test_a_large_photograph_keeps_its_widest_width() -> None:
    assert max(made(file("JPEG", (6_000, 4_000)))) == 1600


def test_where_it_was_taken_and_with_what_is_forgotten() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    files = pictures.made(upload(file("JPEG", exif=exif, icc_profile=srgb, comment=b"SecretNote"))).files
    for written in files.values():
        assert b"Secret" not in written
        assert not [chunk for chunk in (b"EXIF", b"ICCP", b"XMP ") if chunk in written]
        assert not Image.open(io.BytesIO(written)).getexif()


# --- What is refused ------------------------------------------------------------------------------------------------


UNREADABLE, TOO_MANY = "cannot be read as a picture", "more than 50 megapixels"
NO_PICTURES: dict[str, tuple[Callable[[], bytes], str]] = {  # made where they are asked for: a bomb takes its time
    "nothing": (lambda: b"", UNREADABLE),
    "a letter": (lambda: b"Dear Sarah", UNREADABLE),
    "SVG": (lambda: SVG, UNREADABLE),
    "a GIF that is a page": (lambda: GIF_THAT_IS_A_PAGE, UNREADABLE),
    "BMP": (lambda: file("BMP"), UNREADABLE),
    "TIFF": (lambda: file("TIFF"), UNREADABLE),
    "a JPEG cut short": (lambda: file("JPEG", (400, 400))[:-900], UNREADABLE),
    "a PNG cut short": (lambda: file("PNG")[:60], UNREADABLE),
    "a PNG without pixels": (lambda: png(8, 8), UNREADABLE),
    "a text bomb": (text_bomb, UNREADABLE),
    "a pixel bomb": (pixel_bomb, TOO_MANY),
    "many pixels, said": (lambda: png(60_000, 60_000), TOO_MANY),
    "a few too many": (lambda: png(9_000, 9_000), TOO_MANY),
    "no width": (lambda: png(0, 8), UNREADABLE),
    "a strip": (lambda: file(size=(20, 2_000)), "too long for its width"),
    "many bytes": (lambda: b"x" * 12_000_001, "more than 12 MB"),
}


@pytest.mark.parametrize("kind", NO_PICTURES)
@pytest.mark.filterwarnings("error")
def test_what_is_no_picture_is_refused_in_words(kind: str) -> None:
    content, why = NO_PICTURES[kind]
    with pytest.raises(pictures.Refused, match=why):
        pictures.made(upload(content()))


def test_a_page_behind_a_picture_is_left_behind() -> None:
    files = pictures.made(upload(file("JPEG") + b"<script>alert(1)</script>")).files
    assert not any(b"<script" in written for written in files.values())


def test_the_names_end_says_nothing_about_what_a_file_is() -> None:
    assert pictures.made(upload(file("PNG"), "page.html")).files
    with pytest.raises(pictures.Refused):
        pictures.made(upload(SVG, "picture.jpg"))


# --- Files ----------------------------------------------------------------------------------------------------------


def test_files_are_whole_readable_by_the_server_and_named_for_what_was_uploaded(media: Path) -> None:
    one, same, other = (pictures.made(upload(content)) for content in (file(), file(), file(size=(32, 32))))
    assert one.name == same.name != other.name
    pictures.write(one)
    assert {path.name for path in media.iterdir()} == {f"{one.name}-64.webp"}
    assert (media / f"{one.name}-64.webp").stat().st_mode & 0o777 == 0o644


def test_a_disk_that_is_full_leaves_no_half_file(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("advice.folder.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        pictures.write(pictures.made(upload(file())))
    assert list(media.iterdir()) == []


# --- Serving --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_picture_is_served_for_ever_as_what_it_is(client: Client) -> None:
    picture = stored()
    response = client.get(picture.src)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response
    body = response.getvalue()  # type: ignore[attr-defined]
    assert len(body) == int(response["Content-Length"])
    assert Image.open(io.BytesIO(body)).size == (64, 48)
    head = client.head(picture.src)
    head.getvalue()  # type: ignore[attr-defined]
    assert head["Content-Length"] == response["Content-Length"]
    again = client.get(picture.src, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, response["ETag"])


@pytest.mark.django_db
def test_serving_needs_no_database(client: Client, django_assert_num_queries: Any) -> None:
    picture = stored()
    with django_assert_num_queries(0):
        client.get(picture.src).getvalue()  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/media/",
        "/media/pictures/",
        "/media/pictures/{name}-63.webp",
        "/media/pictures/{name}-064.webp",
        "/media/pictures/{name}-64.png",
        "/media/pictures/{name}-64.webp%0A",
        "/media/pictures/{name}-64.webp/",
        "/media/pictures/{name}-64.webp%2F..",
        "/media/pictures/../pictures/{name}-64.webp",
        "/media/pictures/%2e%2e%2fsecret-key-64.webp",
        "/media/{name}-64.webp",
    ],
)
def test_nothing_else_is_served(client: Client, address: str, media: Path) -> None:
    picture = stored()
    (media.parent / "secret-key-64.webp").write_bytes(b"secret")
    assert client.get(address.format(name=picture.name)).status_code == 404


@pytest.mark.django_db
def test_a_picture_takes_nothing_but_reading(client: Client) -> None:
    assert client.post(stored().src).status_code == 405


@pytest.mark.django_db
def test_a_file_that_is_gone_is_not_there_even_for_who_knows_it(client: Client) -> None:
    picture = stored()
    response = client.get(picture.src)
    response.getvalue()  # type: ignore[attr-defined]
    pictures.remove(picture.name, picture.widths)
    assert client.get(picture.src, headers={"If-None-Match": response["ETag"]}).status_code == 404


@pytest.mark.django_db
def test_a_picture_knows_its_addresses() -> None:
    picture = stored(size=(1_000, 500))
    assert picture.widths == [240, 480, 960, 1000]
    assert picture.src == f"/media/pictures/{picture.name}-960.webp"
    assert picture.thumbnail == f"/media/pictures/{picture.name}-240.webp"
    assert picture.srcset.split(", ")[3] == f"/media/pictures/{picture.name}-1000.webp 1000w"
    assert (picture.height_at(480), picture.fitting(100)) == (240, 240)
    assert picture.uploaded_at <= timezone.now()
