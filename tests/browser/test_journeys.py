"""The main job, end to end, in a browser: read, ask, answer, read the answer."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment
from tests.browser.test_asking import send, type_question
from tests.factories import ask

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


@pytest.mark.parametrize("javascript", [True], ids=["with JavaScript"])
def test_reading_asking_and_replying_need_no_mouse(page: Page, article: Any) -> None:
    ask(article, "How long did it take you?")
    page.emulate_media(reduced_motion="reduce")  # nothing is still on its way when it is looked at
    page.goto(article.get_absolute_url())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(page, "Reply to Ann")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Reply to Ann")).to_be_focused()
    tab_to(page, "Name or nickname")
    page.keyboard.type("Robin")
    tab_to(page, "Your reply")
    page.keyboard.type("A year.")
    tab_to(page, "Send reply")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/q/[\w-]{32}/$"))
    assert Comment.objects.replies().get().body == "A year."


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called that; it must be seen to have it, and not lie under anything."""
    for _ in range(60):
        page.keyboard.press("Tab")
        called, is_outlined, is_on_top = page.evaluate("""() => {
            const e = document.activeElement;
            const box = e.getBoundingClientRect();
            const on_top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
            return [e.labels?.[0]?.innerText || e.ariaLabel || e.innerText,
                    getComputedStyle(e).outlineStyle !== "none", e.contains(on_top)];
        }""")
        assert is_outlined, called
        assert is_on_top, called
        if called.strip() == name:
            return
    pytest.fail(f"no Tab leads to “{name}”")
