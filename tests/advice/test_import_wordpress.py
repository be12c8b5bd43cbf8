"""manage.py import_wordpress: what becomes of a WordPress site."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from advice.importing import wordpress
from advice.importing.people import Chosen
from advice.importing.staging import staged
from advice.importing.writing import write
from advice.models import Article, OldAddress
from comments import checking, moderation, moving, numbers, posting
from comments.models import MODERATORS, Comment
from tests import factories, wxr

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path: Path, capsys: Any) -> Any:
    """Import this export; what the command says. Afterwards every tree, position and count is right."""

    def run(text: str, *options: str) -> str:
        call_command("import_wordpress", str(wxr.write(tmp_path, text)), *options)
        assert checking.check().damages == []
        return str(capsys.readouterr().out)

    return run


def summary(said: str) -> str:
    return said.splitlines()[-1]


def imported(number: int) -> Comment:
    return Comment.objects.get(source="old.example", source_id=str(number))


# --- Articles -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_each_version_of_the_format_is_read(run: Any, version: str) -> None:
    said = run(wxr.export(wxr.item(3, wxr.comment(5), excerpt="In short."), version=version))
    assert summary(said) == "created 2, updated 0, skipped 0, refused 0"
    article = Article.objects.get()
    assert (article.title, article.slug, article.summary) == ("First steps 3", "first-steps-3", "In short.")
    assert article.published_at == datetime(2019, 3, 4, 9, tzinfo=UTC)
    assert article.contents == [[2, "rest", "Rest"]]
    assert article.comment_count == 1


def test_a_published_post_is_served_with_its_comments(run: Any, client: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5, "Where does one start?"))))
    page = client.get("/first-steps-3/")
    assert page.status_code == 200
    assert "Sleep first." in page.text
    assert "Where does one start?" in page.text


def test_a_page_is_an_article_that_is_not_listed(run: Any) -> None:
    run(wxr.export(wxr.item(3, post_type="page")))
    assert not Article.objects.get().listed


@pytest.mark.parametrize(
    "columns", [{"status": "draft"}, {"status": "private"}, {"status": "trash"}, {"post_password": "x"}]
)
def test_what_wordpress_did_not_show_everybody_stays_a_draft(run: Any, columns: dict[str, str]) -> None:
    run(wxr.export(wxr.item(3, **columns)))
    assert Article.objects.get().published_at is None


def test_a_scheduled_post_keeps_its_date(run: Any, client: Any) -> None:
    later = timezone.now().replace(microsecond=0) + timedelta(days=9)
    run(wxr.export(wxr.item(3, status="future", post_date_gmt=f"{later:%Y-%m-%d %H:%M:%S}")))
    assert Article.objects.get().published_at == later
    assert client.get("/first-steps-3/").status_code == 404


def test_an_undated_draft_is_no_obstacle(run: Any) -> None:
    zero = "0000-00-00 00:00:00"
    run(wxr.export(wxr.item(3, status="draft", post_date_gmt=zero, post_date=zero, pubDate="nonsense")))
    assert Article.objects.get().published_at is None


def test_where_the_date_is_missing_the_next_best_is_taken(run: Any) -> None:
    zero = "0000-00-00 00:00:00"
    run(
        wxr.export(
            wxr.item(3, post_date_gmt=zero),
            wxr.item(4, post_date_gmt=zero, post_date=zero, pubDate="Tue, 05 Mar 2019 08:00:00 +0200"),
        )
    )
    dates = Article.objects.order_by("pk").values_list("published_at", flat=True)
    assert list(dates) == [datetime(2019, 3, 4, 10, tzinfo=UTC), datetime(2019, 3, 5, 6, tzinfo=UTC)]


def test_attachments_revisions_and_menu_items_are_left_out(run: Any) -> None:
    others = [wxr.item(n, post_type=kind) for n, kind in enumerate(["attachment", "revision", "nav_menu_item"], 10)]
    said = run(wxr.export(wxr.item(3), *others))
    assert Article.objects.count() == 1
    assert "left out 3 " in said
    assert summary(said) == "created 1, updated 0, skipped 0, refused 0"


def test_html_passes_the_sanitiser(run: Any) -> None:
    run(wxr.export(wxr.item(3, content='<p onclick="x()">Calm<script>alert(1)</script></p>')))
    assert Article.objects.get().body_html == "<p>Calm</p>"


@pytest.mark.parametrize(
    ("columns", "slug"),
    [
        ({"post_name": "%c3%a9t%c3%a9-calme"}, "ete-calme"),
        ({"post_name": "%e5%86%ac", "title": "Winter light"}, "winter-light"),
        ({"post_name": "%e5%86%ac", "title": "冬"}, "article-3"),
        ({"post_name": "", "title": "A &amp; B", "status": "draft"}, "a-b"),
        ({"post_name": "feed"}, "feed-2"),
        ({"post_name": "2019"}, "2019-2"),
        ({"post_name": "long-" * 50}, ("long-" * 19).strip("-")),
    ],
)
def test_every_article_gets_an_address_of_plain_letters(run: Any, columns: dict[str, str], slug: str) -> None:
    run(wxr.export(wxr.item(3, **columns)))
    assert Article.objects.get().slug == slug


def test_an_address_that_is_taken_gets_a_number(run: Any, sarah: User) -> None:
    factories.make_article(slug="first-steps-3", author=sarah)
    run(wxr.export(wxr.item(3)))
    assert Article.objects.get(source="old.example").slug == "first-steps-3-2"


# --- Old addresses --------------------------------------------------------------------------------------------------


def test_the_old_address_leads_to_the_new_one(run: Any, client: Any) -> None:
    run(wxr.export(wxr.item(3)))
    answer = client.get("/2019/03/first-steps-3/")
    assert (answer.status_code, answer["Location"]) == (301, "/first-steps-3/")


def test_an_old_address_in_other_letters_leads_to_the_new_one(run: Any, client: Any) -> None:
    run(wxr.export(wxr.item(3, post_name="winter", link="https://old.example/blog/%E5%86%AC/")))
    answer = client.get("/blog/%E5%86%AC/")
    assert (answer.status_code, answer["Location"]) == (301, "/winter/")


def test_a_reserved_address_leads_to_the_new_one(run: Any, client: Any) -> None:
    run(wxr.export(wxr.item(3, post_name="2019", link="https://old.example/2019/")))
    answer = client.get("/2019/")
    assert (answer.status_code, answer["Location"]) == (301, "/2019-2/")


def test_an_address_that_stays_is_no_old_one(run: Any) -> None:
    run(
        wxr.export(wxr.item(3, link="https://old.example/first-steps-3/"), wxr.item(4, link="https://old.example/?p=4"))
    )
    assert set(OldAddress.objects.values_list("path", flat=True)) == {"/?p=3", "/?page_id=3", "/?p=4", "/?page_id=4"}


# --- Comments -------------------------------------------------------------------------------------------------------


def test_a_comment_keeps_its_words_date_and_writer(run: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5, "One\n\nTwo", author="Mo &amp; Jo", author_email="mo@mail.example"))))
    comment = imported(5)
    assert (comment.name, comment.email, comment.author) == ("Mo & Jo", "mo@mail.example", None)
    assert comment.posted_at == comment.published_at == datetime(2019, 3, 5, 10, tzinfo=UTC)
    assert (comment.body, comment.body_html) == ("One\n\nTwo", "<p>One</p><p>Two</p>")


def test_an_address_of_mail_is_read_as_wordpress_keeps_it(run: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5, author_email="mo&amp;jo@mail.example"))))
    assert imported(5).email == "mo&jo@mail.example"


def test_network_addresses_are_not_kept(run: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5))))
    row = Comment.objects.values().get()
    assert "192.0.2.44" not in str(row)
    assert row["network"] == ""


@pytest.mark.parametrize(
    ("written", "kept"),
    [("", "Anonymous"), ("\u200b", "Anonymous"), ("M\u202eo\n B", "Mo B"), ("m" * 61, "m" * 59 + "…"),
     ("m" * 60, "m" * 60)],
)  # fmt: skip
def test_names_become_what_the_site_can_show(run: Any, written: str, kept: str) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5, author=written, author_email="no address"))))
    assert (imported(5).name, imported(5).email) == (kept, "")


@pytest.mark.parametrize(
    ("approved", "status"),
    [("1", "approved"), ("0", "pending"), ("hold", "pending"), ("spam", "spam"), ("trash", "trash"),
     ("post-trashed", "trash"), ("whatever", "pending")],
)  # fmt: skip
def test_a_comment_keeps_its_status(run: Any, client: Any, approved: str, status: str) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5, "Seen or not?", approved=approved))))
    comment = imported(5)
    assert comment.status == status
    assert (comment.published_at is not None) == (status == "approved")
    assert ("Seen or not?" in client.get("/first-steps-3/").text) == (status == "approved")


def test_trackbacks_and_pingbacks_are_skipped_and_counted(run: Any) -> None:
    kinds = ["pingback", "trackback", "order_note"]
    said = run(wxr.export(wxr.item(3, wxr.comment(5), *(wxr.comment(n, type=k) for n, k in enumerate(kinds, 6)))))
    assert "left out 2 trackbacks and pingbacks" in said
    assert summary(said) == "created 2, updated 0, skipped 3, refused 0"
    assert Comment.objects.count() == 1


def test_a_comment_without_text_is_refused_and_the_rest_comes_in(run: Any) -> None:
    empty = [wxr.comment(6, " \u200b"), wxr.comment(7, "<p><script>x</script></p>"), wxr.comment("x", "No number")]
    said = run(wxr.export(wxr.item(3, wxr.comment(5), *empty, wxr.comment(8, parent=6))))
    assert summary(said) == "created 3, updated 0, skipped 0, refused 3"
    assert "refused comment 6: it has no text" in said
    assert "refused comment x: it has no number" in said
    assert imported(8).is_root


def test_only_the_first_twenty_refused_are_listed(run: Any) -> None:
    said = run(wxr.export(wxr.item(3, *(wxr.comment(n, "") for n in range(1, 26)))))
    assert said.count("refused comment") == 20
    assert "refused 5 more" in said


def test_an_undated_comment_gets_its_articles_date(run: Any) -> None:
    zero = "0000-00-00 00:00:00"
    run(wxr.export(wxr.item(3, wxr.comment(5, date=zero, date_gmt=zero))))
    assert imported(5).posted_at == datetime(2019, 3, 4, 9, tzinfo=UTC)


# --- Threads --------------------------------------------------------------------------------------------------------


def test_replies_stand_below_their_parents_in_the_order_of_their_dates(run: Any) -> None:
    def at(day: int, pk: int, parent: int = 0) -> str:
        return wxr.comment(pk, date_gmt=f"2019-03-{day:02d} 10:00:00", parent=parent)

    run(wxr.export(wxr.item(3, at(9, 4, parent=2), at(8, 3, parent=1), at(7, 2, parent=1), at(6, 1), at(5, 5))))
    thread = Comment.objects.filter(tree_id=imported(1).pk).order_by("lft")
    assert [(comment.source_id, comment.level) for comment in thread] == [("1", 0), ("2", 1), ("4", 2), ("3", 1)]
    assert [imported(5).position, imported(1).position] == [1, 2]


def test_a_parent_that_is_missing_or_elsewhere_makes_a_question(run: Any) -> None:
    run(
        wxr.export(
            wxr.item(3, wxr.comment(5)),
            wxr.item(4, wxr.comment(6, parent=99), wxr.comment(7, parent=5), wxr.comment(8, parent=7)),
        )
    )
    assert imported(6).is_root
    assert imported(7).is_root
    assert imported(8).parent == imported(7)


def test_circles_of_parents_are_cut(run: Any) -> None:
    circle = [wxr.comment(5, parent=7), wxr.comment(6, parent=5), wxr.comment(7, parent=6), wxr.comment(8, parent=8)]
    run(wxr.export(wxr.item(3, *circle, wxr.comment(9, parent=7))))
    assert [imported(n).level for n in (5, 6, 7, 8, 9)] == [0, 1, 2, 0, 3]


def test_a_thread_500_replies_deep_comes_in_and_is_served(run: Any, client: Any) -> None:
    deep = [wxr.comment(n, parent=n - 1) for n in range(1, 502)]
    run(wxr.export(wxr.item(3, *reversed(deep))))
    assert imported(501).level == 500
    assert client.get("/first-steps-3/").status_code == 200
    assert client.get(f"/questions/{imported(1).pk}/").status_code == 200


def test_a_removed_question_with_replies_keeps_its_place(run: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5, approved="trash"), wxr.comment(6, parent=5), wxr.comment(7))))
    assert [imported(n).position for n in (5, 6, 7)] == [1, None, 2]
    article = Article.objects.get()
    assert (article.comment_count, article.question_count, article.answered_count) == (2, 1, 0)


# --- Moderators -----------------------------------------------------------------------------------------------------


def test_the_author_becomes_a_moderator_without_a_password(run: Any) -> None:
    run(wxr.export(wxr.item(3)))
    ida = User.objects.get(username="ida")
    assert (ida.first_name, ida.is_staff, ida.is_superuser, ida.has_usable_password()) == (
        "Ida Berg",
        True,
        False,
        False,
    )
    assert ida.groups.filter(name=MODERATORS).exists()
    assert Article.objects.get().author == ida


def test_names_of_accounts_are_text_again(run: Any) -> None:
    run(wxr.export(wxr.item(3), authors=({**wxr.IDA, "author_display_name": "Ida &amp; Co"},)))
    assert User.objects.get(username="ida").first_name == "Ida & Co"


def test_a_user_who_is_here_joins_the_group_and_stays_as_they_are(run: Any) -> None:
    ida = User.objects.create_user("ida", password="kept", first_name="I.")
    run(wxr.export(wxr.item(3)))
    ida.refresh_from_db()
    assert (ida.first_name, ida.is_staff, ida.check_password("kept")) == ("I.", False, True)
    assert ida.groups.filter(name=MODERATORS).exists()


def test_the_authors_replies_are_answers(run: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5), wxr.comment(6, "Slowly.", author="Ida", user_id=7, parent=5))))
    answer = imported(6)
    assert (answer.author.username, answer.name, answer.email) == ("ida", "", "")
    assert imported(5).answered_at == answer.published_at
    assert Article.objects.get().answered_count == 1


def test_other_users_of_wordpress_are_readers(run: Any) -> None:
    tom = {"author_id": 8, "author_login": "tom", "author_email": "tom@old.example", "author_display_name": "Tom"}
    export = wxr.export(wxr.item(3, wxr.comment(5, author="Tom", user_id=8)), authors=(wxr.IDA, tom))
    run(export)
    assert (imported(5).author, imported(5).name) == (None, "Tom")
    assert not User.objects.filter(username="tom").exists()


def test_whoever_is_named_becomes_a_moderator_too(run: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5, author="Tom", user_id=8))), "--moderator", "tom")
    assert imported(5).author.username == "tom"


def test_two_users_of_one_name_are_nobodys_moderator(run: Any) -> None:
    with pytest.raises(CommandError, match="knows no user 'tom'"):
        run(
            wxr.export(wxr.item(3, wxr.comment(5, author="Tom", user_id=8), wxr.comment(6, author="tom", user_id=9))),
            "--moderator",
            "tom",
        )
    assert not Article.objects.exists()


def test_naming_somebody_unknown_imports_nothing(run: Any) -> None:
    with pytest.raises(CommandError, match=r"knows no user 'tim'. It knows: ida. Nothing was imported"):
        run(wxr.export(wxr.item(3)), "--moderator", "tim")
    assert not Article.objects.exists()


@pytest.mark.parametrize("user", [0, 8])
@pytest.mark.parametrize(("name", "approved", "by_tom"), [("Tom", "1", True), ("Tom", "0", False), ("Ann", "1", False)])
def test_who_is_a_moderator_here_is_found_though_they_wrote_no_article_there(
    run: Any, name: str, approved: str, by_tom: Any, user: int
) -> None:
    tom = factories.moderator("thomas", first_name="Tom", email="tom@here.example")
    theirs = {"author": name, "author_email": "Tom@here.example", "approved": approved, "user_id": user}
    run(wxr.export(wxr.item(3, wxr.comment(5, **theirs))))
    assert imported(5).author == (tom if by_tom else None)


@pytest.mark.parametrize(
    ("name", "approved", "by_ida"), [("Ida", "1", True), ("Ida", "0", False), ("Mallory", "1", False)]
)
def test_an_address_alone_proves_nothing(run: Any, name: str, approved: str, by_ida: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5, author=name, author_email="IDA@old.example", approved=approved))))
    assert (imported(5).author is not None) is by_ida


def test_an_author_of_a_later_article_is_a_moderator_in_earlier_ones(run: Any) -> None:
    tom = {"author_id": 8, "author_login": "tom", "author_email": "", "author_display_name": "Tom"}
    run(
        wxr.export(
            wxr.item(3, wxr.comment(5, author="Tom", user_id=8)), wxr.item(4, creator="tom"), authors=(wxr.IDA, tom)
        )
    )
    assert imported(5).author.username == "tom"


def test_the_first_version_knows_authors_by_their_names_alone(run: Any) -> None:
    export = wxr.export(wxr.item(3, wxr.comment(5, author="Ida Berg", user_id=7), creator="Ida Berg"), authors=())
    run(export.replace("1.2", "1.0"))
    assert imported(5).author == Article.objects.get().author == User.objects.get(username="Ida-Berg")


# --- Numbers --------------------------------------------------------------------------------------------------------


def test_numbers_are_kept_where_all_are_free(run: Any, client: Any) -> None:
    said = run(wxr.export(wxr.item(3, wxr.comment(70), wxr.comment(7_000, parent=70))))
    assert set(Comment.objects.values_list("pk", flat=True)) == {70, 7_000}
    assert "new numbers" not in said
    assert 'id="comment-70"' in client.get("/first-steps-3/").text


def test_after_kept_numbers_new_comments_get_later_ones(run: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(70), wxr.comment(7_000))))
    assert factories.ask(Article.objects.get()).pk > 7_000


def test_nobody_gets_a_reserved_number_before_it_is_written(article: Article) -> None:
    assert numbers.reserve("old.example", [70, 7_000])
    assert factories.ask(article).pk > 7_000
    assert numbers.reserve("old.example", [71])
    assert factories.ask(article, "Another one").pk > 7_001


def test_where_one_number_is_taken_all_are_new_and_the_summary_says_so(run: Any, article: Article) -> None:
    taken = factories.ask(article)
    said = run(wxr.export(wxr.item(3, wxr.comment(taken.pk, "Mine"), wxr.comment(taken.pk + 50_000, parent=taken.pk))))
    assert "new numbers" in said
    assert imported(taken.pk).pk != taken.pk
    assert imported(taken.pk + 50_000).parent == imported(taken.pk)
    assert not Comment.objects.filter(pk=taken.pk + 50_000).exists()
    assert factories.ask(article, "Another one").pk > imported(taken.pk + 50_000).pk


def test_a_number_that_another_systems_comment_has_is_taken(run: Any, article: Article) -> None:
    taken = factories.ask(article)
    Comment.objects.filter(pk=taken.pk).update(source="elsewhere", source_id="x-1")
    assert "new numbers" in run(wxr.export(wxr.item(3, wxr.comment(taken.pk))))


def test_questions_are_numbered_among_those_asked_here(run: Any, sarah: User) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5))))
    here = factories.ask(Article.objects.get())
    run(wxr.export(wxr.item(3, wxr.comment(5), wxr.comment(6), wxr.comment(7, date_gmt="2019-03-04 10:00:00"))))
    assert [factories.fresh(c).position for c in (imported(7), imported(5), imported(6), here)] == [1, 2, 3, 4]


@pytest.mark.parametrize("number", [2**53, 2**63, 10**30])
def test_a_number_beyond_all_use_is_not_kept(run: Any, number: int) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5), wxr.comment(number))))
    assert max(Comment.objects.values_list("pk", flat=True)) < numbers.LARGEST


# --- Again ----------------------------------------------------------------------------------------------------------


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Article, Comment, OldAddress, User)]


def test_twice_is_once(run: Any) -> None:
    export = wxr.export(wxr.item(3, wxr.comment(5), wxr.comment(6, parent=5)), wxr.item(4, post_type="page"))
    assert summary(run(export)) == "created 4, updated 0, skipped 0, refused 0"
    before = rows()
    assert summary(run(export)) == "created 0, updated 0, skipped 4, refused 0"
    assert rows() == before


def test_twice_is_once_also_with_new_numbers(run: Any, article: Article) -> None:
    export = wxr.export(wxr.item(3, wxr.comment(factories.ask(article).pk)))
    run(export)
    assert summary(run(export)) == "created 0, updated 0, skipped 2, refused 0"


def test_what_was_edited_moderated_or_erased_here_is_not_touched(run: Any, sarah: User) -> None:
    export = wxr.export(wxr.item(3, *(wxr.comment(n, f"Question {n}") for n in range(5, 8))))
    run(export)
    Article.objects.update(title="Better", published_at=None)
    moderation.trash(imported(5), by=sarah)
    moderation.erase(imported(6), by=sarah)
    before = rows()
    assert summary(run(export)) == "created 0, updated 0, skipped 4, refused 0"
    assert rows() == before
    assert (imported(6).body, imported(6).name) == ("", "")


def test_new_comments_join_threads_that_are_here(run: Any, sarah: User) -> None:
    old = [wxr.comment(5), wxr.comment(6, parent=5), wxr.comment(7, parent=5)]
    run(wxr.export(wxr.item(3, *old)))
    here = posting.post(factories.submission(Article.objects.get(), "From here", parent_id=imported(5).pk)).comment
    new = [
        wxr.comment(8, "Rest.", parent=6, user_id=7),
        wxr.comment(9, parent=8),
        wxr.comment(10),
        wxr.comment(11, parent=10),
    ]
    assert summary(run(wxr.export(wxr.item(3, *old, *new)))) == "created 4, updated 0, skipped 4, refused 0"
    thread = Comment.objects.filter(tree_id=imported(5).pk).order_by("lft").values_list("pk", flat=True)
    assert list(thread) == [imported(n).pk for n in (5, 6, 8, 9, 7)] + [here.pk]
    assert imported(5).answered_at == imported(8).published_at
    assert Article.objects.get().comment_count == 7


def test_a_new_reply_below_an_erased_comment_brings_nothing_back(run: Any, sarah: User) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5, "Private matters"))))
    moderation.erase(imported(5), by=sarah)
    run(wxr.export(wxr.item(3, wxr.comment(5, "Private matters"), wxr.comment(6, parent=5))))
    assert (imported(5).body, imported(6).parent) == ("", imported(5))


def test_a_new_reply_follows_its_parent_to_another_article(run: Any, sarah: User, article: Article) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5))))
    moving.move(imported(5), by=sarah, article=article)
    run(wxr.export(wxr.item(3, wxr.comment(5), wxr.comment(6, parent=5))))
    assert imported(6).article == article
    assert imported(6).parent == imported(5)


def test_many_threads_grow_at_once(run: Any) -> None:
    roots = [wxr.comment(n) for n in range(1, 1_201)]
    run(wxr.export(wxr.item(3, *roots)))
    replies = [wxr.comment(n + 5_000, parent=n) for n in range(1, 1_201)]
    assert summary(run(wxr.export(wxr.item(3, *roots, *replies)))) == "created 1200, updated 0, skipped 1201, refused 0"


def test_two_sites_do_not_mix(run: Any) -> None:
    run(wxr.export(wxr.item(3, wxr.comment(5)), url="https://one.example"))
    run(wxr.export(wxr.item(3, wxr.comment(5)), url="https://one.example/second/"))
    assert set(Comment.objects.values_list("source", flat=True)) == {"one.example", "one.example/second"}
    assert Article.objects.count() == 2


# --- Files that are none --------------------------------------------------------------------------------------------

BOMB = """<?xml version="1.0"?>
<!DOCTYPE rss [
 <!ENTITY a "ha">
 <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
 <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<rss><channel><title>&c;</title></channel></rss>"""
EXTERNAL = '<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<rss>&x;</rss>'


@pytest.mark.parametrize("text", [BOMB, EXTERNAL, '<?xml version="1.0"?>\n<!DOCTYPE rss SYSTEM "x.dtd">\n<rss/>'])
def test_a_file_with_a_document_type_is_refused(run: Any, text: str) -> None:
    with pytest.raises(CommandError, match=r"line 2, column \d+: it declares a document type"):
        run(text)


def test_a_broken_file_imports_nothing_and_says_where_it_broke(run: Any) -> None:
    whole = wxr.export(wxr.item(3, wxr.comment(5)), wxr.item(4), wxr.item(5))
    broken = whole.replace("</channel>", "</chanel>")
    line = broken[: broken.index("</chanel>")].count("\n") + 1
    with pytest.raises(CommandError, match=rf"line {line}, column 3: mismatched tag\. Nothing was imported") as caught:
        run(broken)
    assert caught.value.returncode == 1
    assert not Article.objects.exists()
    assert not User.objects.exists()


def test_a_file_that_ends_early_imports_nothing(run: Any) -> None:
    whole = wxr.export(wxr.item(3, wxr.comment(5)))
    with pytest.raises(CommandError, match=r"line \d+, column \d+: "):
        run(whole[:-40])
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("Dear diary", r"line 1, column 1: syntax error. It seems to be plain text; import_page takes"),
        ('{"type": "site"}\n', r"this system's own export, which import_native takes"),
        ("<!DOCTYPE html><html><p>Hi<br></html>", r"a web page, which import_page takes"),
        ("<html><p>Hi<br></html>", r"a web page, which import_page takes"),
        ("SQLite format 3\0\1\2", r"a SQLite database; import_isso takes"),
        ('<?xml version="1.0" encoding="none"?><rss/>', "line 1"),
        ("<rss><channel><item><title>News</title></item></channel></rss>", "no WordPress export"),
        (wxr.export().replace("export/1.2", "export/9.9"), "no WordPress export"),
    ],
)
def test_a_file_that_is_something_else_is_named(run: Any, text: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(text)


def test_a_gzipped_file_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "export.xml.gz"
    path.write_bytes(gzip.compress(wxr.export(wxr.item(3, wxr.comment(5))).encode()))
    call_command("import_wordpress", str(path))
    assert Comment.objects.count() == 1


def test_another_archive_is_to_be_unpacked_first_also_inside(tmp_path: Path) -> None:
    path = tmp_path / "export.xml.gz"
    path.write_bytes(gzip.compress(b"PK\x03\x04whatever"))
    with pytest.raises(CommandError, match=r"zip archive. Unpack it first"):
        call_command("import_wordpress", str(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"missing.xml: No such file"):
        call_command("import_wordpress", str(tmp_path / "missing.xml"))
    with pytest.raises(CommandError, match=r"Is a directory"):
        call_command("import_wordpress", str(tmp_path))


def test_an_import_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    path = wxr.write(tmp_path, wxr.export(wxr.item(3, wxr.comment(5)), wxr.item(4, wxr.comment(6))))
    done: list[int] = []

    def interrupted_at_the_third_row(count: int) -> None:
        done.extend([1] * count)
        if len(done) >= 3:
            raise KeyboardInterrupt

    with staged(wordpress.read(path)) as found, pytest.raises(KeyboardInterrupt):
        write(found, Chosen.of(found, []), keep_numbers=True, progress=interrupted_at_the_third_row)
    assert not Article.objects.exists()
    assert not Comment.objects.exists()
    assert not User.objects.exists()
