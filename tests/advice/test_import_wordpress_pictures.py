"""The pictures of a WordPress site: from a copy of its folder, or from its server."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from advice.importing import fetching
from advice.importing.fetching import Unfetched, Web
from advice.models import Article
from advice.site_models import Picture
from tests import wxr
from tests.pictures import file, text_bomb

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

UPLOADS = "https://old.example/wp-content/uploads"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media" / "pictures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "uploads" / "2019").mkdir(parents=True)
    return tmp_path / "uploads"


@pytest.fixture
def run(tmp_path: Path, capsys: Any) -> Any:
    def run(text: str, *options: Any) -> str:
        call_command("import_wordpress", str(wxr.write(tmp_path, text)), *map(str, options))
        return str(capsys.readouterr().out)

    return run


def showing(*addresses: str, pk: int = 3, **columns: Any) -> str:
    images = "".join(f'<p><img src="{address}" alt="Two mugs"></p>' for address in addresses)
    return wxr.item(pk, content=images, **columns)


def article(number: int = 3) -> Article:
    return Article.objects.get(source_id=str(number))


# --- From a folder --------------------------------------------------------------------------------------------------


def test_pictures_in_texts_become_ours(run: Any, folder: Path, client: Any, media: Path) -> None:
    (folder / "2019" / "mugs.png").write_bytes(file())
    said = run(wxr.export(showing(f"{UPLOADS}/2019/mugs.png")), "--pictures", folder)
    picture = Picture.objects.get()
    assert picture.description == "Two mugs"
    assert article().body == f'<p><img src="{picture.src}" alt="Two mugs"></p>'
    assert "srcset" in client.get("/first-steps-3/").text
    assert (media / Path(picture.src).name).is_file()
    assert client.get("/wp-content/uploads/2019/mugs.png")["Location"] == picture.src
    assert "pictures: 1 taken, 0 not" in said


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        (f"{UPLOADS}/2019/mugs-300x200.png", "mugs.png"),
        (f"{UPLOADS}/2019/mugs-300x200.png", "mugs-scaled.png"),
        (f"{UPLOADS}/2019/mugs-300x200.png", "mugs-300x200.png"),
        ("/wp-content/uploads/2019/mugs.png?w=300", "mugs.png"),
        ("http://www.old.example/wp-content/uploads/2019/m%C3%BCgs.png", "mügs.png"),
        ("https://i1.wp.com/old.example/wp-content/uploads/2019/mugs.png?resize=300", "mugs.png"),
    ],
)
def test_a_picture_is_found_by_each_of_its_names(run: Any, folder: Path, shown: str, kept: str) -> None:
    (folder / "2019" / kept).write_bytes(file())
    run(wxr.export(showing(shown)), "--pictures", folder)
    assert Picture.objects.get().src in article().body


def test_sizes_of_a_picture_are_one_and_links_lead_to_the_largest_of_ours(run: Any, folder: Path) -> None:
    (folder / "2019" / "mugs.png").write_bytes(file(size=(300, 200)))
    text = f'<a href="{UPLOADS}/2019/mugs.png"><img src="{UPLOADS}/2019/mugs-150x100.png" alt="Mugs"></a>'
    run(wxr.export(wxr.item(3, content=text)), "--pictures", folder)
    picture = Picture.objects.get()
    assert article().body == f'<p><a href="{picture.address(300)}"><img src="{picture.src}" alt="Mugs"></a></p>'


def test_the_featured_image_stands_above_with_the_words_of_the_library(run: Any, folder: Path) -> None:
    (folder / "2019" / "bench.png").write_bytes(file())
    bench = wxr.upload(11, f"{UPLOADS}/2019/bench.png", alt="A bench")
    item = wxr.item(3, wxr.meta("_thumbnail_id", 11))
    run(wxr.export(item, bench), "--pictures", folder)
    assert str(article().lead_picture) == "A bench"


def test_a_picture_that_does_not_come_is_told_in_words_and_named(run: Any, folder: Path, client: Any) -> None:
    (folder / "2019" / "broken.png").write_bytes(b"none")
    (folder / "2019" / "bomb.png").write_bytes(text_bomb())
    names = ("missing", "broken", "../../outside")
    said = run(wxr.export(showing(*(f"{UPLOADS}/2019/{name}.png" for name in names))), "--pictures", folder)
    assert "no picture /wp-content/uploads/2019/missing.png: it is not in the folder" in said
    assert "no picture /wp-content/uploads/2019/broken.png: This file cannot be read as a picture" in said
    assert "3 pictures in texts are not here" in said
    assert client.get("/first-steps-3/").text.count('class="no-picture"') == 3


def test_nothing_outside_the_folder_is_read(run: Any, folder: Path) -> None:
    (folder.parent / "outside.png").write_bytes(file())
    (folder / "2019" / "link.png").symlink_to(folder.parent / "outside.png")
    shown = [f"{UPLOADS}/2019/../../outside.png", f"{UPLOADS}/%2e%2e/outside.png", f"{UPLOADS}/2019/link.png"]
    run(wxr.export(showing(*shown)), "--pictures", folder)
    assert not Picture.objects.exists()


def test_pictures_that_come_later_complete_what_nobody_edited(run: Any, folder: Path) -> None:
    export = wxr.export(showing(f"{UPLOADS}/2019/mugs.png"), showing(f"{UPLOADS}/2019/mugs.png", pk=4))
    run(export)
    Article.objects.filter(source_id="4").update(updated_at="2024-01-01T00:00Z")
    (folder / "2019" / "mugs.png").write_bytes(file())
    said = run(export, "--pictures", folder)
    assert said.splitlines()[-1] == "created 0, updated 1, skipped 1, refused 0"
    assert Picture.objects.get().src in article().body_html
    assert "/media/" not in article(4).body
    for options in ((), ("--pictures", folder)):
        assert run(export, *options).splitlines()[-1] == "created 0, updated 0, skipped 2, refused 0"


def test_a_rehearsal_and_a_failed_import_leave_no_files(run: Any, folder: Path, media: Path) -> None:
    (folder / "2019" / "mugs.png").write_bytes(file())
    export = wxr.export(showing(f"{UPLOADS}/2019/mugs.png"))
    assert "pictures: 1 taken" in run(export, "--pictures", folder, "--dry-run")
    with pytest.raises(CommandError, match="knows no user"):
        run(export, "--pictures", folder, "--moderator", "nobody")
    assert not Picture.objects.exists()
    assert list(media.iterdir()) == []


def test_an_import_without_a_folder_of_that_name_imports_nothing(run: Any, folder: Path) -> None:
    with pytest.raises(CommandError, match=r"no such folder. Nothing was imported"):
        run(wxr.export(wxr.item(3)), "--pictures", folder / "none")
    assert not Article.objects.exists()


# --- From the web ---------------------------------------------------------------------------------------------------


class _Site(BaseHTTPRequestHandler):
    """Sends the pictures of `answers`: bytes, or an address to go to."""

    def __init__(self, answers: dict[str, bytes | str], *args: Any) -> None:
        self.answers = answers
        super().__init__(*args)

    def do_GET(self) -> None:
        answer = self.answers.get(self.path)
        self.send_response(404 if answer is None else 302 if isinstance(answer, str) else 200)
        if isinstance(answer, str):
            self.send_header("Location", answer)
        self.end_headers()
        if isinstance(answer, bytes):
            self.wfile.write(answer)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def old_site(answers: dict[str, bytes | str]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Site, answers))
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_pictures_are_fetched_from_the_old_site(run: Any) -> None:
    answers: dict[str, bytes | str] = {
        "/wp-content/uploads/m%C3%BCgs.png": file(),
        "/wp-content/uploads/moved.png": "/wp-content/uploads/there.png",
        "/wp-content/uploads/there.png": file(size=(20, 20)),
    }
    with old_site(answers) as url:
        shown = [f"{url}/wp-content/uploads/{name}.png" for name in ("mügs-300x200", "moved", "none")]
        export = wxr.export(showing(*shown), url=url)
        said = run(export, "--fetch-pictures", "--picture-host", url.removeprefix("http://"))
    assert "pictures: 2 taken, 1 not" in said
    assert "none.png: the old site answers 404" in said
    assert article().body.count("/media/pictures/") == 2


def test_a_host_in_a_private_network_is_asked_only_where_the_owner_named_it(run: Any) -> None:
    with old_site({"/wp-content/uploads/mugs.png": file()}) as url:
        said = run(wxr.export(showing(f"{url}/wp-content/uploads/mugs.png"), url=url), "--fetch-pictures")
    assert "its host is in a private network" in said
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["https://else.example/x.png", "file:///etc/passwd", "ftp://old.example/x.png", "https://old.example:22/x.png",
     "https://old.example@else.example/x.png", "//[", "https://old.example:99999/x.png"],
)  # fmt: skip
def test_nothing_but_the_old_site_is_asked(address: str) -> None:
    with pytest.raises(Unfetched):
        Web(["https://old.example"], [], 1_000).fetch(address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1%eth0",
     "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1", "64:ff9b::7f00:1", "::7f00:1", "fec0::1"],
)  # fmt: skip
def test_private_addresses_in_any_clothes_are_known(address: str) -> None:
    assert not fetching.is_public(address)


def test_redirects_lead_nowhere_else_and_not_in_circles() -> None:
    with old_site({"/out": "http://127.0.0.1:1/x", "/round": "/round"}) as url:
        web = Web([url], [url.removeprefix("http://")], 1_000)
        for path, says in (("/out", "not on the old site"), ("/round", "again and again")):
            with pytest.raises(Unfetched, match=says):
                web.fetch(url + path)


def test_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    with old_site({"/x": b"x" * 2_000_000}) as url:
        with pytest.raises(Unfetched, match="more than 1 MB"):
            Web([url], [url.removeprefix("http://")], 1_000_000).fetch(f"{url}/x")


def test_a_site_that_never_ends_its_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LONGEST", 0.2)
    for begun in (b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1"):
        with create_server(("127.0.0.1", 0)) as server:
            host = f"127.0.0.1:{server.getsockname()[1]}"
            thread = Thread(target=begin, args=(server, begun))
            thread.start()
            with pytest.raises(Unfetched, match="it took more than"):
                Web([], [host], 1_000).fetch(f"http://{host}/x.png")
            thread.join()


def begin(server: Any, answer: bytes) -> None:
    """Answer so much, and then nothing until the other side goes."""
    connected, _ = server.accept()
    with connected:
        connected.sendall(answer)
        while connected.recv(1_000):
            pass


def test_a_site_that_is_gone_is_not_asked_for_each_picture() -> None:
    with old_site({}) as url:
        web = Web([url], [url.removeprefix("http://")], 1_000)
    for says in ["Connection refused"] * fetching.SILENT + ["asked no more"]:
        with pytest.raises(Unfetched, match=says):
            web.fetch(f"{url}/x")
