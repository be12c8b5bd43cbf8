"""The link in a moderator's mail: it leads into the box, over the login, and does nothing by itself."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from comments import drafts, moderation
from comments.models import Comment, Status
from tests.factories import answer, ask, fresh, moderator

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(article: Any) -> Comment:
    return ask(article, approved=False)


def link(comment: Comment) -> str:
    return f"/admin/desk/{comment.pk}/?answer"


def seen(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_it_leads_over_the_login_into_the_box(client: Client, sarah: Any, question: Comment) -> None:
    to_login = client.get(link(question))["Location"]
    assert parse_qs(urlsplit(to_login).query)["next"] == [link(question)]
    after = client.post(to_login, {"username": "sarah", "password": "sarah"})
    assert after["Location"] == link(question)
    html = seen(client, after["Location"])
    box = html[html.index("<textarea") : html.index("</textarea>")]
    assert 'id="id_body"' in box
    assert box.split(">")[0].endswith(" autofocus")
    assert html.count("autofocus") == 1
    assert fresh(question).status == Status.PENDING
    assert "autofocus" not in seen(client, link(question).removesuffix("?answer"))


def test_a_draft_is_in_the_box(client: Client, sarah: Any, question: Comment) -> None:
    client.force_login(sarah)
    drafts.save(question, by=sarah, body="Dear Ann", version=0)
    assert "autofocus> Dear Ann</textarea>" in seen(client, link(question))


def test_who_was_faster_is_said_at_once_with_what_they_wrote(client: Client, sarah: Any, question: Comment) -> None:
    theirs = answer(question, "Give it a month.", by=moderator("ben", first_name="Ben"))
    client.force_login(sarah)
    html = seen(client, link(question))
    assert "Ben has answered it:" in html
    assert html.index("Give it a month.") < html.index("<textarea")
    assert "Send mine too" in html
    assert f'name="after" value="{theirs.pk}"' in html
    assert "Ben has answered it:" not in seen(client, f"/admin/desk/{question.pk}/")


def test_what_was_erased_is_said_to_be_gone(client: Client, sarah: Any, question: Comment) -> None:
    moderation.erase(question, by=sarah)
    client.force_login(sarah)
    html = seen(client, link(question))
    assert "it cannot be answered" in html
    assert "<textarea" not in html


def test_a_number_that_is_none_leads_to_the_queue(client: Client, sarah: Any) -> None:
    client.force_login(sarah)
    assert client.get("/admin/desk/999999/?answer")["Location"] == "/admin/desk/"
