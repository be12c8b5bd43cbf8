"""Highlight, take back, close, pin and merge: what readers see of it, and that all of it can be undone."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import arranging, bulk, checking, history, links, moderation, moving, posting, refusals, threads, undoing
from comments.log_models import ModerationEvent, Verb
from comments.models import Comment, Status
from tests.advice.test_article_page import many, shown
from tests.factories import answer, ask, fresh, make_article, moderator, reply_to, submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound(db: None) -> Any:
    yield
    assert checking.check().damages == []


def page(client: Client, address: Any, status: int = 200) -> str:
    response = client.get(address if isinstance(address, str) else address.get_absolute_url())
    assert response.status_code == status
    return str(response.content.decode())


def version(article: Any) -> int:
    article.refresh_from_db()
    return int(article.discussion_version)


def undo_last(comment: Comment, by: Any = None) -> list[Comment]:
    return undoing.undo_act(history.events_of([comment.pk])[comment.pk][0].act, by=by or moderator())


# --- Answers --------------------------------------------------------------------------------------------------------


def test_an_answer_taken_back_is_published_again_by_its_writer_or_an_owner_alone(client: Client, article: Any) -> None:
    ben, clara, act = moderator("ben"), moderator("clara"), uuid4()
    question = ask(article)
    given = answer(question, "Words that Ben regrets.", by=ben)
    arranging.take_back(given, by=ben, act=act)
    for verb in (moderation.approve, moderation.restore, moderation.hold, moderation.mark_spam, moderation.undo):
        assert verb(given, by=clara) == []
    assert undoing.undo_act(act, by=clara) == []
    with pytest.raises(moderation.Refused):
        moderation.answer(given, by=clara, body="I agree.")
    assert bulk.plan("restore", [given.pk], by=clara, seen_at=timezone.now()).changing == []
    client.force_login(clara)
    assert f"/admin/desk/{given.pk}/restore/" not in page(client, f"/admin/desk/{given.pk}/")
    assert fresh(given).status == Status.TRASH
    assert [each.pk for each in undoing.undo_act(act, by=ben)] == [given.pk]
    assert fresh(given).status == Status.APPROVED
    arranging.take_back(given, by=ben)
    assert moderation.restore(given, by=moderator("sarah"))


def test_an_answer_taken_back_leaves_a_word_in_its_place_everywhere(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article)
    given = answer(question, "Wrong words.", by=sarah)
    before = version(article)
    taken = arranging.take_back(given, by=sarah)
    assert taken is not None
    assert (taken.status, taken.withdrawn_at is not None) == (Status.TRASH, True)
    assert fresh(question).answered_at is None
    article.refresh_from_db()
    assert (article.comment_count, article.answered_count) == (1, 0)
    assert version(article) == before + 1
    for address in (article.get_absolute_url(), f"/questions/{question.pk}/"):
        html = page(client, address)
        assert "<bdi>Sarah</bdi> withdrew this answer." in html
        assert f'id="comment-{given.pk}"' in html
        assert "comment--answer" not in html
    for address in ("/questions/feed/", f"/{article.slug}/feed/", "/questions/", "/questions/?q=wrong"):
        assert "Wrong words" not in page(client, address)
    data = json.loads(re.findall(r"ld\+json[^>]*>(.*?)</script>", page(client, f"/questions/{question.pk}/"))[0])
    assert "Wrong" not in str(data)
    assert client.get(f"/comments/{given.pk}/").headers["Location"] == f"/{article.slug}/#comment-{given.pk}"
    assert client.get(f"/comments/{given.pk}/reply/").status_code == 404
    assert question in Comment.objects.waiting()


def test_taking_back_is_undone_and_happens_once(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article)
    given = answer(question, by=sarah)
    arranging.take_back(given, by=sarah)
    assert arranging.take_back(given, by=sarah) is None
    assert [back.pk for back in undo_last(given, by=sarah)] == [given.pk]
    assert (fresh(given).status, fresh(given).withdrawn_at) == (Status.APPROVED, None)
    assert fresh(question).answered_at == given.published_at
    assert "withdrew" not in page(client, article)


def test_replies_below_an_answer_taken_back_live_on(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article)
    given = answer(question, by=sarah)
    thanks = reply_to(given, "Thank you!")
    arranging.take_back(given, by=sarah)
    assert shown(page(client, article)) == [question.pk, given.pk, thanks.pk]
    assert shown(page(client, f"/questions/{question.pk}/")) == [question.pk, given.pk, thanks.pk]


def test_an_answer_taken_back_goes_with_what_it_stood_below(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article)
    other = reply_to(question, "Stays.")
    reply = reply_to(question, "Spam")
    given = answer(reply, by=sarah)
    arranging.take_back(given, by=sarah)
    moderation.mark_spam(reply, by=sarah)
    assert shown(page(client, article)) == [question.pk, other.pk]
    assert shown(page(client, f"/questions/{question.pk}/")) == [question.pk, other.pk]
    moderation.trash([question, other], by=sarah)
    assert client.get(f"/comments/{given.pk}/").status_code == 404
    assert client.get(f"/questions/{question.pk}/").status_code == 404


def test_in_a_long_thread_it_stands_on_one_page_which_its_address_finds(
    client: Client, article: Any, sarah: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "THREAD_PAGE", 2)
    question = ask(article)
    taken = []
    for number in range(5):
        if number in (0, 2, 4):
            taken.append(answer(question, f"Answer {number}", by=sarah))
        reply_to(question, f"Reply {number}")
    taken.append(answer(question, "Last", by=sarah))
    for given in taken:
        arranging.take_back(given, by=sarah)
    pages = [shown(page(client, f"/questions/{question.pk}/?page={number}")) for number in (1, 2, 3)]
    for given in taken:
        assert sum(given.pk in each for each in pages) == 1
        number = next(number for number, each in enumerate(pages, 1) if given.pk in each)
        assert threads.thread_page_of(fresh(given)) == number


def test_only_whoever_wrote_it_or_an_owner_takes_an_answer_back(article: Any, sarah: Any) -> None:
    given = answer(ask(article), by=sarah)
    with pytest.raises(moderation.Refused, match="Only whoever wrote"):
        arranging.take_back(given, by=moderator("ben"))
    with pytest.raises(moderation.Refused, match="Only an answer"):
        arranging.take_back(fresh(given).parent, by=sarah)


def test_a_highlighted_answer_stands_out_until_it_does_not(client: Client, article: Any, sarah: Any) -> None:
    given = answer(ask(article), by=sarah)
    before = version(article)
    arranging.highlight(given, by=sarah)
    assert arranging.highlight(given, by=sarah) is None
    assert version(article) == before + 1
    html = page(client, article)
    assert "comment--answer comment--highlighted" in html
    assert "Highlighted</span>" in html
    assert undo_last(given)
    assert "comment--highlighted" not in page(client, article)
    verbs = [event.verb for event in history.events_of([given.pk])[given.pk]]
    assert verbs == [Verb.UNDO, Verb.HIGHLIGHT, Verb.ANSWER]
    with pytest.raises(moderation.Refused, match="Only a public answer"):
        arranging.highlight(reply_to(given), by=sarah)


def test_an_undo_does_not_touch_what_was_done_again_since(article: Any, sarah: Any) -> None:
    given = answer(ask(article), by=sarah)
    arranging.highlight(given, by=sarah)
    first = history.events_of([given.pk])[given.pk][0].act
    arranging.unhighlight(given, by=sarah)
    arranging.highlight(given, by=sarah)
    assert undoing.undo_act(first, by=sarah) == []
    assert fresh(given).highlighted_at is not None


def test_flags_do_not_stand_between_a_status_and_its_undoing(article: Any, sarah: Any) -> None:
    question = ask(article)
    moderation.hold(question, by=sarah)
    hold = history.events_of([question.pk])[question.pk][0]
    arranging.close(question, by=sarah)
    undo_last(question)
    assert [back.pk for back in undoing.undo_act(hold.act, by=sarah)] == [question.pk]
    assert fresh(question).status == Status.APPROVED


# --- Closed ---------------------------------------------------------------------------------------------------------


def test_a_closed_thread_takes_no_replies_and_says_so(client: Client, article: Any, sarah: Any) -> None:
    closed, open_ = ask(article), ask(article, "Another?")
    reply = reply_to(closed)
    arranging.close(closed, by=sarah)
    assert arranging.close(closed, by=sarah) is None
    html = page(client, article)
    assert html.count("This conversation is closed.") == 1
    assert f"/comments/{reply.pk}/reply/" not in html
    assert f"/comments/{open_.pk}/reply/" in html
    assert "This conversation is closed." in page(client, f"/comments/{reply.pk}/reply/")
    sent = {"name": "Bob", "body": "My own words.", "parent": reply.pk}
    response = client.post(f"/{article.slug}/comments/", sent)
    assert response.status_code == 403
    text = response.content.decode()
    assert "My own words." in text
    assert "This conversation is closed, so nothing was sent." in text
    assert 'name="parent" value=""' in text  # sent again, it is a question of its own
    with pytest.raises(refusals.ThreadClosed):
        posting.post(submission(article, parent_id=reply.pk))
    arranging.reopen(closed, by=sarah)
    assert posting.post(submission(article, parent_id=reply.pk)).is_new


def test_whoever_asked_may_add_to_a_closed_thread_and_sarah_may_answer(article: Any, sarah: Any) -> None:
    question = ask(article)
    arranging.close(question, by=sarah)
    assert posting.post(posting.addition(question, "One more thing.", network="")).is_new
    assert answer(question, by=sarah).is_public


def test_only_a_whole_thread_is_closed(article: Any, sarah: Any) -> None:
    with pytest.raises(moderation.Refused, match="whole thread"):
        arranging.close(reply_to(ask(article)), by=sarah)


# --- Pinned ---------------------------------------------------------------------------------------------------------


def test_the_pinned_thread_stands_first_and_once_and_numbered_pages_stay(client: Client, article: Any) -> None:
    roots = [root.pk for root in many(article, 45)]
    numbered = shown(page(client, f"/{article.slug}/comment-page-1/"))
    old, new = Comment.objects.get(pk=roots[3]), Comment.objects.get(pk=roots[40])
    newest = shown(page(client, article))
    arranging.pin(old, by=moderator())
    html = page(client, article)
    assert shown(html) == [old.pk, *newest]
    assert html.count("Pinned</span>") == 1
    assert shown(page(client, f"/{article.slug}/comment-page-1/")) == numbered
    assert "Pinned" not in page(client, f"/{article.slug}/comment-page-1/")
    assert client.get(f"/comments/{old.pk}/").headers["Location"].startswith(f"/{article.slug}/comment-page-1/#")
    act = None
    arranging.pin(new, by=moderator())
    act = history.events_of([new.pk])[new.pk][0].act
    assert shown(page(client, article)) == [new.pk, *(pk for pk in newest if pk != new.pk)]
    assert fresh(old).pinned_at is None
    undoing.undo_act(act, by=moderator())
    assert shown(page(client, article)) == [old.pk, *newest]


def test_a_pinned_thread_costs_no_query_more(client: Client, article: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, article)
        return len(captured)

    roots = many(article, 45)
    page(client, f"/{article.slug}/comment-page-1/")  # what the site's head needs is kept
    without = queries()
    arranging.pin(Comment.objects.get(pk=roots[3].pk), by=moderator())
    assert queries() == without <= 8


def test_a_pinned_thread_that_readers_do_not_see_stands_nowhere(client: Client, article: Any, sarah: Any) -> None:
    first, second = ask(article, "One?"), ask(article, "Two?")
    reply_to(first)
    arranging.pin(first, by=sarah)
    moderation.hold(first, by=sarah)
    assert "Pinned" not in page(client, article)
    with pytest.raises(moderation.Refused, match="public question"):
        arranging.pin(ask(article, "Pending?", approved=False), by=sarah)
    arranging.pin(second, by=sarah)
    moderation.approve(first, by=sarah)
    assert shown(page(client, article))[0] == second.pk


def test_pinned_and_closed_do_not_go_along_to_where_they_make_no_sense(article: Any, sarah: Any) -> None:
    question, other = ask(article), ask(article, "Other?")
    arranging.pin(question, by=sarah)
    arranging.close(question, by=sarah)
    moved = moving.move(question, by=sarah, article=make_article(author=sarah))
    assert (moved.pinned_at, moved.closed_at is not None) == (None, True)
    below = moving.move(moved, by=sarah, parent=other)
    assert below.closed_at is None


# --- Merged ---------------------------------------------------------------------------------------------------------


def test_a_question_asked_twice_becomes_one_thread_and_both_addresses_lead_there(
    client: Client, article: Any, sarah: Any
) -> None:
    first, again = ask(article, "Should I?"), ask(article, "Should I? Please!", name="Ann")
    reply = reply_to(again, "Wait.")
    deep = reply_to(reply, "Yes, wait.")
    token = links.mint(again)
    arranging.merge(again, first, by=sarah)
    gone = fresh(again)
    assert (gone.status, gone.merged_into_id, gone.position) == (Status.TRASH, first.pk, None)
    assert [fresh(each).tree_id for each in (reply, deep)] == [first.pk, first.pk]
    assert fresh(reply).parent_id == first.pk
    assert shown(page(client, article)) == [first.pk, reply.pk, deep.pk]
    assert client.get(f"/questions/{again.pk}/").headers["Location"] == f"/questions/{first.pk}/"
    assert client.get(f"/comments/{again.pk}/").headers["Location"] == f"/{article.slug}/#comment-{first.pk}"
    assert client.get(f"/comments/{again.pk}/report/").status_code == 404
    html = page(client, token)
    assert "It is together with another question." in html
    assert f'href="/questions/{first.pk}/"' in html
    with pytest.raises(moderation.Refused, match="asked twice"):
        moving.move(reply, by=sarah, parent=gone)
    assert client.post(f"{token}withdraw/").status_code == 303
    assert fresh(again).merged_into_id == first.pk


def test_undoing_a_merge_brings_everything_back(client: Client, article: Any, sarah: Any) -> None:
    elsewhere = make_article(author=sarah)
    first, again = ask(article), ask(elsewhere, "Should I? Please!")
    replies = [reply_to(again, f"Reply {number}") for number in range(3)]
    given = answer(replies[0], by=sarah)
    before = [(c.pk, c.parent_id, c.article_id, c.lft, c.rght, c.status) for c in Comment.objects.order_by("pk")]
    arranging.merge(again, first, by=sarah)
    assert {fresh(each).article_id for each in [*replies, given]} == {article.pk}
    assert fresh(first).answered_at == given.published_at
    act = history.events_of([again.pk])[again.pk][0].act
    assert ModerationEvent.objects.filter(act=act).count() == 4
    undoing.undo_act(act, by=sarah)
    after = [(c.pk, c.parent_id, c.article_id, c.lft, c.rght, c.status) for c in Comment.objects.order_by("pk")]
    assert after == before
    assert fresh(again).merged_into_id is None
    assert client.get(f"/questions/{again.pk}/").status_code == 200


def test_merged_twice_the_first_address_leads_to_the_last_thread(client: Client, article: Any, sarah: Any) -> None:
    one, two, three = (ask(article, f"Question {number}?") for number in range(3))
    arranging.merge(one, two, by=sarah)
    arranging.merge(two, three, by=sarah)
    assert client.get(f"/questions/{one.pk}/").headers["Location"] == f"/questions/{three.pk}/"
    with pytest.raises(moderation.Refused, match="merged already"):
        arranging.merge(three, one, by=sarah)
    Comment.objects.filter(pk=three.pk).update(merged_into=one.pk)  # no door does that
    moderation.trash(three, by=sarah)
    for each in (one, two, three):
        assert client.get(f"/questions/{each.pk}/").status_code == 404


def test_a_merge_that_makes_no_sense_is_refused(article: Any, sarah: Any) -> None:
    question, other = ask(article), ask(article, "Other?")
    reply = reply_to(other)
    gone = ask(article, "Gone?")
    moderation.erase(gone, by=sarah)
    taken = ask(article, "Taken?")
    moderation.withdraw(taken)
    for duplicate, into in [(question, question), (question, reply), (reply, question), (gone, question),
                            (question, gone), (taken, question), (question, taken)]:  # fmt: skip
        with pytest.raises(moderation.Refused):
            arranging.merge(duplicate, into, by=sarah)
    assert not ModerationEvent.objects.filter(verb=Verb.MERGE).exists()


def test_a_pending_duplicate_is_merged_without_readers_noticing(client: Client, article: Any, sarah: Any) -> None:
    first, again = ask(article), ask(article, "Again?", approved=False)
    arranging.merge(again, first, by=sarah)
    assert client.get(f"/questions/{again.pk}/").headers["Location"] == f"/questions/{first.pk}/"
    assert again not in Comment.objects.waiting()
    moderation.restore(again, by=sarah)
    assert (fresh(again).status, fresh(again).merged_into_id) == (Status.PENDING, None)


def test_undoing_a_merge_leaves_what_was_moved_on_and_costs_little_for_each_reply(article: Any, sarah: Any) -> None:
    acts, costs = [uuid4(), uuid4()], []
    for act, many_of_them in zip(acts, (2, 12), strict=True):
        first, again = ask(article, f"First {act}"), ask(article, f"Again {act}")
        replies = [reply_to(again, f"Reply {number}") for number in range(many_of_them)]
        below, moved_on = reply_to(replies[0], "Below."), reply_to(again, "Moved on.")
        erased = reply_to(again, "Erased.")
        arranging.merge(again, first, by=sarah, act=act)
        moving.move(moved_on, by=sarah)
        moderation.erase(erased, by=sarah)
        with CaptureQueriesContext(connection) as queries:
            undoing.undo_act(act, by=moderator("ben"))
        costs.append(len(queries))
        assert {fresh(each).parent_id for each in replies} == {again.pk}
        assert (fresh(below).parent_id, fresh(below).tree_id) == (replies[0].pk, again.pk)
        assert (fresh(moved_on).parent_id, fresh(erased).parent_id) == (None, first.pk)
        assert undoing.undo_act(act, by=sarah) == []
    assert costs[1] - costs[0] <= 2 * 10  # an event for each reply
