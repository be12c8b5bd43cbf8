"""Many at once: the preview says what will happen and what is left alone, and one undo takes all of it back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments import bulk, dealing, moderation, posting, queues
from comments.models import Comment, Status
from tests.comments.test_queue import rows
from tests.factories import ask, fresh

pytestmark = pytest.mark.django_db

BULK = "/admin/desk/bulk/"


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def page(response: Any) -> str:
    return str(response.content.decode())


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def sent(*comments: Comment, verb: str, **more: Any) -> dict[str, Any]:
    return {"pk": [c.pk for c in comments], "verb": verb, "seen_at": timezone.now().isoformat(), **more}


def test_the_preview_changes_nothing_and_says_what_would_happen(desk: Client, article: Any, sarah: Any) -> None:
    waiting, public = ask(article, "One?", approved=False), ask(article, "Two?", name="Bob")
    erased, withdrawn = ask(article, "Three?"), ask(article, "Four?", name="Cleo")
    moderation.erase(erased, by=sarah)
    moderation.withdraw(withdrawn)
    response = desk.post(BULK, sent(waiting, public, erased, withdrawn, Comment(pk=999_999), verb="approve"))
    plan = response.context["plan"]
    assert [comment.pk for comment in plan.changing] == [waiting.pk]
    assert {comment.pk: why for comment, why in plan.left} == {
        public.pk: "readers see it already",
        erased.pk: "it was erased, at the wish of whoever wrote it",
        withdrawn.pk: "whoever wrote it took it back",
    }
    assert plan.gone == 1
    assert "1 comment will become public." in page(response)
    assert fresh(waiting).status == Status.PENDING


@pytest.mark.parametrize(
    ("verb", "end"),
    [("approve", Status.APPROVED), ("mark_spam", Status.SPAM), ("trash", Status.TRASH)],
)
def test_a_verb_is_done_to_all_as_one_act_with_one_undo(desk: Client, article: Any, verb: str, end: Status) -> None:
    one, two = ask(article, "One?", approved=False), ask(article, "Two?", approved=False)
    response = desk.post(BULK, sent(one, two, verb=verb, confirmed="yes", list="tab=new"), follow=True)
    assert response.redirect_chain == [("/admin/desk/?tab=new", 302)]
    assert "2 of 2" in said(response)
    assert {fresh(one).status, fresh(two).status} == {end}
    (act,) = {event.act for event in [*one.events.all(), *two.events.all()]}
    assert f'action="/admin/desk/undo/{act}/"' in page(response)
    response = desk.post(f"/admin/desk/undo/{act}/", {"list": "tab=new&q=a%0d%0ab"}, follow=True)
    assert response.redirect_chain[0][0].startswith("/admin/desk/?tab=new&q=")
    assert "2 comments" in said(response)
    assert {fresh(one).status, fresh(two).status} == {Status.PENDING}


def test_before_many_become_public_it_is_said_where_somebody_is_named(desk: Client, article: Any) -> None:
    named = ask(article, "Call me on +44 7700 900123, or should I not?", approved=False)
    other = ask(article, "Should I wait?", approved=False)
    told = "1 thing in it may say who somebody is: open it to mask it."
    assert page(desk.post(BULK, sent(named, other, verb="approve"))).count(told) == 1
    assert told not in page(desk.post(BULK, sent(named, other, verb="trash")))


def test_what_the_undo_of_many_could_not_take_back_is_told(desk: Client, article: Any) -> None:
    one, two = ask(article, "One?", approved=False), ask(article, "Two?", approved=False)
    desk.post(BULK, sent(one, two, verb="trash", confirmed="yes"))
    moderation.mark_spam(two, by=None)
    act = one.events.get().act
    assert "taken back for 1 of 2 comments" in said(desk.post(f"/admin/desk/undo/{act}/", follow=True))


def test_hold_and_restore_leave_alone_what_they_are_not_for(article: Any, sarah: Any) -> None:
    public, spam = ask(article), ask(article, "Two?")
    moderation.mark_spam(spam, by=sarah)
    now = timezone.now()
    assert [c.pk for c in bulk.plan("hold", [public.pk, spam.pk], by=sarah, seen_at=now).changing] == [
        public.pk,
        spam.pk,
    ]
    assert [c.pk for c in bulk.plan("restore", [public.pk, spam.pk], by=sarah, seen_at=now).changing] == [spam.pk]


def test_words_that_were_changed_since_they_were_seen_are_not_approved(desk: Client, article: Any) -> None:
    one, two = ask(article, "One?", approved=False), ask(article, "Two?", approved=False)
    shown = sent(one, two, verb="approve")
    posting.rewrite(two, name="Ann", body="Buy pills")
    plan = desk.post(BULK, shown).context["plan"]
    assert [why for _, why in plan.left] == ["whoever wrote it has changed it since you saw it"]
    response = desk.post(BULK, {**shown, "confirmed": "yes"}, follow=True)
    assert "1 of 2. 1 was changed meanwhile" in said(response)
    assert (fresh(one).status, fresh(two).status) == (Status.APPROVED, Status.PENDING)
    assert fresh(one).published_at is not None


@pytest.mark.parametrize("seen_at", ["", "x", "2026-13-45", "2026-01-01T00:00:00"])
def test_without_a_moment_nothing_that_was_ever_changed_counts_as_seen(
    desk: Client, article: Any, seen_at: str
) -> None:
    question = ask(article, approved=False)
    posting.rewrite(question, name="Ann", body="Changed?")
    desk.post(BULK, {**sent(question, verb="approve", confirmed="yes"), "seen_at": seen_at})
    assert fresh(question).status == Status.PENDING


def test_dealing_with_many_empties_what_is_open_and_its_undo_fills_it(desk: Client, article: Any) -> None:
    open_, other = ask(article, "One?"), ask(article, "Two?")
    moment = timezone.now() - timedelta(days=1)
    Comment.objects.filter(pk=open_.pk).update(unhelped_at=moment)
    shown = sent(open_, other, verb="deal_with")
    assert [why for _, why in desk.post(BULK, shown).context["plan"].left] == ["nothing about it is open"]
    desk.post(BULK, {**shown, "confirmed": "yes"})
    assert dealing.open_among([open_.pk]) == set()
    act = open_.events.order_by("-pk").first()
    assert act is not None
    desk.post(f"/admin/desk/undo/{act.act}/")
    assert fresh(open_).unhelped_at == moment


def test_all_in_a_list_are_those_that_fit_up_to_500(desk: Client, article: Any) -> None:
    made = rows(article, queues.PAGE + 5)
    Comment.objects.filter(pk=made[0].pk).update(name="Zoe", email="")
    response = desk.post(BULK, {"whole": "yes", "verb": "trash", "list": "tab=new&q=ann"})
    assert len(response.context["plan"].changing) == queues.PAGE + 4
    rows(article, 500)
    response = desk.post(BULK, {"whole": "yes", "verb": "trash", "list": "tab=new"})
    plan = response.context["plan"]
    assert len(plan.changing) == 500
    confirmed = {"pk": [c.pk for c in plan.changing], "verb": "trash", "confirmed": "yes", "list": "tab=new"}
    desk.post(BULK, confirmed)
    assert Comment.objects.pending().count() == queues.PAGE + 5


def test_with_nothing_chosen_nothing_is_done(desk: Client, article: Any) -> None:
    question = ask(article, approved=False)
    wrong: tuple[dict[str, Any], ...] = (
        {}, {"verb": "trash"}, {"pk": question.pk}, {"pk": question.pk, "verb": "erase"},
        {"pk": "x", "verb": "trash"}, {"pk": "0", "verb": "trash"},
    )  # fmt: skip
    for fields in wrong:
        response = desk.post(BULK, {**fields, "confirmed": "yes"}, follow=True)
        assert response.redirect_chain == [("/admin/desk/", 302)], fields
        assert "Nothing was done" in said(response)
    assert fresh(question).status == Status.PENDING
    assert desk.get(BULK).status_code == 405


def test_only_moderators_act_on_many(client: Client, article: Any) -> None:
    question = ask(article, approved=False)
    assert client.post(BULK, sent(question, verb="trash", confirmed="yes")).status_code == 302
    assert fresh(question).status == Status.PENDING
