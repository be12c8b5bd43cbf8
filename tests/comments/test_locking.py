"""What guards the trees: the manager in front of the doors, and PostgreSQL's composite key behind them."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from comments import locking, moving
from comments.models import Comment
from tests import factories

pytestmark = pytest.mark.django_db

NOT_DELETED = "Comments are not deleted"


@pytest.fixture
def question(article):
    return factories.ask(article)


@pytest.mark.parametrize("column", ["parent", "parent_id", "article", "article_id", "lft", "rght", "level", "tree_id"])
def test_update_refuses_a_column_of_the_tree(question, column):
    with pytest.raises(TypeError, match=column):
        Comment.objects.filter(pk=question.pk).update(**{column: 1})


def test_deleting_many_is_refused(question):
    with pytest.raises(TypeError, match=NOT_DELETED):
        Comment.objects.filter(pk=question.pk).delete()


def test_deleting_one_is_refused(question):
    with pytest.raises(TypeError, match=NOT_DELETED):
        question.delete()


def test_deleting_replies_through_their_parent_is_refused(question):
    factories.reply_to(question)
    with pytest.raises(TypeError, match=NOT_DELETED):
        question.replies.all().delete()


def test_taking_over_replies_is_refused(question, article):
    other = factories.ask(article, "Another?")
    with pytest.raises(TypeError, match="parent"):
        question.replies.add(other)


def test_updating_parents_in_bulk_is_refused(question, article):
    reply = factories.reply_to(question)
    reply.parent = factories.ask(article, "Another?")
    with pytest.raises(TypeError, match="parent"):
        Comment.objects.bulk_update([reply], ["parent"])


def test_saving_a_whole_row_again_is_refused(question):
    with pytest.raises(TypeError, match="Name the columns"):
        question.save()


@pytest.mark.parametrize("column", ["parent", "article_id", "lft"])
def test_saving_a_column_of_the_tree_is_refused(question, column):
    with pytest.raises(TypeError, match=column):
        question.save(update_fields=["body", column])


def test_moving_by_mptt_is_refused(question, article):
    with pytest.raises(TypeError, match="moving"):
        factories.reply_to(question).move_to(factories.ask(article, "Another?"))


@pytest.mark.parametrize("name", ["rebuild", "partial_rebuild", "move_node", "insert_node", "disable_mptt_updates"])
def test_mptts_writes_to_whole_trees_are_out_of_reach(name):
    assert not hasattr(Comment.objects, name)


def test_mptt_cannot_give_a_root_a_number_of_its_own(question):
    factories.reply_to(question)  # so that the next pk is not the next number too
    with pytest.raises(IntegrityError, match="comment_tree_of_root"):
        Comment.objects.create(article=question.article, name="Ann", body="?", posted_at=timezone.now())


@pytest.mark.postgresql
def test_postgresql_keeps_a_thread_on_one_article(question):
    reply = factories.reply_to(question)
    other = factories.make_article()
    Comment.objects.filter(pk=reply.pk).update_tree(article=other)  # deferred: whole threads do move
    with pytest.raises(IntegrityError, match="comment_parent_same_article"):
        connection.check_constraints()


def test_a_write_starts_again_where_its_thread_moved_meanwhile():
    tries = []

    @locking.retried
    def write():
        tries.append(connection.in_atomic_block)
        if len(tries) < 3:
            raise locking.MovedMeanwhile
        return "written"

    assert write() == "written"
    assert tries == [True, True, True]


def test_a_thread_that_never_stands_still_is_given_up():
    @locking.retried
    def write():
        raise locking.MovedMeanwhile

    with pytest.raises(locking.MovedMeanwhile):
        write()


def test_holding_a_reply_holds_its_root_and_its_article(question):
    reply = factories.reply_to(question)
    with transaction.atomic():
        held = locking.hold([reply.pk, 0], articles=True)
    assert list(held.comments) == [reply.pk]
    assert held.root_of(held.comments[reply.pk]).pk == question.pk
    assert list(held.articles) == [question.article_id]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_whom_the_database_chose_to_end_a_circle_of_waiting_starts_again(article):
    one, other = (factories.ask(article, body).pk for body in ("One?", "Another?"))
    both_wait, tries = threading.Barrier(2, timeout=10), []

    @locking.retried
    def change(first, second):
        tries.append(first)
        Comment.objects.filter(pk=first).update(name="Eve")
        if tries.count(first) == 1:
            both_wait.wait()
        Comment.objects.filter(pk=second).update(name="Eve")

    def against():
        change(other, one)
        connection.close()

    thread = threading.Thread(target=against)
    thread.start()
    change(one, other)
    thread.join(10)
    assert sorted(tries.count(pk) for pk in (one, other)) == [1, 2]
    assert set(Comment.objects.values_list("name", flat=True)) == {"Eve"}


@pytest.mark.django_db(transaction=True)
def test_a_thread_is_held_in_a_transaction_only() -> None:
    question = factories.ask(factories.make_article())
    with transaction.atomic():
        assert locking.hold([question.pk], articles=False).comments == {question.pk: question}
    with pytest.raises(transaction.TransactionManagementError):
        locking.hold([question.pk], articles=False)


@pytest.mark.parametrize("others", [0, 1])
def test_what_goes_to_another_thread_after_its_own_was_locked_is_not_held(question, article, sarah, others):
    reply, elsewhere = factories.reply_to(question), factories.ask(article, "Another?")
    pks = [reply.pk, *(factories.ask(article, "A third?").pk for _ in range(others))]
    gone = iter([reply])

    def move_after_the_first(execute, *said):
        done = execute(*said)
        for each in gone:
            moving.move(each, by=sarah, parent=elsewhere)
        return done

    with connection.execute_wrapper(move_after_the_first), pytest.raises(locking.MovedMeanwhile):
        locking.hold(pks, articles=False)
    assert locking.hold([reply.pk], articles=False).roots.keys() == {elsewhere.pk}
