"""Finding a question, reading on from it, reporting a comment, finding help; with JavaScript and without."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from comments import labelling
from comments.reader_models import Report
from tests.advice.test_article_page import many
from tests.browser.pages import with_helplines
from tests.factories import answer, ask, make_situation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def listed(page: Page) -> Locator:
    return page.locator(".question-list h3")


def test_questions_are_narrowed_down_widened_again_and_leafed_through(page: Page, article: Any, sarah: Any) -> None:
    many(article, 20)
    answer(ask(article, "She wants to see the dog in Portugal.", name="Olga"), "Not in May.", by=sarah)
    ask(article, "He moved to Portugal.", name="Petra")
    page.goto("/")
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Questions").click()
    expect(page.get_by_role("heading", name="22 questions")).to_be_visible()

    page.get_by_label("Words to look for").fill("portugal")
    page.keyboard.press("Enter")
    expect(listed(page)).to_have_count(2)
    expect(page.locator("mark").first).to_have_text("Portugal")
    page.get_by_text("Narrow down or sort").click()
    page.get_by_label("Answer", exact=True).select_option("Answered")
    page.get_by_role("button", name="Show questions").click()
    expect(listed(page)).to_have_text(["Olga asks"])
    page.get_by_role("link", name="Remove: Answered").click()
    expect(listed(page)).to_have_count(2)
    page.get_by_role("link", name="Show all questions").click()

    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    expect(listed(page)).to_have_count(2)
    page.go_back()
    page.go_back()
    expect(page.get_by_label("Words to look for")).to_have_value("portugal")
    expect(listed(page)).to_have_count(2)


def test_a_situation_leads_to_its_questions(page: Page, article: Any, sarah: Any) -> None:
    question = ask(article, "He does not answer.")
    ask(article, "She moved out.", name="Bob")
    situation = make_situation("No contact")
    labelling.label(question, situations=[situation.pk], in_search_engines=True)
    page.goto("/situations/")
    page.get_by_role("link", name="No contact").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No contact")
    expect(listed(page)).to_have_text(["Ann asks"])
    page.get_by_role("link", name="Ann asks").click()
    page.get_by_role("link", name="No contact").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No contact")


def test_words_find_articles_and_questions_and_where_they_find_nothing_there_is_a_way_on(
    page: Page, article: Any
) -> None:
    ask(article, "He has no time for me.")
    page.goto("/")
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Search").click()
    field = page.get_by_label("Search the articles and answers")
    field.fill("time")
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_role("link", name=article.title, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Ann asks")).to_be_visible()
    field.fill("zebra")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("No question says “zebra”.")).to_be_visible()
    expect(field).to_have_value("zebra")
    page.get_by_role("link", name="Look by situation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Situations")


def test_from_one_question_to_those_beside_it_and_those_like_it(page: Page, article: Any, sarah: Any) -> None:
    like = ask(article, "He moved to Portugal with the dog and calls on Sundays.", name="Olga")
    answer(like, "Decide about Portugal first.", by=sarah)
    middle = ask(article, "He took the dog to Portugal, and on Sundays he calls.")
    ask(article, "She wants her keys.", name="Petra")
    page.goto(f"/questions/{middle.pk}/")
    title = page.get_by_role("heading", level=1)
    page.get_by_role("link", name="The question after: Petra").click()
    expect(title).to_have_text("Petra asks")
    page.get_by_role("link", name="The question before: Ann").click()
    expect(title).to_have_text("Ann asks")
    page.get_by_role("region", name="Others have asked something like this").get_by_role("link").click()
    expect(title).to_have_text("Olga asks")
    page.go_back()
    expect(title).to_have_text("Ann asks")
    page.get_by_role("link", name="This question among the others").click()
    expect(page).to_have_url(re.compile(f"#comment-{middle.pk}$"))
    expect(page.locator(f"#comment-{middle.pk}")).to_be_in_viewport()


def test_a_comment_is_reported_and_its_number_shows_what_became_of_it(page: Page, article: Any) -> None:
    page.goto(f"/questions/{ask(article, 'Her name is Eva Example.').pk}/")
    page.get_by_role("link", name="Report the comment by Ann").click()
    page.get_by_label("What should we know?").fill("That is my sister.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("What should we know?")).to_have_value("That is my sister.")
    page.get_by_label("It says who somebody is").check()
    page.get_by_role("button", name="Send the report").click()
    report = Report.objects.get()
    expect(page.get_by_role("region", name="Its number")).to_contain_text(report.reference)
    page.reload()
    expect(page.get_by_text("Nobody has looked at it yet.")).to_be_visible()
    assert (report.reason, report.details) == ("identity", "That is my sister.")


def test_help_is_one_link_away_and_can_be_called(page: Page, article: Any) -> None:
    with_helplines()
    page.goto(article.get_absolute_url())
    page.get_by_role("banner").get_by_role("link", name="Help now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Help now")
    page.get_by_role("navigation", name="Countries").get_by_role("link", name="United Kingdom").click()
    expect(page.get_by_role("heading", name="United Kingdom")).to_be_in_viewport()
    expect(page.locator("a[href='tel:116123']").first).to_be_visible()
