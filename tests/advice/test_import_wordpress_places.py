"""Where the things of a WordPress site are found afterwards: situations, links in texts, and what stays hidden."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from advice import publishing
from advice.models import Article, OldAddress
from comments import checking
from comments.models import Comment
from comments.reader_models import Situation
from tests import factories, wxr

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def run(tmp_path: Path, capsys: Any) -> Any:
    def run(text: str, *options: str) -> str:
        call_command("import_wordpress", str(wxr.write(tmp_path, text)), *options)
        assert checking.check().damages == []
        return str(capsys.readouterr().out).splitlines()[-1]

    return run


def article(number: int) -> Article:
    return Article.objects.get(source="old.example", source_id=str(number))


# --- Situations -----------------------------------------------------------------------------------------------------

SORTED = (
    wxr.sorted_under("No contact &amp; silence", "no-contact"),
    wxr.sorted_under("Uncategorized", "uncategorized"),
    wxr.sorted_under("Moving on", "moving-on", "post_tag"),
    wxr.sorted_under("Quote", "post-format-quote", "post_format"),
)


def test_categories_and_tags_become_situations(run: Any) -> None:
    there = factories.make_situation("Moving On")
    run(wxr.export(wxr.item(3, *SORTED)))
    assert set(article(3).situations.values_list("name", flat=True)) == {"No contact & silence", "Moving On"}
    assert there in article(3).situations.all()


@pytest.mark.parametrize(
    ("option", "kept"), [("--no-tags", ["No contact & silence"]), ("--no-categories", ["Moving on"])]
)
def test_tags_and_categories_may_be_left_out(run: Any, option: str, kept: list[str]) -> None:
    run(wxr.export(wxr.item(3, *SORTED)), option)
    assert list(Situation.objects.values_list("name", flat=True)) == kept


def test_the_first_versions_categories_are_there_twice_and_taken_once(run: Any) -> None:
    plain = "<category><![CDATA[Moving on]]></category>"
    run(wxr.export(wxr.item(3, plain, wxr.sorted_under("Moving on", "moving-on", "tag")), version="1.0"))
    assert list(Situation.objects.values_list("name", flat=True)) == ["Moving on"]


def test_old_pages_of_categories_lead_to_situations_also_those_below_others(run: Any, client: Any) -> None:
    listed = (
        wxr.fields("category", term_id=4, category_nicename="ends", category_parent="", cat_name="Ends"),
        wxr.fields("category", term_id=5, category_nicename="ours", category_parent="ends", cat_name="By us"),
        wxr.fields("category", term_id=6, category_nicename="never", category_parent="", cat_name="Never used"),
    )
    run(wxr.export(*listed, wxr.item(3, wxr.sorted_under("By us", "ours"))))
    for path in ("/category/ends/ours/", "/category/ours/", "/?cat=5"):
        assert client.get(path, follow=True).redirect_chain == [("/situations/by-us/", 301)]
    assert list(Situation.objects.values_list("name", flat=True)) == ["By us"]


# --- Links ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "leads_to"),
    [
        ("https://old.example/2019/03/first-steps-4/", "/first-steps-4/"),
        ("http://www.old.example/2019/03/first-steps-4", "/first-steps-4/"),
        ("/2019/03/first-steps-4/?utm_source=mail", "/first-steps-4/"),
        ("https://old.example/?p=4", "/first-steps-4/"),
        ("/?page_id=4&amp;preview=true", "/first-steps-4/"),
        ("https://old.example/2019/03/first-steps-4/comment-page-2/#comments", "/first-steps-4/#comments"),
        ("https://old.example/2019/03/first-steps-4/#comment-8", "/comments/8/"),
        ("https://old.example/2019/03/first-steps-4/#comment-9", "/first-steps-4/"),
        ("https://old.example/2019/03/first-steps-4/#comment-99", "/first-steps-4/"),
        ("https://old.example/?attachment_id=11", "/first-steps-4/"),
        ("https://old.example/category/calm/", "/situations/calm/"),
        ("https://old.example/2019/03/unknown/", "https://old.example/2019/03/unknown/"),
        ("https://else.example/2019/03/first-steps-4/", "https://else.example/2019/03/first-steps-4/"),
        ("mailto:ida@old.example", "mailto:ida@old.example"),
    ],
)
def test_links_to_what_came_along_lead_to_where_it_is(run: Any, written: str, leads_to: str) -> None:
    bench = wxr.upload(11, "https://old.example/a.jpg", post_parent=4, link="https://old.example/?attachment_id=11")
    replies = (wxr.comment(8), wxr.comment(9, approved="0"))
    later = wxr.item(4, wxr.sorted_under("Calm", "calm"), *replies)
    run(wxr.export(wxr.item(3, content=f'<p><a href="{written}">There</a></p>'), later, bench))
    assert article(3).body == f'<p><a href="{leads_to}">There</a></p>'


def test_links_lead_to_an_article_that_had_to_take_another_address(run: Any, sarah: Any) -> None:
    factories.make_article(slug="about", author=sarah)
    about = wxr.item(4, post_name="about", link="https://old.example/about/", post_type="page")
    run(wxr.export(wxr.item(3, content='<p><a href="/about/">About</a></p>'), about))
    assert article(3).body == '<p><a href="/about-2/">About</a></p>'


def test_links_in_answers_lead_on_and_readers_words_stay(run: Any) -> None:
    typed = 'See https://old.example/?p=4. Or <a href="https://old.example/2019/03/first-steps-4/#comment-8">this</a>'
    run(
        wxr.export(
            wxr.item(3, wxr.comment(5, typed), wxr.comment(6, typed, user_id=7, parent=5)),
            wxr.item(4, wxr.comment(8)),
        )
    )
    reader, answer = Comment.objects.get(source_id="5"), Comment.objects.get(source_id="6")
    assert reader.body == typed
    assert answer.body == f'See {settings.SITE_URL}/first-steps-4/. Or <a href="/comments/8/">this</a>'


# --- Again ----------------------------------------------------------------------------------------------------------

TO_LATER = wxr.item(3, content='<p><a href="/?p=4">Later</a></p>')


def test_an_article_that_comes_later_completes_links_and_a_third_time_changes_nothing(run: Any) -> None:
    run(wxr.export(TO_LATER))
    version = article(3).discussion_version
    assert run(wxr.export(TO_LATER, wxr.item(4))) == "created 1, updated 1, skipped 0, refused 0"
    assert article(3).body_html == '<p><a href="/first-steps-4/" rel="noopener">Later</a></p>'
    assert article(3).discussion_version > version
    assert run(wxr.export(TO_LATER, wxr.item(4))) == "created 0, updated 0, skipped 2, refused 0"


def test_what_was_edited_here_is_not_completed(run: Any) -> None:
    run(wxr.export(TO_LATER))
    edited = article(3)
    edited.body = "<p>Mine.</p>"
    publishing.rewrite(edited, ["body"])
    assert run(wxr.export(TO_LATER, wxr.item(4))) == "created 1, updated 0, skipped 1, refused 0"
    assert article(3).body == "<p>Mine.</p>"


def test_of_two_articles_with_one_number_the_second_is_refused_with_its_comments(run: Any) -> None:
    export = wxr.export(wxr.item(3, content="<p>First</p>"), wxr.item(3, wxr.comment(8), content="<p>Second</p>"))
    assert run(export) == "created 1, updated 0, skipped 0, refused 2"
    assert run(export) == "created 0, updated 0, skipped 1, refused 2"
    assert article(3).body == "<p>First</p>"


# --- What readers do not see ----------------------------------------------------------------------------------------

SURFACES = (
    "/", "/feed/", "/questions/", "/questions/feed/", "/search/?q=xylophone", "/sitemap.xml", "/situations/",
    "/situations/calm/", "/shown/", "/shown/feed/",
)  # fmt: skip


@pytest.mark.parametrize(
    "columns",
    [{"status": "draft"}, {"status": "private"}, {"status": "pending"}, {"status": "trash"}, {"post_password": "x"},
     {"status": "future", "post_date_gmt": f"{timezone.now().year + 1}-01-01 09:00:00"}],
)  # fmt: skip
def test_what_was_hidden_there_is_on_no_page_here(run: Any, client: Any, columns: dict[str, str]) -> None:
    calm = wxr.sorted_under("Calm", "calm")
    hidden = {"post_name": "hidden", "title": "Xylophone", "content": "<p>Xylophone</p>", **columns}
    run(wxr.export(wxr.item(3, calm, post_name="shown"), wxr.item(4, calm, wxr.comment(8, "Xylophone"), **hidden)))
    for path in SURFACES:
        text = client.get(path).text.replace("q=xylophone", "").lower()
        assert text.count("xylophone") == text.count('value="xylophone"') + text.count("“xylophone”"), path
    for path in ("/hidden/", "/hidden/feed/", "/2019/03/hidden/", "/?p=4", "/comments/8/", "/questions/8/"):
        answer = client.get(path, follow=True)
        assert "xylophone" not in answer.text.lower(), path
    assert OldAddress.objects.filter(article=article(4)).exists()
