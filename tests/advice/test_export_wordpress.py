"""What WordPress gets of the site: a file that its importer, any XML parser and our own importer read alike."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from advice.exporting import wxr
from advice.exporting.wxr_text import escaped, on_one_line
from advice.models import Article, OldAddress
from comments import checking, interchange, locking, markup, moderation, moving
from comments.models import Comment
from tests import factories, pictures
from tests.hostile import strings, world

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

SITE = "http://127.0.0.1:8000"
PREFIXES = {
    "wp": "http://wordpress.org/export/1.2/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def exported(*, private: bool = False) -> str:
    file = io.BytesIO()
    wxr.write(file, private=private)
    return file.getvalue().decode()


def channel(*, private: bool = True) -> Element:
    found = fromstring(exported(private=private), forbid_dtd=True).find("channel")
    assert found is not None
    return found


def text(element: Element, path: str) -> str:
    found = element.find(path, PREFIXES)
    assert found is not None, path
    return found.text or ""


def item(kind: str = "post") -> Element:
    """The only one of its kind."""
    [found] = [each for each in channel().iterfind("item") if text(each, "wp:post_type") == kind]
    return found


def comments(within: Element | None = None) -> dict[int, Element]:
    found = (within or channel()).iterfind(".//wp:comment", PREFIXES)
    return {int(text(each, "wp:comment_id")): each for each in found}


def test_an_article_is_a_post_at_its_address(sarah: User) -> None:
    when = datetime(2024, 7, 1, 9, 30, tzinfo=UTC)
    article = factories.make_article(title="Rest & <then> ask", slug="rest", published_at=when, author=sarah)
    article.situations.add(factories.make_situation("On & off"))
    post = item()
    assert (text(post, "title"), text(post, "link")) == ("Rest &amp; &lt;then&gt; ask", f"{SITE}/rest/")
    assert (text(post, "wp:post_name"), text(post, "wp:status")) == ("rest", "publish")
    assert text(post, "wp:post_date_gmt") == "2024-07-01 09:30:00"
    assert (text(post, "dc:creator"), text(post, "wp:comment_status")) == ("sarah", "open")
    assert text(post, "excerpt:encoded") == article.summary
    [category] = post.iterfind("category")
    assert (category.get("domain"), category.get("nicename"), category.text) == ("category", "on-off", "On &amp; off")
    assert text(channel(), "wp:category/wp:cat_name") == "On &amp; off"


def test_dates_are_the_sites_own_and_those_of_greenwich(article: Article, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    asked = factories.ask(article)
    Comment.objects.filter(pk=asked.pk).update(posted_at=datetime(2024, 7, 1, 22, 30, tzinfo=UTC))
    comment = comments()[asked.pk]
    assert text(comment, "wp:comment_date") == "2024-07-02 00:30:00"
    assert text(comment, "wp:comment_date_gmt") == "2024-07-01 22:30:00"


@pytest.mark.parametrize(
    ("columns", "kind", "status"),
    [
        ({"published_at": None}, "post", "draft"),
        ({"published_at": timezone.now() + timedelta(days=3)}, "post", "future"),
        ({"listed": False, "comments_open": False}, "page", "publish"),
    ],
)
def test_what_is_not_among_the_articles_is_not_in_wordpress_either(
    columns: dict[str, Any], kind: str, status: str
) -> None:
    article = factories.make_article(**columns)
    post = item(kind)
    assert text(post, "wp:status") == status
    assert text(post, "wp:comment_status") == ("open" if article.comments_open else "closed")
    assert text(post, "wp:post_date") != "0000-00-00 00:00:00"


def test_a_picture_is_an_attachment_and_the_text_shows_its_widest_file(sarah: User) -> None:
    picture = pictures.stored(size=(1200, 600))
    body = f"![Two mugs]({picture.src})\n\n![Elsewhere](https://old.example/a.png)"
    factories.make_article(body=body, lead_picture=picture, author=sarah)
    attachment, post = item("attachment"), item()
    url = text(attachment, "wp:attachment_url")
    assert url == f"{SITE}/media/pictures/{picture.name}-{max(picture.widths)}.webp"
    assert f'<img src="{url}" alt="Two mugs"' in text(post, "content:encoded")
    assert "srcset" not in text(post, "content:encoded")
    assert "https://old.example/a.png" in text(post, "content:encoded")
    assert text(post, "wp:postmeta/wp:meta_key") == "_thumbnail_id"
    assert text(post, "wp:postmeta/wp:meta_value") == text(attachment, "wp:post_id") != text(post, "wp:post_id")


def test_old_addresses_become_old_names(article: Article) -> None:
    for path in ("/2019/03/first-steps", "/calm", "/?p=3"):
        OldAddress.objects.create(path=path, article=article)
    names = [each.text for each in item().iterfind("wp:postmeta/wp:meta_value", PREFIXES)]
    assert names == ["first-steps", "calm"]


def test_comments_keep_their_writers_statuses_and_places(article: Article, sarah: User) -> None:
    question = factories.ask(article, "Is it <3 & hope?\n\nOr not?", name="Ann & Co")
    answer = factories.answer(question, "**Wait** a\nmonth.", by=sarah)
    pending = factories.reply_to(answer, approved=False)
    spam, trash = (factories.ask(article, f"Buy {n} things") for n in "ab")
    moderation.mark_spam(spam, by=sarah)
    moderation.trash(trash, by=sarah)
    found = comments()
    assert {pk: text(each, "wp:comment_approved") for pk, each in found.items()} == {
        question.pk: "1", answer.pk: "1", pending.pk: "0", spam.pk: "spam", trash.pk: "trash"
    }  # fmt: skip
    parents = [text(found[each.pk], "wp:comment_parent") for each in (question, answer, pending)]
    assert parents == ["0", str(question.pk), str(answer.pk)]
    assert text(found[question.pk], "wp:comment_author") == "Ann &amp; Co"
    assert text(found[question.pk], "wp:comment_content") == "Is it &lt;3 &amp; hope?\n\nOr not?"
    assert text(found[question.pk], "wp:comment_user_id") == "0"
    assert text(found[answer.pk], "wp:comment_author_email") == sarah.email
    assert text(found[answer.pk], "wp:comment_content") == "<p><strong>Wait</strong> a<br> month.</p>"
    assert (text(found[answer.pk], "wp:comment_user_id"), text(found[answer.pk], "wp:comment_author")) == (
        str(sarah.pk),
        "Sarah",
    )


def test_a_question_that_waits_again_keeps_its_words_for_the_owner_alone(article: Article, sarah: User) -> None:
    question = factories.ask(article, "Shall I write to him?", name="Ann")
    reply = factories.reply_to(question)
    moderation.hold(question, by=sarah)
    moved, shown = comments()[question.pk], comments(channel(private=False))[question.pk]
    assert (text(moved, "wp:comment_content"), text(moved, "wp:comment_approved")) == ("Shall I write to him?", "0")
    assert (text(shown, "wp:comment_content"), text(shown, "wp:comment_author")) == ("This comment was removed.", "")
    assert text(comments()[reply.pk], "wp:comment_parent") == str(question.pk)


def test_addresses_of_mail_are_there_only_for_the_owner_who_asks(article: Article, sarah: User) -> None:
    factories.ask(article, email="ann@mail.example")
    Comment.objects.update(network="feedfacefeedfacefeedfacefeedface")
    assert "mail.example" not in exported()
    assert sarah.email not in exported()
    private = exported(private=True)
    assert "ann@mail.example" in private
    assert sarah.email in private
    assert "feedface" not in private


def test_what_readers_do_not_see_is_there_only_for_the_owner_who_asks(article: Article, sarah: User) -> None:
    held = factories.ask(article, "Matters of the heart", name="Held")
    answer = factories.answer(held, by=sarah)
    moderation.trash(held, by=sarah)
    waiting = factories.ask(article, "It waits", approved=False)
    found = comments(channel(private=False))
    assert set(found) == {held.pk, answer.pk}
    assert text(found[held.pk], "wp:comment_content") == "This comment was removed."
    assert waiting.pk in comments()
    assert "It waits" not in exported()


def test_what_was_removed_leaves_its_place_and_not_its_text(article: Article, sarah: User) -> None:
    held = factories.ask(article, "Private matters", name="Held")
    factories.answer(held, by=sarah)
    moderation.trash(held, by=sarah)
    erased = factories.ask(article, "Very private matters", name="Erin")
    waiting = factories.reply_to(erased, approved=False)
    moderation.erase(erased, by=sarah)
    gone = factories.ask(article, "Gone")
    moderation.erase(gone, by=sarah)
    found = comments()
    assert gone.pk not in found
    assert text(found[waiting.pk], "wp:comment_parent") == str(erased.pk)
    for comment, status in ((held, "1"), (erased, "trash")):
        assert text(found[comment.pk], "wp:comment_content") == "This comment was removed."
        assert text(found[comment.pk], "wp:comment_author") == ""
        assert text(found[comment.pk], "wp:comment_approved") == status
    assert "rivate matters" not in exported(private=True)


def test_a_reply_always_has_a_higher_number_than_what_it_replies_to(article: Article, sarah: User) -> None:
    early, late = factories.ask(article, "Early"), factories.ask(article, "Late")
    below = factories.reply_to(early)
    moving.move(early, by=sarah, parent=late)
    found = comments()
    parents = {number: int(text(each, "wp:comment_parent")) for number, each in found.items()}
    assert all(parent < number for number, parent in parents.items())
    [moved] = [number for number, parent in parents.items() if parent == late.pk]
    assert (text(found[moved], "wp:comment_content"), moved > below.pk) == ("Early", True)
    assert list(parents.values()).count(moved) == 1


def test_a_login_that_wordpress_would_change_gets_one_that_it_takes() -> None:
    for name in ("søren+work", "Сара", "plain.name@mail"):
        factories.make_article(author=factories.moderator(name))
    logins = [each.text for each in channel().iterfind("wp:author/wp:author_login", PREFIXES)]
    pks = dict(User.objects.values_list("username", "pk"))
    assert logins == [f"srenwork-{pks['søren+work']}", f"user-{pks['Сара']}", "plain.name@mail"]


def test_line_ends_are_left_only_where_wordpress_makes_no_breaks_of_them() -> None:
    html = (
        "<p>One\ntwo <em>three</em>\nfour</p>\n<ul>\n<li>a\nb</li>\n</ul>\n<pre><code>x\n  y\n</code></pre>\n<p>z</p>"
    )
    assert on_one_line(html) == (
        "<p>One two <em>three</em> four</p>\n<ul>\n<li>a b</li>\n</ul>\n<pre><code>x\n  y\n</code></pre>\n<p>z</p>"
    )


def articles(*, imported: bool) -> list[Any]:
    """This site's own, or their twins, as far as WordPress can tell."""
    found = Article.objects.filter(source__isnull=not imported).order_by("title", "pk")
    told = ("title", "summary", "listed", "comments_open", "author_id", "comment_count", "answered_count")
    return [
        (
            *(getattr(each, name) for name in told),
            each.body_html.split(),
            _second(each.published_at),
            sorted(each.situations.values_list("slug", flat=True)),
        )
        for each in found
    ]


def rows(*, imported: bool) -> dict[int, Any]:
    """Comments likewise, by their numbers in the file."""
    found = Comment.objects.filter(source__isnull=not imported).select_related("author")
    numbers = {each.pk: int(each.source_id or each.pk) for each in found}
    told = ("display_name", "author_id", "email", "status", "level", "position")
    return {
        numbers[each.pk]: (
            *(getattr(each, name) for name in told),
            numbers[each.parent_id] if each.parent_id else None,
            each.body_html.strip(),
            _second(each.posted_at),
        )
        for each in found
    }


def _second(moment: datetime | None) -> datetime | None:
    return moment.replace(microsecond=0) if moment else None


def bring_back(tmp_path: Path) -> None:
    """Import what is exported below this site's own, as if it came from elsewhere."""
    path = tmp_path / "export.xml"
    call_command("export", str(path), "--wordpress", "--private")
    call_command("import_wordpress", str(path))
    assert checking.check().damages == []


def test_what_goes_out_comes_back_the_same(tmp_path: Path, article: Article, sarah: User) -> None:
    article.situations.add(factories.make_situation("Left & lost"))
    factories.make_article(title="Imprint", listed=False, comments_open=False, author=sarah)
    factories.make_article(title="Not yet", published_at=None, author=sarah)
    for n in range(3):
        question = factories.ask(
            article, f"Question {n} & <b>more</b>?\n\nhttps://a.example/?a=1&b=2", email="a@b.example"
        )
        factories.answer(question, f"Answer *{n}*.\n\n- one\n- two", by=sarah)
        factories.reply_to(question, "Line\nline", approved=n != 1)
    bring_back(tmp_path)
    assert articles(imported=True) == articles(imported=False)
    assert rows(imported=True) == rows(imported=False)


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    site = world.make(strings.TRIED)
    found = comments()
    assert text(item(), "title") == escaped(site.article.title)
    bring_back(tmp_path)
    came = Comment.objects.exclude(source=None)
    assert len(found) == came.count() > 40
    html = dict(came.filter(author=None).values_list("source_id", "body_html"))
    ours = Comment.objects.filter(source=None, author=None).values_list("pk", "body_html")
    assert {pk: (there, html.get(str(pk))) for pk, there in ours if html.get(str(pk)) != there} == {}


def test_every_text_of_another_system_comes_out_whole(article: Article) -> None:
    texts = [f"{each}\x0c]]> ]]>]]> \U0001f494 \u202b\u05e9\u05dc\u05d5\u05dd" for each in strings.TRIED]
    bring_from_elsewhere(article, [*texts, "]]>" * 9_000])
    found = comments()
    there = Comment.objects.values_list("pk", "body", "body_html")
    assert len(found) == len(there) == len(texts) + 1
    for pk, body, html in there:
        is_plain = markup.reader_html(body) == html
        assert text(found[pk], "wp:comment_content") == (escaped(body) if is_plain else on_one_line(html))


def test_nothing_of_a_name_looks_like_a_byte_or_a_sign_to_wordpress(article: Article, sarah: User) -> None:
    factories.ask(article, name="50%ab &#60;b> #1")
    factories.make_situation("100%de #1")
    [found] = comments().values()
    assert text(found, "wp:comment_author") == "50&#037;ab &amp;&#035;60;b&gt; &#035;1"
    assert text(channel(), "wp:category/wp:cat_name") == "100&#037;de &#035;1"


def test_what_is_longer_than_wordpress_holds_is_cut_and_not_lost(article: Article) -> None:
    bring_from_elsewhere(article, ["ä" * 32_768, "<p>" + "<b>long</b> " * 7_000 + "</p>", "ä" * 32_767])
    Comment.objects.update(name="&" * 60)
    shortened, without_tags, whole = comments().values()
    assert text(shortened, "wp:comment_content") == "ä" * 32_766 + "…"
    assert text(without_tags, "wp:comment_content") == "long " * 6_999 + "long"
    assert text(whole, "wp:comment_content") == "ä" * 32_767
    assert text(whole, "wp:comment_author") == "&amp;" * 48 + "…"


@locking.retried
def bring_from_elsewhere(article: Article, texts: list[str]) -> None:
    records = [
        interchange.Record(str(n), "", None, each[:50], "", each, "approved", timezone.now())
        for n, each in enumerate(texts, 1)
    ]
    interchange.hold("elsewhere", Article.objects.filter(pk=article.pk))
    interchange.write(article.pk, "elsewhere", records, keep_numbers=False)
