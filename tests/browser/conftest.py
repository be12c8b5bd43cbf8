"""A real Chromium (the machine's own) against the site in another thread."""

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Debian's shell is the same browser without what draws windows: it takes half the processor's time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
REFUSED = re.compile(r"status of 4\d\d|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium.")
        pytest.skip("needs Chromium")
    # Playwright keeps an event loop in this thread, beside which Django would refuse its (synchronous) database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="session")
def contexts(chromium: Browser, live_server: Any) -> Iterator[dict[bool, BrowserContext]]:
    """One with scripts and one without, each with a cache: a new one for each test took a quarter of all its time."""
    made = {
        on: chromium.new_context(
            base_url=live_server.url, java_script_enabled=on, viewport={"width": 360, "height": 740}
        )
        for on in (True, False)
    }
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def page(contexts: dict[bool, BrowserContext], live_server: Any, javascript: bool) -> Iterator[Page]:
    """A phone's page in a tab of its own. At its end: no error on the console, no foreign request, no cookie outside
    the admin."""
    context = contexts[javascript]
    page = context.new_page()
    page.set_default_timeout(10_000)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else wrong.append(r.url))
    yield page
    cookies = [cookie for cookie in context.cookies() if cookie.get("path") != "/admin/"]
    storage = {"origin": live_server.url, "storageTypes": "local_storage"}  # the desk keeps drafts there
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", storage)
    for tab in context.pages:
        tab.close()
    context.clear_cookies()
    context.clear_permissions()
    context.set_offline(offline=False)
    # The browser logs a refusal as a failed resource; the tests that are refused mean it, and check for it.
    assert [text for text in wrong if not REFUSED.search(text)] == []
    assert cookies == []
