"""manage.py import_isso: comments from Isso's database, or the feed of one thread."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from advice.importing import isso_markdown
from advice.models import Article
from comments import checking, markup
from comments.models import Comment
from tests import factories, isso
from tests.advice.test_import_wordpress import summary

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "comments.db"


@pytest.fixture
def run(path: Path, capsys: Any) -> Any:
    """Import what is at `path`; what the command says. Afterwards every tree, position and count is right."""

    def run(*options: str) -> str:
        call_command("import_isso", str(path), *options)
        assert checking.check().damages == []
        return str(capsys.readouterr().out)

    return run


@pytest.fixture
def rest(sarah: User) -> Article:
    """The article at /rest/."""
    return factories.make_article(slug="rest", author=sarah)


def imported(number: int) -> Comment:
    return Comment.objects.get(source="isso", source_id=str(number))


# --- The database ---------------------------------------------------------------------------------------------------


def test_a_comment_keeps_its_words_date_writer_and_place(run: Any, path: Path, rest: Article, client: Any) -> None:
    isso.write(path, isso.comment(5, email="mo@mail.example"), isso.comment(6, "Me *too*.", parent=5))
    assert summary(run()) == "created 2, updated 0, skipped 1, refused 0"
    comment = imported(5)
    assert (comment.name, comment.email, comment.status) == ("Mo", "mo@mail.example", "approved")
    assert comment.posted_at == datetime(2019, 3, 5, 10, 0, 0, 250_000, tzinfo=UTC)
    assert (imported(6).parent, imported(6).body_html) == (comment, "<p>Me <em>too</em>.</p>")
    assert "192.0.2" not in str(list(Comment.objects.values()))
    assert "Me <em>too</em>." in client.get("/rest/").text


@pytest.mark.parametrize(
    ("mode", "status"), [(1, "approved"), (2, "pending"), (4, "trash"), (9, "pending"), (None, "pending")]
)
def test_a_comment_keeps_its_status(run: Any, path: Path, rest: Article, mode: Any, status: str) -> None:
    isso.write(path, isso.comment(5, mode=mode))
    run()
    assert imported(5).status == status


def test_a_deleted_comment_keeps_its_place_and_nothing_of_its_writer(run: Any, path: Path, rest: Article) -> None:
    deleted = isso.comment(5, "", mode=4, author=None, email="mo@mail.example")
    isso.write(path, deleted, isso.comment(6, parent=5), isso.comment(7, ""))
    assert summary(run()) == "created 2, updated 0, skipped 1, refused 1"
    assert (imported(5).status, imported(5).email, imported(6).parent) == ("trash", "", imported(5))


def test_threads_find_articles_by_their_addresses_or_become_drafts(run: Any, path: Path, rest: Article) -> None:
    threads = [(2, "/rest.html", "Rest\x1b[2J"), (3, "/2019/pause/", None), (4, "/empty/", "")]
    isso.write(path, isso.comment(5), isso.comment(6, tid=3), isso.comment(7, tid=99), threads=threads)
    said = run()
    assert imported(5).article == rest
    assert (imported(6).article.slug, imported(6).article.title) == ("pause", "/2019/pause/")
    assert "3 (/2019/pause) is no article here" in said
    assert "left out 1 comments on what is no article" in said
    assert Article.objects.count() == 2


@pytest.mark.parametrize("schema", [isso.OLDEST, isso.COMMENTS])
def test_each_versions_columns_are_read(run: Any, path: Path, rest: Article, schema: str) -> None:
    isso.write(path, isso.comment(5), isso.comment(6, parent=5), isso.comment(7, parent=6), schema=schema)
    run()
    assert imported(7).level == 2


def test_it_is_read_while_isso_writes_and_isso_does_not_wait(run: Any, path: Path, rest: Article) -> None:
    isso.write(path, isso.comment(5))
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("UPDATE comments SET text = 'Seen'")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE comments SET text = 'Not yet'")
        run()
        writer.execute("COMMIT")
    assert imported(5).body_html == "<p>Seen</p>"


def test_nothing_is_written_beside_a_file_that_is_only_to_be_read(run: Any, path: Path, rest: Article) -> None:
    before = isso.write(path, isso.comment(5)).read_bytes()
    path.chmod(0o444)
    run()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_columns_that_hold_anything_are_no_obstacle(run: Any, path: Path, rest: Article) -> None:
    odd = [
        isso.comment(5, b"caf\xe9", author=b"Mo\xff", created="soon", mode="1", email=7),
        isso.comment(6, 3.5, created=float("inf"), parent="five"),
        isso.comment(7, created=1e300, author="\ud83d".encode("utf-8", "surrogatepass")),
        isso.comment(8, created=-1e9, parent=8, mode=b"\x01"),
        isso.comment(-9),
        isso.comment(10, created=4_300_000_000),
    ]
    isso.write(path, *odd)
    assert summary(run()) == "created 5, updated 0, skipped 1, refused 1"
    assert imported(5).body_html == "<p>caf\ufffd</p>"


# --- Moderators, and again ------------------------------------------------------------------------------------------


def test_a_moderator_is_known_by_email_and_name_together(run: Any, path: Path, rest: Article, sarah: User) -> None:
    email = "sarah@old.example"
    isso.write(
        path,
        isso.comment(5),
        isso.comment(6, "Slowly.", parent=5, author="Sarah", email=email),
        isso.comment(7, author="Sarah"),
        isso.comment(8, author="Mo", email=email),
        isso.comment(9, author="Sarah", email=email, mode=2),
    )
    run("--moderator", f"{email}=sarah")
    assert [imported(n).author for n in (6, 7, 8, 9)] == [sarah, None, None, None]
    assert imported(5).answered_at == imported(6).published_at


def test_twice_is_once_also_by_the_feed_and_a_second_isso_is_told_apart(run: Any, path: Path, rest: Article) -> None:
    isso.write(path, isso.comment(5), isso.comment(6, parent=5))
    run()
    assert summary(run()) == "created 0, updated 0, skipped 3, refused 0"
    assert summary(run("--site", "other")) == "created 2, updated 0, skipped 1, refused 0"
    path.write_text(isso.feed(isso.entry(7, parent=6), isso.entry(6, parent=5), isso.entry(5)))
    assert summary(run()) == "created 1, updated 0, skipped 3, refused 0"
    assert imported(7).parent == imported(6)


def test_a_feed_of_one_thread_is_read(run: Any, path: Path, rest: Article) -> None:
    path.write_text(
        isso.feed(
            isso.entry(7, "&lt;p&gt;&lt;/p&gt;", parent=5),
            isso.entry(6, "&lt;p&gt;One&lt;script&gt;x&lt;/script&gt;&lt;/p&gt;", parent=5),
            isso.entry(5),
        )
    )
    assert summary(run()) == "created 3, updated 0, skipped 1, refused 0"
    assert (imported(6).parent, imported(6).body_html, imported(6).article) == (imported(5), "<p>One</p>", rest)
    assert imported(7).status == "trash"
    assert imported(5).posted_at == datetime(2019, 3, 5, 10, 0, 0, 250_000, tzinfo=UTC)


# --- Texts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One: a\nTwo\n\nThree", "<p>One: a<br>Two</p><p>Three</p>"),
        ("*One*\nTwo", "<p><em>One</em><br>\nTwo</p>\n"),
        ("No.\n- a\n- b", "<p>No.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("<p>Hello <b>you</b></p>", "<p>Hello <b>you</b></p>"),
        ("I <3 you & <Sarah>", "<p>I &lt;3 you &amp; &lt;Sarah&gt;</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ('<a href="javascript:x" onclick="x">y</a>', '<p><a rel="nofollow ugc noopener">y</a></p>\n'),
        ("# Big\n\n### Small", "<h3>Big</h3>\n<h3>Small</h3>\n"),
        ("> Quoted\n\n- a\n- b", "<blockquote>\n<p>Quoted</p>\n</blockquote>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>\n"),
        ("See https://a.example/_b_?c=1&d.", '<p>See <a href="https://a.example/_b_?c=1&amp;d" rel="nofollow ugc noopener">https://a.example/_b_?c=1&amp;d</a>.</p>\n'),
        ("[**https://b.example**](https://a.example)", '<p><a href="https://a.example" rel="nofollow ugc noopener"><strong>https://b.example</strong></a></p>\n'),
        ('<a href="https://a.example">https://b.example</a>', '<p><a href="https://a.example" rel="nofollow ugc noopener">https://b.example</a></p>\n'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("![pic](https://a.example)", '<p>!<a href="https://a.example" rel="nofollow ugc noopener">pic</a></p>\n'),
        ("http://", "<p>http://</p>\n"),
        ("(https://a.example/b_(c))", '<p>(<a href="https://a.example/b_(c)" rel="nofollow ugc noopener">https://a.example/b_(c)</a>)</p>\n'),
    ],
)  # fmt: skip
def test_markdown_and_html_become_what_a_comment_may_hold(text: str, shown: str) -> None:
    assert markup.imported_comment_html(isso_markdown.body(text)) == shown


def test_a_text_that_markdown_would_take_long_for_is_shown_as_it_was_typed(run: Any, path: Path, rest: Article) -> None:
    isso.write(path, isso.comment(5, "[a](" * 4_000), isso.comment(6, "x" * 100_001))
    assert "refused comment 6: it has more than 100,000 characters" in run()
    assert imported(5).body_html.startswith("<p>[a]([a](")


# --- Files that are none --------------------------------------------------------------------------------------------


def test_a_database_that_is_cut_short_imports_nothing(run: Any, path: Path, rest: Article) -> None:
    whole = isso.write(path, *(isso.comment(n, "Words " * 300) for n in range(1, 60))).read_bytes()
    for length in (16, 99, 4096, len(whole) // 2, len(whole) - 4096):
        path.write_bytes(whole[:length])
        with pytest.raises(CommandError, match=r"comments\.db: .*Nothing was imported"):
            run()
    assert not Comment.objects.exists()


ENDLESS = """CREATE VIEW comments AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT 2 AS tid, i AS id, 0 AS parent, 0 AS created, 1 AS mode, 'x' AS text FROM n"""


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE TABLE notes (id INTEGER)",
        "CREATE TABLE threads (id, uri); CREATE TABLE comments (id, text)",
        f"{isso.THREADS}; {ENDLESS}",
        f"{isso.THREADS}; CREATE VIRTUAL TABLE comments USING fts5(tid, id, parent, created, mode, text)",
        f"{isso.THREADS}; CREATE TABLE comments (tid, id, parent, created, mode, text AS (zeroblob(id)))",
    ],
)  # fmt: skip
def test_a_database_of_something_else_is_named(run: Any, path: Path, statements: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(statements)
    with pytest.raises(CommandError, match=r"a database of SQLite, but none of Isso\. Nothing was imported"):
        run()


def test_a_field_without_measure_imports_nothing(run: Any, path: Path, rest: Article) -> None:
    isso.write(path, isso.comment(5), isso.comment(6, "x" * 5_000_001))
    with pytest.raises(CommandError, match=r"too big.*Nothing was imported"):
        run()
    assert not Comment.objects.exists()


NEITHER = "neither a database of Isso nor the Atom feed"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("Dear diary", "plain text; import_page takes"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:x</id></feed>", NEITHER),
        ("<disqus xmlns='http://disqus.com'/>", NEITHER),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_named(run: Any, path: Path, text: str, says: str) -> None:
    path.write_text(text)
    with pytest.raises(CommandError, match=rf"{says}.*Nothing was imported"):
        run()


def test_a_file_that_is_not_there_is_named(run: Any) -> None:
    with pytest.raises(CommandError, match=r"comments\.db: No such file"):
        run()
