"""The owner's words and pictures: set in the admin, and whole on the smallest screen."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from advice.site_models import MenuItem, SiteIdentity
from tests.factories import make_article, moderator
from tests.pictures import file, stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Donaudampfschifffahrtsgesellschaftskapitän"
BEYOND = """[...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > 320).map(element => element.outerHTML.slice(0, 80))"""


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def log_in(page: Page) -> None:
    sarah = moderator("sarah", first_name="Sarah", is_superuser=True)
    page.goto("/admin/login/")
    page.fill("#id_username", sarah.username)
    page.fill("#id_password", sarah.username)
    page.click("[type=submit]")


def test_a_picture_is_uploaded_described_and_shown(page: Page, tmp_path: Path) -> None:
    (tmp_path / "bench.jpg").write_bytes(file("JPEG", (1_000, 600)))
    log_in(page)
    page.goto("/admin/advice/picture/add/")
    page.set_input_files("[name=file]", tmp_path / "bench.jpg")
    page.fill("[name=description]", "A bench in snow")
    page.click("[name=_save]")
    page.click(".field-description a")
    markdown = page.input_value("[aria-label='Markdown to paste']")
    article = make_article(body=f"Look:\n\n{markdown}")
    page.goto(article.get_absolute_url())
    picture = page.get_by_role("img", name="A bench in snow")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.prose img').naturalWidth > 0")
    assert "-480.webp" in picture.evaluate("image => image.currentSrc")


def test_a_colour_is_chosen_and_pages_wear_it(page: Page, javascript: bool) -> None:
    log_in(page)
    page.goto("/admin/advice/siteidentity/")
    chooser = page.locator("input[type=color]")
    assert chooser.is_visible() is javascript
    if javascript:
        chooser.fill("#8a2be2")
        assert page.input_value("[name=accent]") == "#8a2be2"
    else:
        page.fill("[name=accent]", "#8a2be2")
    page.click("[name=_save]")
    page.goto("/guidelines/")
    assert page.locator("main a").first.evaluate("link => getComputedStyle(link).color") == "rgb(138, 43, 226)"


def test_long_names_and_full_menus_fit_the_smallest_screen(page: Page) -> None:
    picture = stored("A bench in snow", size=(900, 600))
    SiteIdentity.objects.create(
        pk=1, name=LONG + LONG[:18], bio=f"I am {LONG}.", footer_text=f"At {LONG * 2}.", portrait=picture
    )
    for number in range(12):
        article = make_article(title=f"{LONG} {number}", lead_picture=picture)
        for place in MenuItem.Place:
            MenuItem.objects.create(article=article, place=place)
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", article.get_absolute_url(), "/help/"):
        page.goto(path)
        assert page.evaluate(BEYOND) == [], path
    assert page.locator(".site-header nav a").count() >= 14
