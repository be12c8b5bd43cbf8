"""Changing and adding to one's own words, at the door: what is checked under the lock, and what screening is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments import checking, moderation, posting, refusals
from comments.models import Comment, Helped
from tests.factories import answer, ask, fresh, reply_to, submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound(db):
    yield
    assert checking.check().damages == []


@pytest.fixture
def question(article):
    return ask(article, approved=False)


def rewrite(comment, body="Changed.", name="Ann"):
    return posting.rewrite(comment, name=name, body=body)


def add(comment, body="She wrote first.", **options):
    return posting.post(posting.addition(comment, body, network="", **options)).comment


def test_the_new_words_take_the_place_of_the_old(question):
    rewrite(question, "Is it *over*? https://example.com", "Anna")
    changed = fresh(question)
    assert (changed.name, changed.body, changed.status) == ("Anna", "Is it *over*? https://example.com", "pending")
    assert 'rel="nofollow ugc noopener"' in changed.body_html
    assert changed.edited_at is not None
    assert changed.posted_at == question.posted_at  # nobody loses their place in the queue
    assert changed.digest != question.digest


def test_a_long_text_that_was_short_gets_its_excerpt(question):
    rewrite(question, "word " * 1_900)
    assert fresh(question).excerpt_html
    rewrite(question, "Short.")
    assert fresh(question).excerpt_html == ""


def test_the_same_words_again_change_nothing(question):
    rewrite(question, question.body, question.name)
    assert fresh(question).edited_at is None


@pytest.mark.parametrize("verb", [moderation.approve, moderation.trash])
def test_what_has_left_the_queue_stays_as_it_is(question, sarah, verb):
    verb(question, by=sarah)
    with pytest.raises(refusals.Stale):
        rewrite(question)
    assert fresh(question).body == question.body


def test_what_readers_have_seen_stays_as_it_was_even_while_it_waits_again(question, sarah):
    moderation.approve(question, by=sarah)
    moderation.hold(question, by=sarah)
    with pytest.raises(refusals.Stale):
        rewrite(question)


def test_what_was_erased_stays_empty(question):
    moderation.erase(question, by=None)
    with pytest.raises(refusals.Stale):
        rewrite(question)
    assert fresh(question).body == ""


def test_spam_that_is_changed_is_spam_with_other_words(article):
    caught = ask(article, "Buy it.", approved=False, trapped=True)
    rewrite(caught, "Is it over?")
    changed = fresh(caught)
    assert (changed.status, changed.body, changed.reasons) == ("spam", "Is it over?", ["trap field"])


def test_screening_hears_of_the_new_words(article, question):
    twin = ask(article, "Other words.", approved=False)
    rewrite(twin, question.body)
    assert fresh(twin).reasons == ["same text"]


def test_what_was_urgent_stays_so(question):
    Comment.objects.filter(pk=question.pk).update(urgent=True)
    rewrite(question)
    assert fresh(question).urgent


def test_an_addition_to_a_question_carries_the_askers_mark(question, sarah):
    moderation.approve(question, by=sarah)
    detail = add(question)
    assert (detail.parent_id, detail.by_asker, detail.name, detail.status) == (question.pk, True, "Ann", "pending")
    assert detail.continues_id == question.pk


def test_an_addition_to_a_reply_does_not(article):
    reply = reply_to(ask(article))
    detail = add(reply)
    assert (detail.parent_id, detail.by_asker, detail.name) == (reply.pk, False, "Bob")


@pytest.mark.parametrize("verb", [moderation.hold, moderation.mark_spam, moderation.trash, moderation.erase])
def test_nothing_is_added_to_what_is_not_public(article, sarah, verb):
    question = ask(article)
    verb(question, by=sarah)
    with pytest.raises(refusals.Stale):
        add(question)


def test_the_same_addition_twice_is_one(article):
    question = ask(article)
    assert add(question) == add(question)
    assert Comment.objects.count() == 2


def test_a_strangers_reply_in_the_same_words_is_another_comment(article):
    question = ask(article)
    detail = add(question, "She wrote first.")
    stranger = posting.post(submission(article, "She wrote first.", parent_id=question.pk))
    assert stranger.is_new
    assert not stranger.comment.by_asker
    assert stranger.comment != detail


def test_closed_to_others_it_stays_open_to_those_who_asked(article):
    question = ask(article)
    article.comments_open = False
    article.save(update_fields=["comments_open"])
    assert add(question).status == "pending"
    with pytest.raises(refusals.Closed):
        reply_to(question)


def test_nothing_is_added_on_an_article_that_is_not_public(article):
    question = ask(article)
    article.published_at = None
    article.save(update_fields=["published_at"])
    with pytest.raises(refusals.Stale):
        add(question)


def test_a_full_thread_takes_no_additions(article, monkeypatch):
    question = ask(article)
    monkeypatch.setattr(posting, "THREAD_LIMIT", 1)
    with pytest.raises(refusals.ThreadFull):
        add(question)


def test_one_link_makes_only_so_many_additions(article, monkeypatch):
    question = ask(article)
    monkeypatch.setattr(posting, "ADDITIONS", 2)
    add(question, "One.")
    add(question, "Two.")
    with pytest.raises(refusals.EnoughAdded):
        add(question, "Three.")


def test_additions_count_for_the_limits_of_a_network(article, settings):
    settings.POST_LIMITS = True
    question = ask(article)
    for number in range(5):
        posting.post(posting.addition(question, f"Detail {number}", network="n"))
    with pytest.raises(refusals.TooMany):
        posting.post(posting.addition(question, "One more", network="n"))


def test_how_it_went_waits_with_its_reason_and_keeps_it(article):
    question = ask(article)
    answer(question)
    told = add(question, "We talked.", how_it_went=True)
    assert (told.status, told.reasons, told.by_asker) == ("pending", ["how it went"], True)
    rewrite(told, "We talked again.")
    assert fresh(told).reasons == ["how it went"]


def test_whether_it_helped_is_kept_until_it_is_erased(question):
    posting.say_whether_helped(question, Helped.PARTLY)
    assert fresh(question).helped == "partly"
    moderation.erase(question, by=None)
    posting.say_whether_helped(question, Helped.YES)
    assert fresh(question).helped == ""


def test_erasing_ones_own_erases_what_was_added_to_it(article, sarah):
    question = ask(article)
    reply = answer(question)
    public, waiting = add(question, "One."), add(question, "Two.")
    moderation.approve(public, by=sarah)
    other = reply_to(question)
    moderation.erase_own(question)
    assert all(fresh(comment).erased_at for comment in (question, public, waiting))
    assert fresh(other).erased_at is None
    assert fresh(reply).status == "approved"  # somebody else replied, too


def test_details_of_ones_own_do_not_keep_the_answer(article, sarah):
    question = ask(article)
    reply = answer(question)
    moderation.approve(add(question), by=sarah)
    moderation.erase_own(question)
    assert fresh(reply).status == "trash"


def test_an_addition_is_erased_alone(article):
    question = ask(article)
    detail = add(question)
    moderation.erase_own(detail)
    assert fresh(detail).erased_at
    assert fresh(question).erased_at is None


def test_the_same_words_after_ten_minutes_are_an_addition_with_the_reason(article):
    question = ask(article)
    first = add(question)
    Comment.objects.filter(pk=first.pk).update(posted_at=timezone.now() - timedelta(minutes=11))
    assert add(question).reasons == ["same text"]
