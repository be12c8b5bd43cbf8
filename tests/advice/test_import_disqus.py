"""manage.py import_disqus: comments come below the articles that their threads' links lead to."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from advice.importing import xml_stream
from advice.models import Article, OldAddress
from comments import checking, moderation
from comments.models import Comment
from tests import dsq, factories
from tests.advice.test_import_wordpress import summary

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def run(tmp_path: Path, capsys: Any) -> Any:
    """Import this export; what the command says. Afterwards every tree, position and count is right."""

    def run(text: str, *options: str) -> str:
        call_command("import_disqus", str(dsq.write(tmp_path, text)), *options)
        assert checking.check().damages == []
        return str(capsys.readouterr().out)

    return run


@pytest.fixture
def rest(sarah: User) -> Article:
    """The article at /rest/."""
    return factories.make_article(slug="rest", author=sarah)


def imported(number: int) -> Comment:
    return Comment.objects.get(source="old-forum.disqus.com", source_id=str(number))


# --- Threads --------------------------------------------------------------------------------------------------------


def test_comments_come_below_the_article_that_the_threads_link_leads_to(run: Any, rest: Article, client: Any) -> None:
    said = run(dsq.export(dsq.thread(2), dsq.post(5, "<p>Where does one start?</p>"), dsq.post(6, parent=5)))
    assert summary(said) == "created 2, updated 0, skipped 1, refused 0"
    assert imported(6).parent == imported(5)
    assert imported(5).article == rest
    assert "Where does one start?" in client.get("/rest/").text
    assert not User.objects.filter(username="author").exists()


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("http://elsewhere.example/rest/?utm_source=letter#comments", True),
        ("https://old.example/rest.html", True),
        ("https://old.example/rest/index.html?from=friend", True),
        ("https://old.example/2019/03/rest/", True),  # an old address of the article here
        ("https://old.example/?p=7", True),
        ("https://old.example/?p=8&fbclid=x", False),
        ("https://old.example/blog/?utm_source=x&p=9", True),
        ("https://old.example/blog/?p=10", False),
        ("https://old.example/read.php?id=3&utm_source=x", True),
        ("https://old.example/read.php?id=4", False),
        ("https://old.example/", False),
        ("https://old.example/index.html", False),
        ("https://old.example/%1b%5b2Jrest", False),
        ("javascript:/rest", False),
        ("https://[broken/rest", False),
        ("", False),
    ],
)
def test_links_lead_to_articles_by_their_paths(run: Any, rest: Article, link: str, found: bool) -> None:
    for path in ("/2019/03/rest", "/?p=7", "/blog/?p=9", "/read.php?id=3"):
        OldAddress.objects.create(article=rest, path=path)
    run(dsq.export(dsq.thread(2, link), dsq.post(5)))
    assert (imported(5).article == rest) is found


def test_a_threads_identifier_leads_to_the_article_too(run: Any, rest: Article) -> None:
    OldAddress.objects.create(article=rest, path="/?p=7")
    run(dsq.export(dsq.thread(2, "https://new.example/pause/", id="7 https://old.example/?p=7"), dsq.post(5)))
    assert imported(5).article == rest
    assert OldAddress.objects.get(path="/pause").article == rest


def test_a_thread_without_an_article_here_becomes_a_draft_and_is_named(run: Any, client: Any, sarah: User) -> None:
    said = run(
        dsq.export(dsq.thread(2, "https://old.example/2019/pause.html", title="Take a &lt;break&gt;"), dsq.post(5))
    )
    draft = imported(5).article
    assert (draft.slug, draft.body, draft.published_at, draft.author) == ("pause", "", None, sarah)
    assert "2 (/2019/pause.html) is no article here: its comments are below a draft" in said
    assert client.get("/pause/").status_code == 404


def test_an_article_is_named_for_a_thread_or_for_all(run: Any, rest: Article, sarah: User) -> None:
    other = factories.make_article(slug="other", author=sarah)
    export = dsq.export(dsq.thread(2), dsq.thread(3, "https://old.example/pause/"), dsq.post(5), dsq.post(6, thread=3))
    run(export, "--article", "3=other", "--article", "rest")
    assert [imported(5).article, imported(6).article] == [rest, other]
    assert OldAddress.objects.get().article == other


@pytest.mark.parametrize(
    ("option", "says"), [("9=rest", "there is no thread 9"), ("2=gone", "There is no article at /gone/ here")]
)
def test_a_thread_or_article_that_is_not_there_is_named(run: Any, rest: Article, option: str, says: str) -> None:
    with pytest.raises(CommandError, match=rf"{says}\. Nothing was imported"):
        run(dsq.export(dsq.thread(2), dsq.post(5)), "--article", option)
    assert not Comment.objects.exists()


def test_several_threads_of_one_address_are_one_discussion(run: Any) -> None:
    export = dsq.export(dsq.thread(2), dsq.thread(3), dsq.post(5), dsq.post(6, thread=3))
    assert summary(run(export)) == "created 3, updated 0, skipped 1, refused 0"
    assert Article.objects.get() == imported(5).article == imported(6).article


def test_threads_that_nobody_wrote_in_make_no_drafts(run: Any) -> None:
    said = run(dsq.export(*(dsq.thread(n, f"https://old.example/{n}/") for n in range(2, 9)), dsq.post(50, thread=4)))
    assert Article.objects.count() == 1
    assert "left out 6 articles of which the file has neither text nor comments" in said


def test_posts_before_their_threads_and_children_before_parents_are_right(run: Any, rest: Article) -> None:
    run(dsq.export(dsq.post(6, parent=5), dsq.post(5), dsq.thread(2)))
    assert (imported(5).article, imported(6).parent) == (rest, imported(5))


def test_posts_of_threads_that_are_deleted_or_missing_are_left_out(run: Any, rest: Article) -> None:
    said = run(dsq.export(dsq.thread(2, isDeleted="true"), dsq.post(5), dsq.post(6, thread=99)))
    assert "left out 2 comments on what is no article" in said
    assert "left out 1 threads that were deleted there" in said
    assert summary(said) == "created 0, updated 0, skipped 2, refused 0"


def test_a_closed_threads_draft_is_closed_and_an_article_here_stays_as_it_is(run: Any, rest: Article) -> None:
    closed = dsq.thread(3, "https://old.example/pause/", isClosed="true")
    run(dsq.export(dsq.thread(2, isClosed="true"), closed, dsq.post(5), dsq.post(6, thread=3)))
    assert (imported(5).article.comments_open, imported(6).article.comments_open) == (True, False)


# --- Posts ----------------------------------------------------------------------------------------------------------


def test_a_post_keeps_its_words_date_and_writer_and_no_network_address(run: Any, rest: Article) -> None:
    run(dsq.export(dsq.thread(2), dsq.post(5, "<p>One<br>Two</p>", name="Mo &amp; Jo", email="mo@mail.example")))
    comment = imported(5)
    assert (comment.name, comment.email, comment.author) == ("Mo & Jo", "mo@mail.example", None)
    assert comment.posted_at == comment.published_at == datetime(2019, 3, 5, 10, tzinfo=UTC)
    assert comment.body_html == "<p>One<br>Two</p>"
    assert "192.0.2.44" not in str(Comment.objects.values().get())


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ('<p onclick="x()">Calm<script>alert(1)</script></p>', "<p>Calm</p>"),
        ("<p>Ask @ida_berg:disqus.</p>", "<p>Ask @ida_berg.</p>"),
        (
            '<a href="http://disq.us/url?url=https%3A%2F%2Fa.example%2F%3Fc%3AGTwU4dcq96lIEIpJc8INii4ptuY&amp;cuid=1">there</a>',
            '<p><a href="https://a.example/?c" rel="nofollow ugc noopener">there</a></p>',
        ),
        (
            '<p><a href="http://disq.us/url?url=javascript%3Ax">there</a></p>',
            '<p><a href="http://disq.us/url?url=javascript%3Ax" rel="nofollow ugc noopener">there</a></p>',
        ),
    ],
)
def test_a_message_is_shown_as_safe_html_without_what_disqus_added(
    run: Any, rest: Article, message: str, shown: str
) -> None:
    run(dsq.export(dsq.thread(2), dsq.post(5, message)))
    assert imported(5).body_html == shown


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ({}, "approved"),
        ({"isApproved": "true"}, "approved"),
        ({"isApproved": "false"}, "pending"),
        ({"isSpam": "true"}, "spam"),
        ({"isDeleted": "true"}, "trash"),
        ({"isDeleted": "true", "isSpam": "true"}, "spam"),
    ],
)
def test_a_post_keeps_its_status(run: Any, rest: Article, flags: dict[str, str], status: str) -> None:
    run(dsq.export(dsq.thread(2), dsq.post(5, **flags)))
    assert imported(5).status == status


def test_a_deleted_post_without_words_keeps_the_place_of_its_replies(run: Any, rest: Article) -> None:
    run(dsq.export(dsq.thread(2), dsq.post(5, "", isDeleted="true"), dsq.post(6, parent=5)))
    assert (imported(5).status, imported(6).parent) == ("trash", imported(5))


def test_odd_numbers_and_dates_are_no_obstacle(run: Any, rest: Article) -> None:
    odd = [dsq.post(""), dsq.post(""), dsq.post("x7"), dsq.post(8), dsq.post(8, "<p>Again</p>")]
    dates = [dsq.post(9, createdAt="2019-13-45"), dsq.post(10, createdAt="2106-02-07T06:28:16Z")]
    said = run(dsq.export(dsq.thread(2), *odd, *dates, dsq.post(11, createdAt="1970-01-01T00:00:00")))
    assert "refused comment x7: it has no number" in said
    assert summary(said) == "created 4, updated 0, skipped 1, refused 4"
    assert imported(9).posted_at == datetime(2019, 3, 4, 9, tzinfo=UTC)
    assert imported(11).posted_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert imported(10).posted_at < datetime(2106, 1, 1, tzinfo=UTC)


# --- Moderators -----------------------------------------------------------------------------------------------------


def test_whoever_is_named_by_their_username_becomes_a_moderator(run: Any, rest: Article) -> None:
    ida = dsq.post(6, "<p>Slowly.</p>", parent=5, username="ida_berg", name="Ida Berg")
    said = run(dsq.export(dsq.thread(2), dsq.post(5), ida), "--moderator", "IDA_berg")
    assert (imported(6).author.username, imported(6).author.first_name) == ("ida_berg", "Ida Berg")
    assert imported(5).answered_at == imported(6).published_at
    assert "moderators: Ida Berg" in said


def test_somebody_who_is_here_under_another_login_stays_one_person(run: Any, rest: Article, sarah: User) -> None:
    run(dsq.export(dsq.thread(2), dsq.post(6, username="ida_berg")), "--moderator", "ida_berg=sarah")
    assert imported(6).author == sarah
    with pytest.raises(CommandError, match="Nobody here logs in as 'tom'"):
        run(dsq.export(dsq.thread(2), dsq.post(7, username="ida_berg")), "--moderator", "ida_berg=tom")


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "ida_berg"},
        {"name": "Ida Berg", "username": "mallory"},
        {"name": "Ida Berg", "email": "ida@x.example"},
        {"username": "ida_berg", "isAnonymous": "true"},
    ],
)
def test_a_name_or_an_email_alone_proves_nothing(run: Any, rest: Article, fields: dict[str, str]) -> None:
    ida = dsq.post(6, username="ida_berg", name="Ida Berg", email="ida@x.example")
    run(dsq.export(dsq.thread(2), ida, dsq.post(7, **fields)), "--moderator", "ida_berg")
    assert (imported(6).author is None, imported(7).author) == (False, None)


def test_nobody_is_found_by_what_they_call_themselves_and_no_reader_is_listed(run: Any, rest: Article) -> None:
    with pytest.raises(CommandError, match=r"^The file knows no user 'Ida Berg'\. Nothing was imported\.$"):
        run(dsq.export(dsq.thread(2), dsq.post(6, username="mallory", name="Ida Berg")), "--moderator", "Ida Berg")


# --- Again, and files that are none ---------------------------------------------------------------------------------


def test_twice_is_once_and_new_replies_join(run: Any, rest: Article, sarah: User) -> None:
    rows = [dsq.thread(2), dsq.thread(3, "https://old.example/pause/"), dsq.post(5), dsq.post(6, thread=3)]
    assert summary(run(dsq.export(*rows))) == "created 3, updated 0, skipped 1, refused 0"
    moderation.erase(imported(5), by=sarah)
    before = list(Comment.objects.order_by("pk").values())
    assert summary(run(dsq.export(*rows))) == "created 0, updated 0, skipped 4, refused 0"
    assert list(Comment.objects.order_by("pk").values()) == before
    run(dsq.export(*rows, dsq.post(7, parent=6, thread=3)))
    assert imported(7).parent == imported(6)


def test_a_rehearsal_says_the_same_and_keeps_nothing(run: Any, rest: Article) -> None:
    said = run(dsq.export(dsq.thread(2), dsq.thread(3, ""), dsq.post(5), dsq.post(6, thread=3)), "--dry-run")
    assert summary(said) == "created 3, updated 0, skipped 1, refused 0"
    assert "First steps 3: 1 comments new, 0 here before" in said
    assert (Article.objects.count(), Comment.objects.count()) == (1, 0)


def test_a_gzipped_export_with_a_stray_beginning_is_read(tmp_path: Path, rest: Article) -> None:
    path = tmp_path / "export.xml.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf\n\n" + dsq.export(dsq.thread(2), dsq.post(5)).encode()))
    call_command("import_disqus", str(path))
    assert imported(5).article == rest


def test_deep_threads_and_circles_come_in(run: Any, rest: Article) -> None:
    deep = [dsq.post(n, parent=n - 1 if n > 1 else 3) for n in range(200, 0, -1)]
    run(dsq.export(dsq.thread(2), *deep))
    assert Comment.objects.count() == 200
    assert Comment.objects.roots().count() == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<rss><channel/></rss>", "no export of Disqus"),
        (dsq.HEAD.replace("http://disqus.com", "http://other.example") + "</disqus>", "no export of Disqus"),
        ('<?xml version="1.0"?>\n<!DOCTYPE disqus [<!ENTITY a "ha">]>\n<disqus>&a;</disqus>', "document type"),
        (dsq.export(dsq.thread(2), dsq.post(5))[:-20], r"line \d+"),
        (dsq.export(dsq.thread(2), "<post dsq:id=7/>"), r"line \d+, column \d+: not well-formed"),
        (dsq.export(dsq.thread(2), dsq.post(5, "x" * (xml_stream.LONGEST + 1))), "a field has more than"),
    ],
)
def test_a_file_that_is_broken_or_something_else_imports_nothing(run: Any, rest: Article, text: str, says: str) -> None:
    with pytest.raises(CommandError, match=rf"{says}.*Nothing was imported"):
        run(text)
    assert not Comment.objects.exists()
