"""What commands say and leave where the disk is full: a sentence, and nothing half."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.utils import timezone

from advice.models import Article
from advice.site_models import Picture
from comments import breakdowns, checking
from comments.models import Comment
from tests import dsq, exports, isso, wxr

LONG = "I keep looking at my phone. " * 40

PAGE = (
    "<!DOCTYPE html><html><body><h1 class='entry-title'>Rest</h1><div class='entry-content'><p>Sleep first.</p></div>"
    "<ol class='comment-list'>{}</ol></body></html>"
)
SAID = ("--address", "https://old.example/rest/", "--author", "Ida", "--title", "Rest", "--published", "2019-03-01")


def wordpress(folder: Path) -> tuple[Any, ...]:
    return "import_wordpress", wxr.write(folder, wxr.export(wxr.item(3, *(wxr.comment(n, LONG) for n in range(5, 99)))))


def disqus(folder: Path) -> tuple[Any, ...]:
    return "import_disqus", dsq.write(folder, dsq.export(dsq.thread(2), *(dsq.post(n, LONG) for n in range(5, 99))))


def isso_file(folder: Path) -> tuple[Any, ...]:
    return "import_isso", isso.write(folder / "isso.db", *(isso.comment(n, LONG) for n in range(5, 99)))


def page(folder: Path) -> tuple[Any, ...]:
    item = "<li class='comment' id='comment-{}'><cite class='fn'>Mo</cite><div class='comment-content'>{}</div></li>"
    file = folder / "page.html"
    file.write_text(PAGE.format("".join(item.format(n, LONG) for n in range(5, 99))))
    return "import_page", file, *SAID


@contextmanager
def full_disk(room: int = 2) -> Iterator[None]:
    """No page more for the database. What SQLite says then is what it says on a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + room}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("written", [wordpress, disqus, isso_file, page])
def test_an_import_onto_a_full_disk_is_nothing_and_says_so(written: Any, tmp_path: Path) -> None:
    command = written(tmp_path)
    with full_disk(), pytest.raises(CommandError, match=r"^database or disk is full\. Nothing was imported\.$"):
        call_command(*command)
    assert not Comment.objects.exists()
    assert not Article.objects.exists()
    call_command(*command)
    assert Comment.objects.count() == 94
    assert checking.check().damages == []


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("command", "undone"),
    [
        (("purge",), "Some of it may have gone; run it again for the rest."),
        (("erase_person", "ann@mail.example", "--yes"), "Not all of it is erased; run it again for the rest."),
    ],
)
def test_what_deletes_stops_on_a_full_disk_and_goes_on_when_there_is_room(
    command: Any, undone: str, tmp_path: Path, sarah: Any
) -> None:
    call_command(*wordpress(tmp_path))
    Comment.objects.update(email="ann@mail.example", network="0f" * 16, posted_at="2020-01-01T00:00:00Z")
    with full_disk(room=0), pytest.raises(CommandError, match=r"^database or disk is full\. ") as stopped:
        call_command(*command)
    assert undone in str(stopped.value)
    assert checking.check().damages == []
    call_command(*command)
    assert checking.check().damages == []
    left = Comment.objects.exclude(network="") if command == ("purge",) else Comment.objects.exclude(email="")
    assert not left.exists()


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_post_onto_a_full_disk_comes_back_with_its_text_and_can_be_sent_again(article: Any) -> None:
    def post(text: str) -> Any:
        form = {"name": "Ann", "body": text}
        return Client(raise_request_exception=False).post(f"{article.get_absolute_url()}comments/", form)

    with full_disk():
        texts = (f"{number}. {LONG}".strip() for number in range(20))
        text = next(text for text in texts if post(text).status_code == 503)
        refused = post(text)
        assert Client().get(article.get_absolute_url()).status_code == 200
    assert refused["Retry-After"] == "30"
    assert text in refused.content.decode()
    assert not Comment.objects.filter(body=text).exists()
    assert post(text).status_code == 303
    assert Comment.objects.filter(body=text).count() == 1
    assert checking.check().damages == []


@pytest.mark.django_db
def test_an_export_says_which_of_file_and_pictures_is_there(tmp_path: Path, settings: Any) -> None:
    """A process may write no file beyond so many bytes: as on a disk that the pictures fill."""
    settings.MEDIA_ROOT = tmp_path / "media"
    Picture.objects.create(
        name="0a", widths=[240], width=240, height=10, description="A lake", uploaded_at=timezone.now()
    )
    picture = settings.MEDIA_ROOT / "pictures" / "0a-240.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(bytes(9_000_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000_000, before[1]))
    try:
        with pytest.raises(CommandError, match=r"out\.jsonl is written; not all pictures' files are copied\.$"):
            call_command("export", tmp_path / "out.jsonl", "--media", tmp_path / "pictures")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert exports.lines_of((tmp_path / "out.jsonl").read_bytes())[-1]["type"] == "end"
    assert list((tmp_path / "pictures").iterdir()) == []


@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_mistake_of_ours_is_no_breakdown() -> None:
    with pytest.raises(Exception, match="no such table"), breakdowns.told("Nothing."), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM nowhere")
