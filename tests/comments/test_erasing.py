"""Erasing: what is gone, what stays for others, and that it never comes back."""

import pytest
from django.utils import timezone

from comments import checking, drafts, moderation, notes, posting, statuses
from comments.desk_models import Draft, Note
from comments.log_models import ModerationEvent, Verb
from comments.models import Comment
from comments.reader_models import PrivateLink
from tests.factories import answer, ask, fresh, reply_to, submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound(db):
    yield
    assert checking.check().damages == []


def secret(article, **columns):
    """A public question with all there can be to blank."""
    comment = ask(
        article, "My secret.", name="Secretia", email="secret@example.com", network="secret-network", **columns
    )
    PrivateLink.objects.create(comment=comment, token_hash=f"secret-{comment.pk}", created_at=timezone.now())
    statuses.note(comment, Verb.CORRECT, by=None, before="the secret", after="secret", reason="quotes the secret")
    return comment


def test_nothing_of_who_wrote_it_stays(article, sarah):
    comment = secret(article)
    [erased] = moderation.erase(comment, by=sarah, reason="because of the secret")
    rows = [*Comment.objects.values_list(), *ModerationEvent.objects.values_list(), *PrivateLink.objects.values_list()]
    assert "secret" not in str(rows).lower()
    assert comment.digest not in str(rows)
    assert (erased.status, erased.display_name, erased.position) == ("trash", "Erased", None)
    assert erased.erased_at is not None


def test_the_log_says_who_erased_and_no_more(article, sarah):
    comment = secret(article)
    moderation.erase(comment, by=sarah)
    event = comment.events.latest("pk")
    assert (event.verb, event.from_status, event.to_status, event.by) == ("erase", "approved", "trash", sarah)
    assert set(comment.events.values_list("reason", flat=True)) == {""}


def test_erasing_twice_is_erasing_once(article, sarah):
    comment = secret(article)
    moderation.erase(comment, by=sarah)
    erased_at = fresh(comment).erased_at
    assert moderation.erase(comment, by=sarah) == []
    assert fresh(comment).erased_at == erased_at
    assert comment.events.filter(verb="erase").count() == 1


def test_the_source_stays_so_that_an_import_brings_nothing_back(article, sarah):
    comment = secret(article)
    Comment.objects.filter(pk=comment.pk).update(source="wordpress:example", source_id="7")
    moderation.erase(comment, by=sarah)
    assert (fresh(comment).source, fresh(comment).source_id) == ("wordpress:example", "7")


def test_an_answer_that_alone_retells_the_question_goes_to_trash(article, sarah):
    question = secret(article)
    reply = answer(question, "You wrote of your secret ...", by=sarah)
    moderation.erase(question, by=None)
    assert fresh(reply).status == "trash"
    assert reply.events.latest("pk").reason == "its question was erased"
    assert (fresh(question).position, fresh(question).reply_count, fresh(question).answered_at) == (None, 0, None)


def test_beside_other_repliers_the_answer_stays_under_a_placeholder(article, sarah):
    question = secret(article)
    reply = answer(question, by=sarah)
    other = reply_to(question, "Me too.")
    moderation.erase(question, by=None)
    assert (fresh(reply).status, fresh(other).status) == ("approved", "approved")
    question = fresh(question)
    assert (question.position, question.reply_count) == (1, 2)
    article.refresh_from_db()
    assert (article.comment_count, article.question_count, article.answered_count) == (2, 0, 0)


def test_a_pending_reply_of_somebody_else_does_not_keep_the_answer(article, sarah):
    question = secret(article)
    reply = answer(question, by=sarah)
    reply_to(question, "Me too.", approved=False)
    moderation.erase(question, by=None)
    assert fresh(reply).status == "trash"


def test_who_erases_question_and_thanks_together_leaves_no_answer(article, sarah):
    question = secret(article)
    reply = answer(question, by=sarah)
    thanks = reply_to(reply, "Thank you.", name="Secretia")
    moderation.erase([question, thanks], by=None)
    assert fresh(reply).status == "trash"


def test_an_erased_reply_leaves_its_question_alone(article, sarah):
    question = ask(article)
    reply = reply_to(question)
    own = answer(reply, "To you, Bob.", by=sarah)
    answer(question, "To you, Ann.", by=sarah)
    moderation.erase(reply, by=None)
    assert fresh(own).status == "trash"
    assert (fresh(question).status, fresh(question).reply_count) == ("approved", 1)


def test_an_answer_is_erased_too(article, sarah):
    question = ask(article)
    reply = answer(question, "I said too much.", by=sarah)
    moderation.erase(reply, by=sarah)
    reply = fresh(reply)
    assert (reply.author, reply.body, reply.status) == (None, "", "trash")
    assert fresh(question).answered_at is None


def test_erasing_a_pending_question_is_nothing_to_readers(article, sarah):
    question = ask(article, approved=False)
    article.refresh_from_db()
    before = article.discussion_version
    moderation.erase(question, by=None)
    article.refresh_from_db()
    assert article.discussion_version == before


def test_erasing_in_a_batch_raises_the_version_once(article, sarah):
    questions = [ask(article, f"Question {number}?") for number in range(5)]
    article.refresh_from_db()
    before = article.discussion_version
    assert len(moderation.erase(questions, by=sarah)) == 5
    article.refresh_from_db()
    assert article.discussion_version == before + 1


def test_the_same_words_after_erasing_are_a_new_comment_without_a_reason(article, sarah):
    moderation.erase(ask(article, "Again?", approved=False), by=None)
    posted = posting.post(submission(article, "Again?"))
    assert (posted.is_new, posted.comment.reasons) == (True, [])


def test_where_others_replied_too_the_answer_stays_and_the_desk_asks(article, sarah, client):
    question = secret(article)
    answered = answer(question, by=sarah)
    reply_to(question)
    moderation.erase(question, by=None)
    assert fresh(answered).status == "approved"
    client.force_login(sarah)
    assert "Does your answer retell what was erased?" in client.get("/admin/desk/").content.decode()
    assert "Keep the answers below" in client.get(f"/admin/desk/{question.pk}/").content.decode()
    client.post(f"/admin/desk/{question.pk}/keep_answers/")
    assert question.events.latest("pk").after == "the answers below it stay"
    assert "Does your answer retell what was erased?" not in client.get("/admin/desk/").content.decode()
    assert fresh(answered).status == "approved"


def test_the_desk_asks_no_more_once_the_answer_is_in_the_trash(article, sarah):
    question = secret(article)
    answered = answer(question, by=sarah)
    reply_to(question)
    moderation.erase(question, by=None)
    assert list(Comment.objects.erased_with_answers()) == [question]
    moderation.trash(answered, by=sarah)
    assert list(Comment.objects.erased_with_answers()) == []


def test_the_desk_does_not_ask_where_no_answer_is_left(article, sarah):
    alone, among_readers = secret(article), ask(article, "Another?")
    answer(alone, by=sarah)
    reply_to(among_readers)
    moderation.erase([alone, among_readers], by=None)
    assert list(Comment.objects.erased_with_answers()) == []


def test_what_was_noted_and_begun_on_the_answers_below_goes_too(article, sarah):
    question, other = secret(article), ask(article, "Another question.", name="Bea")
    given, elsewhere = answer(question, "Dear reader.", by=sarah), answer(other, by=sarah)
    for each in (given, elsewhere):
        notes.add(each, by=sarah, body="She told me more.")
        drafts.save(each, by=sarah, body="What I forgot", version=0)
    moderation.erase(question, by=sarah)
    assert [note.comment for note in Note.objects.all()] == [elsewhere]
    assert [draft.comment for draft in Draft.objects.all()] == [elsewhere]
