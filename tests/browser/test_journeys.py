"""The main job, end to end, in a browser: read, ask, answer, read the answer."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_asking import send, type_question

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_reader_asks_and_sarah_answers(page: Page, article: Any, sarah: Any, javascript: bool) -> None:
    page.goto("/")
    page.get_by_role("link", name=article.title).click()
    page.get_by_role("link", name="Ask Sarah", exact=True).last.click()
    type_question(page, "We broke up in May.\n\nShould I write to her?")
    send(page, javascript)
    private = page.url
    expect(page.get_by_text("Should I write to her?")).to_be_visible()

    page.goto("/admin/")
    page.get_by_label("Username").fill("sarah")
    page.get_by_label("Password").fill("sarah")
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/admin/desk/$"))
    page.get_by_role("link", name=re.compile("Robin")).first.click()
    page.locator("textarea[name=body]").fill("Give it **a month** first.")
    page.get_by_role("button", name=re.compile("^(Publish|Answer|Send)")).first.click()
    expect(page).to_have_url(re.compile("/admin/desk/$"))

    page.goto(article.get_absolute_url())
    expect(page.locator(".comment--answer")).to_contain_text("Give it a month first.")
    expect(page.get_by_text("1 of 1 question answered")).to_be_visible()
    page.goto(private)
    expect(page.get_by_text("a month")).to_be_visible()
