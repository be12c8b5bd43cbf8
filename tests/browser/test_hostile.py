"""Pages full of hostile texts in a real Chromium: nothing of them runs, fetches, leads away or opens a dialog.

With the site's policy no text even tries what it forbids, or the browser would report it; and without any policy the
escaping alone holds.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from comments import mails
from tests.browser import desk_states
from tests.browser.conftest import REFUSED
from tests.comments.mailing import bundle, html_of, parsed
from tests.comments.test_mails_on_the_wire import happen
from tests.hostile import strings, world
from tests.hostile.world import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = os.environ.get("TEST_LONG") == "1"
# What a payload calls, and what the policy forbade; before any script of the page.
WATCH = """
window.__ran = 0; window.__forbidden = [];
window.ran = () => { window.__ran += 1; };
document.addEventListener("securitypolicyviolation", event => {
    window.__forbidden.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""
# Every handler that a text may have brought along, without clicking on what is ours.
POKE = """() => {
    for (const element of document.querySelectorAll("*"))
        for (const kind of ["mouseover", "focus", "blur", "error", "load", "toggle", "animationstart", "scrollend"])
            element.dispatchEvent(new Event(kind));
    const harmless = ["http:", "https:", "mailto:", "tel:", ":", ""];
    const links = [...document.querySelectorAll("a")].filter(a => !harmless.includes(a.protocol)).map(a => a.outerHTML);
    return { ran: window.__ran, forbidden: window.__forbidden, links };
}"""
HARMLESS = {"ran": 0, "forbidden": [], "links": []}
DESK = [
    "/admin/desk/?tab=all",
    "/admin/desk/{asked}/",
    "/admin/comments/moderationevent/",
    "/admin/comments/blockrule/",
]


@dataclass
class Watched:
    """A page, and what went wrong on it."""

    page: Page
    site: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page, wrong = self.page, self.wrong
        page.add_init_script(WATCH)
        page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((self.site, "data:")) else wrong.append(r.url))
        page.on("popup", lambda other: wrong.append(f"window {other.url}"))

    def look_at(self, address: str) -> None:
        self.page.goto(f"{self.site}{address}")
        self.poke()
        assert self.page.url == f"{self.site}{address}"

    def poke(self) -> None:
        found = self.page.evaluate(POKE)
        if found != HARMLESS:
            self.wrong.append(f"{self.page.url}: {found}")


@pytest.fixture(params=[False, True], ids=["with the policy", "without a policy"])
def context(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(bypass_csp=request.param)
    yield made
    made.close()


def test_nothing_of_hostile_texts_runs(context: BrowserContext, live_server: Any) -> None:
    site = world.make(strings.TRIED)
    page = context.new_page()
    desk_states.log_in(page, live_server.url)
    watched = Watched(page, live_server.url)
    for address in looked_at(site):
        watched.look_at(address)
    type_into_the_form(watched, f"/{site.article.slug}/")
    for kind in ("answer", "new", "report"):
        page.goto("about:blank")
        page.set_content(mail(kind), wait_until="load")
        watched.poke()
    assert [said for said in watched.wrong if not REFUSED.search(said)] == []


def test_what_runs_would_be_seen(chromium: Browser, live_server: Any) -> None:
    page = chromium.new_page(bypass_csp=True)
    watched = Watched(page, live_server.url)
    page.goto(f"{live_server.url}/help/")
    page.set_content(f"<img src=//{strings.CANARY}/x onerror={strings.RUN}><a href='javascript:{strings.RUN}'>x</a>")
    watched.poke()
    page.close()
    assert [said for said in watched.wrong if strings.CANARY in said and "http" in said]
    assert [said for said in watched.wrong if "javascript:" in said and "'ran': 0" not in said]


def looked_at(site: Site) -> list[str]:
    public = [*site.filled(world.PUBLIC), *site.threads(), site.private]
    return [*public, *site.filled([*DESK, *world.DESK] if LONG else DESK)]


def type_into_the_form(watched: Watched, address: str) -> None:
    """What was typed, in the form again and in its preview."""
    page = watched.page
    page.goto(f"{watched.site}{address}")
    page.locator("#id_name").fill(strings.GROUPS["polyglots"][1][:60])
    page.locator("#id_body").fill(world.block("\n\n".join(text for text in strings.TRIED if len(text) < 400)))
    page.locator("#respond button[value=check]:visible, #respond .button:visible").last.click()
    page.locator(".preview").wait_for()
    watched.poke()


def mail(kind: str) -> str:
    """As a mail program shows it that knows no policy."""
    body = world.block("\n\n".join(text for text in strings.TRIED if len(text) < 400))
    message = mails.compose(bundle(kind, **happen(kind, body=body, name=world.line(strings.EVERY[0])))).message
    assert message is not None
    return html_of(parsed(message))
