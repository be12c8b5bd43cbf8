"""Undo: what one click did is taken back as one, save what was changed since; nothing else is claimed."""

import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from comments import (
    arranging,
    dealing,
    desk_frame,
    labelling,
    moderation,
    moving,
    posting,
    reporting,
    rewording,
    undoing,
)
from comments.desk_models import Draft
from comments.log_models import ModerationEvent, Verb
from comments.models import Comment, Helped, Status
from tests.factories import answer, ask, fresh, make_article, make_situation, moderator, reply_to, submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


@pytest.fixture
def act() -> UUID:
    return uuid4()


def undo(act: UUID, by: Any) -> list[int]:
    return [comment.pk for comment in undoing.undo_act(act, by=by)]


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- Statuses -------------------------------------------------------------------------------------------------------


def test_a_batch_is_taken_back_as_one(article: Any, sarah: Any, act: UUID) -> None:
    waiting, public = ask(article, "One?", approved=False), ask(article, "Two?")
    moderation.trash([waiting, public], by=sarah, act=act)
    assert undo(act, sarah) == [waiting.pk, public.pk]
    assert (fresh(waiting).status, fresh(public).status) == (Status.PENDING, Status.APPROVED)
    assert ModerationEvent.objects.filter(verb=Verb.UNDO).values("act").distinct().count() == 1


def test_what_was_changed_since_stays_and_the_rest_comes_back(article: Any, sarah: Any, act: UUID) -> None:
    one, two = ask(article, "One?", approved=False), ask(article, "Two?", approved=False)
    moderation.trash([one, two], by=sarah, act=act)
    moderation.mark_spam(two, by=moderator("ben"))
    assert undo(act, sarah) == [one.pk]
    assert (fresh(one).status, fresh(two).status) == (Status.PENDING, Status.SPAM)


def test_a_second_click_on_undo_does_nothing(article: Any, sarah: Any, act: UUID) -> None:
    question = ask(article, approved=False)
    moderation.trash(question, by=sarah, act=act)
    assert undo(act, sarah) == [question.pk]
    assert undo(act, sarah) == []
    assert fresh(question).status == Status.PENDING


def test_what_its_writer_withdrew_meanwhile_stays_withdrawn(article: Any, sarah: Any, act: UUID) -> None:
    question = ask(article, approved=False)
    moderation.approve(question, by=sarah, act=act)
    moderation.withdraw(question)
    assert undo(act, sarah) == []
    assert fresh(question).status == Status.TRASH


def test_a_move_or_labels_in_between_do_not_keep_a_status_from_going_back(article: Any, sarah: Any, act: UUID) -> None:
    question = ask(article)
    moderation.trash(question, by=sarah, act=act)
    moving.move(question, by=sarah, article=make_article())
    labelling.label(question, situations=[], in_search_engines=False, by=sarah)
    assert undo(act, sarah) == [question.pk]
    assert fresh(question).status == Status.APPROVED


# --- Answers --------------------------------------------------------------------------------------------------------


def test_an_answer_that_is_taken_back_is_a_draft_again_and_its_question_waits(
    article: Any, sarah: Any, act: UUID
) -> None:
    question = ask(article, approved=False)
    reply = moderation.answer(question, by=sarah, body="Not yet.", act=act)
    assert undo(act, moderator("ben")) == [question.pk, reply.pk]
    assert (fresh(question).status, fresh(reply).status) == (Status.PENDING, Status.TRASH)
    draft = Draft.objects.get()
    assert (draft.moderator, draft.comment_id, draft.body) == (sarah, question.pk, "Not yet.")


def test_a_draft_that_was_begun_since_is_not_written_over(article: Any, sarah: Any, act: UUID) -> None:
    question = ask(article)
    reply = moderation.answer(question, by=sarah, body="Not yet.", act=act)
    Draft.objects.create(moderator=sarah, comment=question, body="Better:", saved_at=reply.posted_at)
    undo(act, sarah)
    assert Draft.objects.get().body == "Better:"


def test_an_answer_below_an_erased_question_leaves_no_draft_that_retells_it(
    article: Any, sarah: Any, act: UUID
) -> None:
    question = ask(article)
    reply_to(question)
    reply = moderation.answer(question, by=sarah, body="Not yet.", act=act)
    moderation.erase(question, by=sarah)
    assert undo(act, sarah) == [reply.pk]
    assert not Draft.objects.exists()


def test_what_an_answer_dealt_with_is_open_again(article: Any, sarah: Any, act: UUID) -> None:
    question = ask(article)
    answer(question, by=sarah)
    more = posting.post(posting.addition(question, "And now?", network="")).comment
    posting.say_whether_helped(question, Helped.NO)
    moderation.answer(more, by=sarah, body="Now wait.", act=act)
    assert not Comment.objects.followed_up().exists()
    assert not Comment.objects.unhelped().exists()
    assert {question.pk, more.pk} < set(undo(act, sarah))
    assert fresh(more).follow_up_at == more.follow_up_at
    assert [each.pk for each in Comment.objects.unhelped()] == [question.pk]


# --- What leaves the status alone -----------------------------------------------------------------------------------


def test_a_move_is_taken_back_once(article: Any, sarah: Any, act: UUID) -> None:
    target, moved = ask(article, "Target?"), ask(article, "Moved?")
    moving.move(moved, by=sarah, parent=target, act=act)
    assert undo(act, sarah) == [moved.pk]
    assert fresh(moved).parent_id is None
    moving.move(moved, by=sarah, parent=target)
    assert undo(act, sarah) == []
    assert fresh(moved).parent_id == target.pk


def test_a_move_stays_where_its_old_place_is_now_below_itself(article: Any, sarah: Any, act: UUID) -> None:
    parent = ask(article, "Parent?")
    moved = reply_to(parent)
    moving.move(moved, by=sarah, act=act)
    moving.move(parent, by=sarah, parent=moved)
    assert undo(act, sarah) == []
    assert fresh(moved).parent_id is None


def test_labels_are_taken_back_once(article: Any, sarah: Any, act: UUID) -> None:
    question, left, silence = ask(article), make_situation("Left"), make_situation("Silence")
    labelling.label(question, situations=[left.pk], in_search_engines=False, by=sarah)
    labelling.label(question, situations=[silence.pk], in_search_engines=True, by=sarah, act=act)
    assert undo(act, sarah) == [question.pk]
    assert (list(question.situations.all()), fresh(question).in_search_engines) == ([left], False)
    assert undo(act, sarah) == []


def test_what_was_dealt_with_is_open_again_reports_too(article: Any, sarah: Any, act: UUID) -> None:
    question = ask(article)
    reporting.report(question, reason="other", details="", network="")
    posting.say_whether_helped(question, Helped.NO)
    moment = fresh(question).unhelped_at
    Comment.objects.filter(pk=question.pk).update(detail_asked_at=moment, detail_wanted="Which year?\nwrote again x")
    assert dealing.deal_with(question, by=sarah, act=act) == [question]
    assert dealing.deal_with(question, by=sarah) == []
    assert (fresh(question).unhelped_at, fresh(question).detail_wanted, reporting.open_count()) == (None, "", 0)
    assert undo(act, sarah) == [question.pk]
    again = fresh(question)
    assert (again.unhelped_at, again.detail_asked_at, reporting.open_count()) == (moment, moment, 1)
    assert again.detail_wanted == "Which year?\nwrote again x"
    assert undo(act, sarah) == []


def test_taking_back_something_else_does_not_hide_the_status_before_the_trash(
    article: Any, sarah: Any, act: UUID
) -> None:
    question = ask(article)
    moderation.trash(question, by=sarah)
    labelling.label(question, situations=[], in_search_engines=False, by=sarah, act=act)
    undo(act, sarah)
    moderation.restore(question, by=sarah)
    assert fresh(question).status == Status.APPROVED


# --- At the desk ----------------------------------------------------------------------------------------------------


def test_the_last_act_can_be_undone_from_every_page_until_it_is(desk: Client, article: Any) -> None:
    question, other = ask(article, "One?", approved=False), ask(article, "Two?", name="Bob", approved=False)
    desk.post(f"/admin/desk/{question.pk}/trash/")
    for path in ("/admin/desk/", f"/admin/desk/{other.pk}/", f"/admin/desk/{other.pk}/move/"):
        html = desk.get(path).content.decode()
        assert "data-undo" in html
        assert "Ann’s comment" in html
    event = question.events.get()
    response = desk.post(f"/admin/desk/undo/{event.act}/", follow=True)
    assert response.redirect_chain == [(f"/admin/desk/{question.pk}/", 302)]
    assert "“trash” is taken back" in said(response)
    assert fresh(question).status == Status.PENDING
    assert "data-undo" not in response.content.decode()
    assert "Nothing was taken back" in said(desk.post(f"/admin/desk/undo/{event.act}/", follow=True))


def test_three_quick_acts_are_taken_back_one_after_the_other_the_last_first(desk: Client, article: Any) -> None:
    names = ("Ann", "Bob", "Cleo")
    questions = [ask(article, f"{name}?", name=name, approved=False) for name in names]
    for question in questions:
        desk.post(f"/admin/desk/{question.pk}/mark_spam/")
    for question, name in reversed(list(zip(questions, names, strict=True))):
        assert f"{name}’s comment</a>" in desk.get("/admin/desk/").content.decode()
        desk.post(f"/admin/desk/undo/{question.events.get().act}/")
        assert fresh(question).status == Status.PENDING
    assert "data-undo" not in desk.get("/admin/desk/").content.decode()


def test_the_offer_goes_by_itself_after_ten_minutes(
    desk: Client, article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_frame, "UNDO_SECONDS", -1)
    desk.post(f"/admin/desk/{ask(article, approved=False).pk}/trash/")
    assert "data-undo" not in desk.get("/admin/desk/").content.decode()


def test_an_answer_is_undone_from_the_next_page(desk: Client, article: Any) -> None:
    question, other = ask(article, "One?", approved=False), ask(article, "Two?", approved=False)
    response = desk.post(f"/admin/desk/{question.pk}/", {"body": "Not yet."}, follow=True)
    assert response.redirect_chain == [(f"/admin/desk/{other.pk}/", 302)]
    event = question.events.get()
    assert f"/admin/desk/undo/{event.act}/" in response.content.decode()
    response = desk.post(f"/admin/desk/undo/{event.act}/", follow=True)
    assert "in the box again" in said(response)
    assert fresh(question).status == Status.PENDING


def test_the_log_undoes_what_another_did_and_says_whose_it_was(desk: Client, article: Any) -> None:
    question = ask(article, approved=False)
    moderation.trash(question, by=moderator("ben"))
    event = question.events.get()
    assert f'action="/admin/desk/undo/{event.act}/"' in desk.get(f"/admin/desk/{question.pk}/").content.decode()
    response = desk.post(f"/admin/desk/undo/{event.act}/", follow=True)
    assert "ben did that" in said(response)
    assert f'action="/admin/desk/undo/{event.act}/"' not in response.content.decode()


def test_undo_takes_posts_of_moderators_only_and_knows_no_foreign_acts(
    client: Client, article: Any, sarah: Any
) -> None:
    question = ask(article)
    act = question.events.get().act
    assert client.post(f"/admin/desk/undo/{act}/").status_code == 302
    assert fresh(question).status == Status.APPROVED
    client.force_login(sarah)
    assert client.get(f"/admin/desk/undo/{act}/").status_code == 405
    assert "nothing left" in said(client.post(f"/admin/desk/undo/{uuid4()}/", follow=True))


def test_reading_an_act_on_an_answer_names_who_was_answered(article: Any, sarah: Any, act: UUID) -> None:
    question = posting.post(submission(article, name="Cleo")).comment
    moderation.answer(question, by=sarah, body="Yes.", act=act)
    read = undoing.read(act)
    assert read is not None
    assert (read.word, read.comment.pk, read.count, read.can_be_undone) == ("answer", question.pk, 1, True)
    assert undoing.read(uuid4()) is None


def test_what_the_list_of_the_admin_did_can_be_undone_at_the_desk(desk: Client, article: Any) -> None:
    one, two = ask(article, "One?", approved=False), ask(article, "Two?", approved=False)
    fields = {"action": "trash", "_selected_action": [one.pk, two.pk]}
    desk.post("/admin/comments/comment/", fields)
    (act,) = {event.act for event in [*one.events.all(), *two.events.all()]}
    assert f"/admin/desk/undo/{act}/" in desk.get("/admin/desk/").content.decode()


def test_an_edit_of_an_answer_is_taken_back_by_its_writer_or_an_owner_alone(
    article: Any, sarah: Any, act: UUID
) -> None:
    reply = answer(ask(article), "Not yet.", by=sarah)
    rewording.revise(reply, by=sarah, body="Never.", act=act)
    assert undo(act, moderator("ben")) == []
    assert undo(act, sarah) == [reply.pk]
    assert fresh(reply).body == "Not yet."


def test_a_merge_is_taken_back_whole(article: Any, sarah: Any, act: UUID) -> None:
    into, twice = ask(article, "Once?"), ask(article, "Twice?")
    replies = [reply_to(twice, f"Reply {number}") for number in range(2)]
    arranging.merge(twice, into, by=sarah, act=act)
    moving.move(replies[1], by=sarah)
    assert undo(act, sarah) == [twice.pk, replies[0].pk]
    assert (fresh(twice).status, fresh(twice).merged_into_id) == (Status.APPROVED, None)
    assert (fresh(replies[0]).parent_id, fresh(replies[1]).parent_id) == (twice.pk, None)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_take_it_back_once(article: Any, sarah: Any, act: UUID) -> None:
    question, other = ask(article), make_article()
    moderation.trash(question, by=sarah, act=act)
    moving.move(question, by=sarah, article=other, act=act)
    labelling.label(question, situations=[], in_search_engines=False, by=sarah, act=act)
    together = threading.Barrier(2)

    def click() -> None:
        together.wait()
        undoing.undo_act(act, by=sarah)
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    again = fresh(question)
    assert (again.status, again.article_id, again.in_search_engines) == (Status.APPROVED, article.pk, True)
    assert question.events.filter(verb=Verb.UNDO).count() == 3
