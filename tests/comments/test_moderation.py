"""The verbs: what they change, what they log, and what readers' pages get to know of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from advice.models import Article
from comments import checking, moderation, moving
from comments.models import Comment, Status
from tests.factories import answer, ask, fresh, make_article, reply_to

pytestmark = pytest.mark.django_db

VERBS = {
    moderation.approve: Status.APPROVED,
    moderation.hold: Status.PENDING,
    moderation.mark_spam: Status.SPAM,
    moderation.trash: Status.TRASH,
}


@pytest.fixture(autouse=True)
def _sound(db):
    yield
    assert checking.check().damages == []


@pytest.fixture
def version(article):
    """The article's discussion version, as it is when called."""
    return lambda: Article.objects.values_list("discussion_version", flat=True).get(pk=article.pk)


def events_of(comment):
    events = comment.events.order_by("pk")
    return [(event.verb, event.from_status, event.to_status) for event in events]


def statuses(*comments):
    return [fresh(comment).status for comment in comments]


def positions(article, *order):
    roots = Comment.objects.roots().filter(article=article).order_by(*(order or ("position", "pk")))
    return list(roots.values_list("position", flat=True))


def pending(article, count, start=0):
    """This many questions, waiting."""
    return [ask(article, f"Question {start + number}?", approved=False) for number in range(count)]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("before", VERBS.values())
def test_a_verb_gives_its_status_and_writes_one_event(article, sarah, verb, before):
    question = ask(article, approved=False)
    if before != "pending":
        next(other for other, status in VERBS.items() if status == before)(question, by=sarah)
    known = len(events_of(question))
    changed = verb(question, by=sarah, reason="because")
    assert statuses(question) == [VERBS[verb]]
    if before == VERBS[verb]:
        assert (changed, len(events_of(question))) == ([], known)
    else:
        assert [comment.status for comment in changed] == [VERBS[verb]]
        [event] = question.events.order_by("pk")[known:]
        assert (event.verb, event.from_status, event.to_status) == (verb.__name__, before, VERBS[verb])
        assert (event.by, event.reason) == (sarah, "because")


def test_a_verb_twice_is_a_verb_once(article, sarah, version):
    question = ask(article, approved=False)
    moderation.approve(question, by=sarah)
    published_at, before = fresh(question).published_at, version()
    assert moderation.approve(question, by=sarah) == []
    assert (fresh(question).published_at, version()) == (published_at, before)
    assert len(events_of(question)) == 1


def test_a_comment_is_public_since_it_was_first_approved(article, sarah):
    question = ask(article)
    published_at = question.published_at
    moderation.hold(question, by=sarah)
    moderation.approve(question, by=sarah)
    assert fresh(question).published_at == published_at


def test_a_reason_too_long_for_the_log_is_cut(article, sarah):
    question = ask(article, approved=False)
    moderation.trash(question, by=sarah, reason="x" * 900)
    assert len(question.events.get().reason) == 500


def test_a_comment_that_does_not_exist_is_left_out(article, sarah):
    assert moderation.approve([987654321], by=sarah) == []
    assert moderation.approve([], by=sarah) == []


def test_500_at_once_raise_the_version_once(article, sarah, version):
    rows = _rows(article, 500)
    before = version()
    assert len(moderation.approve(rows, by=sarah)) == 500
    assert version() == before + 1
    article.refresh_from_db()
    assert (article.comment_count, article.question_count) == (500, 500)
    assert positions(article) == list(range(1, 501))


def test_a_batch_of_500_costs_few_queries(article, sarah, django_assert_max_num_queries):
    rows = _rows(article, 500)
    moderation.trash(rows, by=sarah)
    with django_assert_max_num_queries(20):
        moderation.restore(rows, by=sarah)


def test_501_at_once_are_refused(article, sarah):
    with pytest.raises(ValueError, match="501"):
        moderation.approve(list(range(1, 502)), by=sarah)


def test_the_same_comment_501_times_is_one(article, sarah):
    question = ask(article, approved=False)
    assert len(moderation.approve([question] * 501, by=sarah)) == 1


def test_the_version_tells_of_what_readers_see_and_of_nothing_else(article, sarah, version):
    question = ask(article, approved=False)
    before = version()
    moderation.mark_spam(question, by=sarah)
    moderation.trash(question, by=sarah)
    moderation.restore(question, by=sarah)
    assert version() == before
    moderation.approve(question, by=sarah)
    assert version() == before + 1
    moderation.trash(question, by=sarah)
    assert version() == before + 2


def test_a_batch_over_two_articles_tells_only_the_one_whose_readers_see_it(article, sarah, version):
    other = make_article(author=sarah)
    public, waiting = ask(other), ask(article, approved=False)
    before = version(), Article.objects.get(pk=other.pk).discussion_version
    moderation.trash([public, waiting], by=sarah)
    assert (version(), Article.objects.get(pk=other.pk).discussion_version) == (before[0], before[1] + 1)


@pytest.mark.parametrize("before", ["approve", "hold", "mark_spam", "trash"])
@pytest.mark.parametrize("verb", ["approve", "hold", "mark_spam", "trash"])
def test_undo_goes_back_one_step(article, sarah, before, verb):
    question = ask(article)
    getattr(moderation, before)(question, by=sarah)
    status = fresh(question).status
    if getattr(moderation, verb)(question, by=sarah):
        moderation.undo(question, by=sarah)
    assert statuses(question) == [status]


def test_undo_twice_is_undo_once(article, sarah):
    question = ask(article, approved=False)
    moderation.approve(question, by=sarah)
    moderation.undo(question, by=sarah)
    assert moderation.undo(question, by=sarah) == []
    assert statuses(question) == ["pending"]


def test_restore_looks_past_what_was_undone(article, sarah):
    question = ask(article, approved=False)
    moderation.mark_spam(question, by=sarah)
    moderation.approve(question, by=sarah)
    moderation.undo(question, by=sarah)
    moderation.restore(question, by=sarah)
    assert statuses(question) == ["pending"]


def test_undoing_an_answer_takes_back_question_and_answer(article, sarah):
    question = ask(article, approved=False)
    answered = moderation.answer(question, by=sarah, body="Wait a month.")
    moderation.undo(question, by=sarah)
    assert statuses(question) == ["pending"]
    assert statuses(answered) == ["trash"]
    article.refresh_from_db()
    assert (article.comment_count, article.answered_count) == (0, 0)


def test_undo_of_a_comment_to_which_nothing_happened_does_nothing(article, sarah):
    question = ask(article, approved=False)
    assert moderation.undo(question, by=sarah) == []
    assert events_of(question) == []


def test_a_stale_undo_does_nothing(article, sarah):
    question = ask(article, approved=False)
    moderation.approve(question, by=sarah)
    event = question.events.get()
    moderation.trash(question, by=sarah)
    assert moderation.undo(question, by=sarah, event=event) == []
    assert statuses(question) == ["trash"]


def test_a_move_is_not_undone_as_if_it_were_a_status(article, sarah):
    question = ask(article)
    reply = reply_to(question)
    moving.move(reply, by=sarah)
    assert moderation.undo(reply, by=sarah) == []
    assert statuses(reply) == ["approved"]


@pytest.mark.parametrize("before", ["approved", "pending"])
def test_restore_goes_back_to_the_status_before_spam_and_trash(article, sarah, before):
    question = ask(article, approved=before == "approved")
    moderation.mark_spam(question, by=sarah)
    moderation.trash(question, by=sarah)
    moderation.restore(question, by=sarah)
    assert statuses(question) == [before]


def test_restore_of_what_screening_caught_is_pending(article, sarah):
    trapped = ask(article, approved=False, trapped=True)
    moderation.restore(trapped, by=sarah)
    assert statuses(trapped) == ["pending"]


def test_restore_leaves_alone_what_is_not_removed(article, sarah):
    waiting, public = ask(article, "One?", approved=False), ask(article, "Two?")
    assert moderation.restore([waiting, public], by=sarah) == []


def test_a_question_is_answered_since_its_first_public_answer(article, sarah):
    question = ask(article)
    first, second = answer(question, "First.", by=sarah), answer(question, "Second.", by=sarah)
    assert fresh(question).answered_at == first.published_at
    moderation.trash(first, by=sarah)
    assert fresh(question).answered_at == second.published_at
    moderation.hold(second, by=sarah)
    assert fresh(question).answered_at is None
    article.refresh_from_db()
    assert (article.comment_count, article.answered_count) == (1, 0)
    moderation.restore(first, by=sarah)
    assert fresh(question).answered_at == first.published_at


def test_an_answer_counts_after_its_author_left_the_moderators(article, sarah):
    question = ask(article)
    answer(question, by=sarah)
    sarah.groups.clear()
    reply_to(question, approved=True)
    assert fresh(question).answered_at is not None


def test_a_reply_of_a_reader_is_no_answer(article):
    question = ask(article)
    reply_to(question)
    assert (fresh(question).answered_at, fresh(question).reply_count) == (None, 1)


def test_an_answered_question_that_is_removed_is_not_counted_as_answered(article, sarah):
    question = ask(article)
    answer(question, by=sarah)
    moderation.trash(question, by=sarah)
    article.refresh_from_db()
    assert (article.comment_count, article.question_count, article.answered_count) == (1, 0, 0)


def test_a_removed_question_keeps_its_place_while_replies_live(article, sarah):
    one, two = ask(article, "One?"), ask(article, "Two?")
    reply = reply_to(one)
    moderation.trash(one, by=sarah)
    assert (fresh(one).position, fresh(two).position) == (1, 2)
    moderation.trash(reply, by=sarah)
    assert (fresh(one).position, fresh(two).position) == (None, 1)
    moderation.restore([one, reply], by=sarah)
    assert (fresh(one).position, fresh(two).position) == (1, 2)


def test_a_newly_approved_question_is_the_last_however_old_it_is(article, sarah):
    old, new = ask(article, "Old?", approved=False), ask(article, "New?")
    moderation.approve(old, by=sarah)
    assert (fresh(new).position, fresh(old).position) == (1, 2)


def test_a_removed_question_moves_to_the_end_when_it_is_first_published(article, sarah):
    """It stood by the date it was posted: as a placeholder above a reply that came from another thread."""
    removed, other, last = ask(article, "Removed?", approved=False), ask(article, "Other?"), ask(article, "Last?")
    moving.move(reply_to(other), by=sarah, parent=removed)
    assert [fresh(c).position for c in (removed, other, last)] == [1, 2, 3]
    moderation.approve(removed, by=sarah)
    assert [fresh(c).position for c in (removed, other, last)] == [3, 1, 2]


@pytest.mark.parametrize("roots", [0, 1, *range(19, 42)])
def test_positions_are_dense_however_many_there_are(article, sarah, roots):
    rows = _rows(article, roots + 2)
    moderation.approve(rows, by=sarah)
    moderation.trash(rows[:2], by=sarah)
    assert positions(article, "pk")[2:] == list(range(1, roots + 1))
    moderation.restore(rows[:1], by=sarah)
    first, _, *others = positions(article, "pk")
    assert [first, *others] == list(range(1, roots + 2))


def test_positions_of_one_article_know_nothing_of_another(article, sarah):
    other = make_article(author=sarah)
    moderation.approve([*pending(article, 3), *pending(other, 2)], by=sarah)
    assert (positions(article), positions(other)) == ([1, 2, 3], [1, 2])


def test_an_erased_comment_is_beyond_every_verb(article, sarah):
    question = ask(article)
    moderation.erase(question, by=sarah)
    for verb in (*VERBS, moderation.restore, moderation.undo):
        assert verb(question, by=sarah) == []
    assert statuses(question) == ["trash"]


def test_who_acted_may_be_nobody(article):
    question = ask(article, approved=False)
    moderation.trash(question, by=None)
    assert question.events.get().by is None


def _rows(article, count):
    """This many pending questions in one go, as an import writes them."""
    now = timezone.now()
    first = (Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    return Comment.objects.bulk_create(
        Comment(
            pk=pk, tree_id=pk, lft=1, rght=2, level=0, article=article, name="Ann", body="?", body_html="<p>?</p>",
            posted_at=now + timedelta(seconds=pk),
        )
        for pk in range(first, first + count)
    )  # fmt: skip
