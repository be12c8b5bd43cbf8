"""Old addresses in the admin: where each leads, those that an owner adds, and those that situations leave behind."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from advice import publishing
from advice.models import OldAddress
from advice.site_models import Picture
from comments.log_models import ModerationEvent
from comments.reader_models import Situation
from tests.factories import make_article, make_situation, moderator

pytestmark = pytest.mark.django_db
LIST = "/admin/advice/oldaddress/"
SITUATIONS = "/admin/comments/situation/"


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def add(client: Client, path: str, article: Any) -> str:
    """What is wrong with it; "" where it was added."""
    response = client.post(f"{LIST}add/", {"path": path, "article": article.pk})
    return "" if response.status_code == 302 else str(response.context["errors"])


def test_the_list_says_where_each_leads(as_sarah: Client, article: Any) -> None:
    draft = make_article(title="Not yet", published_at=None)
    OldAddress.objects.create(path="/one", article=article)
    OldAddress.objects.create(path="/two", article=draft)
    OldAddress.objects.create(path=f"/{article.slug}", article=draft)
    html = as_sarah.get(LIST).content.decode()
    assert f'<a href="{article.get_absolute_url()}">{article.get_absolute_url()}</a>' in html
    assert "nowhere while “Not yet” is not published" in html
    assert "an article that has this address now" in html


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/2019/03/rest/", "/2019/03/rest"),
        ("2019/03/rest", "/2019/03/rest"),
        (" https://old.example/blog//%E5%86%AC/?#comments", "/blog/冬"),
        ("/page.php?id=7", "/page.php?id=7"),
        ("https://old.example/?p=7", "/?p=7"),
    ],
)
def test_an_owner_adds_an_address_and_it_leads_on(as_sarah: Client, article: Any, typed: str, kept: str) -> None:
    assert add(as_sarah, typed, article) == ""
    assert OldAddress.objects.get().path == kept
    assert as_sarah.get(kept)["Location"] == article.get_absolute_url()
    event = ModerationEvent.objects.latest("pk")
    assert (event.subject, event.by.username) == (f"old address “{kept}”", "sarah")
    assert as_sarah.post(f"{LIST}{OldAddress.objects.get().pk}/delete/", {"post": "yes"}).status_code == 302
    assert not OldAddress.objects.exists()


def test_what_the_site_answers_itself_is_no_old_address(as_sarah: Client, article: Any) -> None:
    make_situation("Silence")
    own = article.get_absolute_url()
    ours = (own, f"{own}feed", f"{own}comment-page-3/", f"{own}comments/", "/questions/", "/questions/7/", "/admin/x")
    for path in (*ours, "/robots.txt", "/situations/silence/", "/help"):
        assert "The site has this address itself." in add(as_sarah, path, article), path
    for path in ("/", "https://old.example", "/?x=1", "/wp-login.php", "http://[", "", "/" + "x" * 600):
        assert add(as_sarah, path, article), path
    assert not OldAddress.objects.exists()
    for path in ("/situations/other/", "/nothing/comment-page-2/"):
        assert add(as_sarah, path, article) == "", path
    assert "already exists" in add(as_sarah, "/situations/other", article)


def test_other_moderators_only_look(client: Client, article: Any) -> None:
    client.force_login(moderator("ben"))
    OldAddress.objects.create(path="/one", article=article)
    assert client.get(LIST).status_code == 200
    assert client.post(f"{LIST}add/", {"path": "/two", "article": article.pk}).status_code == 403
    assert client.post(f"{LIST}{OldAddress.objects.get().pk}/delete/", {"post": "yes"}).status_code == 403


def save_situation(client: Client, situation: Situation, slug: str) -> None:
    data = {"name": situation.name, "slug": slug, "description": "", "order": "0"}
    assert client.post(f"{SITUATIONS}{situation.pk}/change/", data).status_code == 302


def test_a_situation_that_changes_its_address_is_found_by_the_old_ones(as_sarah: Client) -> None:
    silence = make_situation("Silence")
    for slug in ("no-word", "no-answer", "silence", "no-word"):
        save_situation(as_sarah, silence, slug)
    for old in ("/situations/silence/", "/situations/no-answer"):
        response = as_sarah.get(old)
        assert (response.status_code, response["Location"]) == (301, "/situations/no-word/"), old
    assert as_sarah.get("/situations/no-word/").status_code == 200
    assert as_sarah.get("/situations/never/").status_code == 404


@pytest.mark.parametrize("in_the_list", [True, False])
def test_a_situation_that_goes_leaves_its_addresses_to_an_article(
    client: Client, article: Any, in_the_list: bool
) -> None:
    """Whoever may delete situations may do that too, without a right to old addresses."""
    client.force_login(moderator("ben"))
    silence = make_situation("Silence")
    article.situations.add(silence)
    publishing.keep_address("/category/silence", situation=silence)
    if in_the_list:
        client.post(SITUATIONS, {"action": "delete_selected", "_selected_action": [silence.pk], "post": "yes"})
    else:
        client.post(f"{SITUATIONS}{silence.pk}/delete/", {"post": "yes"})
    assert not Situation.objects.exists()
    for old in ("/situations/silence/", "/category/silence/"):
        assert client.get(old)["Location"] == article.get_absolute_url()


def test_a_situation_that_was_about_nothing_goes_with_its_addresses(as_sarah: Client) -> None:
    silence = make_situation("Silence")
    save_situation(as_sarah, silence, "no-word")
    as_sarah.post(f"{SITUATIONS}{silence.pk}/delete/", {"post": "yes"})
    assert not OldAddress.objects.exists()
    assert as_sarah.get("/situations/silence/").status_code == 404


def test_a_picture_is_deleted_with_the_addresses_that_it_had(client: Client, article: Any) -> None:
    client.force_login(moderator("ben"))
    picture = Picture.objects.create(
        name="a" * 32, description="A bench", widths=[320], width=320, height=200, uploaded_at=timezone.now()
    )
    publishing.keep_address("/wp-content/uploads/bench.jpg", picture=picture)
    assert client.post(f"/admin/advice/picture/{picture.pk}/delete/", {"post": "yes"}).status_code == 302
    assert client.get("/wp-content/uploads/bench.jpg").status_code == 404
