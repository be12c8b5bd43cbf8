"""A flood in a browser: a whole campaign goes with two clicks and comes back with one; fit for everybody."""

import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment
from tests.browser.test_pages import runs_out
from tests.browser.test_queue import log_in, violations
from tests.comments.test_campaigns import flood, link
from tests.factories import ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# The admin's links take a moment from one colour to the other.
ARRIVED = "document.getAnimations().forEach((animation) => animation.finish())"


def look(page: Page, name: str, *, javascript: bool) -> None:
    """Fit for everybody, on a phone and a desktop, in both colour schemes. The rules themselves are a script."""
    for scheme, width in (("dark", 1280), ("light", 360)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 740})
        page.wait_for_load_state()
        if javascript:
            page.evaluate(ARRIVED)
            assert violations(page) == []
        assert not runs_out(page)
        if folder := os.environ.get("LOOK"):
            page.screenshot(path=f"{folder}/{name}-{scheme}.png", full_page=True)


def test_a_campaign_goes_with_two_clicks_and_comes_back_with_one(
    page: Page, article: Any, sarah: Any, javascript: bool
) -> None:
    same = flood(article, 60, words_key="a" * 32)
    link(flood(article, 3), f"{'best-offers-' * 8}.example")
    Comment.objects.filter(pk=same[0].pk).update(urgent=True, body="Urgent")
    Comment.objects.filter(pk=same[1].pk).update(status="spam")
    ask(article, "Should I write to him?", approved=False)
    log_in(page)
    look(page, "queue", javascript=javascript)
    page.get_by_role("link", name="Deal with them together").click()
    look(page, "campaigns", javascript=javascript)
    page.get_by_role("button", name="Mark what waits as spam…").first.click()
    look(page, "campaign", javascript=javascript)
    page.get_by_role("button", name="Mark what waits as spam: do it").click()
    expect(page.get_by_text("Mark what waits as spam: 58 comments.")).to_be_visible()
    assert Comment.objects.filter(status="spam").count() == 59
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is taken back (58 comments)")).to_be_visible()
    page.get_by_role("link", name="Spam 1").click()
    look(page, "spam", javascript=javascript)
