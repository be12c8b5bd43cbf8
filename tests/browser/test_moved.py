"""A link to a comment that its page does not show leads to where it is, once; without scripts the page is as ever."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments import arranging, moving
from comments.models import Comment
from tests.browser.test_asking import only_with_javascript
from tests.factories import ask, make_article, moderator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def moved(article: Any) -> Comment:
    """A question that stands under another article now."""
    question = ask(article, "Is he gone?")
    moving.move(question, by=None, article=make_article(title="Another"))
    return question


def test_a_link_to_a_comment_that_moved_leads_to_it(page: Page, article: Any, moved: Comment, javascript: bool) -> None:
    page.goto("/help/")
    loaded: list[str] = []
    page.on("framenavigated", lambda frame: loaded.append(frame.url))
    page.goto(f"{article.get_absolute_url()}#comment-{moved.pk}")
    if not javascript:
        expect(page.get_by_role("heading", name=article.title)).to_be_visible()
        return
    expect(page.get_by_role("heading", name="Another", exact=True)).to_be_visible()
    expect(page.locator(f"#comment-{moved.pk}")).to_be_in_viewport()
    assert len(loaded) == 2
    page.go_back()
    expect(page).to_have_url("/help/")


@only_with_javascript
def test_one_that_nobody_sees_leaves_the_reader_where_they_are(page: Page, article: Any) -> None:
    hidden = ask(article, "Is he gone?", approved=False)
    address = f"{article.get_absolute_url()}#comment-{hidden.pk}"
    with page.expect_response(f"**/comments/{hidden.pk}/?on={article.slug}") as asked:
        page.goto(address)
    assert asked.value.status == 404
    expect(page).to_have_url(address)
    expect(page.get_by_role("heading", name=article.title)).to_be_visible()


@only_with_javascript
def test_one_that_was_merged_on_the_same_page_is_the_other_one(page: Page, article: Any) -> None:
    twice, once = ask(article, "Is he gone?"), ask(article, "Has he gone?")
    arranging.merge(twice, once, by=moderator())
    page.goto(article.get_absolute_url())
    page.evaluate(f"location.hash = 'comment-{twice.pk}'")  # as a link in the page does
    expect(page).to_have_url(f"{article.get_absolute_url()}#comment-{once.pk}")


@only_with_javascript
def test_where_the_server_is_wrong_nobody_is_sent_in_a_circle(page: Page, article: Any) -> None:
    """A cache between may show a page of ten seconds ago, which lacks the comment."""
    question = ask(article, "Is he gone?")
    own = article.get_absolute_url()
    stale = '<!doctype html><title>x</title><script type="module" src="/static/advice/js/moved.js"></script>'
    page.route(f"**{own}", lambda route: route.fulfill(body=stale, content_type="text/html"))
    loaded: list[str] = []
    page.on("framenavigated", lambda frame: loaded.append(frame.url))
    page.goto(f"{own}#comment-{question.pk}")
    page.wait_for_function("document.referrer !== ''")
    page.wait_for_load_state("networkidle")
    assert len(loaded) == 2
