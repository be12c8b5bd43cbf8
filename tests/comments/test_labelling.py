"""A question's situations, and whether search engines may keep it: set at the desk, under the question's lock."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advice.models import Article
from comments import labelling, moderation
from comments.log_models import ModerationEvent
from comments.models import Comment
from comments.reader_models import Situation
from tests.factories import ask, fresh, make_situation, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def version(article: Article) -> int:
    return Article.objects.values_list("discussion_version", flat=True).get(pk=article.pk)


def send(client: Client, question: Comment, *situations: Any, keep_out: bool = False) -> Any:
    data: dict[str, Any] = {"labels-situations": [getattr(situation, "pk", situation) for situation in situations]}
    if keep_out:
        data["labels-keep_out"] = "on"
    return client.post(f"/admin/desk/{question.pk}/labels/", data, follow=True)


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_a_question_gets_exactly_the_situations_given(article: Any) -> None:
    question, left, silence = ask(article), make_situation("Left"), make_situation("Silence")
    assert labelling.label(question, situations=[left.pk], in_search_engines=True)
    assert labelling.label(question, situations=[silence.pk], in_search_engines=True)
    assert list(question.situations.all()) == [silence]


def test_what_readers_see_goes_out_of_date_once(article: Any) -> None:
    question, left = ask(article), make_situation("Left")
    before = version(article)
    assert labelling.label(question, situations=[left.pk], in_search_engines=False)
    assert version(article) == before + 1
    assert not labelling.label(question, situations=[left.pk], in_search_engines=False)
    assert version(article) == before + 1
    assert not fresh(question).in_search_engines


def test_labels_of_a_question_that_nobody_sees_leave_the_pages_alone(article: Any) -> None:
    question = ask(article, approved=False)
    before = version(article)
    assert labelling.label(question, situations=[make_situation("Left").pk], in_search_engines=True)
    assert version(article) == before


def test_labels_change_no_status_and_are_in_the_log(article: Any) -> None:
    question = ask(article)
    labelling.label(question, situations=[make_situation("Left").pk], in_search_engines=False)
    event = ModerationEvent.objects.latest("pk")
    assert (event.verb, event.before, event.after) == ("label", "", "Left; not in search engines")
    assert event.from_status == event.to_status


def test_replies_and_erased_questions_have_none(article: Any, sarah: Any) -> None:
    question = ask(article)
    reply = reply_to(question)
    erased = moderation.erase(ask(article, "Gone?"), by=sarah)[0]
    left = make_situation("Left")
    for comment in (reply, erased):
        with pytest.raises(moderation.Refused):
            labelling.label(comment, situations=[left.pk], in_search_engines=True)
    assert not Comment.situations.through.objects.exists()


def test_a_moderator_ticks_situations_at_the_desk(desk: Client, article: Any) -> None:
    question, left = ask(article), make_situation("Left by a partner")
    make_situation("No contact")
    response = send(desk, question, left, keep_out=True)
    assert "is kept" in said(response)
    html = response.content.decode()
    assert f'value="{left.pk}" id="id_labels-situations_0" checked' in html
    assert html.count("checked") == 2
    assert list(question.situations.all()) == [left]
    assert not fresh(question).in_search_engines
    assert "nothing to change" in said(send(desk, question, left, keep_out=True))


def test_nothing_ticked_takes_all_of_them_off(desk: Client, article: Any) -> None:
    question, left = ask(article), make_situation("Left")
    labelling.label(question, situations=[left.pk], in_search_engines=False)
    send(desk, question)
    assert not question.situations.exists()
    assert fresh(question).in_search_engines


def test_a_question_that_should_not_wait_is_marked_urgent_and_the_mark_can_be_undone(
    desk: Client, article: Any
) -> None:
    question, left = ask(article, approved=False), make_situation("Left")
    send(desk, question, left)
    data = {"labels-situations": [left.pk], "labels-urgent": "on"}
    assert "is kept" in said(desk.post(f"/admin/desk/{question.pk}/labels/", data, follow=True))
    assert question.events.latest("pk").after == "Left; urgent"
    html = desk.get("/admin/desk/?tab=urgent").content.decode()
    assert f'id="row-{question.pk}"' in html
    assert "desk-status--urgent" in html
    desk.post(f"/admin/desk/undo/{question.events.latest('pk').act}/")
    assert not fresh(question).urgent
    assert list(question.situations.all()) == [left]


@pytest.mark.parametrize("nonsense", ["x", "0", "9" * 30, "\x00", ""])
def test_a_situation_that_is_none_changes_nothing(desk: Client, article: Any, nonsense: str) -> None:
    question, left = ask(article), make_situation("Left")
    labelling.label(question, situations=[left.pk], in_search_engines=True)
    assert "Nothing was changed" in said(send(desk, question, nonsense))
    assert list(question.situations.all()) == [left]


def test_a_reply_has_no_such_form_and_refuses_one(desk: Client, article: Any) -> None:
    reply = reply_to(ask(article))
    assert 'class="desk-labels"' not in desk.get(f"/admin/desk/{reply.pk}/").content.decode()
    assert "Only a question" in said(send(desk, reply))


def test_a_comment_that_is_not_there_leads_to_the_queue(desk: Client) -> None:
    response = desk.post("/admin/desk/77/labels/")
    assert (response.status_code, response["Location"]) == (302, "/admin/desk/")


def test_only_moderators_label_and_only_by_post(client: Client, sarah: Any, article: Any) -> None:
    question = ask(article)
    assert client.post(f"/admin/desk/{question.pk}/labels/").status_code == 302
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.post(f"/admin/desk/{question.pk}/labels/", {"labels-keep_out": "on"}).status_code == 403
    client.force_login(sarah)
    assert client.get(f"/admin/desk/{question.pk}/labels/").status_code == 405
    assert fresh(question).in_search_engines


def test_deleting_a_situation_takes_it_off_its_questions_and_articles(article: Any) -> None:
    question, left = ask(article), make_situation("Left")
    labelling.label(question, situations=[left.pk], in_search_engines=True)
    article.situations.add(left)
    Situation.objects.get().delete()
    assert not question.situations.exists()
    assert not article.situations.exists()


@pytest.mark.parametrize("is_reply", [False, True])
def test_what_is_not_urgent_after_all_waits_as_others_do_and_that_can_be_undone(
    desk: Client, article: Any, is_reply: bool
) -> None:
    question = ask(article)
    comment = reply_to(question, approved=False) if is_reply else question
    Comment.objects.filter(pk=comment.pk).update(urgent=True, care=["abuse"], reasons=["abuse: “he hid my keys”"])
    page = desk.get(f"/admin/desk/{comment.pk}/").content.decode()
    assert "Somebody may be in danger." in page
    response = desk.post(f"/admin/desk/{comment.pk}/arrange/calm/", follow=True)
    assert "It is not urgent any more." in said(response)
    assert "Somebody may be in danger." not in response.content.decode()
    assert "he hid my keys" in response.content.decode()
    assert not fresh(comment).urgent
    event = ModerationEvent.objects.latest("pk")
    assert (event.verb, event.before, event.after) == ("label", "urgent", "")
    page = said(desk.post(f"/admin/desk/{comment.pk}/arrange/calm/", follow=True))
    assert "It was so already: there was nothing to change." in page
    desk.post(f"/admin/desk/undo/{event.act}/")
    assert fresh(comment).urgent


def test_what_was_erased_cannot_become_calm(desk: Client, article: Any, sarah: Any) -> None:
    question = moderation.erase(ask(article, "Gone?"), by=sarah)[0]
    assert "erased meanwhile" in said(desk.post(f"/admin/desk/{question.pk}/arrange/calm/", follow=True))
