"""Leaving quickly: the button, the skip link, Shift three times; and the plain links without JavaScript."""

import re
import threading
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, Page, expect

from advice import identity
from advice.site_models import SiteIdentity
from tests.factories import ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Weather(BaseHTTPRequestHandler):
    """Somebody else's site, on this machine: nothing of the tests leaves it."""

    asked: ClassVar[list[Message]] = []
    stays_away: ClassVar[bool] = False  # 204: the browser stays where it is

    def do_GET(self) -> None:
        self.asked.append(self.headers)
        self.send_response(204 if self.stays_away else 200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Weather</title><h1>Rain</h1>")

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def weather() -> Iterator[str]:
    """The address of the other site; it becomes the one that the site's owner chose."""
    Weather.asked.clear()
    Weather.stays_away = False
    with ThreadingHTTPServer(("127.0.0.1", 0), Weather) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/today"
        SiteIdentity.objects.create(pk=1, exit_address=address)
        identity.forget()
        yield address
        server.shutdown()


@pytest.fixture
def page(chromium: Browser, live_server: Any, javascript: bool, weather: str) -> Iterator[Page]:
    """A phone's page that may leave the site."""
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=javascript, viewport={"width": 360, "height": 640}
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


with_javascript = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with JavaScript"])
without_javascript = pytest.mark.parametrize("javascript", [False], indirect=True, ids=["without JavaScript"])


def the_button(page: Page) -> Any:
    return page.get_by_role("link", name="Emergency: Exit this page")


def test_the_button_leads_away_and_does_not_say_where_from(page: Page, weather: str, article: Any) -> None:
    page.goto("/guidelines/")
    the_button(page).click()
    expect(page).to_have_url(weather)
    assert Weather.asked[0]["Referer"] is None
    assert len(page.context.pages) == 1


def test_the_second_skip_link_leads_away(page: Page, weather: str, article: Any) -> None:
    page.goto("/guidelines/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Exit this page quickly")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(weather)


@with_javascript
def test_shift_three_times_leads_away_and_says_how_often_still(page: Page, weather: str, article: Any) -> None:
    page.goto("/guidelines/")
    said = page.locator("[data-exit] [role=status]")
    lights = page.locator(".exit__lights")
    expect(lights).to_be_hidden()
    page.keyboard.press("Shift")
    expect(said).to_have_text("Exit this page: press Shift 2 more times.")
    expect(lights).to_be_visible()
    expect(page.locator(".exit__light--on")).to_have_count(1)
    page.keyboard.press("Shift")
    expect(said).to_have_text("Exit this page: press Shift 1 more time.")
    page.keyboard.press("Shift")
    expect(page).to_have_url(weather)


@with_javascript
def test_shift_with_other_keys_leads_nowhere(page: Page, weather: str, article: Any) -> None:
    page.goto("/guidelines/")
    for between in ("a", "Shift+a", "Control+Shift", "Alt+Shift"):  # a letter, a capital, keyboard layouts
        for _ in range(4):
            page.keyboard.press("Shift")
            page.keyboard.press(between)
        expect(page.locator(".exit__lights")).to_be_hidden()
    assert Weather.asked == []


@with_javascript
def test_shift_held_to_mark_text_leads_nowhere(page: Page, weather: str, article: Any) -> None:
    page.goto("/guidelines/")
    for _ in range(4):
        page.get_by_role("heading", level=1).click(modifiers=["Shift"])
    expect(page.locator(".exit__lights")).to_be_hidden()
    assert Weather.asked == []


@with_javascript
def test_shift_stops_counting_after_five_seconds(page: Page, weather: str, article: Any) -> None:
    page.clock.install(time="2026-11-23T10:00:00")
    page.goto("/guidelines/")
    page.clock.pause_at("2026-11-23T10:10:00")  # from here on its time is the test's, however slow the machine
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.run_for(4_900)
    expect(page.locator(".exit__lights")).to_be_visible()
    page.clock.run_for(200)
    expect(page.locator("[data-exit] [role=status]")).to_have_text("Exit this page expired.")
    page.keyboard.press("Shift")
    expect(page.locator(".exit__light--on")).to_have_count(1)


@with_javascript
def test_other_tabs_leave_too(page: Page, weather: str, article: Any) -> None:
    page.goto("/guidelines/")
    page.evaluate("sessionStorage.setItem('draft', 'My question')")
    second = page.context.new_page()
    second.goto("/help/")
    the_button(second).click()
    expect(second).to_have_url(weather)
    expect(page).to_have_url(weather)
    page.goto("/help/")
    assert page.evaluate("sessionStorage.length") == 0


@with_javascript
def test_the_page_is_gone_before_the_other_one_comes(page: Page, weather: str, article: Any) -> None:
    ask(article, "Should I write to him?")
    page.goto("/guidelines/")
    Weather.stays_away = True
    the_button(page).click()
    expect(page.get_by_role("alert")).to_have_text("Loading.")
    expect(page.locator("body")).to_have_text("Loading.", use_inner_text=False)
    assert page.title() == "Loading."
    covered = page.get_by_role("alert").bounding_box()
    assert covered is not None
    assert (covered["x"], covered["y"], covered["width"], covered["height"]) == (0, 0, 360, 640)


@with_javascript
def test_drafts_go_with_it(page: Page, weather: str, article: Any) -> None:
    page.goto("/guidelines/")
    page.evaluate("sessionStorage.setItem('draft', 'SECRET')")
    page.evaluate("addEventListener('pagehide', () => sessionStorage.setItem('draft', 'SECRET'))")
    the_button(page).click()
    expect(page).to_have_url(weather)
    page.goto("/guidelines/")
    assert page.evaluate("sessionStorage.length") == 0


@with_javascript
def test_back_does_not_lead_to_the_page_that_was_left(page: Page, weather: str, article: Any) -> None:
    page.goto("/help/")
    page.goto("/guidelines/")
    the_button(page).click()
    expect(page).to_have_url(weather)
    page.go_back()
    expect(page).to_have_url(re.compile("/help/$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()  # whole, not covered


@without_javascript
def test_without_javascript_back_shows_the_page_whole(page: Page, weather: str, article: Any) -> None:
    page.goto("/guidelines/")
    the_button(page).click()
    expect(page).to_have_url(weather)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@without_javascript
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 640), (320, 256), (640, 320)])
def test_it_stays_in_sight_and_covers_neither_the_heading_nor_what_has_the_focus(
    page: Page, weather: str, article: Any, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/guidelines/")
    button = the_button(page)
    assert not _overlap(button.bounding_box(), page.get_by_role("heading", level=1).bounding_box())
    for other in page.locator(".site-header a").all():
        assert not _overlap(button.bounding_box(), other.bounding_box())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.locator(".site-footer a").last.focus()
    for _ in range(12):  # backwards: what comes into sight comes from above
        page.keyboard.press("Shift+Tab")
        expect(button).to_be_in_viewport(ratio=1)
        focused = page.locator(":focus")
        if focused.count() and not focused.evaluate("element => element.closest('[data-exit]')"):
            assert not _covers(button.bounding_box(), focused.bounding_box())


@without_javascript
def test_it_is_large_enough_to_hit_and_small_enough_to_read_beside(page: Page, weather: str, article: Any) -> None:
    page.goto("/help/")
    box = the_button(page).bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["width"] * box["height"] < 0.05 * 360 * 640  # of a phone's screen
    page.emulate_media(media="print")
    expect(the_button(page)).to_be_hidden()


@with_javascript
def test_it_stands_on_the_other_side_from_right_to_left(page: Page, weather: str, article: Any) -> None:
    page.goto("/help/")
    right = the_button(page).bounding_box()
    page.evaluate("document.documentElement.dir = 'rtl'")
    left = the_button(page).bounding_box()
    assert right is not None
    assert left is not None
    assert right["x"] > 180 > left["x"] + left["width"]


def _overlap(one: Any, other: Any) -> bool:
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def _covers(one: Any, other: Any) -> bool:
    """Whether nothing of the other can be seen beside it."""
    return (
        one["x"] <= other["x"]
        and one["y"] <= other["y"]
        and one["x"] + one["width"] >= other["x"] + other["width"]
        and one["y"] + one["height"] >= other["y"] + other["height"]
    )
