"""How the site presents itself: the owner's words, else its own; at hardly any cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone, translation

from advice import identity
from advice.models import Article
from advice.site_models import MenuItem, Picture, SiteIdentity
from comments.desk_models import ROW, DiscussionSettings, HoldPolicy
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unknown() -> Any:
    identity._last.clear()
    yield
    identity._last.clear()


def row(**columns: Any) -> SiteIdentity:
    made = SiteIdentity.objects.create(pk=1, **columns)
    identity.forget()
    return made


def menu(article: Article, place: str = "foot", **columns: Any) -> None:
    SiteIdentity.objects.get_or_create(pk=1)
    MenuItem.objects.create(article=article, place=place, **columns)
    identity.forget()


def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("advice.identity._rows", away)


# --- Words ----------------------------------------------------------------------------------------------------------


def test_a_site_whose_owner_wrote_nothing_has_words_of_its_own() -> None:
    site = identity.current()
    assert (site.name, site.author, site.call_button) == ("Ask Sarah", "Sarah", "Ask Sarah")
    assert all([site.tagline, site.call_title, site.call_text, site.ask_note, site.exit_address])
    assert not any(
        [site.introduction, site.bio_html, site.footer_html, site.accent, site.portrait, site.top, site.foot]
    )


def test_another_author_is_named_everywhere() -> None:
    row(author_name="Miriam")
    site = identity.current()
    assert (site.name, site.call_button) == ("Ask Miriam", "Ask Miriam")
    assert "Miriam" in site.call_text
    assert "Miriam" in site.ask_note


def test_the_owners_words_take_the_place_of_ours() -> None:
    columns = dict.fromkeys(["name", "tagline", "call_title", "call_text", "call_button", "ask_note"], "Mine")
    row(**columns)
    assert {getattr(identity.current(), name) for name in columns} == {"Mine"}


def test_what_the_owner_writes_is_markdown_without_html() -> None:
    row(bio="I **listen**. <script>alert(1)</script>", footer_text="[Imprint](https://example.com)")
    site = identity.current()
    assert "<strong>listen</strong>" in site.bio_html
    assert "<script" not in site.bio_html
    assert '<a href="https://example.com"' in site.footer_html


def test_each_language_has_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    identity.current()
    monkeypatch.setattr("advice.identity._", lambda words: f"[{words}]")
    with translation.override("de"):
        assert identity.current().tagline == "[Advice after a breakup]"
    assert identity.current().tagline == "Advice after a breakup"


# --- Menu -----------------------------------------------------------------------------------------------------------


def test_the_menu_is_in_the_owners_order_with_labels_or_titles() -> None:
    one, two = make_article(title="One"), make_article(title="Two")
    menu(one, "top", order=2)
    menu(two, "top", order=1, label="Second")
    menu(one, "foot")
    site = identity.current()
    assert [(link.label, link.address) for link in site.top] == [
        ("Second", two.get_absolute_url()),
        ("One", one.get_absolute_url()),
    ]
    assert [link.label for link in site.foot] == ["One"]


def test_what_is_not_published_is_not_in_the_menu() -> None:
    menu(make_article(published_at=None))
    menu(make_article(published_at=timezone.now() + timedelta(hours=1)))
    assert identity.current().foot == ()


def test_the_page_one_is_on_is_marked(client: Client) -> None:
    about = make_article(slug="about-me", listed=False)
    menu(about, "top", label="About")
    menu(about, "foot", label="About")
    html = client.get("/about-me/").content.decode()
    assert html.count('href="/about-me/" aria-current="page">About</a>') == 2


# --- Cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "column", "value", "shown"),
    [
        (SiteIdentity.objects, "name", "Ask Mary", ">Ask Mary</a>"),
        (SiteIdentity.objects, "exit_address", "https://leave.example/", 'href="https://leave.example/"'),
        (SiteIdentity.objects, "ask_note", "Be kind.", "Be kind."),
        (SiteIdentity.objects, "accent", "#123456", "?v=123456"),
        (SiteIdentity.objects, "footer_text", "Mary owns this.", "Mary owns this."),
        (MenuItem.objects.filter(place="top"), "label", "Another one", ">Another one</a>"),
        (MenuItem.objects.filter(place="foot"), "label", "Another one", ">Another one</a>"),
        (DiscussionSettings.objects, "away_text", "Away for a while.", "Away for a while."),
        (DiscussionSettings.objects, "hold", HoldPolicy.NOTHING, "It can be so at once."),
    ],
)
def test_what_is_kept_of_all_pages_differs_with_each_word_of_the_owners(
    client: Client, settings: Any, rows: Any, column: str, value: str, shown: str
) -> None:
    seen, article, contact = make_article(slug="seen"), make_article(slug="not-seen"), make_article(slug="contact")
    for place in ("top", "foot"):
        menu(contact, place=place, label="Contact")
    DiscussionSettings.objects.create(pk=ROW, is_away=True)
    assert shown not in client.get(seen.get_absolute_url()).content.decode()
    rows.update(**{column: value})
    # A minute later; nothing else is forgotten.
    cache.delete_many([identity._key(), f"{settings.RELEASE}:discussion"])
    page = client.get(article.get_absolute_url()).content.decode()
    assert shown in page
    cache.clear()
    assert page == client.get(article.get_absolute_url()).content.decode()


def test_addresses_that_no_menu_has_take_no_room_in_the_cache(client: Client) -> None:
    client.get("/no-such-page-1/")
    weight, things = cache.shelf.weight, set(cache.shelf.things)
    for number in range(2, 5):
        client.get(f"/no-such-page-{number}/")
    assert (cache.shelf.weight, set(cache.shelf.things)) == (weight, things)


def test_it_costs_one_query_a_minute_and_a_page_that_names_nothing_none(django_assert_num_queries: Any) -> None:
    now = timezone.now()
    picture = Picture.objects.create(name="a" * 32, width=9, height=9, widths=[9], uploaded_at=now, description="Me")
    row(name="After Us", portrait=picture)
    for number in range(3):
        menu(make_article(slug=f"page-{number}"))
    with django_assert_num_queries(1):
        site = identity.current()
        assert site.portrait == picture
    with django_assert_num_queries(0):
        assert identity.current() == site


def test_a_change_shows_once_it_is_forgotten() -> None:
    made = row(name="Before")
    assert identity.current().name == "Before"
    SiteIdentity.objects.filter(pk=made.pk).update(name="After")
    assert identity.current().name == "Before"
    identity.forget()
    assert identity.current().name == "After"


# --- Without the database -------------------------------------------------------------------------------------------


def test_without_the_database_it_is_the_last_one_known(monkeypatch: pytest.MonkeyPatch) -> None:
    row(name="After Us")
    identity.current()
    identity.forget()
    broken(monkeypatch)
    assert identity.current().name == identity.last_known().name == "After Us"


def test_without_the_database_and_before_it_ever_was_it_is_the_designs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)
    assert identity.current().name == identity.last_known().name == "Ask Sarah"


def test_while_the_database_is_away_not_every_page_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    broken(monkeypatch)
    identity.current()
    with django_assert_num_queries(0):
        identity.current()
