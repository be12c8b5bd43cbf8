"""Asking a question: nothing typed is lost, whatever happens, and nothing is sent twice."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from comments.models import Comment
from comments.reader_models import PrivateLink
from tests.factories import answer, ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

only_with_javascript = pytest.mark.parametrize("javascript", [True], ids=["with JavaScript"])
OURS = "He left me in May after four years together, and now he sends me pictures of our dog. Should I write to him?"


def type_question(page: Page, body: str = "Should I write to her?", name: str = "Robin") -> None:
    page.get_by_label("Name or nickname").fill(name)
    page.get_by_label(re.compile("Your (question|reply)")).fill(body)


def send(page: Page, javascript: bool, label: str = "Send question") -> None:
    page.get_by_role("button", name=label).click()
    if not javascript:  # one step more: read it again, then send
        page.get_by_role("button", name=re.compile("^(Send|Still ask mine)$")).click()
    expect(page).to_have_url(re.compile(r"/q/[\w-]{32}/$"))
    page.wait_for_load_state()  # its scripts have run


@pytest.fixture
def at_form(page: Page, article: Any) -> Page:
    page.goto(article.get_absolute_url())
    return page


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(at_form: Page, javascript: bool) -> None:
    page = at_form
    type_question(page, "KEEP THIS", name="Sarah")
    page.get_by_role("button", name="Send question").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name=re.compile("is kept for somebody who answers here")).click()
    expect(page.get_by_label("Name or nickname")).to_be_focused()
    expect(page.get_by_label("Your question")).to_have_value("KEEP THIS")
    page.get_by_label("Name or nickname").fill("Sarah B.")
    send(page, javascript)
    assert Comment.objects.get().name == "Sarah B."


def test_a_question_can_be_looked_at_and_changed_before_it_is_sent(at_form: Page, javascript: bool) -> None:
    page = at_form
    type_question(page, "First words.\n\nSecond words.")
    page.get_by_role("button", name="Preview" if javascript else "Send question").click()
    expect(page.get_by_label("Preview", exact=True).locator("p")).to_contain_text(["Robin", "First", "Second"])
    page.get_by_label("Your question").fill("Better words.")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_label("Preview", exact=True)).to_contain_text("Better words.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page).to_have_url(re.compile(r"/q/[\w-]{32}/$"))
    assert Comment.objects.get().body == "Better words."


def test_somebody_asked_this_before_and_the_reader_still_asks(
    page: Page, article: Any, sarah: Any, javascript: bool
) -> None:
    answer(ask(article, "He left in May after four years, and sends pictures of the dog."), "Take a month.", by=sarah)
    page.goto(article.get_absolute_url())
    type_question(page, OURS)
    if not javascript:
        page.get_by_role("button", name="Send question").click()
    found = page.locator(".similar")
    expect(found).to_contain_text("Somebody asked something like this")
    expect(found).to_contain_text("Take a month.")
    if javascript:
        expect(page.locator("[data-similar-said]")).to_have_text("Somebody asked something like this")
        expect(page.get_by_label("Your question")).to_be_focused()
        page.get_by_role("button", name="Preview").click()
    expect(page.get_by_label("Your question")).to_have_value(OURS)
    page.get_by_role("button", name="Still ask mine").click()
    expect(page).to_have_url(re.compile(r"/q/[\w-]{32}/$"))
    assert Comment.objects.pending().get().body == OURS


@only_with_javascript
def test_a_draft_is_there_after_a_reload_and_can_be_cleared(at_form: Page, article: Any) -> None:
    page = at_form
    type_question(page, "My words, and the phone rings.")
    page.goto("/help/")  # the phone put the tab away and loads it anew
    page.goto(article.get_absolute_url())
    expect(page.get_by_label("Your question")).to_have_value("My words, and the phone rings.")
    expect(page.get_by_text("We kept what you typed")).to_be_visible()
    page.get_by_role("button", name="Clear it").click()
    expect(page.get_by_text("We kept what you typed")).to_be_hidden()
    page.reload()
    expect(page.get_by_label("Your question")).to_have_value("")
    assert stored(page) == []


@only_with_javascript
def test_what_was_sent_is_kept_no_longer(at_form: Page, article: Any, javascript: bool) -> None:
    page = at_form
    type_question(page)
    send(page, javascript)
    assert stored(page) == ["draft-done"]
    page.go_back()
    expect(page.get_by_label("Your question")).to_have_value("")
    page.goto(article.get_absolute_url())
    expect(page.get_by_label("Your question")).to_have_value("")


@only_with_javascript
@pytest.mark.parametrize("why", ["no network", "no answer"])
def test_without_a_connection_nothing_is_sent_and_nothing_is_lost(at_form: Page, javascript: bool, why: str) -> None:
    page = at_form
    type_question(page, "Written in a tunnel.")
    page.context.set_offline(why == "no network")
    page.route("**/icon.svg", lambda route: route.abort("connectionreset"))
    page.get_by_role("button", name="Send question").click()
    expect(page.locator(".error-summary", has_text="You seem to be offline")).to_be_focused()
    expect(page.get_by_label("Your question")).to_have_value("Written in a tunnel.")
    page.context.set_offline(False)
    page.unroute("**/icon.svg")
    send(page, javascript)
    assert Comment.objects.get().body == "Written in a tunnel."


@only_with_javascript
def test_a_double_click_sends_once(at_form: Page) -> None:
    page = at_form
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/comments/") else None)
    page.route("**/comments/", slowly)
    type_question(page)
    page.get_by_role("button", name="Send question").dblclick()
    expect(page).to_have_url(re.compile(r"/q/[\w-]{32}/$"))
    assert len(sent) == 1
    assert Comment.objects.count() == 1


@only_with_javascript
def test_back_and_send_again_makes_one_comment(at_form: Page, javascript: bool) -> None:
    page = at_form
    type_question(page, "Only once.")
    send(page, javascript)
    page.go_back()
    expect(page.get_by_label("Your question")).to_have_value("")
    type_question(page, "Only once.")
    send(page, javascript)
    assert Comment.objects.count() == 1


def test_on_a_shared_computer_the_history_holds_no_link(at_form: Page, javascript: bool) -> None:
    page = at_form
    type_question(page, "He must not find this.")
    page.get_by_label(re.compile("Somebody else uses this device")).check()
    page.get_by_role("button", name="Send question").click()
    if not javascript:
        page.get_by_role("button", name="Send", exact=True).click()
    expect(page).to_have_url(re.compile("/q/sent/$"))
    assert not PrivateLink.objects.exists()


@only_with_javascript
def test_the_room_left_is_counted_as_the_server_counts(at_form: Page) -> None:
    page = at_form
    page.get_by_label("Your question").fill("🙂" * 3)
    expect(page.locator("[data-count]")).to_have_text("Characters left: 9,997")
    page.get_by_label("Your question").fill("x" * 10_005)
    expect(page.locator("[data-count]")).to_have_text("Characters too many: 5")
    expect(page.locator("[data-said]")).to_have_text("Characters too many: 5")


def slowly(route: Route) -> None:
    """Long enough for another click."""
    route.request.frame.page.wait_for_timeout(300)
    route.continue_()


def stored(page: Page) -> list[str]:
    return list(page.evaluate("Object.keys(sessionStorage)"))
