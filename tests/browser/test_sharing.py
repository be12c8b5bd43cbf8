"""Linked data is data: a browser under our Content-Security-Policy reads past it without a word."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.factories import answer, ask, make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOSTILE = "</script><script>document.title = 'taken'</script> <!-- <script> \u2028 & 💔"


def test_linked_data_is_neither_run_nor_reported(page: Page, live_server: Any) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    article = make_article(title=HOSTILE)
    question = ask(article, HOSTILE)
    answer(question)
    for path in ("/", article.get_absolute_url(), f"/questions/{question.pk}/", "/questions/"):
        page.goto(path)
        assert page.title() != "taken"
        blocks = page.locator('script[type="application/ld+json"]')
        assert blocks.count() == 1
        assert json.loads(blocks.text_content() or "")["@context"] == "https://schema.org"
    assert said == []
