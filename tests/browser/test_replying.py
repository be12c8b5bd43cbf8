"""Replying: in place with JavaScript, on a page of its own without; the address says which form is open."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment
from tests.browser.test_asking import only_with_javascript, send, type_question
from tests.factories import ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def question(article: Any) -> Comment:
    return ask(article, "How long did it take you?")


@pytest.fixture
def at_question(page: Page, article: Any, question: Comment) -> Page:
    page.goto(article.get_absolute_url())
    return page


def reply_link(page: Page, name: str = "Ann") -> Any:
    return page.get_by_role("link", name=f"Reply to {name}")


def forms(page: Page) -> int:
    return page.locator("[id=respond]").count()


def test_a_reply_goes_below_its_comment(at_question: Page, question: Comment, javascript: bool) -> None:
    page = at_question
    reply_link(page).click()
    expect(page.get_by_role("heading", name="Reply to Ann")).to_be_visible()
    expect(page.get_by_text("How long did it take you?")).to_be_visible()
    type_question(page, "A year.")
    send(page, javascript, "Send reply")
    assert Comment.objects.replies().get().parent_id == question.pk


@only_with_javascript
def test_the_form_opens_in_place_and_cancel_brings_the_page_back(at_question: Page) -> None:
    page = at_question
    page.get_by_label("Your question").fill("Half a question")
    reply_link(page).click()
    expect(page.get_by_role("heading", name="Reply to Ann")).to_be_focused()
    assert forms(page) == 1
    page.get_by_role("link", name="Cancel").click()
    expect(reply_link(page)).to_be_focused()
    expect(page.get_by_label("Your question")).to_have_value("Half a question")
    assert forms(page) == 1
    assert "#" not in page.url


@only_with_javascript
def test_each_comment_keeps_a_draft_of_its_own(at_question: Page, article: Any) -> None:
    ask(article, "And you?", name="Bob")
    page = at_question
    page.reload()
    page.get_by_label("Your question").fill("For Sarah")
    reply_link(page).click()
    page.get_by_label("Your reply").fill("For Ann")
    reply_link(page, "Bob").click()
    expect(page.get_by_role("heading", name="Reply to Bob")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("")
    page.get_by_label("Your reply").fill("For Bob")
    page.reload()  # the address says which one was open
    expect(page.get_by_label("Your reply")).to_have_value("For Bob")
    page.go_back()
    expect(page.get_by_label("Your reply")).to_have_value("For Ann")
    page.go_back()
    expect(page.get_by_label("Your question")).to_have_value("For Sarah")
    assert forms(page) == 1


@only_with_javascript
def test_the_link_to_ask_closes_a_reply(at_question: Page) -> None:
    page = at_question
    reply_link(page).click()
    expect(page.get_by_label("Your reply")).to_be_visible()
    page.locator("a[href='#respond']").first.click()
    expect(page.get_by_label("Your question")).to_be_visible()
    assert forms(page) == 1


@only_with_javascript
def test_on_a_threads_own_page_the_form_opens_and_goes(page: Page, question: Comment) -> None:
    page.goto(f"/questions/{question.pk}/")
    reply_link(page).click()
    expect(page.get_by_role("heading", name="Reply to Ann")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", name="Reply to Ann")).to_have_count(0)
    assert forms(page) == 0


@only_with_javascript
def test_where_the_form_cannot_be_fetched_the_link_leads_to_its_page(at_question: Page) -> None:
    page = at_question
    failed: list[str] = []

    def fail_once(route: Any) -> None:
        if failed:
            return route.continue_()
        failed.append(route.request.url)
        return route.fulfill(status=404)

    page.route("**/reply/", fail_once)
    reply_link(page).click()
    expect(page).to_have_url(re.compile(r"/comments/\d+/reply/$"))
    expect(page.get_by_label("Your reply")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Your question")).to_be_visible()


@only_with_javascript
def test_an_error_in_a_reply_keeps_all_of_it(at_question: Page, question: Comment, javascript: bool) -> None:
    page = at_question
    reply_link(page).click()
    expect(page.get_by_label("Your reply")).to_be_visible()
    type_question(page, "A year.", name="")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Your reply")).to_have_value("A year.")
    expect(page.get_by_text("How long did it take you?")).to_be_visible()
    page.get_by_label("Name or nickname").fill("Robin")
    send(page, javascript, "Send reply")
    assert Comment.objects.replies().get().parent_id == question.pk
