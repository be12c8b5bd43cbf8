"""The whole way without a mouse, and what a screen reader hears on it: reading, asking, replying, erasing."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments import links
from comments.models import Comment
from tests.browser.keyboard import arrives_at, comes_to, fill, follow, hears, tab_to
from tests.factories import answer, ask, fresh, make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PRIVATE = re.compile(r"/q/[\w-]{32}/$")
OURS = "He left me in May after four years. Should I write to him?"


@pytest.fixture
def page(page: Page) -> Page:
    page.emulate_media(reduced_motion="reduce")  # nothing is still on its way when it is looked at
    return page


def test_reading(page: Page, sarah: Any) -> None:
    article = make_article(
        author=sarah, title="Should you?", body="## Wait\n\nA month.\n\n## Talk\n\nThen.\n\n## Ask\n\nUs."
    )
    answer(ask(article, "How long did it take you?"), "A year.", by=sarah)
    page.goto(article.get_absolute_url())
    hears(page, HEARD_READING)
    follow(page, "Skip to the text")
    expect(page.locator("main")).to_be_focused()
    follow(page, "Talk")
    arrives_at(page, page.get_by_role("heading", name="Talk"))
    follow(page, "Ask Sarah")  # from there on, not from the top
    arrives_at(page, page.get_by_role("heading", name="Ask a question"))
    page.goto(article.get_absolute_url())  # from the top; after a reload browsers differ in where Tab begins
    follow(page, "Questions and answers")
    arrives_at(page, page.get_by_role("heading", name="2 comments"))
    follow(page, "Search these questions")
    expect(page).to_have_url(re.compile(r"/questions/\?article="))


HEARD_READING = """
- link "Skip to the text"
- region "Exit":
  - link "Exit this page quickly"
  - 'link "Emergency: Exit this page"'
- banner:
  - link "Ask Sarah"
  - navigation "Site":
    - list:
      - listitem:
        - link "Articles"
- main:
  - article:
    - heading "Should you?" [level=1]
    - navigation "On this page":
      - heading "On this page" [level=2]
      - list:
        - listitem:
          - link "Wait"
        - listitem:
          - link "Talk"
        - listitem:
          - link "Ask"
        - listitem:
          - link "Questions and answers"
    - heading "Wait" [level=2]
    - heading "Talk" [level=2]
    - heading "Ask" [level=2]
    - complementary:
      - heading [level=2]
      - paragraph:
        - link "Ask Sarah"
  - region "2 comments":
    - heading "2 comments" [level=2]
    - list:
      - listitem:
        - text: Ann
        - paragraph: How long did it take you?
        - link "Reply to Ann"
        - link "Report the comment by Ann"
        - list:
          - listitem:
            - text: Sarah Answer
            - paragraph: A year.
            - link "Reply to Sarah"
    - heading "Ask a question" [level=2]
    - textbox "Name or nickname"
    - textbox "Email (optional)"
    - textbox "Your question"
    - paragraph:
      - button "Send question"
- contentinfo:
  - navigation "About this site"
"""


def test_asking(page: Page, article: Any, sarah: Any, javascript: bool) -> None:
    answer(ask(article, "He left in May after four years, and sends pictures of the dog."), "Take a month.", by=sarah)
    page.goto(article.get_absolute_url())
    follow(page, "Skip to the text")
    follow(page, "Ask Sarah")
    fill(page, "Name or nickname", "Sarah")
    fill(page, "Email (optional)", "nowhere")
    follow(page, "Send question")
    comes_to(page, "Your question")
    expect(page.get_by_role("alert")).to_be_focused()
    hears(page, HEARD_WRONG)
    name, email = page.get_by_label("Name or nickname"), page.get_by_label("Email")
    expect(name).to_have_accessible_description(re.compile("^“Sarah” is kept for somebody who answers here"))
    expect(email).to_have_accessible_description(
        re.compile("^For news by mail.* Never shown to readers.* does not look like an email")
    )

    follow(page, "This does not look like an email address. Please check it, or leave it out.")
    expect(email).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Shift+Tab")
    expect(name).to_be_focused()
    page.keyboard.type("Sarah B.")  # what a field holds is marked when one comes to it, and typed over
    fill(page, "Your question", OURS)
    tab_to(page, "Somebody else uses this device: show no private link and leave none in its history")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    expect(page.locator(":focus")).not_to_be_checked()
    follow(page, "Send question")
    if not javascript:
        comes_to(page, "Read it once more, then send")
        hears(page, HEARD_CHECKING)
        follow(page, "Still ask mine")
    expect(page).to_have_url(PRIVATE)
    hears(page, HEARD_SENT)
    assert Comment.objects.pending().get().body == OURS


HEARD_WRONG = """
- main:
  - alert:
    - heading "Please change something" [level=2]
    - list:
      - listitem:
        - link /“Sarah” is kept for somebody who answers here/
      - listitem:
        - link /does not look like an email address/
  - heading "Your question" [level=1]
  - textbox "Name or nickname" [invalid]: Sarah
  - textbox "Email (optional)" [invalid]: nowhere
  - textbox "Your question" [invalid]
"""

HEARD_CHECKING = r"""
- main:
  - heading "Read it once more, then send" [level=1]
  - region "Preview":
    - paragraph: Sarah B.
  - region "Answered questions like yours":
    - paragraph: Somebody asked something like this
    - list:
      - listitem:
        - link /He left in May.* \(opens in a new tab\)/
        - paragraph:
          - strong: "Sarah:"
          - text: Take a month.
  - paragraph:
    - button "Still ask mine"
"""

HEARD_SENT = """
- main:
  - heading "Your question" [level=1]
  - region "What you wrote":
    - heading "What you wrote" [level=2]
  - region "What you can do":
    - heading "What you can do" [level=2]
    - term:
      - link "Change the text"
    - definition
  - region "Keep this page’s address":
    - heading "Keep this page’s address" [level=2]
"""


@pytest.mark.parametrize("javascript", [True], ids=["with JavaScript"])
def test_replying_in_place(page: Page, article: Any) -> None:
    ask(article, "How long did it take you?")
    page.goto(article.get_absolute_url())
    follow(page, "Reply to Ann")
    expect(page.get_by_role("heading", name="Reply to Ann")).to_be_focused()
    hears(page, HEARD_REPLYING)
    follow(page, "Cancel")
    expect(page.get_by_role("link", name="Reply to Ann")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Reply to Ann")).to_be_focused()
    fill(page, "Name or nickname", "Robin")
    fill(page, "Your reply", "A year.")
    tab_to(page, "Send reply")
    page.keyboard.press("Space")
    expect(page).to_have_url(PRIVATE)
    assert Comment.objects.replies().get().body == "A year."


HEARD_REPLYING = """
- main:
  - region "1 comment":
    - list:
      - listitem:
        - paragraph: How long did it take you?
        - heading "Reply to Ann" [level=3]
        - textbox "Name or nickname"
        - textbox "Email (optional)"
        - textbox "Your reply"
        - status
        - paragraph:
          - button "Send reply"
          - button "Preview"
          - link "Cancel"
"""


def test_erasing(page: Page, article: Any) -> None:
    question = ask(article, "Is it over?")
    page.goto(links.mint(question))
    follow(page, "Erase everything")
    comes_to(page, "Erase everything?")
    hears(page, HEARD_BEFORE_ERASING)
    follow(page, "Keep it")
    comes_to(page, "Your question")
    follow(page, "Erase everything")
    comes_to(page, "Erase everything?")
    tab_to(page, "Erase everything")
    page.keyboard.press("Space")
    comes_to(page, "Erased")
    hears(page, HEARD_ERASED)
    assert fresh(question).body == ""


HEARD_BEFORE_ERASING = """
- main:
  - heading "Erase everything?" [level=1]
  - paragraph: /Nobody can undo this/
  - list:
    - listitem: /your question, with the name/
  - paragraph:
    - button "Erase everything"
    - link "Keep it"
"""

HEARD_ERASED = """
- main:
  - heading "Erased" [level=1]
  - status: What you wrote is gone, with your name, your email address and your private links.
"""
