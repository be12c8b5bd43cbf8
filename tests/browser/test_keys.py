"""The desk by keys alone: from login to the answer, and every key of the table on its page."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments import keys
from comments.models import Comment, Status
from tests.factories import answer, ask, fresh, make_situation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COUNTING = """addEventListener("keydown", (event) => {
    const isTyping = event.target.matches?.("input, textarea") && !event.ctrlKey;
    if (isTyping || event.key === "Control") return;
    sessionStorage.setItem("pressed", 1 + Number(sessionStorage.getItem("pressed")));
}, true)"""


@pytest.fixture
def javascript() -> bool:
    return True


@pytest.fixture
def desk(page: Page, sarah: Any) -> Page:
    """Logged in, on the queue."""
    page.goto("/admin/login/?next=/admin/")
    page.locator("#id_username").fill("sarah")
    page.locator("#id_password").fill("sarah")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/desk/")
    return page


def press(page: Page, key: str) -> None:
    """A key that leads to another page, which is whole when this returns."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_three_keys_beside_the_typing_lead_from_login_to_a_published_answer(
    page: Page, sarah: Any, article: Any
) -> None:
    first, second = (ask(article, f"Should I write, for the time {n}?", approved=False) for n in range(2))
    page.add_init_script(COUNTING)
    page.goto("/admin/login/?next=/admin/")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("sarah")
    page.keyboard.press("Tab")
    page.keyboard.type("sarah")
    press(page, "Enter")
    expect(page.locator(f"#row-{first.pk} h2 a")).to_be_focused()
    page.evaluate("sessionStorage.removeItem('pressed')")
    press(page, "Enter")
    expect(page.locator("#this")).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type("Not yet. j k a s t z / ? are words here.")
    press(page, "Control+Enter")
    assert page.evaluate("sessionStorage.getItem('pressed')") == "3"
    assert fresh(first).status == Status.APPROVED
    assert Comment.objects.get(parent=first).body == "Not yet. j k a s t z / ? are words here."
    expect(page).to_have_url(f"{page.url.split('/admin')[0]}/admin/desk/{second.pk}/")
    expect(page.locator("#this")).to_be_focused()
    expect(page.locator("#this")).to_have_accessible_description("Your answer to Ann is published.")
    press(page, "t")
    assert fresh(second).status == Status.TRASH
    expect(page.get_by_role("heading", level=1)).to_be_focused()  # nothing waits: the focus is still somewhere
    press(page, "z")
    assert fresh(second).status == Status.PENDING
    expect(page.locator("body")).not_to_be_focused()


def test_the_rows_are_walked_and_opened_and_the_focus_comes_back_to_them(desk: Page, article: Any) -> None:
    rows = [ask(article, f"Should I write, for the time {n}?", approved=False).pk for n in range(3)]
    desk.reload()
    links = [desk.locator(f"#row-{pk} h2 a") for pk in rows]
    expect(links[0]).to_be_focused()
    for key, at in (("j", 1), ("j", 2), ("j", 2), ("k", 1)):
        desk.keyboard.press(key)
        expect(links[at]).to_be_focused()
    desk.keyboard.press("x")
    expect(desk.locator(f"#row-{rows[1]}").get_by_role("checkbox")).to_be_checked()
    desk.keyboard.press("/")
    expect(desk.get_by_role("searchbox")).to_be_focused()
    links[1].focus()
    desk.keyboard.press("Control+j")
    expect(links[1]).to_be_focused()
    press(desk, "Enter")
    expect(desk.locator("#this")).to_be_focused()
    press(desk, "q")
    expect(links[1]).to_be_focused()
    desk.keyboard.press("?")
    sheet = desk.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    shown = sheet.locator("kbd").all_inner_texts()
    assert shown == [key.word for key in keys.TABLE]
    desk.keyboard.press("j")
    desk.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(links[1]).to_be_focused()
    desk.get_by_role("link", name="Keys").click()
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    desk.keyboard.press("?")
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="Switch single keys off").click()
    desk.wait_for_url("**/admin/desk/keys/")
    desk.goto("/admin/desk/")
    desk.keyboard.press("j")
    assert desk.evaluate("document.activeElement === document.body")
    desk.goto(f"/admin/desk/{rows[0]}/")
    desk.locator("#id_body").fill("Not yet.")
    press(desk, "Control+Enter")
    assert Comment.objects.filter(parent=rows[0]).exists()


def test_verbs_their_undoing_and_situations_have_keys_and_typing_has_none(desk: Page, article: Any) -> None:
    situations = [make_situation(name, order=n) for n, name in enumerate(("No contact", "On and off"))]
    question = ask(article, approved=False)
    ask(article, "And I?", approved=False)
    here = f"/admin/desk/{question.pk}/"
    desk.goto(here)
    assert desk.locator("[data-verb=approve]").get_attribute("aria-keyshortcuts") == "a"
    desk.locator("#id_body").focus()
    desk.keyboard.type("stalz")
    desk.keyboard.press("Escape")
    expect(desk.locator("#this")).to_be_focused()
    expect(desk.locator("#id_body")).to_have_value("stalz")
    desk.keyboard.press("Control+s")
    desk.evaluate("""document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key: "s", isComposing: true, bubbles: true, cancelable: true }))""")
    assert fresh(question).status == Status.PENDING
    desk.keyboard.press("l")
    expect(desk.get_by_role("status").filter(has_text="1: No contact, 2: On and off")).to_be_visible()
    press(desk, "2")
    assert list(question.situations.all()) == [situations[1]]
    expect(desk.locator("#this")).to_be_focused()
    desk.keyboard.press("l")
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("status").filter(has_text="No contact")).to_have_count(0)
    desk.keyboard.press("2")  # too late for a choice
    assert question.situations.count() == 1
    for key, status in (("s", Status.SPAM), ("t", Status.TRASH), ("a", Status.APPROVED)):
        desk.goto(here)
        press(desk, key)
        assert fresh(question).status == status


def test_in_a_list_the_keys_are_about_the_row_with_the_focus(desk: Page, article: Any) -> None:
    rows = [ask(article, f"Should I write, for the time {n}?", approved=False) for n in range(4)]
    desk.goto("/admin/desk/?tab=new")
    links = [desk.locator(f"#row-{row.pk} h2 a") for row in rows]
    expect(links[0]).to_be_focused()
    desk.evaluate("document.activeElement.blur()")
    desk.keyboard.press("t")  # on no row
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    for at, key, status, then in ((1, "a", Status.APPROVED, 2), (2, "s", Status.SPAM, 3), (3, "t", Status.TRASH, 0)):
        expect(links[at]).to_be_focused()
        press(desk, key)
        assert fresh(rows[at]).status == status
        expect(desk).to_have_url(re.compile(r"/admin/desk/\?tab=new$"))
        expect(links[then]).to_be_focused()
    press(desk, "r")
    expect(desk.locator("#id_body")).to_be_focused()
    expect(desk.locator("[data-undo]")).to_be_visible()
    assert fresh(rows[0]).status == Status.PENDING


def test_a_form_that_is_sent_twice_at_once_arrives_once(desk: Page, article: Any) -> None:
    question = ask(article, approved=False)
    desk.goto(f"/admin/desk/{question.pk}/")
    desk.locator("#id_body").fill("Not yet.")
    with desk.expect_navigation():
        desk.evaluate("""() => {
            const form = document.getElementById("answer");
            form.requestSubmit(form.querySelector("[data-verb]"));
            form.requestSubmit(form.querySelector("[data-verb]"));
        }""")
    assert Comment.objects.filter(parent=question).count() == 1
    answer(question)
