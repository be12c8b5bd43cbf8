"""A moderator follows the link in a mail on a phone: after the login they can write at once."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment
from tests.factories import ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_after_the_login_the_box_has_the_focus_and_is_in_view(page: Page, sarah: Any, article: Any) -> None:
    question = ask(article, "Should I write to him? " * 60, approved=False)
    page.goto(f"/admin/desk/{question.pk}/?answer")
    page.locator("#id_username").fill("sarah")
    page.locator("#id_password").fill("sarah")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**/admin/desk/{question.pk}/?answer")
    box = page.locator("#id_body")
    expect(box).to_be_focused()
    expect(box).to_be_in_viewport(ratio=0.9)
    page.keyboard.type("Not yet.")
    page.get_by_role("button", name="Answer", exact=True).click()
    page.wait_for_url("**/admin/desk/")
    assert Comment.objects.get(parent=question).body == "Not yet."
