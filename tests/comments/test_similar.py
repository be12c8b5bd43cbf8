"""Answered questions like the one being written: `POST /questions/similar/`, and on the page that checks."""

from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory

from comments import moderation, views
from comments.models import BODY_LENGTH, Comment, Status
from tests.factories import answer, ask, make_article, reply_to

pytestmark = pytest.mark.django_db

ASKED = "My boyfriend left in May after four years. Should I write to him on his birthday?"
LIKE_IT = "He left me in May. We had four years. May I write to my boyfriend for his birthday?"
TITLE = "Somebody asked something like this"


def look(client: Client, body: str = LIKE_IT, **headers: str) -> Any:
    return client.post("/questions/similar/", {"body": body}, headers=headers or None)


@pytest.fixture
def question(article: Any, sarah: Any) -> Comment:
    question = ask(article, ASKED, name="Nora")
    answer(question, "Not on a day that means so much.", by=sarah)
    return question


def test_it_shows_the_question_and_the_first_lines_of_its_answer(client: Client, question: Comment) -> None:
    response = look(client)
    page = response.content.decode()
    assert TITLE in page
    assert f'href="/questions/{question.pk}/"' in page
    assert "Nora" in page
    assert "Not on a day that means so much." in page
    assert "<html" not in page  # a fragment
    assert response.headers["Cache-Control"] == "no-store, private"


def test_it_writes_nothing(client: Client, question: Comment) -> None:
    before = list(Comment.objects.values())
    look(client)
    assert list(Comment.objects.values()) == before


@pytest.mark.parametrize(
    "text", ["", "quantum chromodynamics on a lattice", "\x00", "\ud83d", "x" * (BODY_LENGTH * 3), '"(*:^']
)
def test_it_is_empty_where_nothing_is_close_whatever_was_typed(client: Client, question: Comment, text: str) -> None:
    response = client.post(
        "/questions/similar/", b"body=" + text.encode("utf-8", "surrogatepass"), "application/x-www-form-urlencoded"
    )
    assert response.status_code == 200
    assert TITLE not in response.content.decode()


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.TRASH])
def test_it_shows_only_what_readers_may_see(client: Client, article: Any, sarah: Any, status: str) -> None:
    question = ask(article, ASKED, approved=status != Status.PENDING)
    if status == Status.SPAM:
        moderation.mark_spam(question, by=sarah)
    if status == Status.TRASH:
        answer(question, by=sarah)
        moderation.trash(question, by=sarah)
    assert TITLE not in look(client).content.decode()


def test_an_article_that_is_not_published_stays_unsaid(client: Client, sarah: Any) -> None:
    hidden = make_article(author=sarah)
    answer(ask(hidden, ASKED), by=sarah)
    type(hidden).objects.filter(pk=hidden.pk).update(published_at=None)
    assert TITLE not in look(client).content.decode()


def test_it_answers_our_own_pages_only(client: Client, question: Comment) -> None:
    response = look(client, **{"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert response.content == b""


def test_no_text_may_stand_in_its_address(client: Client, question: Comment) -> None:
    response = client.get("/questions/similar/", {"body": LIKE_IT})
    assert response.status_code == 405
    assert response.headers["Cache-Control"] == "no-store, private"


def test_half_a_body_is_refused(rf: RequestFactory) -> None:
    request = rf.post("/questions/similar/", {"body": LIKE_IT})
    cut = WSGIRequest({**request.environ, "CONTENT_LENGTH": "500", "wsgi.input": BytesIO(b"body=He+left")})
    assert views.similar(cut).status_code == 400


def test_the_check_shows_it_and_sends_the_readers_own_all_the_same(client: Client, question: Comment) -> None:
    sent = {"name": "Ida", "body": LIKE_IT, "step": "check"}
    page = client.post(f"/{question.article.slug}/comments/", sent).content.decode()
    assert TITLE in page
    assert "Still ask mine" in page
    assert LIKE_IT in page


def test_a_reply_is_not_compared_with_questions(client: Client, question: Comment) -> None:
    sent = {"name": "Ida", "body": LIKE_IT, "step": "check", "parent": question.pk}
    page = client.post(f"/{question.article.slug}/comments/", sent).content.decode()
    assert TITLE not in page
    assert "Still ask mine" not in page


def test_it_costs_the_same_however_many_questions_there_are(
    client: Client, question: Comment, sarah: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        other = ask(question.article, f"{ASKED} {number}")
        answer(other, by=sarah)
        reply_to(other)
    with django_assert_max_num_queries(4):
        look(client)
