"""What a moderator publishes is what they have read: its writer may change it while they do."""

import re

import pytest

from comments import moderation, posting
from comments.models import Comment, Helped
from tests.factories import answer, ask, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, sarah):
    client.force_login(sarah)
    return client


@pytest.fixture
def question(article):
    return ask(article, "Is it over?", approved=False)


def opened(desk, question):
    """The desk's page of the question, and what its forms say was seen."""
    html = desk.get(f"/admin/desk/{question.pk}/").content.decode()
    return set(re.findall(r'name="seen" value="(\w+)"', html)).pop()


def change(question):
    posting.rewrite(question, name="Ann", body="Something else altogether.")


def test_an_answer_to_words_that_have_changed_is_not_sent(desk, question):
    seen = opened(desk, question)
    change(question)
    response = desk.post(f"/admin/desk/{question.pk}/", {"body": "Not yet.", "seen": seen})
    assert response.status_code == 422
    page = response.content.decode()
    assert "has changed it while you were writing" in page
    assert "Not yet.</textarea>" in page
    assert "Something else altogether." in page
    assert Comment.objects.approved().count() == 0
    again = desk.post(f"/admin/desk/{question.pk}/", {"body": "Not yet.", "seen": opened(desk, question)})
    assert again.status_code == 302
    assert fresh(question).status == "approved"


def test_words_that_have_changed_are_not_approved(desk, question):
    seen = opened(desk, question)
    change(question)
    response = desk.post(f"/admin/desk/{question.pk}/approve/", {"seen": seen}, follow=True)
    assert "was changed while you were reading" in response.content.decode()
    assert fresh(question).status == "pending"
    desk.post(f"/admin/desk/{question.pk}/approve/", {"seen": opened(desk, question)})
    assert fresh(question).status == "approved"


def test_words_that_are_the_same_are(desk, question):
    desk.post(f"/admin/desk/{question.pk}/approve/", {"seen": opened(desk, question)})
    assert fresh(question).status == "approved"


def test_a_double_click_still_makes_one_answer(desk, question):
    sent = {"body": "Not yet.", "seen": opened(desk, question)}
    for _ in range(2):
        assert desk.post(f"/admin/desk/{question.pk}/", sent).status_code == 302
    assert Comment.objects.count() == 2


def test_the_desk_offers_no_verb_on_what_its_writer_withdrew(desk, question):
    answer(question)
    moderation.withdraw(question)
    page = desk.get(f"/admin/desk/{question.pk}/").content.decode()
    assert "/approve/" not in page
    assert "/restore/" not in page
    assert "/undo/" not in page
    assert "/erase/" in page
    response = desk.post(f"/admin/desk/{question.pk}/", {"body": "But listen."})
    assert response.status_code == 422
    assert "took it back" in response.content.decode()


def test_the_desk_and_the_admin_say_whether_the_answer_helped(desk, question):
    answer(question)
    posting.say_whether_helped(question, Helped.PARTLY)
    assert "“Partly”" in desk.get(f"/admin/desk/{question.pk}/").content.decode()
    desk.force_login(question.article.author)
    assert "Partly" in desk.get(f"/admin/comments/comment/{question.pk}/change/").content.decode()
