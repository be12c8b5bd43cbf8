"""A reader without a mouse: Tab, and what is seen and heard at each stop."""

import pytest
from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 60

STOP = """() => {
    const e = document.activeElement;
    const box = e.getClientRects()[0];  // of a link that goes on in the next line, the first
    const on_top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
    const { outlineStyle, outlineWidth } = getComputedStyle(e);
    return [e.labels?.[0]?.innerText || e.ariaLabel || e.innerText,
            outlineStyle !== "none" && parseFloat(outlineWidth) > 0, e.contains(on_top)];
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called that. Each stop must be seen to have it, and lie under nothing: not
    under the exit button either (WCAG 2.4.7 and 2.4.11)."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        called, is_outlined, is_on_top = page.evaluate(STOP)
        assert is_outlined, called
        assert is_on_top, called
        if called.strip() == name:
            return
    pytest.fail(f"no Tab leads to “{name}”")


def follow(page: Page, name: str) -> None:
    """Tab to this link or button, and press it."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def fill(page: Page, name: str, text: str) -> None:
    """Tab to this field, and type over what is there."""
    tab_to(page, name)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def comes_to(page: Page, title: str) -> None:
    """Another page is there, whole: the next key is for it."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.wait_for_load_state()


def arrives_at(page: Page, place: Locator) -> None:
    """A jump within the page ended where this can be read: in sight, and not under the exit button."""
    expect(place).to_be_in_viewport()
    assert place.evaluate("""e => {
        const box = e.getBoundingClientRect();
        return e.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
    }""")


def hears(page: Page, heard: str) -> None:
    """What a screen reader is told of this page: at least this, in this order."""
    expect(page.locator("body")).to_match_aria_snapshot(heard)
