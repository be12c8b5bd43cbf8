"""`make bench-desk`: keys, clicks and seconds from login to the tenth published answer.

A scripted Chromium does it at the desk by its keys, at the desk with a mouse and with Tab alone (single keys switched
off), and in a plain Django admin (tests/benchmarks/plain.py). Counting begins once the login is sent. The answers, and
what else has to be typed, are put in as one piece (like a paste): typing is the same everywhere, and not counted. The
seconds are those of browser and server; a person's hands come on top, reckoned by the keystroke-level model.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Locator, Page, sync_playwright  # noqa: E402

from tests.benchmarks import demo_site, plain  # noqa: E402

QUESTIONS = 10
ANSWER = ("Not yet. Give it a month first, and see how you are then. " * 4)[:200]
# Card, Moran and Newell: a key, and pointing at something and clicking it.
KEY_SECONDS, CLICK_SECONDS = 0.2, 1.1 + 0.2


class Hands:
    """A moderator's: what they press is counted, what they type is not."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.clicks = page, 0, 0

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def press_and_go(self, key: str) -> None:
        with self.page.expect_navigation():
            self.press(key)

    def tab_to(self, place: str) -> None:
        while not self.page.evaluate("place => document.activeElement.matches(place)", place):
            self.press("Tab")

    def click(self, place: Locator) -> None:
        self.clicks += 1
        place.click()

    def choose(self, place: Locator, label: str) -> None:
        """From a list that opens: one click on it and one in it."""
        self.clicks += 2
        place.select_option(label=label)

    def put_in(self, text: str) -> None:
        self.page.keyboard.insert_text(text)


def by_keys(hands: Hands) -> None:
    hands.press_and_go("Enter")
    for _ in range(QUESTIONS):
        hands.press("r")
        hands.put_in(ANSWER)
        hands.press_and_go("Control+Enter")


def by_mouse(hands: Hands) -> None:
    hands.click(hands.page.locator(".desk-queue__row h2 a").first)
    for _ in range(QUESTIONS):
        hands.click(hands.page.locator("#id_body"))
        hands.put_in(ANSWER)
        hands.click(hands.page.locator("[data-verb=answer]"))


def by_tab(hands: Hands) -> None:
    """As those do who know the page: by its links that skip what comes before."""
    skip_to(hands, ".desk-queue__row h2 a")
    hands.press_and_go("Enter")
    for _ in range(QUESTIONS):
        skip_to(hands, ".desk-jump")
        hands.press("Enter")
        hands.put_in(ANSWER)
        hands.tab_to("[data-verb=answer]")
        hands.press_and_go("Enter")


def skip_to(hands: Hands, place: str) -> None:
    hands.tab_to(".skip-to-content-link")
    hands.press("Enter")
    hands.tab_to(place)


def in_the_plain_admin(hands: Hands) -> None:
    """Open what is pending, approve it, save; then add the answer below it, approved, and save that."""
    page = hands.page
    hands.click(page.get_by_role("link", name="Comments", exact=True))
    hands.click(page.get_by_role("link", name="pending", exact=True))
    for number in range(QUESTIONS):
        hands.click(page.locator("#result_list th a").last)
        hands.choose(page.locator("#id_status"), "approved")
        hands.click(page.get_by_role("button", name="Save", exact=True))
        hands.click(page.get_by_role("link", name="Add comment").last)
        hands.choose(page.locator("#id_article"), "Should you?")
        hands.choose(page.locator("#id_parent"), f"Reader {number}: Question {number}?")
        hands.choose(page.locator("#id_status"), "approved")
        for field, text in (("#id_name", "Sarah"), ("#id_body", ANSWER)):
            hands.click(page.locator(field))
            hands.put_in(text)
        hands.click(page.get_by_role("button", name="Save", exact=True))


def main() -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with tempfile.TemporaryDirectory(prefix="advice-answering-") as name, sync_playwright() as playwright:
        folder = Path(name)
        set_up(folder)
        from tests.browser.conftest import CHROMIUM, FLAGS

        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        print(f"Ten answers of {len(ANSWER)} characters each, typing not counted:")  # noqa: T201
        print(f"{'':26} {'keys':>6} {'clicks':>6} {'seconds':>8} {'hands':>8}")  # noqa: T201
        with demo_site.serving(folder) as port:
            for way, shortcuts in ((by_keys, True), (by_mouse, False), (by_tab, False)):
                expected = ask(shortcuts=shortcuts)
                report(
                    f"the desk, {way.__name__.replace('_', ' ')}", measured(browser, f"http://127.0.0.1:{port}", way)
                )
                assert answered() == expected, "an answer is missing"
        with plain.serving(folder / "plain", QUESTIONS) as address:
            report("a plain admin, by mouse", measured(browser, address, in_the_plain_admin))
            assert plain.answered(folder / "plain") == QUESTIONS, "an answer is missing"
        browser.close()


def measured(browser: Any, address: str, way: Callable[[Hands], None]) -> tuple[Hands, float]:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto("/admin/login/?next=/admin/")
    page.locator("#id_username").fill("sarah")
    page.locator("#id_password").fill("sarah")
    start = time.perf_counter()
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()
    hands = Hands(page)
    way(hands)
    page.wait_for_load_state()
    seconds = time.perf_counter() - start
    context.close()
    return hands, seconds


def report(name: str, figures: tuple[Hands, float]) -> None:
    hands, seconds = figures
    reckoned = hands.keys * KEY_SECONDS + hands.clicks * CLICK_SECONDS
    print(f"{name:26} {hands.keys:6} {hands.clicks:6} {seconds:8.1f} {reckoned:8.1f}")  # noqa: T201


def set_up(folder: Path) -> None:
    os.environ.update(VAR=str(folder), DJANGO_SETTINGS_MODULE="advice.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def ask(*, shortcuts: bool) -> int:
    """Ten questions that wait; how many answers there are to be in the end."""
    from comments import preferences
    from tests import factories

    sarah = factories.moderator("sarah", first_name="Sarah")
    preferences.like_shortcuts(sarah, like=shortcuts)
    article = factories.make_article(author=sarah)
    for number in range(QUESTIONS):
        factories.ask(article, f"Question {number}?", approved=False)
    return answered() + QUESTIONS


def answered() -> int:
    from comments.models import Comment

    return Comment.objects.replies().approved().by_moderators().count()


if __name__ == "__main__":
    main()
