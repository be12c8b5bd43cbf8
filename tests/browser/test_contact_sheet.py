"""`make screenshots`: every page and state, phone and desktop, light and dark, on one sheet for people to look at."""

import io
import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

from tests.browser import desk_states
from tests.browser.pages import STATES

SHEET = os.environ.get("CONTACT_SHEET", "")
if not SHEET:
    pytest.skip("draws no sheet: make screenshots", allow_module_level=True)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = ((360, 740), (1280, 740))
SCHEMES = ("light", "dark")
SCALE = 0.4
GAP, LABEL = 12, 22
STATES_A_ROW = 3


@pytest.fixture(scope="module")
def sheet() -> Iterator[list[tuple[str, list[Image.Image]]]]:
    """Takes the shots of each state; at the end they are drawn on one picture."""
    rows: list[tuple[str, list[Image.Image]]] = []
    yield rows
    width = sum(int(size[0] * SCALE) + GAP for size in SIZES) * len(SCHEMES) + GAP
    height = int(SIZES[0][1] * SCALE) + LABEL + GAP
    drawn = Image.new("RGB", (width * STATES_A_ROW, height * -(-len(rows) // STATES_A_ROW) + GAP), "#8a8f8c")
    for number, (name, shots) in enumerate(rows):
        at_x, at_y = number % STATES_A_ROW * width + GAP, number // STATES_A_ROW * height + GAP
        ImageDraw.Draw(drawn).text((at_x, at_y), name, fill="black", font_size=15)
        for shot in shots:
            drawn.paste(shot, (at_x, at_y + LABEL))
            at_x += shot.width + GAP
    drawn.save(SHEET, quality=35, method=6)


@pytest.mark.parametrize("state", STATES, ids=str)
def test_a_state_is_on_the_sheet(chromium: Browser, live_server: Any, sheet: Any, state: Any) -> None:
    context = chromium.new_context(base_url=live_server.url)
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    state.show(page)
    below_an_article = state.name.startswith("article, ") and not state.act and page.locator("#comments").count()
    sheet.append((state.name, shots_of(page, "#comments" if below_an_article and "pictures" not in state.name else "")))
    context.close()


def test_the_desk_is_on_the_sheet(chromium: Browser, live_server: Any, sheet: Any) -> None:
    addresses = desk_states.fill()
    context = chromium.new_context(base_url=live_server.url)
    page = context.new_page()
    desk_states.log_in(page, live_server.url)
    for name, address in addresses.items():
        page.goto(address)
        sheet.append((f"desk, {name}", shots_of(page)))
    context.close()


def shots_of(page: Page, place: str = "") -> list[Image.Image]:
    """The page in all sizes and colours, from its top or from this place on."""
    shots = []
    for scheme, (width, height) in itertools.product(SCHEMES, SIZES):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        if place:
            page.locator(place).evaluate("e => e.scrollIntoView({ behavior: 'instant' })")
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        shots.append(shot.resize((int(width * SCALE), int(height * SCALE)), Image.Resampling.LANCZOS))
    return shots
