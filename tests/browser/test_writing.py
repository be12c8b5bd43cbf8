"""Writing an answer in a browser: nothing typed is ever lost, and what is inserted stands at the cursor."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from comments import drafts, posting
from comments.desk_models import Draft, SavedReply
from comments.models import Comment
from tests.browser.desk_states import log_in
from tests.factories import answer, ask, make_article, moderator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[[str], Page]


@pytest.fixture
def question(article: Any) -> Comment:
    return ask(article, "He left in May after four years. Should I write?", approved=False)


@pytest.fixture
def opened(chromium: Browser, live_server: Any, question: Comment) -> Iterator[Open]:
    """The question in a browser of its own for each moderator who opens it."""
    contexts = []

    def open_as(username: str) -> Page:
        moderator(username, first_name=username.title())
        context = chromium.new_context(base_url=live_server.url, viewport={"width": 360, "height": 740})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"/admin/login/?next=/admin/desk/{question.pk}/")
        log_in_again(page, username)
        return page

    yield open_as
    for context in contexts:
        context.close()


def log_in_again(page: Page, username: str) -> None:
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(username)
    page.get_by_role("button", name="Log in").click()
    page.locator("#id_body").wait_for()
    page.wait_for_load_state()  # its scripts have begun: before, buttons are the form's


def box(page: Page) -> Any:
    return page.locator("#id_body")


def kept(page: Page) -> Any:
    return page.locator("[data-kept]")


def write(page: Page, text: str) -> None:
    """Type, and do not wait for the pause after which it is saved."""
    box(page).fill(text)


def drafts_in(page: Page) -> list[str]:
    """What the browser itself keeps."""
    found: list[str] = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('desk-draft'))")
    return found


def look_again(page: Page) -> None:
    """As if fifteen seconds had passed."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_two_moderators_answer_at_once_and_nothing_is_lost(opened: Open, question: Comment) -> None:
    sarah, ben = opened("sarah"), opened("ben")
    look_again(sarah)
    expect(sarah.locator("[data-news]")).to_have_text("Ben has this open (now).")
    write(sarah, "Sarah says: not yet.")
    write(ben, "Ben says: write to him.")
    ben.locator("[data-verb=answer]").click()
    expect(ben.get_by_text("is published.")).to_be_visible()
    look_again(sarah)
    expect(sarah.locator("[data-news]")).to_contain_text("Ben has answered it while you were writing.")
    sarah.locator("[data-verb=answer]").click()
    expect(sarah.get_by_role("alert").first).to_contain_text("Ben has answered this while you were writing")
    expect(sarah.get_by_text("Ben says: write to him.").first).to_be_visible()
    expect(box(sarah)).to_have_value("Sarah says: not yet.")
    sarah.get_by_role("button", name="Send mine too").click()
    expect(sarah.get_by_text("is published.")).to_be_visible()
    texts = Comment.objects.filter(parent=question).approved().order_by("pk").values_list("body", flat=True)
    assert list(texts) == ["Ben says: write to him.", "Sarah says: not yet."]
    assert not Draft.objects.exists()
    assert not drafts_in(sarah)


def test_what_is_typed_outlives_a_crash_a_second_tab_and_the_end_of_the_login(opened: Open, question: Comment) -> None:
    page = opened("sarah")
    write(page, "Dear Ann")
    expect(kept(page)).to_contain_text("Saved ")
    page.reload()  # a crash, another device
    expect(box(page)).to_have_value("Dear Ann")
    expect(kept(page)).to_contain_text("Your draft of ")

    drafts.save(question, by=moderator("sarah"), body="From another tab", version=1)
    write(page, "Dear Ann, no")
    expect(page.locator("[data-newer]")).to_contain_text("You have written something else in another tab at")
    expect(page.locator("[data-newer]")).to_contain_text("From another tab")
    assert Draft.objects.get().body == "From another tab"
    page.get_by_role("button", name="Keep what is in the box").click()
    expect(kept(page)).to_contain_text("Saved ")
    assert Draft.objects.get().body == "Dear Ann, no"

    page.context.set_offline(offline=True)
    write(page, "Dear Ann, offline")
    expect(kept(page)).to_have_text("Not saved: you are offline; kept in this browser.")
    page.context.set_offline(offline=False)
    expect(kept(page)).to_contain_text("Saved ")

    Session.objects.all().delete()
    write(page, "Dear Ann, logged out")
    expect(kept(page)).to_have_text("Not saved: you are logged out; kept in this browser.")
    write(page, "Dear Ann, sent")
    page.locator("[data-verb=answer]").click()
    log_in_again(page, "sarah")
    expect(box(page)).to_have_value("Dear Ann, sent")
    expect(kept(page)).to_contain_text("Your draft of ")
    assert Draft.objects.get().body == "Dear Ann, sent"
    page.locator("[data-verb=answer]").click()
    expect(page.get_by_text("is published.")).to_be_visible()
    assert Comment.objects.get(parent=question).body == "Dear Ann, sent"
    assert not Draft.objects.exists()
    assert not drafts_in(page)


def test_words_are_inserted_at_the_cursor_and_previewed_in_place(opened: Open, article: Any, question: Comment) -> None:
    make_article(title="Moving on", slug="moving-on")
    SavedReply.objects.create(title="Hello", body="Dear {name},")
    known = ask(article, "He left me in May after four years together. Write to him?", name="Bea")
    answer(known, "Not yet.")
    page = opened("sarah")
    write(page, "All the best")
    box(page).evaluate("box => box.setSelectionRange(0, 0)")
    page.locator(".desk-tools summary").click()
    page.get_by_role("button", name="Hello").click()
    expect(box(page)).to_have_value("Dear Ann,\n\nAll the best")
    expect(page.locator("[name=used]")).to_have_count(1)
    box(page).evaluate("box => box.setSelectionRange(9, 9)")
    page.get_by_role("button", name="Quote this answer to Bea").click()
    quoted = f"> Not yet.\n>\n> — [mod to Bea](/questions/{known.pk}/)"
    expect(box(page)).to_have_value(f"Dear Ann,\n\n{quoted}\n\nAll the best")
    expect(box(page)).to_be_focused()
    box(page).evaluate("box => box.setSelectionRange(box.value.length, box.value.length)")
    page.locator("#id_article").fill("/moving-on/")
    page.locator("#id_article").press("Enter")  # its own button, not the form's
    expect(box(page)).to_have_value(f"Dear Ann,\n\n{quoted}\n\nAll the best[Moving on](/moving-on/)")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview] blockquote")).to_contain_text("Not yet.")
    page.locator("#id_note").fill("Her sister knows.")
    page.locator("#id_note").press("Control+Enter")
    expect(page.locator(".desk-note")).to_contain_text("Her sister knows.")
    expect(box(page)).to_have_value(f"Dear Ann,\n\n{quoted}\n\nAll the best[Moving on](/moving-on/)")
    assert not Comment.objects.filter(parent=question).exists()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_words_that_only_this_browser_has_are_offered_beside_newer_ones(opened: Open, question: Comment) -> None:
    page = opened("sarah")
    kept_here = json.dumps({"body": "Only here", "version": "0"})
    key = f"desk-draft {moderator('sarah').pk} {question.pk}"
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [key, kept_here])
    drafts.save(question, by=moderator("sarah"), body="From another device", version=0)
    posting.rewrite(question, name="Ann", body="Quite another question?")
    page.reload()
    expect(box(page)).to_have_value("From another device")
    expect(page.locator("[data-newer]")).to_contain_text("Only here")
    page.get_by_role("button", name="Use that text").click()
    expect(box(page)).to_have_value("Only here")
    expect(kept(page)).to_contain_text("Saved ")
    assert Draft.objects.get().body == "Only here"


@pytest.mark.parametrize("javascript", [False], ids=["without JavaScript"])
def test_without_scripts_enter_in_a_field_inserts_and_never_sends(
    page: Page, live_server: Any, question: Comment, sarah: Any
) -> None:
    make_article(title="Moving on", slug="moving-on")
    log_in(page, live_server.url)
    page.goto(f"/admin/desk/{question.pk}/")
    write(page, "Dear Ann, read")
    page.locator(".desk-tools summary").click()
    page.locator("#id_article").fill("moving on")
    page.locator("#id_article").press("Enter")
    expect(box(page)).to_have_value("Dear Ann, read\n\n[Moving on](/moving-on/)")
    expect(box(page)).to_be_focused()
    page.get_by_role("button", name="Save draft").click()
    expect(kept(page)).to_contain_text("Your draft of ")
    assert not Comment.objects.filter(parent=question).exists()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
