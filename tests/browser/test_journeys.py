"""The main job, end to end, in a browser: read, ask, answer, read the answer."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment, PrivateLink
from tests.factories import answer, ask, reply_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def type_question(page: Page, body: str, name: str = "Robin") -> None:
    page.get_by_label("Name or nickname").fill(name)
    page.get_by_label(re.compile("Your (question|reply)")).fill(body)


def send(page: Page, javascript: bool, label: str = "Send question") -> None:
    page.get_by_role("button", name=label).click()
    if not javascript:  # one step more: read it again, then send
        page.get_by_role("button", name="Send", exact=True).click()
    expect(page).to_have_url(re.compile(r"/q/[\w-]{32}/$"))


def test_a_reader_asks_and_sarah_answers(page: Page, article: Any, sarah: Any, javascript: bool) -> None:
    page.goto("/")
    page.get_by_role("link", name=article.title).click()
    page.get_by_role("link", name="Ask Sarah", exact=True).last.click()
    type_question(page, "We broke up in May.\n\nShould I write to her?")
    send(page, javascript)
    private = page.url
    expect(page.get_by_text("Received.")).to_be_visible()
    expect(page.get_by_text("Should I write to her?")).to_be_visible()

    page.goto("/admin/")
    page.get_by_label("Username").fill("sarah")
    page.get_by_label("Password").fill("sarah")
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/admin/desk/$"))
    page.get_by_role("link", name=re.compile("Robin")).first.click()
    page.locator("textarea[name=body]").fill("Give it **a month** first.")
    page.get_by_role("button", name=re.compile("^(Publish|Answer|Send)")).first.click()
    expect(page).to_have_url(re.compile("/admin/desk/$"))

    page.goto(article.get_absolute_url())
    expect(page.locator(".comment--answer")).to_contain_text("Give it a month first.")
    expect(page.get_by_text("1 of 1 question answered")).to_be_visible()
    page.goto(private)
    expect(page.get_by_text("Public.")).to_be_visible()
    expect(page.get_by_text("a month")).to_be_visible()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(page: Page, article: Any, javascript: bool) -> None:
    page.goto(f"{article.get_absolute_url()}#respond")
    type_question(page, "KEEP THIS", name="Sarah")
    page.get_by_role("button", name="Send question").click()
    expect(page.get_by_role("alert")).to_contain_text("is a name of the people who answer here")
    expect(page.get_by_label("Name or nickname")).to_be_focused()
    expect(page.get_by_label("Your question")).to_have_value("KEEP THIS")
    page.get_by_label("Name or nickname").fill("Sarah B.")
    send(page, javascript)
    assert Comment.objects.get().name == "Sarah B."


def test_a_reply_goes_below_its_comment(page: Page, article: Any, javascript: bool) -> None:
    question = ask(article, "How long did it take you?")
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="Reply to Ann").click()
    expect(page.get_by_text("How long did it take you?")).to_be_visible()
    type_question(page, "A year.")
    send(page, javascript, "Send reply")
    assert Comment.objects.replies().get().parent_id == question.pk


def test_what_was_typed_is_there_after_a_reload_and_gone_once_sent(page: Page, article: Any, javascript: bool) -> None:
    if not javascript:
        pytest.skip("drafts need JavaScript; without it nothing is stored")
    page.goto(article.get_absolute_url())
    type_question(page, "My words, and the phone rings.")
    page.goto("/help/")  # the phone put the tab away and loads it anew
    page.goto(article.get_absolute_url())
    expect(page.get_by_label("Your question")).to_have_value("My words, and the phone rings.")
    send(page, javascript)
    page.goto(article.get_absolute_url())
    expect(page.get_by_label("Your question")).to_have_value("")


def test_back_and_send_again_makes_one_comment(page: Page, article: Any, javascript: bool) -> None:
    if not javascript:
        pytest.skip("without JavaScript the browser itself asks before sending again")
    page.goto(article.get_absolute_url())
    type_question(page, "Only once.")
    send(page, javascript)
    page.go_back()
    type_question(page, "Only once.")
    send(page, javascript)
    assert Comment.objects.count() == 1


def test_on_a_shared_computer_the_history_holds_no_link(page: Page, article: Any, javascript: bool) -> None:
    page.goto(article.get_absolute_url())
    type_question(page, "He must not find this.")
    page.get_by_label(re.compile("Somebody else uses this device")).check()
    page.get_by_role("button", name="Send question").click()
    if not javascript:
        page.get_by_role("button", name="Send", exact=True).click()
    expect(page).to_have_url(re.compile("/q/sent/$"))
    assert not PrivateLink.objects.exists()


def test_no_page_scrolls_sideways_on_a_phone(page: Page, article: Any, sarah: Any) -> None:
    at = ask(article, "https://a.example/" + "long" * 100, name="W" * 60)
    for _ in range(7):
        at = reply_to(at, "x" * 300, name="M" * 60)
    answer(at, "`" + "code" * 80 + "`", by=sarah)
    for address in (
        "/",
        article.get_absolute_url(),
        f"/questions/{at.tree_id}/",
        f"/comments/{at.pk}/reply/",
        "/help/",
    ):
        page.goto(address)
        box = page.locator("html").bounding_box()
        widest = max(
            (e.bounding_box() or {"x": 0, "width": 0})["width"] for e in page.locator("main *:visible").all()[:400]
        )
        assert box is not None
        assert widest <= 361, address
