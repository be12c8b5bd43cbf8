"""An asker's own page, from the first answer to erasing, with JavaScript and without."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments import links, moderation
from comments.models import Comment
from tests.browser.pages import with_helplines
from tests.factories import ask, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PRIVATE = re.compile(r"/q/[\w-]{32}/(#\w+)?$")


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def test_an_asker_changes_withdraws_and_puts_back_while_it_waits(page: Page, article: Any) -> None:
    question = ask(article, "Is it over?", approved=False)
    page.goto(links.mint(question))
    page.get_by_role("link", name="Change the text").click()
    page.get_by_label("Your text").fill("Is it really over?")
    press(page, "Save the change")
    expect(page).to_have_url(PRIVATE)
    expect(page.get_by_text("Is it really over?")).to_be_visible()
    press(page, "Withdraw it")
    expect(page.get_by_text("You withdrew it.", exact=True)).to_be_visible()
    press(page, "Put it back")
    expect(page.get_by_text("It waits to be read.")).to_be_visible()
    assert fresh(question).body == "Is it really over?"


def test_an_asker_reads_the_answer_says_whether_it_helped_and_adds_a_detail(
    page: Page, article: Any, sarah: Any
) -> None:
    question = ask(article, "Is it over?", approved=False)
    page.goto(links.mint(question))
    moderation.answer(question, by=sarah, body="Give it **a month**.")
    page.reload()
    expect(page.locator(".comment--answer")).to_contain_text("Give it a month.")
    press(page, "Partly")
    expect(page.get_by_text("You said: Partly.")).to_be_visible()
    page.get_by_role("link", name="Add a detail").click()
    page.get_by_label("Your text").fill("She wrote first.")
    press(page, "Send")
    expect(page).to_have_url(re.compile("#added$"))
    expect(page.get_by_text("Waits to be read")).to_be_visible()
    page.go_back()
    if page.get_by_label("Your text").input_value():  # the browser kept it: sending once more does no harm
        press(page, "Send")
        expect(page).to_have_url(re.compile("#added$"))
    assert Comment.objects.filter(by_asker=True).count() == 1


def test_a_change_that_comes_too_late_is_kept_and_can_be_added(page: Page, article: Any, sarah: Any) -> None:
    question = ask(article, "Is it over?", approved=False)
    page.goto(f"{links.mint(question)}change/")
    page.get_by_label("Your text").fill("What I wanted to say.")
    moderation.approve(question, by=sarah)
    press(page, "Save the change")
    expect(page.get_by_role("alert")).to_contain_text("nothing was sent")
    expect(page.get_by_label("Your text")).to_have_value("What I wanted to say.")
    press(page, "Send")
    expect(page).to_have_url(re.compile("#added$"))
    assert Comment.objects.latest("pk").body == "What I wanted to say."


def test_erasing_asks_once_and_leaves_nothing(page: Page, article: Any, sarah: Any, javascript: bool) -> None:
    question = ask(article, "Is it over?")
    address = links.mint(question)
    page.goto(f"{address}add/")
    page.get_by_label("Your text").fill("Never sent.")
    if javascript:
        assert page.evaluate("sessionStorage.length") == 1
    page.goto(address)
    page.get_by_role("link", name="Erase everything").click()
    expect(page.get_by_role("heading", name="Erase everything?")).to_be_visible()
    press(page, "Erase everything")
    expect(page).to_have_url(re.compile("/q/erased/$"))
    assert page.request.get(address).status == 404
    assert fresh(question).body == ""
    if javascript:
        page.wait_for_function("sessionStorage.length === 0")


def test_the_address_can_be_copied(page: Page, article: Any, javascript: bool) -> None:
    address = links.mint(ask(article))
    page.goto(address)
    shown = page.locator("#address")
    expect(shown).to_have_text(re.compile(re.escape(address)))
    button = page.get_by_role("button", name="Copy the address")
    if not javascript:
        expect(button).to_have_count(0)
        return
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == shown.text_content()


def test_a_writer_in_danger_finds_who_is_there_in_their_country(page: Page, article: Any) -> None:
    with_helplines()
    page.goto(links.mint(ask(article, "Since he left I want to die.", approved=False)))
    page.get_by_label("Where are you?").select_option("United Kingdom")
    press(page, "Show who is there")
    expect(page).to_have_url(re.compile(r"\?country=united-kingdom#care$"))
    care = page.locator("#care")
    expect(care.get_by_role("link", name="116 123")).to_have_attribute("href", "tel:116123")
    expect(care).to_be_in_viewport()
    page.reload()
    expect(care.get_by_label("Where are you?")).to_have_value("united-kingdom")
    press(page, "Withdraw it")
    expect(page).to_have_url(PRIVATE)
    expect(care).to_be_visible()
