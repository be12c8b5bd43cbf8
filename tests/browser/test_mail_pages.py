"""The way of an address, from the form to its last mail, with JavaScript and without."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments import links, mail_tokens
from comments.mail_models import EmailAddress
from tests.factories import answer, ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def test_somebody_leaves_an_address_confirms_it_sees_what_they_wrote_and_stops_the_mails(
    page: Page, article: Any, sarah: Any
) -> None:
    question = ask(article, "Is it over?")
    answer(question, by=sarah)
    page.goto(links.mint(question))
    page.get_by_role("link", name="News by mail").click()
    page.get_by_label("Email").fill("ann@example.org")
    press(page, "Save")
    expect(page.get_by_text("News goes to a…@example.org")).to_be_visible()

    address = EmailAddress.objects.get()
    page.goto(mail_tokens.confirm_path(address))
    page.get_by_label("another reader replies").uncheck()
    page.get_by_label("also the words that were written").check()
    press(page, "Yes, write to me")
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()

    page.get_by_role("link", name="See what you wrote").click()
    expect(page.get_by_text("Public, and answered")).to_be_visible()
    expect(page.get_by_label("another reader replies")).not_to_be_checked()
    press(page, "No more mail about it")
    press(page, "Write to me about it again")
    press(page, "Open its private page")
    expect(page).to_have_url(re.compile(r"/q/[\w-]{32}/$"))

    page.goto(mail_tokens.unsubscribe_path(address, question.pk))
    press(page, "Stop all mails")
    expect(page.get_by_role("heading", name="No mail goes there any more")).to_be_visible()
    press(page, "I want them after all")
    expect(page.get_by_role("heading", name="Stop the mails?")).to_be_visible()
