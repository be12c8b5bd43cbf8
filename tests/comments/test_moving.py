"""Moving: everything below comes along, and trees, counts and positions are right at once."""

import pytest

from comments import checking, moderation, moving
from comments.models import Comment
from tests.factories import answer, ask, fresh, make_article, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound(db):
    yield
    assert checking.check().damages == []


@pytest.fixture
def thread(article, sarah):
    """A question, a reply, an answer to the reply, and a last reply to the question."""
    question = ask(article, "Question?")
    reply = reply_to(question, "Reply.")
    return question, reply, answer(reply, "Answer.", by=sarah), reply_to(question, "Last.")


def counts(article):
    article.refresh_from_db()
    return (article.comment_count, article.question_count, article.answered_count)


def outline(root):
    return [(row.body, row.level) for row in Comment.objects.filter(tree_id=root.pk).order_by("lft")]


def test_a_reply_becomes_a_question_of_its_own(article, sarah, thread):
    question, reply, reply_answer, _ = thread
    moved = moving.move(reply, by=sarah)
    assert (moved.parent_id, moved.level, moved.position) == (None, 0, 2)
    assert moved.answered_at == reply_answer.published_at
    assert fresh(question).answered_at is None
    assert outline(moved) == [("Reply.", 0), ("Answer.", 1)]
    assert outline(question) == [("Question?", 0), ("Last.", 1)]
    assert counts(article) == (4, 2, 1)


def test_a_question_becomes_a_reply(article, sarah, thread):
    question, *_ = thread
    other = ask(article, "Other?")
    moved = moving.move(question, by=sarah, parent=other)
    assert (moved.parent_id, moved.level, moved.tree_id) == (other.pk, 1, other.pk)
    assert (moved.position, moved.answered_at, moved.reply_count) == (None, None, 0)
    assert (fresh(other).position, fresh(other).reply_count) == (1, 4)
    assert outline(other) == [("Other?", 0), ("Question?", 1), ("Reply.", 2), ("Answer.", 3), ("Last.", 2)]
    assert counts(article) == (5, 1, 1)


def test_a_reply_goes_below_another_one_in_its_thread(article, sarah, thread):
    question, reply, _, last = thread
    moving.move(reply, by=sarah, parent=last)
    assert outline(question) == [("Question?", 0), ("Last.", 1), ("Reply.", 2), ("Answer.", 3)]
    assert counts(article) == (4, 1, 1)


def test_a_reply_goes_up_in_its_thread_to_its_place_by_date(article, sarah, thread):
    question, _, reply_answer, _ = thread
    moving.move(reply_answer, by=sarah, parent=question)
    assert outline(question) == [("Question?", 0), ("Reply.", 1), ("Answer.", 1), ("Last.", 1)]


def test_a_thread_goes_to_another_article(article, sarah, thread):
    question, *rest = thread
    other = make_article(author=sarah)
    stays = ask(article, "Stays?")
    moved = moving.move(question, by=sarah, article=other)
    assert (moved.article_id, moved.position) == (other.pk, 1)
    assert {fresh(reply).article_id for reply in rest} == {other.pk}
    assert fresh(stays).position == 1
    assert (counts(article), counts(other)) == ((1, 1, 0), (4, 1, 1))


def test_a_reply_goes_below_a_comment_on_another_article(article, sarah, thread):
    _, reply, reply_answer, _ = thread
    target = ask(make_article(author=sarah), "Target?")
    moving.move(reply, by=sarah, parent=target)
    assert fresh(reply_answer).article_id == target.article_id
    assert (counts(article), counts(target.article)) == ((2, 1, 0), (3, 1, 1))


def test_a_reply_becomes_a_question_on_another_article(article, sarah, thread):
    other = make_article(author=sarah)
    moved = moving.move(thread[1], by=sarah, article=other)
    assert (moved.article_id, moved.level, moved.position) == (other.pk, 0, 1)
    assert (counts(article), counts(other)) == ((2, 1, 0), (2, 1, 1))


def test_a_question_goes_below_a_comment_on_another_article(article, sarah, thread):
    target = ask(make_article(author=sarah), "Target?")
    moving.move(thread[0], by=sarah, parent=target)
    assert (counts(article), counts(target.article)) == ((0, 0, 0), (5, 1, 1))


@pytest.mark.parametrize("below", [0, 1, 2, 3])
def test_a_comment_never_goes_below_itself(article, sarah, thread, below):
    with pytest.raises(moderation.Refused, match="itself"):
        moving.move(thread[0], by=sarah, parent=thread[below])
    assert counts(article) == (4, 1, 1)


def test_where_it_is_already_nothing_is_written(article, sarah, thread):
    question, reply, *_ = thread
    article.refresh_from_db()
    before = article.discussion_version
    moving.move(reply, by=sarah, parent=question)
    moving.move(question, by=sarah)
    moving.move(question, by=sarah, article=article)
    article.refresh_from_db()
    assert article.discussion_version == before
    assert not Comment.objects.filter(events__verb="move").exists()


def test_a_move_is_in_the_log(article, sarah, thread):
    moving.move(thread[1], by=sarah, reason="another matter")
    event = thread[1].events.latest("pk")
    assert (event.verb, event.from_status, event.to_status) == ("move", "approved", "approved")
    assert (event.by, event.reason) == (sarah, "another matter")


def test_moving_what_is_not_there_is_refused(article, sarah, thread):
    gone = Comment(pk=987654321)
    with pytest.raises(moderation.Refused, match="gone"):
        moving.move(thread[1], by=sarah, parent=gone)
    with pytest.raises(moderation.Refused, match="gone"):
        moving.move(gone, by=sarah)


def test_moving_to_an_article_that_is_not_there_is_refused(article, sarah, thread):
    with pytest.raises(moderation.Refused, match="article"):
        moving.move(thread[0], by=sarah, article=type(article)(pk=987654321))


def test_moving_public_comments_raises_both_versions_once(article, sarah, thread):
    other = make_article(author=sarah)
    article.refresh_from_db()
    before = article.discussion_version
    moving.move(thread[0], by=sarah, article=other)
    article.refresh_from_db()
    other.refresh_from_db()
    assert (article.discussion_version, other.discussion_version) == (before + 1, 1)


def test_moving_what_readers_do_not_see_is_nothing_to_them(article, sarah):
    question = ask(article, "Public?")
    waiting = reply_to(question, "Waiting.", approved=False)
    article.refresh_from_db()
    before = article.discussion_version
    moving.move(waiting, by=sarah)
    moving.move(waiting, by=sarah, parent=question)
    article.refresh_from_db()
    assert article.discussion_version == before


def test_a_removed_question_loses_its_place_with_its_last_living_reply(article, sarah):
    removed, other = ask(article, "Removed?"), ask(article, "Other?")
    reply = reply_to(removed)
    moderation.trash(removed, by=sarah)
    moving.move(reply, by=sarah, parent=other)
    assert (fresh(removed).position, fresh(other).position) == (None, 1)


def test_a_stale_object_moves_from_where_the_comment_is(article, sarah, thread):
    question, reply, _, last = thread
    moving.move(Comment.objects.get(pk=reply.pk), by=sarah, parent=last)
    moving.move(reply, by=sarah)  # as it was loaded: below the question
    assert outline(fresh(reply)) == [("Reply.", 0), ("Answer.", 1)]
    assert outline(question) == [("Question?", 0), ("Last.", 1)]


def test_who_asked_in_one_thread_has_not_asked_in_another(article, sarah, thread):
    question, reply, *_ = thread
    detail = reply_to(question, "And one more thing.", continues_id=question.pk, by_asker=True)
    of_reply = reply_to(reply, "A detail.", continues_id=reply.pk)
    moving.move(question, by=sarah, parent=ask(article, "Another one's?"))
    assert not fresh(detail).by_asker
    moving.move(reply, by=sarah)
    assert fresh(of_reply).by_asker
    moving.move(question, by=sarah)
    assert fresh(detail).by_asker


@pytest.mark.parametrize("listed", [True, False])
def test_a_reply_that_becomes_a_question_stays_out_of_search_engines_as_its_thread_was(article, sarah, listed):
    question = ask(article)
    reply = reply_to(question)
    Comment.objects.filter(pk=question.pk).update(in_search_engines=listed)
    assert moving.move(reply, by=sarah).in_search_engines is listed
