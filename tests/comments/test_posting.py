"""The door for new comments, without HTTP."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments import checking, moderation, moving, posting, refusals
from comments.models import Comment
from tests.factories import answer, ask, fresh, make_article, reply_to, submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound(db):
    yield
    assert checking.check().damages == []


def post(article, body="Should I write?", **columns):
    return posting.post(submission(article, body, **columns))


def test_a_question_is_a_thread_of_its_own(article):
    comment = fresh(post(article).comment)
    assert (comment.parent_id, comment.level, comment.tree_id, comment.lft, comment.rght) == (None, 0, comment.pk, 1, 2)
    assert (comment.status, comment.published_at, comment.position) == ("pending", None, None)


def test_a_reply_is_the_last_below_its_parent(article):
    question = ask(article)
    first = reply_to(question, "First.")
    second = fresh(post(article, "Second.", parent_id=question.pk).comment)
    assert (second.parent_id, second.level, second.tree_id) == (question.pk, 1, question.pk)
    assert second.lft == fresh(first).rght + 1


def test_a_reply_finds_room_in_the_middle_of_a_thread(article):
    question = ask(article)
    first = reply_to(question, "First.")
    reply_to(question, "Last.")
    inner = reply_to(first, "Between.")
    assert [c.body for c in Comment.objects.filter(tree_id=question.pk).order_by("lft")] == [
        question.body, "First.", "Between.", "Last."
    ]  # fmt: skip
    assert inner.level == 2


def test_a_pending_comment_changes_nothing_that_readers_see(article):
    question = ask(article)
    article.refresh_from_db()
    before = (article.discussion_version, article.comment_count)
    post(article, "A reply.", parent_id=question.pk)
    post(article, "A question.")
    article.refresh_from_db()
    assert (article.discussion_version, article.comment_count) == before


@pytest.mark.parametrize("columns", [{"comments_open": False}, {"published_at": None}])
def test_a_closed_or_unpublished_article_takes_nothing(sarah, columns):
    with pytest.raises(refusals.Closed):
        post(make_article(author=sarah, **columns))
    assert not Comment.objects.exists()


def test_an_article_of_tomorrow_takes_nothing(sarah):
    with pytest.raises(refusals.Closed):
        post(make_article(author=sarah, published_at=timezone.now() + timedelta(days=1)))


@pytest.mark.parametrize("verb", [moderation.hold, moderation.mark_spam, moderation.trash, moderation.erase])
def test_nobody_replies_to_what_is_not_public(article, sarah, verb):
    question = ask(article)
    verb(question, by=sarah)
    with pytest.raises(refusals.ParentGone):
        post(article, "Me too.", parent_id=question.pk)


@pytest.mark.parametrize("parent", [0, 987654321, 2**63 - 1])
def test_nobody_replies_to_what_never_was(article, parent):
    with pytest.raises(refusals.ParentGone):
        post(article, "Me too.", parent_id=parent)


def test_a_parent_on_another_article_is_refused(article, sarah):
    question = ask(make_article(author=sarah))
    with pytest.raises(refusals.ParentGone):
        post(article, "Me too.", parent_id=question.pk)


def test_a_reply_follows_a_parent_that_moved_to_another_thread(article, sarah):
    question, other = ask(article, "One?"), ask(article, "Two?")
    reply = reply_to(question)
    moving.move(reply, by=sarah, parent=other)
    inner = post(article, "Still here.", parent_id=reply.pk).comment
    assert fresh(inner).tree_id == other.pk


def test_a_full_thread_takes_no_more(article, monkeypatch):
    monkeypatch.setattr(posting, "THREAD_LIMIT", 3)
    question = ask(article)
    reply = reply_to(question, "Second.")
    reply_to(reply, "Third.")
    with pytest.raises(refusals.ThreadFull):
        post(article, "Fourth.", parent_id=reply.pk)
    assert post(article, "A question of my own.").is_new


def test_the_same_few_words_from_elsewhere_lead_to_nobody_elses_comment(article):
    first, second = post(article, "Help", network="one"), post(article, "Help", network="two")
    assert second.is_new
    assert first.comment.pk != second.comment.pk


def test_the_same_post_twice_is_one_comment(article):
    first, second = post(article), post(article)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.comment.pk == second.comment.pk
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("other", [{"name": "Bea"}, {"email": "a@example.com"}, {"body": "Should I call?"}])
def test_other_words_or_another_person_are_another_comment(article, other):
    post(article)
    assert posting.post(submission(article, **other)).is_new


def test_the_same_words_below_another_comment_are_another_comment(article):
    question = ask(article, "Question?")
    assert post(article, "Me too.", parent_id=question.pk).is_new
    assert post(article, "Me too.", parent_id=reply_to(question, "I as well.").pk).is_new


def test_the_same_words_after_ten_minutes_wait_with_a_reason(article):
    first = post(article).comment
    Comment.objects.filter(pk=first.pk).update(posted_at=timezone.now() - posting.SAME_POST)
    second = post(article)
    assert second.is_new
    assert second.comment.reasons == ["same text"]


def test_the_same_words_after_they_were_public_wait_with_a_reason(article, sarah):
    moderation.hold(ask(article, "Again?"), by=sarah)
    second = post(article, "Again?")
    assert (second.is_new, second.comment.status, second.comment.reasons) == (True, "pending", ["same text"])


def test_what_fills_the_trap_is_spam_and_says_so(article):
    comment = post(article, trapped=True).comment
    assert (comment.status, comment.reasons) == ("spam", ["trap field"])


def test_a_question_is_not_lost_because_a_trapped_copy_came_first(article):
    post(article, trapped=True)
    second = post(article)
    assert (second.is_new, second.comment.status) == (True, "pending")


def test_a_network_posts_five_times_in_ten_minutes(article, settings):
    settings.POST_LIMITS = True
    for number in range(5):
        post(article, f"Number {number}", network="one")
    with pytest.raises(refusals.TooMany) as refused:
        post(article, "One more", network="one")
    assert 590 <= refused.value.retry_after <= 601
    assert post(article, "From elsewhere", network="two").is_new
    assert post(article, "From nowhere").is_new


def test_a_network_posts_thirty_times_a_day(article, settings):
    settings.POST_LIMITS = True
    posted = [post(article, f"Number {number}").comment.pk for number in range(30)]
    earlier = timezone.now() - timedelta(hours=1)
    Comment.objects.filter(pk__in=posted).update(network="one", posted_at=earlier)
    with pytest.raises(refusals.TooMany) as refused:
        post(article, "One more", network="one")
    assert 22 * 3600 < refused.value.retry_after <= 23 * 3600 + 1


def test_the_same_click_twice_does_not_count_against_the_limit(article, settings):
    settings.POST_LIMITS = True
    for number in range(5):
        post(article, f"Number {number}", network="one")
    assert not post(article, "Number 4", network="one").is_new


def test_an_answer_opens_a_pending_question_and_is_public(article, sarah):
    question = ask(article, approved=False)
    reply = answer(question, by=sarah)
    assert (reply.status, reply.author, reply.name, reply.parent_id) == ("approved", sarah, "", question.pk)
    question = fresh(question)
    assert (question.status, question.answered_at, question.position) == ("approved", reply.published_at, 1)


def test_the_same_answer_sent_twice_is_one(article, sarah):
    question = ask(article)
    assert answer(question, "Wait.", by=sarah).pk == answer(question, "Wait.", by=sarah).pk


def test_an_erased_question_is_not_answered(article, sarah):
    question = ask(article)
    moderation.erase(question, by=sarah)
    with pytest.raises(moderation.Refused):
        answer(question, by=sarah)
