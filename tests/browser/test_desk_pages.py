"""Every page of the desk on a phone: WCAG 2.2 AA in light and dark, headings in order, nothing that runs out."""

import itertools
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import desk_states
from tests.browser.test_pages import assert_headings_in_order, runs_out, violations, violations_of_colour

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARTS = 4  # one test of all pages would keep a single core busy at the end of a run, while the others are done


@pytest.fixture
def javascript() -> bool:
    return True


def test_a_moderator_can_read_an_empty_desk(page: Page, live_server: Any) -> None:
    assert wrong_on(page, live_server.url, desk_states.empty()) == {}


@pytest.mark.parametrize("part", range(PARTS))
def test_a_moderator_can_read_everything(page: Page, live_server: Any, part: int) -> None:
    """Many pages in one test: what is on them takes long to make."""
    addresses = itertools.islice(desk_states.fill().items(), part, None, PARTS)
    assert wrong_on(page, live_server.url, dict(addresses)) == {}


def test_and_what_comes_before_an_act(page: Page, live_server: Any) -> None:
    question = desk_states.fill()["a question"]
    desk_states.log_in(page, live_server.url)
    page.goto("/admin/desk/?tab=all")
    page.get_by_label("Choose all on this page").check()
    page.get_by_label("With those chosen:").select_option("trash")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("heading", level=1, name="Trash").wait_for()
    assert faults(page) == []
    page.goto(question)
    page.get_by_role("button", name="Preview").click()
    page.get_by_label("Preview of your answer").wait_for()
    assert faults(page) == []
    page.get_by_role("button", name="Erase…").click()
    page.get_by_role("heading", level=1, name="Erase for good?").wait_for()
    assert faults(page) == []


def wrong_on(page: Page, site: str, addresses: dict[str, str]) -> dict[str, list[str]]:
    """What is wrong with which of these pages."""
    desk_states.log_in(page, site)
    return {name: faults for name, address in addresses.items() if (faults := looked_at(page, address))}


def looked_at(page: Page, address: str) -> list[str]:
    response = page.goto(address)
    assert response is not None
    return faults(page) if response.status == 200 else [f"status {response.status}"]


def faults(page: Page) -> list[str]:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # no colour is on its way while it is looked at
    page.evaluate(Axe().axe_script)
    found = [*runs_out(page), *violations(page)]
    assert_headings_in_order(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return found + [f"dark {fault}" for fault in violations_of_colour(page)]
