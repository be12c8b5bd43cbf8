"""The queue in a browser: what came in meanwhile, many chosen at once, done and undone; fit for everybody."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from comments.desk_models import BlockRule, Draft
from comments.models import Comment
from tests.browser.test_pages import WCAG, runs_out
from tests.factories import answer, ask, reply_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def javascript() -> bool:
    return True


@pytest.fixture
def waiting(article: Any, sarah: Any) -> list[Comment]:
    """One of each: urgent with a draft, caught by a rule, a reply in an answered thread, a very long one."""
    urgent = ask(article, "He left me in May. Should I write to him?", approved=False, email="ann@example.com")
    Comment.objects.filter(pk=urgent.pk).update(urgent=True, reasons=["same text"])
    Draft.objects.create(moderator=sarah, comment=urgent, body="Not yet.", saved_at=timezone.now())
    BlockRule.objects.create(value="pills")
    caught = ask(article, "Buy pills", name="W" * 60, approved=False)
    answered = ask(article, "How do I go on?", name="Cleo")
    answer(answered, by=sarah)
    reply = reply_to(answered, "x" * 400, name="Dan", approved=False)
    long = ask(article, "It is a long story. " * 450, name="Eve", approved=False, email="ann@example.com")
    return [urgent, caught, reply, long]


def violations(page: Page) -> list[str]:
    """As for readers' pages, but without fetching style sheets again, whose @import the admin's rules refuse."""
    page.evaluate(Axe().axe_script)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [f"{one['id']}: {one['nodes'][0]['html']} {one['nodes'][0]['failureSummary']}" for one in found]


def log_in(page: Page) -> None:
    page.goto("/admin/login/?next=/admin/desk/")
    page.locator("#id_username").fill("sarah")
    page.locator("#id_password").fill("sarah")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/desk/")


def test_the_queue_tells_of_new_comments_and_changes_many_at_once(
    page: Page, article: Any, waiting: list[Comment]
) -> None:
    page.clock.install()
    log_in(page)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.reload()  # or the admin's links are still on their way from one colour to the other
        assert violations(page) == []
    assert runs_out(page) == []

    ask(article, "And I?", name="Flo", approved=False)
    page.clock.fast_forward(31_000)
    link = page.get_by_role("status").get_by_role("link", name="1 new comment: show it")
    expect(link).to_be_visible()
    expect(page.locator(".desk-queue__row")).to_have_count(4)
    link.click()
    expect(page.locator(".desk-queue__row")).to_have_count(1)
    page.get_by_role("link", name="New 5").click()

    page.get_by_label("Choose all on this page").check()
    expect(page.get_by_label("Choose Flo")).to_be_checked()
    page.get_by_label("Choose Flo").uncheck()
    page.get_by_label("With those chosen:").select_option("Trash")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("4 comments will go to the trash.")).to_be_visible()
    assert violations(page) == []
    assert runs_out(page) == []
    page.get_by_role("button", name="Trash: do it").click()
    page.wait_for_url("**/admin/desk/?tab=new")
    expect(page.locator(".desk-queue__row")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".desk-queue__row")).to_have_count(5)
    page.wait_for_url("**/admin/desk/?tab=new")
