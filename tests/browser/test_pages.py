"""Every page and state: WCAG 2.2 AA in light and dark, headings in order, nothing that runs out of a small screen."""

import itertools
import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Page

from tests.browser.pages import STATES, State
from tests.pseudo import OPEN, spoken

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]  # all rules of WCAG's that axe has in its category of colour
SMALLEST = 320  # CSS pixels: 1280 at 400 %


@pytest.fixture
def javascript() -> bool:
    return True


@pytest.mark.parametrize("state", STATES, ids=str)
def test_a_page_can_be_read_by_everybody(page: Page, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    state.show(page)
    page.evaluate(Axe().axe_script)
    assert violations(page) == []
    assert_headings_in_order(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # no colour is on its way while it is looked at
    assert violations_of_colour(page) == []
    page.set_viewport_size({"width": SMALLEST, "height": 640})
    assert runs_out(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert runs_out(page) == []
    if not state.act:
        page.set_viewport_size({"width": SMALLEST, "height": 640})
        assert_words_40_percent_longer_fit(page, monkeypatch)


def violations(page: Page) -> list[str]:
    return _violations(page, {"type": "tag", "values": WCAG})


def violations_of_colour(page: Page) -> list[str]:
    """For a page that was looked at before, now in its other scheme: that changes nothing but colours."""
    return _violations(page, {"type": "rule", "values": OF_COLOUR})


def _violations(page: Page, rules: dict[str, Any]) -> list[str]:
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [
        f"{one['id']}: {json.dumps([(n['html'][:200], n['failureSummary']) for n in one['nodes'][:3]])}"
        for one in found
    ]


def assert_words_40_percent_longer_fit(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()  # of pages in English
    with spoken(monkeypatch):
        page.reload()
        assert OPEN in page.content()
        assert runs_out(page) == []


def runs_out(page: Page) -> Any:
    """What makes the page scroll sideways, if it does: elements wider than the window that do not scroll themselves."""
    page.wait_for_load_state()  # a click before this may just have begun a page, with no element yet
    return page.evaluate("""() => {
        const { clientWidth: width, scrollWidth } = document.documentElement;
        if (scrollWidth <= width) return [];
        const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1);
        return [`${scrollWidth} > ${width}`, ...out.slice(0, 5).map((e) => e.outerHTML.slice(0, 120))];
    }""")


def assert_headings_in_order(page: Page) -> None:
    """One of the first level, and each at most one level below the one before. What went wrong may stand above all."""
    levels = page.locator(":is(h1, h2, h3, h4, h5, h6):not([role=alert] *)").evaluate_all(
        "headings => headings.filter(h => h.checkVisibility()).map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels)), levels
