"""Pictures in a folder and in a bucket: the same to everybody, also where neither works."""

import io
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from advice import bucket_url, picture_files, pictures
from advice.exporting import media
from advice.site_models import Picture
from tests import buckets
from tests.pictures import file, stored, upload


def asked(client: Client, address: str, **headers: str) -> tuple[int, bytes]:
    response = client.get(address, headers=headers)
    return response.status_code, response.getvalue()  # type: ignore[attr-defined]


def checked(*options: str) -> str:
    said = io.StringIO()
    call_command("check_pictures", *options, stdout=said, stderr=said)
    return said.getvalue()


# --- The same in both -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_picture_is_served_until_it_is_removed(kept: str, client: Client) -> None:
    assert picture_files.names() == []
    picture = stored()
    assert picture_files.names() == [f"{picture.name}-64.webp"]
    assert pictures.is_there(picture.name, 64)

    status, content = asked(client, picture.src)
    assert (status, content[8:12]) == (200, b"WEBP")
    assert asked(client, picture.src, if_none_match=f'"{picture.name}-64"') == (304, b"")

    pictures.remove(picture.name, picture.widths)
    pictures.remove(picture.name, picture.widths)  # what is gone is gone
    assert picture_files.names() == []
    assert asked(client, picture.src)[0] == 404


@pytest.mark.django_db
def test_a_file_takes_the_place_of_the_one_before(kept: str) -> None:
    for content in (b"one", b"another"):
        picture_files.write("a.webp", content)
    assert picture_files.names() == ["a.webp"]
    with picture_files.opened("a.webp") as found:
        assert found.read() == b"another"


@pytest.mark.django_db
def test_an_export_takes_the_files_along_and_an_import_puts_them_where_they_belong(kept: str, tmp_path: Path) -> None:
    picture = stored()
    name = f"{picture.name}-64.webp"
    assert media.copy_out(tmp_path / "out") == media.Copied(1, 0)
    assert media.copy_out(tmp_path / "out") == media.Copied(0, 0)

    pictures.remove(picture.name, picture.widths)
    assert (media.missing(), media.copy_out(tmp_path / "empty")) == (1, media.Copied(0, 1))
    assert media.copy_in(tmp_path / "out") == media.Copied(1, 0)
    with picture_files.opened(name) as found:
        assert found.read() == (tmp_path / "out" / name).read_bytes()


@pytest.mark.django_db
def test_the_check_tries_the_place_and_names_what_is_missing_and_deletes_what_is_nobodys(
    kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = stored()
    picture_files.write("stray.webp", b"of an import that was killed")
    assert "2 files, 0 missing, 1 of no picture, 0 of them deleted" in checked("--delete")  # it may be under way

    monkeypatch.setattr("advice.picture_care.YOUNG", -timedelta(days=1))
    assert "2 files, 0 missing, 1 of no picture, 1 of them deleted" in checked("--delete")
    assert picture_files.names() == [f"{picture.name}-64.webp"]

    media.copy_out(tmp_path / "before")
    pictures.remove(picture.name, picture.widths)
    with pytest.raises(CommandError, match="Not all are there"):
        checked()
    assert "1 files, 0 missing, 0 of no picture" in checked("--add", str(tmp_path / "before"))


# --- A bucket -------------------------------------------------------------------------------------------------------


def test_files_lie_below_the_folder_that_the_address_names(bucket: str, settings: Any) -> None:
    where, query = bucket.split("?")
    buckets.keep_in(f"{where}/advice/site?{query}", settings)
    picture_files.write("a.webp", b"a")
    buckets.keep_in(bucket, settings)
    assert picture_files.storage().listdir("advice/site/pictures") == ([], ["a.webp"])
    assert picture_files.names() == []


@pytest.mark.django_db
def test_what_was_shown_not_long_ago_needs_no_bucket_and_all_else_says_try_again(
    bucket: str, settings: Any, client: Client
) -> None:
    buckets.keep_in(bucket, settings)
    shown, other = stored(), stored(size=(32, 32))
    asked(client, shown.src)
    buckets.keep_in(buckets.nobodys(), settings)
    pages = {picture.name: client.get(picture.src) for picture in (shown, other)}

    assert pages[shown.name].getvalue()[8:12] == b"WEBP"  # type: ignore[attr-defined]
    away = pages[other.name]
    assert (away.status_code, away["Retry-After"], away["Cache-Control"]) == (503, "30", "no-store")


@pytest.mark.django_db
def test_an_upload_that_cannot_be_kept_says_so_and_keeps_the_description(
    settings: Any, client: Client, sarah: Any
) -> None:
    buckets.keep_in(buckets.nobodys(), settings)
    client.force_login(sarah)
    page = client.post("/admin/advice/picture/add/", {"file": upload(file()), "description": "Two mugs"})

    assert "This picture cannot be kept now: the bucket does not answer" in page.content.decode()
    assert 'value="Two mugs"' in page.content.decode()
    assert not Picture.objects.exists()
    with pytest.raises(CommandError, match=r"the bucket does not answer: \w+\. Pictures cannot be kept there\."):
        checked()


def test_a_bucket_that_is_not_there_is_named_as_the_reason(bucket: str, settings: Any) -> None:
    buckets.keep_in(bucket.replace("/pictures-", "/others-"), settings)
    with pytest.raises(OSError, match=r"^the bucket refuses: NoSuchBucket$"):
        picture_files.write("a.webp", b"a")


@pytest.mark.django_db
def test_a_bucket_that_anybody_can_list_is_named(bucket: str, settings: Any) -> None:
    buckets.keep_in(bucket, settings)  # this server asks nobody who they are
    assert "Anybody can list the bucket" in checked()


@pytest.mark.long
@pytest.mark.django_db
def test_a_bucket_that_says_nothing_takes_half_of_the_threads_at_most(settings: Any) -> None:
    with buckets.silent() as url, ThreadPoolExecutor(8) as threads:
        buckets.keep_in(url, settings)
        began = time.monotonic()
        answers = list(threads.map(lambda _: Client().get(f"/media/pictures/{'a' * 32}-64.webp").status_code, range(8)))
        assert answers == [503] * 8
        assert time.monotonic() - began < 20


# --- Its address ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("s3://k:s%2F%40@s3.example:9000/mine?region=fra", ("https://s3.example:9000", "mine", "", "fra", "k", "s/@")),
        ("s3+http://k:s@[::1]:9000/mine/below/that", ("http://[::1]:9000", "mine", "below/that", None, "k", "s")),
        ("s3:///mine?region=eu-west-1", (None, "mine", "", "eu-west-1", None, None)),
    ],
)
def test_an_address_says_server_bucket_folder_region_and_key(url: str, expected: tuple[Any, ...]) -> None:
    names = ("endpoint_url", "bucket_name", "location", "region_name", "access_key", "secret_key")
    assert tuple(bucket_url.read(url)["OPTIONS"][name] for name in names) == expected


@pytest.mark.parametrize(
    "url",
    [
        "gs://hunter2/bucket",
        "s3://k:hunter2@s3.example",
        "s3://k:hunter2@s3.example/",
        "s3://hunter2@s3.example/bucket",
        "s3://k:hunter2/x@s3.example/bucket",
        "s3://k:hunter2@s3.example:port/bucket",
        "s3://k:hunter2@s3.example/bucket?zone=a",
        "s3://k:hunter2@s3.example/bucket#x",
    ],
)
def test_a_wrong_address_is_refused_with_its_form_and_without_its_secret(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^BUCKET_URL must (begin with|have this form)") as refused:
        bucket_url.read(url)
    assert "hunter2" not in str(refused.value)


def test_without_the_extra_the_start_says_what_to_install() -> None:
    absent = "import sys; sys.modules['boto3'] = None; from advice import bucket_url; bucket_url.read('s3:///mine')"
    done = subprocess.run([sys.executable, "-c", absent], capture_output=True, text=True)
    assert done.returncode == 1
    assert "pip install --require-hashes -r requirements-s3.txt" in done.stderr
