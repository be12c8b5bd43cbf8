"""Every address that something once had, here or under WordPress, leads to where it is now: at once, and never away."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advice import old_addresses, publishing
from advice.models import Article, OldAddress
from advice.site_models import Picture
from comments import arranging, moving
from tests.advice.test_article_page import many
from tests.factories import ask, make_article, make_situation, moderator, reply_to

pytestmark = pytest.mark.django_db

LONG = os.environ.get("TEST_LONG") == "1"
UPLOAD = "/wp-content/uploads/2019/03/"


@pytest.fixture
def rest(db: None) -> Article:
    """The article that was post 7 of old.example/blog."""
    article = make_article(slug="rest", source="old.example/blog", source_id="7")
    for path in ("/2019/03/04/rest", "/blog/2019/03/rest", "/breakups/pause", "/冬"):
        OldAddress.objects.create(path=path, article=article)
    return article


def led(client: Client, address: str) -> tuple[int, str]:
    response = client.get(address)
    assert not response.cookies
    if response.status_code in (301, 302):
        assert response["Cache-Control"] == "no-cache"
        page = client.get(response["Location"].partition("#")[0])
        assert page.status_code == 200, response["Location"]
        if page.streaming:
            page.getvalue()
    return response.status_code, response.get("Location", "")


def assert_led(client: Client, status: int, to: str, *addresses: str) -> None:
    assert {address: led(client, address) for address in addresses} == dict.fromkeys(addresses, (status, to))


# --- WordPress's forms ----------------------------------------------------------------------------------------------


def test_every_form_of_an_articles_address_leads_to_it(client: Client, rest: Article) -> None:
    assert_led(
        client,
        301,
        "/rest/",
        *(
            "/?p=7",
            "/?page_id=7",
            "/?p=7&utm_source=mail",
            "/index.php?p=7",
            "/blog/?p=7",
            "/?name=rest",
            "/archives/7",
        ),
        *("/archives/7/", "/2019/03/04/rest/", "/2019/03/04/rest", "/2019/03/04/rest/?utm_medium=x&replytocom=3"),
        *("/blog/2019/03/rest/", "/blog/2019/03/REST/", "/Breakups/PAUSE/", "/%E5%86%AC/", "/%e5%86%ac/"),
        *("/index.php/rest/", "/blog/rest/", "/2019/03/04/rest/2/", "/rest/2/", "/rest/amp/", "/rest/embed/"),
        *("/rest/trackback/", "/2019/03/04/rest/amp", "/2019//03/04/rest/"),
    )


def test_a_date_before_the_name_is_guessed_as_wordpress_does(client: Client, rest: Article) -> None:
    assert_led(
        client, 302, "/rest/", "/2020/01/rest/", "/2020/01/02/rest/", "/index.php/2019/03/rest/", "/2020/rest/2/"
    )


def test_feeds_lead_to_feeds(client: Client, rest: Article) -> None:
    assert_led(
        client,
        301,
        "/rest/feed/",
        *("/rest/feed/rss2/", "/2019/03/04/rest/feed/", "/2019/03/04/rest/feed/atom/", "/?p=7&feed=rss2"),
    )
    everything = ("/feed/rss2/", "/feed/atom/", "/rss2/", "/?feed=rss2", "/?feed=atom", "/blog/feed/", "/wp-rss2.php")
    assert_led(client, 301, "/feed/", *everything, "/index.php/feed/", "/rss.xml")
    comments = ("/comments/feed/", "/comments/feed/rss2/", "/?feed=comments-rss2", "/blog/comments/feed/")
    assert_led(client, 301, "/questions/feed/", *comments)
    assert_led(client, 302, "/feed/", "/category/rest/feed/", "/2019/03/feed/", "/author/ida/feed/")


def test_pages_of_comments_lead_to_the_page_that_is_there(client: Client, rest: Article) -> None:
    forms = ("/2019/03/04/rest/comment-page-{}/", "/2019/03/04/rest/comment-page-{}", "/?p=7&cpage={}")
    for form in forms:
        assert_led(client, 302, "/rest/", form.format(1))
    many(rest, 25)
    for form in forms:
        assert_led(client, 302, "/rest/comment-page-1/", form.format(1))
        assert_led(client, 302, "/rest/", form.format(2), form.format(10**8))
    assert led(client, "/rest/comment-page-2/") == (302, "/rest/")


def test_an_article_of_our_own_has_the_pages_that_it_has(client: Client, article: Article) -> None:
    """What a number beyond the end says must not depend on where the article stood before."""
    publishing.change([article.pk], published_at=None)
    publishing.change([article.pk], published_at=timezone.now())
    for number in ("0", "01", "99", "x"):
        assert client.get(f"{article.get_absolute_url()}comment-page-{number}/").status_code == 404


def test_archives_lead_to_what_there_is(client: Client, rest: Article) -> None:
    make_situation("On and off")
    to_situation = ("/category/on-and-off/", "/tag/On-And-Off", "/category/a/on-and-off/page/2/", "/?tag=on-and-off")
    assert_led(client, 302, "/situations/on-and-off/", *to_situation, "/blog/category/on-and-off/")
    assert_led(client, 302, "/situations/", "/category/other/", "/tag/other/")
    by_date = ("/2019/", "/2019/03/", "/2019/03/04/", "/2019/page/2/", "/archives/date/2019/03/")
    assert_led(client, 302, "/", *by_date, "/author/ida/", "/page/2/", "/index.php", "/blog/", "/blog/page/3/")


def test_what_is_written_down_of_an_archive_comes_before_what_is_guessed(client: Client) -> None:
    make_situation("Rest")
    other = make_situation("Other")
    OldAddress.objects.create(path="/category/rest", situation=other)
    OldAddress.objects.create(path="/?cat=5", situation=other)
    assert_led(client, 301, "/situations/other/", "/category/rest/", "/category/rest/page/2/", "/?cat=5")


def test_words_that_were_searched_are_searched_here(client: Client, rest: Article) -> None:
    assert_led(
        client, 301, "/search/?q=no+contact", "/?s=no+contact", "/search/no+contact/", "/search/no%20contact/page/2/"
    )
    assert led(client, "/?s=%2F%2Fevil.example")[1] == "/search/?q=%2F%2Fevil.example"
    assert len(led(client, f"/?s={'x' * 5_000}")[1]) < 300


def test_sitemaps_lead_to_the_sitemap(client: Client) -> None:
    forms = ("/wp-sitemap.xml", "/wp-sitemap-posts-post-1.xml", "/sitemap_index.xml", "/post-sitemap.xml")
    assert_led(client, 301, "/sitemap.xml", *forms)


def test_a_picture_is_found_in_every_size_that_it_was_cut_to(client: Client, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / f"{'a' * 32}-320.webp").write_bytes(b"x")
    picture = Picture.objects.create(
        name="a" * 32, description="A bench", widths=[320], width=320, height=200, uploaded_at=timezone.now()
    )
    OldAddress.objects.create(path=f"{UPLOAD}bench.jpg", picture=picture)
    OldAddress.objects.create(path=f"{UPLOAD}big-scaled.jpg", picture=picture)
    OldAddress.objects.create(path="/?attachment_id=9", picture=picture)
    OldAddress.objects.create(path="/shop/?p=9", picture=picture)
    OldAddress.objects.create(path="/view.php?id=9", picture=picture)
    names = ("bench.jpg", "bench-300x200.jpg", "bench-scaled.jpg", "big-1024x768.jpg", "big.jpg", "big-scaled.jpg")
    assert_led(client, 301, picture.src, *(UPLOAD + name for name in names), "/?attachment_id=9")
    assert_led(client, 301, picture.src, "/shop/?p=9", "/shop/?utm_source=x&p=9", "/view.php?id=9")
    assert client.get(f"{UPLOAD}other-300x200.jpg").status_code == 404
    picture.delete()
    assert client.get(f"{UPLOAD}bench.jpg").status_code == 404


def test_what_was_a_machines_is_gone_and_says_so_calmly(client: Client, rest: Article) -> None:
    paths = (
        "/wp-json/",
        "/wp-json/wp/v2/posts",
        "/xmlrpc.php",
        "/wp-login.php",
        "/wp-admin/",
        "/wp-admin/admin-ajax.php",
    )
    more = (
        "/wp-comments-post.php",
        "/wp-cron.php",
        "/wp-includes/js/x.js",
        "/blog/wp-login.php",
        "/?rest_route=/wp/v2/",
    )
    for path in (*paths, *more, "/wp-content/plugins/x/y.css", "/WP-Login.php"):
        for response in (client.get(path), client.post(path)) if ".php" in path else (client.get(path),):
            assert (response.status_code, response["Cache-Control"]) == (410, "no-cache"), path
            assert not response.cookies
            assert "This is no longer here" in response.content.decode()


def test_a_number_that_nobody_knows_shows_the_front_page(client: Client, rest: Article) -> None:
    strange = (
        "/?p=999",
        "/?p=",
        "/?p=%27",
        "/?p=0",
        "/?page_id=" + "9" * 5_000,
        "/?cat=7",
        "/?amp",
        "/?author=1&m=2019",
    )
    for query in (*strange, "/?attachment_id=5", "/?name=nothing", "/?tag=nothing", "/?s=", "/?paged=2"):
        assert client.get(query).status_code == 200, query


def test_what_nobody_knows_is_not_found(client: Client, rest: Article) -> None:
    for path in (
        "/nothing/",
        "/nothing/amp/",
        "/2019/13/",
        "/2019/03/nothing/",
        "/archives/8/",
        "/nothing/feed/",
        "/7/",
    ):
        assert client.get(path).status_code == 404, path
    assert client.get("/nothing/comments/").status_code == 404
    assert client.get(f"/{'a/' * 5_000}").status_code == 404


def test_an_old_address_of_a_draft_is_not_found(client: Client, rest: Article) -> None:
    Article.objects.update(published_at=None)
    for path in ("/2019/03/04/rest/", "/archives/7/", "/rest/amp/", "/2020/01/rest/"):
        assert client.get(path).status_code == 404, path
    assert client.get("/?p=7").status_code == 200


def test_an_old_page_with_a_name_of_ours_hides_nothing_of_ours(client: Client) -> None:
    """An import of the page /questions/ makes questions-2, and writes /questions down."""
    OldAddress.objects.create(path="/questions", article=make_article(slug="questions-2"))
    for path in ("/questions/99/", "/questions/?page=40", "/questions/99/amp/"):
        assert client.get(path).status_code == 404, path


# --- What moves here ------------------------------------------------------------------------------------------------


def rename(article: Article, slug: str) -> None:
    article.slug = slug
    publishing.rewrite(article, ["slug"])


def test_an_address_that_changes_twice_and_back_leads_on(client: Client, article: Article) -> None:
    first = article.slug
    rename(article, "second")
    rename(article, "third")
    assert_led(client, 301, "/third/", f"/{first}/", "/second/", f"/{first}", "/second/amp/")
    assert_led(client, 301, "/third/feed/", "/second/feed/", "/second/feed/rss2/")
    rename(article, first)
    assert_led(client, 301, f"/{first}/", "/third/", "/second/")
    rename(article, "second")
    assert_led(client, 301, "/second/", "/third/", f"/{first}/")


def test_an_article_takes_an_old_address_over(client: Client) -> None:
    old, new = make_article(slug="advice"), make_article(slug="draft", published_at=None)
    rename(old, "moved")
    rename(new, "advice")
    assert led(client, "/advice/") == (301, "/moved/")  # until the new one can be read
    publishing.change([new.pk], published_at=timezone.now())
    assert led(client, "/advice/") == (200, "")
    new.refresh_from_db()
    rename(new, "elsewhere")
    assert led(client, "/advice/") == (301, "/elsewhere/")  # the last that had it


def test_an_article_that_moves_as_a_draft_is_found_again(client: Client, article: Article) -> None:
    first = article.get_absolute_url()
    publishing.change([article.pk], published_at=None)
    assert client.get(first).status_code == 404
    article.refresh_from_db()
    rename(article, "better")
    assert client.get(first).status_code == 404
    publishing.change([article.pk], published_at=timezone.now())
    assert led(client, first) == (301, "/better/")


def test_an_article_that_was_a_draft_for_a_while_is_where_it_was(client: Client, article: Article) -> None:
    for published_at in (None, timezone.now()):
        publishing.change([article.pk], published_at=published_at)
    assert led(client, article.get_absolute_url()) == (200, "")


def test_a_form_that_was_open_while_the_article_moved_arrives(client: Client, article: Article) -> None:
    old = article.get_absolute_url()
    rename(article, "moved")
    data = {"name": "Ann", "body": "Should I write to him?", "email": "", "parent": "", "website": ""}
    response = client.post(f"{old}comments/", data)
    assert (response.status_code, response["Location"]) == (308, "/moved/comments/")
    client.post(f"{old}comments/", data, follow=True)
    assert article.comments.get().body == "Should I write to him?"
    assert led(client, f"{old}comments/") == (301, "/moved/#respond")
    assert client.post("/nothing/comments/", data).status_code == 404
    assert client.post("/moved/amp/", data).status_code == 404


def test_a_thread_that_moved_is_found_by_its_old_addresses(client: Client, article: Article) -> None:
    question = ask(article, "Is he gone?")
    reply = reply_to(question)
    other = make_article()
    moving.move(question, by=None, article=other)
    for path in (f"/comments/{question.pk}/", f"/comments/{reply.pk}/"):
        assert led(client, path)[1].startswith(other.get_absolute_url())
    home = ask(other, "Where is he?")
    moving.move(question, by=None, parent=home)
    assert_led(client, 302, f"/questions/{home.pk}/#comment-{question.pk}", f"/questions/{question.pk}/")


def test_a_question_that_was_merged_is_found_by_its_old_addresses(client: Client, article: Article) -> None:
    twice, once = ask(article, "Is he gone?"), ask(article, "Has he gone?")
    arranging.merge(twice, once, by=moderator())
    assert led(client, f"/questions/{twice.pk}/") == (302, f"/questions/{once.pk}/")
    assert led(client, f"/comments/{twice.pk}/") == (302, f"{article.get_absolute_url()}#comment-{once.pk}")


# --- No chain, no circle, no way out --------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["move", "move", "move", "hide", "show"]), st.sampled_from("abcd")),
    max_size=12,
)


@settings(
    derandomize=not LONG,
    max_examples=200 if LONG else 6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_whatever_moved_where_each_address_is_one_step_from_a_page(client: Client, steps: Any) -> None:
    """Of published articles; one that is a draft has no page."""
    articles = [make_article() for _ in range(3)]
    names = {f"x{letter}" for letter in "abcd"} | {article.slug for article in articles}
    for number, deed, letter in steps:
        article = Article.objects.get(pk=articles[number].pk)
        if deed == "move" and not Article.objects.filter(slug=f"x{letter}").exists():
            rename(article, f"x{letter}")
        elif deed != "move":
            publishing.change([article.pk], published_at=None if deed == "hide" else timezone.now())
    had = {address.path.strip("/"): address.article for address in OldAddress.objects.with_targets()}
    for name in names:
        for below in ("", "comment-page-3/"):
            response = client.get(f"/{name}/{below}")
            if response.status_code in (301, 302):
                assert urlsplit(response["Location"]).path != f"/{name}/{below}"
                assert client.get(response["Location"]).status_code == 200
        if (article := had.get(name)) and article.is_published:
            assert client.get(f"/{name}/", follow=True).status_code == 200
    Article.objects.all().delete()


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/2019/03/rest/",
        "/\\evil.example/amp/",
        "//evil.example",
        "/https://evil.example/feed/",
        "/%2F/amp/",
    ],
)
def test_no_address_leads_away(client: Client, rest: Article, path: str) -> None:
    location = client.get(path).get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


@settings(derandomize=not LONG, max_examples=1_000 if LONG else 30, deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(
            ["rest", "feed", "2019", "03", "archives", "7", "index.php", "blog", "amp", "comment-page-2", "page"]
        )
        | st.text(max_size=5),
        max_size=6,
    )
)
def test_whatever_is_asked_for_costs_three_queries_and_stays_here(parts: list[str]) -> None:
    path = "/" + unquote("/".join(parts)).replace("\x00", "")
    old_addresses.lead("/x/", {})  # the old sites' folders are asked for once a minute
    with CaptureQueriesContext(connection) as queries:
        found = old_addresses.lead(path, {"p": "7"}, "p=7")
    assert len(queries) <= 3
    assert found is None or found is old_addresses.GONE or (found.address[0] == "/" and found.address[1:2] != "/")


def test_hundreds_of_old_addresses_cost_no_more_queries(client: Client, rest: Article) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    paths = ["/nothing/", "/2019/03/04/rest/", "/2019/03/04/rest/comment-page-2/", "/category/x/", "/nothing/at/all/2/"]
    few = [(path, count(path)) for path in paths for _ in range(2)]
    OldAddress.objects.bulk_create(OldAddress(path=f"/old/{number}", article=rest) for number in range(500))
    assert [(path, count(path)) for path in paths for _ in range(2)][1::2] == few[1::2]
    assert max(number for _, number in few) <= 7
