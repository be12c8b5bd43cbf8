"""manage.py import_page: what becomes of a page that was saved as HTML, or copied as text."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from advice.models import Article, OldAddress
from comments import checking
from comments.models import Comment
from tests import factories, pages, wxr

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

SAID = ("--address", pages.ADDRESS, "--author", "Ida", "--published", "2019-03-04")


@pytest.fixture
def run(tmp_path: Path, capsys: Any) -> Any:
    """Import this page; what the command says. Afterwards every tree, position and count is right."""

    def run(page: str | bytes, *options: str) -> str:
        path = tmp_path / "page.html"
        path.write_bytes(page if isinstance(page, bytes) else page.encode())
        call_command("import_page", str(path), *options)
        assert checking.check().damages == []
        return str(capsys.readouterr().out)

    return run


def summary(said: str) -> str:
    return said.splitlines()[-1]


def drawn() -> list[str]:
    """The comments as an outline, by date."""
    rows = Comment.objects.order_by("tree_id", "lft")
    roots = {row.tree_id: row.position or 0 for row in rows if row.is_root}
    return [f"{'-' * row.level}{row.body}" for row in sorted(rows, key=lambda row: (roots[row.tree_id], row.lft))]


# --- HTML: the article ----------------------------------------------------------------------------------------------


def test_a_saved_page_says_all_that_is_needed(run: Any, client: Any) -> None:
    said = run(pages.html(pages.comment(5, "<p>How?</p>", pages.comment(6, "<p>Slowly.</p>", depth=2, user="ida"))))
    assert summary(said) == "created 3, updated 0, skipped 0, refused 0"
    article = Article.objects.get()
    assert (article.title, article.slug, article.summary) == ("First steps", "first-steps", "In short.")
    assert (article.source, article.source_id, article.author.username) == ("old.example", "3", "ida")
    assert article.published_at == datetime(2019, 3, 4, 9, tzinfo=UTC)
    assert (article.comment_count, article.answered_count) == (2, 1)
    page = client.get("/first-steps/")
    assert page.status_code == 200
    assert "Slowly." in page.text


def test_only_the_articles_own_text_is_kept(run: Any) -> None:
    run(pages.html())
    assert Article.objects.get().body == "<h2>Rest</h2>\n<p>Sleep first. <em>Then</em> walk.</p>"


def test_links_are_whole_and_pictures_keep_the_address_that_the_browser_replaced(run: Any) -> None:
    run(
        pages.html(
            article='<div><div>Loose <a href="../rest/">words</a></div><a href="#x">Up</a></div>'
            '<img src="First_files/sea.jpg" srcset="https://old.example/sea.jpg 2x" alt="The sea">'
        )
    )
    assert Article.objects.get().body == (
        '<p>Loose <a href="https://old.example/2019/03/rest/">words</a></p>\n<p>Up</p>\n'
        '<p><img src="https://old.example/sea.jpg" alt="The sea"></p>'
    )


def test_without_marks_the_title_is_the_heading_that_the_browser_shows(run: Any) -> None:
    page = pages.html().replace('class="entry-title"', "").replace("<h1 >First steps", "<h2 >First steps")
    run(page)
    assert Article.objects.get().title == "First steps"


def test_the_old_address_leads_to_the_article(run: Any, client: Any) -> None:
    run(pages.html().replace(pages.ADDRESS, f"{pages.ADDRESS}comment-page-2/#comments"))
    assert OldAddress.objects.get().path == "/2019/03/first-steps"
    assert client.get("/2019/03/first-steps/")["Location"] == "/first-steps/"


def test_where_a_browser_says_where_it_saved_the_page_from_that_counts(run: Any) -> None:
    page = pages.html().replace("<html", "<!-- saved from url=(0032)https://other.example/calm/ -->\n<html", 1)
    run(page)
    assert (Article.objects.get().source, Article.objects.get().slug) == ("other.example", "calm")


def test_what_is_missing_is_asked_for(run: Any) -> None:
    with pytest.raises(CommandError) as raised:
        run("<html><body><article><p>Calm.</p></article></body></html>")
    for option in ("--address", "--title", "--author", "--published", "Nothing was imported"):
        assert option in str(raised.value)


def test_what_the_owner_says_counts_before_what_the_page_says(run: Any) -> None:
    run(
        pages.html(),
        "--title",
        "Calm",
        "--author",
        "Sarah",
        "--published",
        "2020-01-02",
        "--time-zone",
        "Europe/Berlin",
    )
    article = Article.objects.get()
    assert (article.title, article.author.first_name) == ("Calm", "Sarah")
    assert article.published_at == datetime(2020, 1, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "option", [("--address", "old.example/x"), ("--published", "soon"), ("--time-zone", "Europe/Atlantis")]
)
def test_an_option_that_makes_no_sense_is_refused(run: Any, option: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=option[0]):
        run(pages.html(), *option)


# --- HTML: the comments ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [pages.comment, pages.classic, pages.block, pages.apart])
def test_each_form_of_comments_is_read(run: Any, form: Callable[..., str]) -> None:
    deep = form(8, "<p>Three.</p>", form(9, "<p>Four.</p>", depth=3), depth=2)
    run(pages.html(form(7, "<p>One.</p><p>Two &lt;b&gt;<br>lines.</p>", deep), form(10, "<p>Five.</p>")))
    assert drawn() == ["One.\n\nTwo &lt;b&gt;\nlines.", "-Three.", "--Four.", "Five."]
    first = Comment.objects.get(pk=7)
    assert (first.name, first.source_id, first.author) == ("Mo", "7", None)
    assert first.posted_at.date() == datetime(2019, 3, 5, tzinfo=UTC).date()
    assert "Two &lt;b&gt;<br>lines." in first.body_html


def test_old_themes_have_no_replies(run: Any) -> None:
    run(pages.html(pages.old(7, "<p>One.</p>"), pages.old(8, "<p>Two.</p>")))
    assert drawn() == ["One.", "Two."]
    assert Comment.objects.get(pk=7).name == "Mo"
    assert Comment.objects.get(pk=7).posted_at == datetime(2019, 3, 5, 10, tzinfo=UTC)


def test_comments_keep_links_lists_and_stress(run: Any) -> None:
    text = '<p>See <a href="https://tea.example/" rel="ugc">tea</a>, <strong>now</strong>.</p><ul><li>Mint</li></ul>'
    run(pages.html(pages.comment(5, text)))
    html = Comment.objects.get().body_html
    assert '<a href="https://tea.example/" rel="nofollow ugc noopener">tea</a>, <strong>now</strong>.</p>' in html
    assert "<ul><li>Mint</li></ul>" in html


def test_only_who_was_logged_in_speaks_as_the_author(run: Any) -> None:
    run(pages.html(pages.comment(5, name="Ida", user="ida"), pages.comment(6, name="Ida Berg")))
    assert Comment.objects.get(pk=5).author.username == "ida"
    assert (Comment.objects.get(pk=6).author, Comment.objects.get(pk=6).name) == (None, "Ida Berg")


def test_without_wordpresss_classes_the_authors_name_counts_letter_for_letter(run: Any) -> None:
    page = pages.html(*(pages.old(n, "<p>So.</p>").replace("Mo</a>", f"{name}</a>") for n, name in
                        enumerate(["Ida", "Idа", "Ida B."], 5)))  # fmt: skip
    run(page, "--author", "Ida")
    assert [comment.author is not None for comment in Comment.objects.order_by("pk")] == [True, False, False]


def test_the_savers_own_waiting_comment_waits(run: Any) -> None:
    waiting = '<p class="comment-awaiting-moderation">Your comment is awaiting moderation.</p><p>Mine.</p>'
    run(pages.html(pages.comment(5, waiting)))
    assert (Comment.objects.get().status, Comment.objects.get().body) == ("pending", "Mine.")


def test_trackbacks_are_left_out(run: Any) -> None:
    ping = '<li id="comment-6" class="pingback even depth-1"><p>Pingback: <a href="https://x.example">X</a></p></li>'
    said = run(pages.html(pages.comment(5), ping))
    assert "left out 1 trackbacks and pingbacks" in said
    assert summary(said) == "created 2, updated 0, skipped 1, refused 0"


def test_comments_without_dates_stand_in_the_order_of_the_page(run: Any) -> None:
    replies = [pages.comment(n, f"<p>Reply {n}.</p>", depth=2, when="long ago") for n in (9, 8)]
    dated = pages.comment(4, "<p>Dated.</p>")
    run(
        pages.html(
            pages.comment(7, "<p>First.</p>", *replies, when=""), pages.comment(5, "<p>Next.</p>", when=""), dated
        )
    )
    assert drawn() == ["First.", "-Reply 9.", "-Reply 8.", "Next.", "Dated."]


def test_dates_of_numbers_need_an_order(run: Any) -> None:
    page = pages.html(pages.comment(5, when="04/03/2019 10:00"))
    with pytest.raises(CommandError, match="--day-first or --month-first"):
        run(page)
    run(page, "--day-first")
    assert Comment.objects.get().posted_at == datetime(2019, 3, 4, 10, tzinfo=UTC)


def test_a_later_copy_of_the_page_adds_what_is_new(run: Any) -> None:
    run(pages.html(pages.comment(5)))
    said = run(pages.html(pages.comment(5, "<p>How do I begin?</p>", pages.comment(9, depth=2)), pages.comment(8)))
    assert summary(said) == "created 2, updated 0, skipped 2, refused 0"


def test_a_page_and_an_export_of_one_site_are_the_same(run: Any, tmp_path: Path, capsys: Any) -> None:
    export = wxr.write(tmp_path, wxr.export(wxr.item(3, wxr.comment(5), post_name="first-steps")))
    call_command("import_wordpress", str(export))
    capsys.readouterr()
    assert summary(run(pages.html(pages.comment(5)))) == "created 0, updated 0, skipped 2, refused 0"


def test_a_page_that_says_it_has_more_comments_is_told_of(run: Any) -> None:
    assert "says it has 3 comments; 1 were found" in run(pages.html(pages.comment(5)))
    assert "No comments were found" in run(pages.html(count="Comments"))


# --- HTML: what is broken -------------------------------------------------------------------------------------------


def test_tags_that_are_missing_or_superfluous_do_not_change_the_threads(run: Any) -> None:
    broken = pages.comment(
        7, "<p>One.</div></div></div>", pages.comment(8, "<p><b>Two.</i>", depth=2).replace("</li>", "")
    )
    run(
        pages.html(
            broken, pages.comment(9, "<div><p>Three.").replace("</article>", ""), pages.comment(10, "<p>Four.</p>")
        )
    )
    assert drawn() == ["One.", "-<b>Two.</b>", "Three.", "Four."]


def test_where_no_list_says_so_the_depths_tell_the_threads(run: Any) -> None:
    flat = [pages.comment(n, f"<p>{n}.</p>", depth=d) for n, d in [(5, 1), (6, 2), (7, 3), (8, 2), (9, 1), (10, 3)]]
    run(pages.html("".join(flat)))
    assert drawn() == ["5.", "-6.", "--7.", "-8.", "9.", "-10."]


def test_depths_that_contradict_the_lists_are_not_believed(run: Any) -> None:
    run(pages.html(pages.comment(5, "<p>5.</p>", pages.comment(6, "<p>6.</p>", depth=1), depth=4)))
    assert drawn() == ["5.", "-6."]


def test_a_number_that_is_there_twice_is_refused_once(run: Any) -> None:
    said = run(
        pages.html(pages.comment(5, "<p>5.</p>"), pages.comment(5, "<p>Again.</p>"), pages.comment(0, "<p>0.</p>"))
    )
    assert summary(said) == "created 2, updated 0, skipped 0, refused 2"
    assert drawn() == ["5."]


def test_comments_without_numbers_get_some_that_stay(run: Any) -> None:
    def bare(*numbers: int) -> str:
        listed = "".join(pages.comment(n, f"<p>{n}.</p>") for n in numbers)
        return "".join(part.partition('"')[2] if part[0].isdigit() else part for part in listed.split(' id="comment-'))

    page = pages.html(bare(1, 2)).replace(' id="div-comment', ' data-x="')
    assert summary(run(page)) == "created 3, updated 0, skipped 0, refused 0"
    assert summary(run(page)) == "created 0, updated 0, skipped 3, refused 0"


def test_empty_scripts_and_boxes_end_nothing(run: Any) -> None:
    empty = '<script src="x.js"></script><textarea></textarea><script>"</div>" < 1</script><title></title>'
    run(pages.html(pages.comment(5, "<p>5.</p>"), pages.comment(6, "<p>6.</p>")).replace("<body", f"{empty}<body"))
    assert drawn() == ["5.", "6."]
    assert Article.objects.get().source_id == "3"


def test_ten_thousand_boxes_in_each_other_are_no_obstacle(run: Any) -> None:
    run(pages.html(pages.comment(5, "<div>" * 10_000 + "<p>Deep.</p>"), article="<div>" * 10_000 + "<p>Calm.</p>"))
    assert drawn() == ["Deep."]
    assert Article.objects.get().body == "<p>Calm.</p>"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(900), "this is no text"),
        (b"PK\x03\x04", "zip archive"),
        (b"{\\rtf1 Calm.}", "RTF"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n", "web archive"),
        (b"<?xml version='1.0'?><rss version='2.0'></rss>", "this is no page but an export"),
        (b"<html>" + b"<div>" * 60_000, "more than 50,000 elements in each other"),
        (b"<html><p a='" + b"x" * 21_000_000, "more than 20,000,000 characters"),
        (b"<html><p" + b" a" * 2_000, "more than 1,000 attributes"),
        (b"<html>" + b"<" * 1_500_000, "characters that belong to no comment"),
    ],
)
def test_what_is_no_page_is_refused(run: Any, page: bytes, reason: str) -> None:
    with pytest.raises(CommandError, match=f"page.html: .*{reason}.* Nothing was imported"):
        run(page)
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("encoding", "named", "mark"),
    [
        ("cp1252", "iso-8859-1", b""),
        ("cp1252", "utf-8", b""),
        ("cp1252", "no-such-thing", b""),
        ("utf-8", "windows-1252", b"\xef\xbb\xbf"),
        ("utf-16-le", "utf-8", b"\xff\xfe"),
        ("iso8859-2", "iso-8859-2", b""),
    ],
)
def test_pages_in_other_encodings_are_read(run: Any, encoding: str, named: str, mark: bytes) -> None:
    page = pages.html(title="Größe", count="").replace("–", "-").replace('charset="utf-8"', f'charset="{named}"')
    run(mark + page.encode(encoding))
    assert Article.objects.get().title == "Größe"


# --- Text -----------------------------------------------------------------------------------------------------------


def test_a_copied_text_becomes_an_article_with_headings_and_threads(run: Any, client: Any) -> None:
    said = run(pages.TEXT, *SAID)
    assert summary(said) == "created 4, updated 0, skipped 0, refused 0"
    article = Article.objects.get()
    assert (article.title, article.slug, article.format) == ("First steps", "first-steps", "markdown")
    assert article.body == "Sleep first.\n\n## Rest\n\nThen walk. Twice a day."
    assert drawn() == ["How do I begin?\n\nWhat helped me:\n\n1. tea\n2. walks", "-Slowly.", "And I?\nWhere?"]
    answer = Comment.objects.get(level=1)
    assert (answer.author.username, article.answered_count) == ("ida", 1)
    assert client.get("/first-steps/").status_code == 200


def test_a_later_copy_of_the_text_adds_what_is_new(run: Any) -> None:
    run(pages.TEXT, *SAID)
    more = pages.TEXT.replace("  2. Jo", "    2. Al\n\n      And quietly.\n\n  2. Jo").replace(
        "\nLeave a Reply", "\n  3. Bo\n\n    Last.\n"
    )
    assert summary(run(more, *SAID)) == "created 2, updated 0, skipped 4, refused 0"
    assert [line.partition("\n")[0] for line in drawn()] == [
        "How do I begin?",
        "-Slowly.",
        "-And quietly.",
        "And I?",
        "Last.",
    ]


def test_the_same_words_twice_are_two_comments(run: Any) -> None:
    run(pages.TEXT.replace("\nLeave", "\n  3. Jo\n\n    And I?\n    Where?\n\nLeave"), *SAID)
    assert Comment.objects.count() == 4


def test_numbers_may_be_aligned_jump_or_have_no_text(run: Any) -> None:
    said = "  9. Mo\n\n     A.\n\n 10. Jo\n\n     B.\n\n     7. Al\n\n        C.\n\n 11. Bo\n\n 12. Cy\n\n     D.\n"
    text = f"T\n\nSo it is.\n\n9 Comments\n\n{said}"
    said = run(text, *SAID)
    assert drawn() == ["A.", "B.", "-C.", "D."]
    assert "it has no text" in said
    assert "says it has 9 comments; 5 were found" in said


def test_dates_and_buttons_between_name_and_text_are_none_of_it(run: Any) -> None:
    text = pages.TEXT.replace("1. Mo\n", "1. Mo says:\n\n    5 March 2019 at 10:30 am\n\n    Reply\n")
    run(text, *SAID)
    first = Comment.objects.get(name="Mo")
    assert first.body.startswith("How do I begin?")
    assert first.posted_at == datetime(2019, 3, 5, 10, 30, tzinfo=UTC)


def test_the_title_that_is_said_ends_the_menu(run: Any) -> None:
    text = "Skip to content\n\nHome\n\nAbout\n\nCalm\n\nBy Ida\n\n4 March 2019\n\nSleep *first* at https://a.example/b_c.\n\nAsk"
    run(text, *SAID[:4], "--title", "calm")
    article = Article.objects.get()
    assert article.body == "Sleep \\*first\\* at <https://a.example/b_c>.\n\nAsk"
    assert article.published_at == datetime(2019, 3, 4, tzinfo=UTC)


def test_who_answers_is_asked_for_with_the_names_that_are_there(run: Any) -> None:
    with pytest.raises(CommandError, match=r"who wrote it, and answers below \(--author NAME; Mo: 1; Ida: 1; Jo: 1\)"):
        run(pages.TEXT)


def test_a_copy_without_numbers_is_refused(run: Any) -> None:
    text = "T\n\nSo it is.\n\n2 Comments\n\nMo\n5 March 2019\n\nHow?\n\nReply\nJo\n\nSo.\n\nReply\n"
    with pytest.raises(CommandError, match="its comments are not numbered"):
        run(text, *SAID)


def test_numbers_of_comments_that_are_here_are_not_taken(run: Any, sarah: User) -> None:
    mine = factories.ask(factories.make_article(author=sarah))
    said = run(pages.html(pages.comment(mine.pk)))
    assert "The comments have new numbers" in said
    assert Comment.objects.count() == 2
