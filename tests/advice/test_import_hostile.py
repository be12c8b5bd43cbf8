"""Files that somebody broke, or made to break us: each ends in a clear message or in a right import."""

import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from advice.importing import opening, staging, wordpress, xml_stream
from advice.importing.records import Article, Comment, Site
from advice.models import Article as OurArticle
from comments import checking
from comments.models import Comment as OurComment
from comments.own_data import Person
from tests import isso, wxr

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def run(tmp_path: Path, capsys: Any) -> Any:
    """Import these bytes; the last line. Afterwards every tree, position and count is right."""

    def run(content: bytes | str, *options: str) -> str:
        path = tmp_path / "export.xml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        call_command("import_wordpress", str(path), *options)
        assert checking.check().damages == []
        return str(capsys.readouterr().out.splitlines()[-1])

    return run


def imported(number: int) -> OurComment:
    return OurComment.objects.get(source="old.example", source_id=str(number))


WHOLE = wxr.export(wxr.item(3, wxr.comment(5, "How do I begin?")))
TWO = "created 2, updated 0, skipped 0, refused 0"


@pytest.mark.parametrize(
    "before",
    ["\ufeff", "\n\n  \n", "<br />\n<b>Warning</b>: something in /srv/x.php on line 3<br />\n", "\x00\x07"],
    ids=["byte order mark", "blank lines", "a warning of the server", "control characters"],
)
def test_what_stands_before_the_prolog_is_passed_over(run: Any, before: str) -> None:
    assert run(before + WHOLE) == TWO


def test_control_characters_in_texts_are_passed_over(run: Any) -> None:
    assert run(WHOLE.replace("How do I", "How\x08 do\x0b\x1b I")) == TWO
    assert imported(5).body == "How do I begin?"


def test_utf16_is_read(run: Any) -> None:
    assert run(WHOLE.replace("UTF-8", "UTF-16").encode("utf-16")) == TWO
    assert imported(5).body == "How do I begin?"


def test_another_encoding_than_the_file_says_is_told(run: Any) -> None:
    with pytest.raises(CommandError, match=r"line \d+, column \d+: .*another encoding than it says.*Nothing was"):
        run(WHOLE.replace("How do I", "Où ça ? C'était").encode("latin-1"))
    assert not OurArticle.objects.exists()


def test_the_encoding_that_the_file_says_is_read(run: Any) -> None:
    text = WHOLE.replace("UTF-8", "iso-8859-1").replace("How do I begin?", "Où commencer ?")
    assert run(text.encode("latin-1")) == TWO
    assert imported(5).body == "Où commencer ?"


def test_a_bomb_of_gzip_is_refused_before_it_fills_the_disk(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SMALL", 1 << 20)
    start, end = WHOLE.split("How do I begin?")
    bomb = gzip.compress(start.encode() + b"a" * (50 << 20) + end.encode())
    with pytest.raises(CommandError, match="it unpacks to more than 200 times its size"):
        run(bomb)


@pytest.mark.parametrize("cut", [12, 200, -4])
def test_a_broken_gzip_archive_is_told(run: Any, cut: int) -> None:
    with pytest.raises(CommandError, match="this gzip archive is broken"):
        run(gzip.compress(WHOLE.encode())[:cut])


def test_a_field_longer_than_any_text_is_refused(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_stream, "LONGEST", 10_000)
    with pytest.raises(CommandError, match=r"line \d+, column \d+: a field has more than 10,000 characters"):
        run(wxr.export(wxr.item(3, wxr.comment(5, "a" * 20_000))))


def test_a_prefix_that_nobody_declared_is_passed_over(run: Any) -> None:
    """As WordPress.com writes it."""
    assert run(WHOLE.replace("<item>", '<atom:link rel="hub" media:x="1"/><item>')) == TWO
    assert OurArticle.objects.get().title == "First steps 3"


def test_a_prefix_means_what_is_declared_nearest(run: Any) -> None:
    foreign = '<x:item xmlns:x="http://x.example"><wp:post_id xmlns:wp="http://x.example">9</wp:post_id></x:item>'
    assert run(WHOLE.replace("</item>", f"{foreign}</item>")) == TWO
    assert OurArticle.objects.get().source_id == "3"


def test_namespaces_without_end_are_refused(run: Any) -> None:
    spaces = " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(101))
    with pytest.raises(CommandError, match="more than 100 namespaces"):
        run(WHOLE.replace("<channel>", f"<channel {spaces}>"))


def test_elements_in_each_other_without_end_are_refused(run: Any) -> None:
    with pytest.raises(CommandError, match="more than 100 elements in each other"):
        run(WHOLE.replace("<channel>", "<channel>" + "<a>" * 5_000))


def test_long_comments_come_whole_and_endless_ones_are_refused(run: Any) -> None:
    long = "word " * 6_600  # 33 kB
    text = wxr.export(wxr.item(3, wxr.comment(5, long), wxr.comment(6, "word " * 20_001)))
    assert run(text) == "created 2, updated 0, skipped 0, refused 1"
    assert imported(5).body == long.strip()


def test_an_endless_article_is_refused_with_its_comments(run: Any) -> None:
    text = wxr.export(wxr.item(3, wxr.comment(5), content="word " * 200_001), wxr.item(4, wxr.comment(6)))
    assert run(text) == "created 2, updated 0, skipped 0, refused 2"
    assert OurComment.objects.get().source_id == "6"


def test_a_reply_may_come_before_what_it_replies_to(run: Any) -> None:
    early = wxr.comment(5, "Thank you", parent=6, date_gmt="2019-03-06 10:00:00")
    assert run(wxr.export(wxr.item(3, early, wxr.comment(6)))) == "created 3, updated 0, skipped 0, refused 0"
    assert imported(5).parent == imported(6)


def test_a_number_on_two_articles_counts_once(run: Any) -> None:
    text = wxr.export(wxr.item(3, wxr.comment(5, "The first")), wxr.item(4, wxr.comment(5, "Another")))
    assert run(text) == "created 3, updated 0, skipped 0, refused 1"
    assert imported(5).body == "The first"


def test_comments_come_before_their_articles_fields(run: Any) -> None:
    item = wxr.item(3, wxr.comment(5))
    moved = item.replace(wxr.comment(5), "").replace("<item>", f"<item>{wxr.comment(5)}")
    assert run(wxr.export(moved)) == TWO


def test_ten_levels_stay_ten_levels(run: Any) -> None:
    replies = [wxr.comment(n, parent=n - 1 if n > 1 else 0) for n in range(1, 11)]
    run(wxr.export(wxr.item(3, *replies)))
    assert imported(10).level == 9


def test_old_dates_stay_and_none_lies_ahead(run: Any) -> None:
    dates = [
        wxr.comment(5, date_gmt="1970-01-01 00:00:00"),
        wxr.comment(6, date_gmt="2106-02-07 06:28:15"),
        wxr.comment(7, date_gmt="9999-12-31 23:59:59"),
    ]
    run(wxr.export(wxr.item(3, *dates)))
    assert imported(5).posted_at.year == 1970
    assert all(imported(number).posted_at <= timezone.now() for number in (6, 7))


def test_a_rehearsal_says_what_would_happen_and_keeps_nothing(run: Any) -> None:
    assert run(WHOLE, "--dry-run") == TWO
    assert not OurArticle.objects.exists()
    assert run(WHOLE) == TWO
    assert imported(5).pk == 5  # nobody got the number meanwhile


def test_threads_come_whole_and_in_order_however_the_file_is_sorted() -> None:
    when = timezone.now()
    rows = [Comment("a", str(n), str(n - 3) if n > 3 else "", "Mo", "Hello", "approved", when) for n in range(1, 20)]
    article = Article("a", "1", "Title", "title", "", "Text")
    with staging.staged([*reversed(rows), Site("old.example"), article]) as found:
        batches = list(found.threads("a"))
    pks = [comment.pk for batch in batches for comment in batch]
    thread = {pk: (int(pk) - 1) % 3 for pk in pks}
    assert sorted(pks, key=int) == [str(n) for n in range(1, 20)]
    assert [thread[pk] for pk in pks] == sorted((thread[pk] for pk in pks), key=[thread[pk] for pk in pks].index)


def test_a_file_is_read_in_pieces(tmp_path: Path) -> None:
    path = wxr.write(tmp_path, wxr.export(*(wxr.item(n, wxr.comment(n)) for n in range(1, 400))))
    told: list[int] = []
    assert sum(1 for _ in wordpress.read(path, progress=told.append)) == 2 * 399 + 2
    assert sum(told) == path.stat().st_size
    assert len(told) > 3


def test_no_word_of_a_file_gives_a_terminal_orders(tmp_path: Path, capsys: Any) -> None:
    orders = "\x1b]0;owned\x07\x9b31m"
    path = isso.write(tmp_path / "isso.sqlite3", isso.comment(1), threads=[(2, f"/{orders}/", orders)])
    call_command("import_isso", str(path), "--dry-run")
    title = wxr.item(3, wxr.comment(5, "How do I begin?"), title="Rest &#x9b;31m")
    export = tmp_path / "export.xml"
    export.write_text(wxr.export(title), encoding="utf-8")
    call_command("import_wordpress", str(export), "--dry-run")
    said = capsys.readouterr().out
    assert "31m" in said
    assert not {"\x1b", "\x07", "\x9b"} & set(said)


@pytest.mark.parametrize("command", ["wordpress", "disqus", "isso", "native"])
def test_what_is_no_file_is_not_waited_for(command: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(CommandError, match="it is no file"):
            call_command(f"import_{command}", str(path))


def test_an_imported_address_is_found_by_whoever_has_its_mailbox(run: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5, "How do I begin?", author_email="Ann@BÜCHER.example"))))
    assert imported(5).email == "Ann@bücher.example"
    assert list(Person("ann@xn--bcher-kva.example").comments) == [imported(5)]
