"""What search may find of a thread follows every change of it, in the same transaction."""

import pytest

from advice import publishing
from comments import checking, documents, interchange, moderation, moving, repairing, search
from comments.models import Comment, Status
from comments.reader_models import SearchDocument
from tests.factories import answer, ask, fresh, make_article, reply_to

pytestmark = pytest.mark.django_db


def document(thread):
    return SearchDocument.objects.get(thread=thread)


def found(words, **filters):
    return [hit.pk for hit in search.find(words, **filters).hits]


def indexed(word, thread):
    """Whether the index itself has the word for this thread, whatever the columns say."""
    from django.db import connection

    from comments import fulltext

    sql, parameters = fulltext.matches(fulltext.parse(word), of_articles=False, limit=100)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return thread.pk in [row[0] for row in cursor.fetchall()]


def test_a_thread_has_its_question_its_answers_and_the_rest(article, sarah):
    question = ask(article, "Should I write to **Tom**?")
    reply_to(question, "Mine is called Jerry.")
    answer(question, "Wait a *month*.", by=sarah)
    written = document(question)
    assert written.pk == question.pk
    assert (written.lead, written.answer, written.rest) == (
        "Should I write to **Tom**?",
        "Wait a month.",
        "Mine is called Jerry.",
    )


@pytest.mark.parametrize("verb", [moderation.hold, moderation.mark_spam, moderation.trash, moderation.erase])
def test_what_is_taken_from_readers_is_found_no_more(article, sarah, verb):
    question = ask(article, "The lighthouse keeper left me.")
    reply = reply_to(question, "A zeppelin pilot left me.")
    verb(reply, by=sarah)
    assert document(question).rest == ""
    assert not indexed("zeppelin", question)
    verb(question, by=sarah)
    assert not SearchDocument.objects.filter(thread=question).exists()
    assert not indexed("lighthouse", question)


def test_what_its_writer_withdraws_is_found_no_more_until_put_back(article, sarah):
    question = ask(article, "The lighthouse keeper left me.")
    answer(question, "Let the beacon go out.", by=sarah)
    moderation.withdraw(question)
    assert found("lighthouse") == found("beacon") == []
    moderation.put_back(fresh(question))
    assert found("lighthouse") == found("beacon") == [question.pk]


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.TRASH])
def test_what_readers_never_saw_has_no_document(article, sarah, status):
    question = ask(article, "The lighthouse keeper left me.", approved=False)
    {"pending": lambda *_, **__: None, "spam": moderation.mark_spam, "trash": moderation.trash}[status](
        question, by=sarah
    )
    assert fresh(question).status == status
    assert found("lighthouse") == []
    assert not SearchDocument.objects.filter(thread=question).exists()


def test_undo_and_restore_bring_it_back(article, sarah):
    question = ask(article, "The lighthouse keeper left me.")
    moderation.trash(question, by=sarah)
    moderation.undo(question, by=sarah)
    assert found("lighthouse") == [question.pk]
    moderation.mark_spam(question, by=sarah)
    moderation.restore(question, by=sarah)
    assert found("lighthouse") == [question.pk]


def test_a_removed_question_leaves_what_others_wrote(article, sarah):
    question = ask(article, "The lighthouse keeper left me.")
    reply_to(question, "A zeppelin pilot left me.")
    moderation.hold(question, by=sarah)
    assert document(question).lead == ""
    assert found("lighthouse") == []
    [hit] = search.find("zeppelin").hits
    assert not hit.question.is_public
    assert "lighthouse" not in hit.excerpt_html + hit.answer_html


def test_a_reply_that_moves_takes_its_words_along(article, sarah):
    here, there = ask(article, "One question."), ask(article, "Another question.")
    reply = reply_to(here, "A zeppelin pilot left me.")
    moving.move(reply, by=sarah, parent=there)
    assert found("zeppelin") == [there.pk]
    moving.move(fresh(reply), by=sarah)
    assert found("zeppelin") == [reply.pk]
    assert document(reply).lead == "A zeppelin pilot left me."


def test_a_question_that_becomes_a_reply_has_no_document_of_its_own(article, sarah):
    question, other = ask(article, "The lighthouse keeper left me."), ask(article, "Another question.")
    moving.move(question, by=sarah, parent=other)
    assert found("lighthouse") == [other.pk]
    assert not SearchDocument.objects.filter(pk=question.pk).exists()


def test_a_thread_that_moves_to_another_article_is_found_there(article, sarah):
    question, other = ask(article, "The lighthouse keeper left me."), make_article()
    moving.move(question, by=sarah, article=other)
    assert document(question).article == other
    assert found("lighthouse", article=other.pk) == [question.pk]
    assert found("lighthouse", article=article.pk) == []


def test_imported_threads_are_found(article, sarah):
    now = article.published_at
    records = [
        interchange.Record("1", "", None, "Ann", "", "The lighthouse keeper left me.", "approved", now),
        interchange.Record("2", "1", sarah.pk, "", "", "<p>Let the <b>beacon</b> go out.</p>", "approved", now),
        interchange.Record("3", "", None, "Eve", "", "Buy a lighthouse.", "spam", now),
    ]
    interchange.hold("elsewhere", type(article).objects.filter(pk=article.pk))
    interchange.write(article.pk, "elsewhere", records, keep_numbers=False)
    [question] = Comment.objects.filter(source_id="1")
    assert found("lighthouse") == found("beacon") == [question.pk]
    late = interchange.Record("4", "1", None, "Bob", "", "A zeppelin, too.", "approved", now)
    interchange.write(article.pk, "elsewhere", [late], keep_numbers=False)
    assert found("zeppelin") == [question.pk]


def test_repair_gives_a_mended_thread_its_document(article, sarah):
    question = ask(article, "The lighthouse keeper left me.")
    Comment.objects.filter(pk=question.pk).update(position=None)
    documents.write_threads([question.pk])
    assert found("lighthouse") == []
    repairing.repair(checking.check())
    assert found("lighthouse") == [question.pk]


def test_an_article_is_found_by_its_title_summary_and_text(sarah):
    article = make_article(
        title="Lighthouses", summary="On keepers.", body="## Beacons\n\nGive it *time*.", author=sarah
    )
    for words in ("lighthouses", "keepers", "beacons", "time"):
        assert [hit.article_id for hit in search.articles(words)] == [article.pk]
    article.title, article.body = "Zeppelins", "Fly."
    publishing.rewrite(article, ["title", "body"])
    assert search.articles("lighthouses") == search.articles("beacons") == []
    assert [hit.article_id for hit in search.articles("zeppelins")] == [article.pk]


def test_nothing_under_an_unpublished_article_is_found(article, sarah):
    question = ask(article, "The lighthouse keeper left me.")
    answer(question, "Let the beacon go out.", by=sarah)
    publishing.change([article.pk], published_at=None)
    assert found("lighthouse") == found("") == []
    assert search.articles("time") == []
    assert search.similar("the lighthouse keeper left") == []
    publishing.change([article.pk], published_at=article.published_at)
    assert found("lighthouse") == found("") == [question.pk]


def test_a_long_thread_is_cut_and_its_answers_are_kept(article, sarah, monkeypatch):
    monkeypatch.setattr(documents, "ROWS", 3)
    question = ask(article, "Long?")
    for number in range(8):
        last = reply_to(question, f"Number{number} says no.")
    answer(last, "Enough of it.", by=sarah)
    written = document(question)
    assert "Number0" in written.rest
    assert "Number7" not in written.rest
    assert written.answer == "Enough of it."


def test_texts_are_cut_at_their_limits(article, sarah):
    question = ask(article, "word " * 2_000)
    for _ in range(4):
        answer(question, f"{'answer ' * 1_400}{_}", by=sarah)
    written = document(question)
    assert len(written.lead) <= documents.LEAD
    assert len(written.answer) == documents.ANSWER
