"""Taking one's own words back, and putting them back: what goes with them, and who may undo what."""

import pytest

from comments import checking, moderation, moving
from comments.models import Comment
from tests.factories import answer, ask, fresh, reply_to

pytestmark = pytest.mark.django_db

MODERATORS_VERBS = [
    moderation.approve, moderation.hold, moderation.mark_spam, moderation.trash, moderation.restore, moderation.undo
]  # fmt: skip


@pytest.fixture(autouse=True)
def _sound(db):
    yield
    assert checking.check().damages == []


@pytest.fixture
def question(article):
    return ask(article)


def statuses(*comments):
    return [fresh(comment).status for comment in comments]


@pytest.mark.parametrize(
    ("status", "options"),
    [("pending", {"approved": False}), ("approved", {}), ("spam", {"approved": False, "trapped": True})],
)
def test_withdrawing_takes_a_comment_away_and_putting_back_makes_it_what_it_was(article, status, options):
    question = ask(article, **options)
    assert moderation.withdraw(question) == [question]
    assert statuses(question) == ["trash"]
    event = question.events.latest("pk")
    assert (event.verb, event.by, event.from_status) == ("withdraw", None, status)
    moderation.put_back(question)
    assert statuses(question) == [status]


def test_withdrawing_twice_is_withdrawing_once(question):
    moderation.withdraw(question)
    assert moderation.withdraw(question) == []
    assert question.events.filter(verb="withdraw").count() == 1


def test_putting_back_twice_is_putting_back_once(question):
    moderation.withdraw(question)
    moderation.put_back(question)
    assert moderation.put_back(question) == []


def test_a_question_that_comes_back_has_its_old_place(article, question):
    later = ask(article, "Another?")
    moderation.withdraw(question)
    assert (fresh(question).position, fresh(later).position) == (None, 1)
    moderation.put_back(question)
    assert (fresh(question).position, fresh(later).position) == (1, 2)


def test_the_answers_of_moderators_alone_go_and_come_with_it(article, question):
    reply = answer(question)
    further = answer(reply, "One thing more.")
    moderation.withdraw(question)
    assert statuses(question, reply, further) == ["trash", "trash", "trash"]
    article.refresh_from_db()
    assert article.comment_count == 0
    moderation.put_back(question)
    assert statuses(question, reply, further) == ["approved", "approved", "approved"]
    assert fresh(question).answered_at == reply.published_at


def test_an_answer_that_was_held_before_stays_held(question, sarah):
    reply = answer(question)
    held = answer(question, "Not so fast.")
    moderation.hold(held, by=sarah)
    moderation.withdraw(question)
    moderation.put_back(question)
    assert statuses(reply, held) == ["approved", "pending"]


def test_beside_other_repliers_answers_stay_under_a_placeholder(question):
    reply, other = answer(question), reply_to(question)
    moderation.withdraw(question)
    assert statuses(question, reply, other) == ["trash", "approved", "approved"]
    assert fresh(question).position == 1


def test_what_was_added_to_it_goes_and_comes_with_it(question):
    reply = answer(question)
    detail = reply_to(question, "She wrote first.", continues_id=question.pk, by_asker=True)
    moderation.withdraw([question, detail])
    assert statuses(question, reply, detail) == ["trash", "trash", "trash"]
    moderation.put_back(question)
    assert statuses(question, reply, detail) == ["approved", "approved", "approved"]


def test_what_was_withdrawn_before_on_its_own_stays_so(question):
    detail = reply_to(question, continues_id=question.pk)
    moderation.withdraw(detail)
    moderation.withdraw([question, detail])
    moderation.put_back(question)
    assert statuses(question, detail) == ["approved", "trash"]


def test_an_addition_comes_back_from_wherever_it_was_moved(question, sarah):
    detail = reply_to(question, continues_id=question.pk)
    moderation.withdraw([question, detail])
    moving.move(detail, by=sarah)
    moderation.put_back(question)
    assert statuses(question, detail) == ["approved", "approved"]


@pytest.mark.parametrize("verb", MODERATORS_VERBS)
def test_no_moderator_brings_back_what_was_withdrawn(question, sarah, verb):
    reply = answer(question)
    moderation.withdraw(question)
    assert verb([question, reply], by=sarah) == []
    assert statuses(question, reply) == ["trash", "trash"]
    moderation.put_back(question)
    assert statuses(question, reply) == ["approved", "approved"]


def test_what_was_withdrawn_cannot_be_answered(question, sarah):
    moderation.withdraw(question)
    with pytest.raises(moderation.Refused, match="took it back"):
        moderation.answer(question, by=sarah, body="But listen.")
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("verb", [moderation.trash, moderation.mark_spam])
def test_what_a_moderator_took_down_is_not_the_askers_to_take_back_or_to_put_back(question, sarah, verb):
    [taken_down] = verb(question, by=sarah)
    assert moderation.withdraw(question) == []
    assert statuses(question) == [taken_down.status]
    if taken_down.status == "trash":
        with pytest.raises(moderation.Refused):
            moderation.put_back(question)


def test_what_was_put_back_is_the_moderators_again(question, sarah):
    moderation.withdraw(question)
    moderation.put_back(question)
    moderation.trash(question, by=sarah)
    with pytest.raises(moderation.Refused):
        moderation.put_back(question)
    moderation.restore(question, by=sarah)
    assert statuses(question) == ["approved"]


def test_moderators_may_erase_what_was_withdrawn(question, sarah):
    moderation.withdraw(question)
    moderation.erase(question, by=sarah)
    with pytest.raises(moderation.Refused):
        moderation.put_back(question)


def test_other_comments_of_a_batch_change_as_asked(article, question, sarah):
    other = ask(article, "Another?")
    moderation.trash(other, by=sarah)
    moderation.withdraw(question)
    assert moderation.restore([question, other], by=sarah) == [other]
