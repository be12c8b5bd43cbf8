"""Before sending: what would say who the writer is. It takes no focus while they write, and holds nothing back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments import links
from comments.models import Comment
from tests.factories import ask

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("javascript", [True], ids=["with JavaScript"]),
]
# On a machine busy with other tests the server may take longer than sending waits.
PATIENT = "const timeout = AbortSignal.timeout; AbortSignal.timeout = (time) => timeout.call(AbortSignal, 20 * time)"
ADDRESS = re.compile(r"/q/[\w-]{32}/")
NUMBER = "Call me: 07700 900123"


@pytest.fixture
def patient(page: Page) -> Page:
    page.add_init_script(PATIENT)
    return page


def write(page: Page, body: str = NUMBER) -> Any:
    page.get_by_label("Name or nickname").fill("Robin")
    field = page.get_by_label(re.compile("Your (question|reply|text)"))
    field.fill(body)
    return field


def write_and_leave(page: Page, body: str = NUMBER) -> None:
    """What comes when a field was left is not shown before sending: no button moves under a finger."""
    write(page, body).blur()


def hint(page: Page) -> Any:
    return page.get_by_role("group", name="Before you send")


def test_it_is_shown_in_a_pause_below_the_text_and_then_sent_by_one_click(patient: Page, article: Any) -> None:
    page = patient
    page.goto(article.get_absolute_url())
    field = write(page)
    expect(hint(page)).to_contain_text("07700 900123 looks like a phone number")
    expect(page.locator("[data-hints-said]")).to_have_text("This would be public")
    expect(field).to_be_focused()
    expect(page.get_by_role("button", name="Send anyway")).to_be_hidden()
    field.fill("Should I write?")
    expect(hint(page)).to_be_hidden()
    field.fill(NUMBER)
    expect(hint(page)).to_be_visible()
    write_and_leave(page, "Or 07700 900124")  # where another hint stood a moment ago
    page.get_by_role("button", name="Send question").click()
    expect(hint(page)).to_be_focused()
    expect(hint(page)).to_contain_text("07700 900124")
    write(page)
    expect(hint(page)).to_contain_text("07700 900123")
    page.get_by_role("button", name="Send question").click()
    expect(page).to_have_url(ADDRESS)


def test_what_was_not_seen_yet_is_shown_once_before_it_goes(patient: Page, article: Any) -> None:
    page = patient
    page.goto(article.get_absolute_url())
    write_and_leave(page)
    page.wait_for_timeout(1_300)
    expect(hint(page)).to_be_hidden()
    page.get_by_role("button", name="Send question").dblclick()
    expect(hint(page)).to_be_focused()
    expect(hint(page)).to_contain_text("looks like a phone number")
    assert not Comment.objects.exists()
    page.wait_for_timeout(450)  # a second click so soon after is the first one’s
    page.get_by_role("button", name="Send anyway").click()
    expect(page).to_have_url(ADDRESS)
    assert Comment.objects.get().body == NUMBER


def test_a_reply_that_opens_below_a_comment_has_them_too(patient: Page, article: Any) -> None:
    page = patient
    page.goto(f"{article.get_absolute_url()}#reply-{ask(article).pk}")
    write_and_leave(page)
    page.get_by_role("button", name="Send reply").click()
    expect(hint(page)).to_be_focused()


def test_what_is_added_on_the_private_page_has_them_too(patient: Page, article: Any) -> None:
    page = patient
    page.goto(links.mint(ask(article)) + "add/")
    page.get_by_label("Your text").fill(NUMBER)
    page.get_by_label("Your text").blur()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(hint(page)).to_be_focused()
    page.wait_for_timeout(450)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page).to_have_url(re.compile("#added$"))


@pytest.mark.parametrize("way", ["silent", "refused"])
def test_sending_waits_for_no_answer_that_does_not_come(page: Page, article: Any, way: str) -> None:
    page.route("**/questions/hints/", lambda route: route.fulfill(status=403) if way == "refused" else None)
    page.goto(article.get_absolute_url())
    write(page)
    page.get_by_role("button", name="Send question").click()
    expect(page).to_have_url(ADDRESS, timeout=5_000)
