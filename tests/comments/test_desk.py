"""The desk: what waits, oldest first; one comment with its thread; the answer that brings up the next one."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import desk_pages, moderation, queues
from comments.models import BODY_LENGTH, Comment, Status
from tests.factories import answer, ask, fresh, make_article, moderator, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def address(comment: Comment, verb: str = "") -> str:
    return f"/admin/desk/{comment.pk}/" + (f"{verb}/" if verb else "")


def page(response: Any) -> str:
    return str(response.content.decode())


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- Who may come here ----------------------------------------------------------------------------------------------


def test_anonymous_visitors_are_asked_to_log_in(client: Client, article: Any) -> None:
    question = ask(article)
    for path in ("/admin/", "/admin/desk/", address(question), address(question, "move")):
        response = client.get(path)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/?next=/admin/")
    assert client.post(address(question, "trash")).status_code == 302
    assert fresh(question).status == Status.APPROVED


def test_staff_without_the_right_may_not_look_or_act(client: Client, article: Any) -> None:
    question = ask(article)
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    for path in ("/admin/desk/", address(question), address(question, "move")):
        assert client.get(path).status_code == 403
    assert client.post(address(question), {"body": "Hello"}).status_code == 403
    assert client.post(address(question, "trash")).status_code == 403
    assert fresh(question).status == Status.APPROVED
    assert client.get("/admin/").status_code == 200


def test_a_moderator_lands_on_the_queue(client: Client, sarah: Any) -> None:
    response = client.post("/admin/login/?next=/admin/", {"username": "sarah", "password": "sarah"}, follow=True)
    assert response.redirect_chain == [("/admin/", 302), ("/admin/desk/", 302)]
    assert client.get("/admin/everything/").status_code == 200


def test_a_form_without_its_token_is_refused(sarah: Any, article: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(sarah)
    assert client.post(address(ask(article)), {"body": "Hello"}).status_code == 403
    assert client.post(address(ask(article, "Two?"), "trash")).status_code == 403


# --- The queue ------------------------------------------------------------------------------------------------------


def test_the_queue_holds_pending_and_unanswered_ones_oldest_first(desk: Client, article: Any) -> None:
    unanswered = ask(article, "Unanswered?")
    answered = ask(article, "Answered?")
    answer(answered)
    pending_reply = reply_to(answered, "A pending reply.", approved=False)
    pending = ask(article, "Pending?", approved=False)
    trashed = ask(article, "Trashed?")
    moderation.trash(trashed, by=None)
    reply_to(unanswered, "A public reply is no answer and waits for none.")
    response = desk.get("/admin/desk/")
    assert [row.pk for row in response.context["page"]] == [unanswered.pk, pending_reply.pk, pending.pk]
    assert "3 comments wait" in page(response)


def test_a_row_of_the_queue_shows_who_where_when_and_what(desk: Client, article: Any) -> None:
    question = ask(article, "He <b>left</b> me.", name="Ann & Co", email="ann@example.com", approved=False)
    html = page(desk.get("/admin/desk/"))
    assert f'<a href="{address(question)}">Ann &amp; Co</a>' in html
    assert "He &lt;b&gt;left&lt;/b&gt; me." in html
    assert "ann@example.com" in html
    assert "0\xa0minutes ago" in html
    assert article.title in html
    assert "Pending" in html


def test_an_email_address_is_never_part_of_an_address(desk: Client, article: Any) -> None:
    question = ask(article, email="ann@example.com", approved=False)
    for path in ("/admin/desk/", address(question)):
        html = page(desk.get(path))
        assert "ann@example.com" in html
        assert not [part for part in html.split('href="')[1:] if "ann@" in part.split('"')[0]]


def test_an_empty_queue_is_kind(desk: Client) -> None:
    assert "every question has its answer" in page(desk.get("/admin/desk/"))


@pytest.mark.parametrize(
    ("asked", "shown"), [("", 1), ("2", 2), ("3", 2), ("0", 2), ("-1", 2), ("x", 1), ("9" * 5_000, 1)]
)
def test_the_queue_comes_in_pages_and_a_wrong_number_shows_a_page_too(
    desk: Client, article: Any, asked: str, shown: int
) -> None:
    for number in range(queues.PAGE + 1):
        ask(article, f"Question {number}?", approved=False)
    response = desk.get("/admin/desk/", {"page": asked})
    assert response.status_code == 200
    assert response.context["page"].number == shown
    assert len(response.context["page"]) == (queues.PAGE if shown == 1 else 1)


def test_the_queue_costs_the_same_queries_with_5_and_with_60_waiting(desk: Client, article: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/admin/desk/").status_code == 200
        return len(captured)

    root = ask(article, "Root?")
    for number in range(4):
        reply_to(root, f"Reply {number}", approved=False)
    few = queries()
    for number in range(55):
        ask(article, f"Question {number}?", approved=False)
    assert queries() == few <= 12


# --- One comment ----------------------------------------------------------------------------------------------------


def test_the_page_shows_the_comment_its_thread_and_its_article(desk: Client, article: Any) -> None:
    question = ask(article, "Should I write to her?")
    reply = reply_to(question, "I would not.", name="Bob")
    deep = reply_to(reply, "Why not?", name="Cleo", approved=False)
    removed = reply_to(question, "Buy pills", name="Spammer", approved=False)
    moderation.mark_spam(removed, by=None)
    html = page(desk.get(address(deep)))
    assert f'href="/{article.slug}/"' in html
    for text in ("Should I write to her?", "I would not.", "Why not?", "Buy pills", "Spam"):
        assert text in html
    assert html.index("Should I write to her?") < html.index("I would not.") < html.index("Why not?")


def test_the_page_says_why_screening_held_it_and_what_happened_to_it(desk: Client, article: Any) -> None:
    trapped = ask(article, approved=False, trapped=True)
    moderation.restore(trapped, by=None, reason="looked fine")
    html = page(desk.get(address(trapped)))
    assert "Screening said: trap field." in html
    assert "the site: restore, spam → pending (looked fine)" in html


def test_a_comment_that_is_not_there_leads_to_the_queue_with_a_message(desk: Client) -> None:
    for path in ("/admin/desk/999/", "/admin/desk/999/move/", f"/admin/desk/{10**30}/"):
        response = desk.get(path, follow=True)
        assert response.redirect_chain == [("/admin/desk/", 302)]
        assert "There is no comment" in said(response)
    assert desk.get(f"/admin/desk/{'9' * 10_000}/").status_code == 404


def test_a_long_thread_shows_the_rows_around_and_counts_the_rest(
    desk: Client, article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_pages, "ROWS", 3)
    monkeypatch.setattr(desk_pages, "NEAREST_PARENTS", 2)
    root = ask(article, "Root?")
    first = [reply_to(root, f"First {number}") for number in range(6)]
    chain = [reply_to(root, "Level 1")]
    for level in range(2, 6):
        chain.append(reply_to(chain[-1], f"Level {level}"))
    last = [reply_to(root, f"Last {number}") for number in range(5)]
    around = desk_pages.around(fresh(chain[-1]))
    assert [row.pk for row in around.path] == [root.pk, chain[2].pk, chain[3].pk]
    assert around.path_left_out == 2
    everything = Comment.objects.filter(tree_id=root.pk).count()
    shown = {row.pk for row in [*around.path, *around.before, *around.after]}
    assert len(shown) == len(around.path) + len(around.before) + len(around.after)
    assert len(shown) + 1 + around.before_left_out + around.after_left_out == everything
    assert [row.pk for row in around.after] == [row.pk for row in last[:3]]
    assert around.after_left_out == 2
    assert around.before_left_out == len(first) + len(chain) - 1 + 1 - len(
        {*(r.pk for r in around.before)} | {r.pk for r in around.path}
    )
    html = page(desk.get(address(chain[-1])))
    assert "2 later in the thread are left out" in html
    assert "2 between here and the next are left out" in html


def test_a_question_alone_has_no_others(article: Any) -> None:
    assert desk_pages.around(ask(article)).others == 0


def test_the_page_costs_the_same_queries_in_a_thread_of_2_and_of_40(desk: Client, article: Any) -> None:
    def queries(comment: Comment) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(address(comment)).status_code == 200
        return len(captured)

    short = reply_to(ask(article, "Short?"), "Reply 0")
    root = parent = ask(article, "Long?")
    for number in range(39):
        parent = reply_to(parent if number % 3 else root, f"Reply {number}")
    assert queries(parent) == queries(short) <= 20


# --- The answer -----------------------------------------------------------------------------------------------------


def test_an_answer_publishes_the_question_and_brings_up_the_next_one(desk: Client, article: Any, sarah: Any) -> None:
    first, second = (ask(article, body, approved=False) for body in ("First?", "Second?"))
    response = desk.post(address(first), {"body": "Give it **time**."}, follow=True)
    assert response.redirect_chain == [(address(second), 302)]
    reply = Comment.objects.get(parent=first)
    assert (fresh(first).status, reply.status, reply.author) == (Status.APPROVED, Status.APPROVED, sarah)
    assert "<strong>time</strong>" in reply.body_html
    assert f'<a href="/comments/{reply.pk}/">Your answer to Ann</a> is published.' in said(response)
    assert "Give it <strong>time</strong>." in page(desk.get(f"/{article.slug}/"))


def test_after_the_youngest_the_oldest_comes_next_and_after_the_last_the_queue(desk: Client, article: Any) -> None:
    oldest, youngest = ask(article, "Oldest?"), ask(article, "Youngest?", approved=False)
    assert desk.post(address(youngest), {"body": "Yes."}).headers["Location"] == address(oldest)
    assert desk.post(address(oldest), {"body": "No."}).headers["Location"] == "/admin/desk/"


def test_a_reply_is_answered_itself(desk: Client, article: Any) -> None:
    reply = reply_to(ask(article), "And what about me?", approved=False)
    desk.post(address(reply), {"body": "You too."})
    assert Comment.objects.get(body="You too.").parent_id == reply.pk
    assert fresh(reply).status == Status.APPROVED


def test_a_double_click_makes_one_answer(desk: Client, article: Any) -> None:
    question = ask(article)
    for _ in range(2):
        assert desk.post(address(question), {"body": "Once."}).status_code == 302
    assert Comment.objects.filter(body="Once.").count() == 1


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "Please write an answer first."),
        (" \u200d\r\n ", "Please write an answer first."),
        ("long " * 2_001, "The answer has 10,004 characters; at most 10,000 are possible."),
        ("bro\ufffdken", "arrived damaged"),
    ],
)
def test_an_answer_that_cannot_be_sent_comes_back_with_the_reason(
    desk: Client, article: Any, body: str, error: str
) -> None:
    question = ask(article, approved=False)
    response = desk.post(address(question), {"body": body})
    assert response.status_code == 422
    alert = page(response).split('role="alert"')[1].split("</div>")[0]
    assert error in alert
    assert body.strip()[:50] in page(response)
    assert fresh(question).status == Status.PENDING


def test_the_longest_answer_fits_and_a_missing_field_does_not_break_the_page(desk: Client, article: Any) -> None:
    question = ask(article)
    assert desk.post(address(question)).status_code == 422
    assert desk.post(address(question), {"body": "x" * BODY_LENGTH}).status_code == 302


def test_a_preview_shows_the_markdown_and_sends_nothing(desk: Client, article: Any) -> None:
    question = ask(article, approved=False)
    response = desk.post(address(question), {"body": "**Wait** <script>x</script>", "preview": "Preview"})
    assert response.status_code == 200
    assert "<strong>Wait</strong> &lt;script&gt;" in page(response)
    assert "**Wait** &lt;script&gt;" in page(response)
    assert not Comment.objects.filter(parent=question).exists()
    assert fresh(question).status == Status.PENDING


def test_an_erased_comment_says_so_and_takes_no_answer(desk: Client, article: Any) -> None:
    question = ask(article)
    moderation.erase(question, by=None)
    html = page(desk.get(address(question)))
    assert "Erased on" in html
    assert "<textarea" not in html
    response = desk.post(address(question), {"body": "Written while it was erased."})
    assert response.status_code == 422
    assert "It cannot be answered." in page(response)
    assert "Written while it was erased." in page(response)


# --- The verbs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "verb", "end"),
    [
        (Status.PENDING, "approve", Status.APPROVED),
        (Status.APPROVED, "hold", Status.PENDING),
        (Status.PENDING, "mark_spam", Status.SPAM),
        (Status.APPROVED, "trash", Status.TRASH),
        (Status.TRASH, "restore", Status.PENDING),
        (Status.TRASH, "undo", Status.PENDING),
    ],
)
def test_each_verb_has_a_button_that_does_it(desk: Client, article: Any, start: str, verb: str, end: str) -> None:
    question = ask(article, approved=start == Status.APPROVED)
    if start == Status.TRASH:
        moderation.trash(question, by=None)
    assert f'action="{address(question, verb)}"' in page(desk.get(address(question)))
    response = desk.post(address(question, verb), follow=True)
    assert fresh(question).status == end
    assert f'<a href="{address(question)}">The comment of Ann</a>' in said(response)


def test_verbs_take_posts_only_and_unknown_ones_are_not_found(desk: Client, article: Any) -> None:
    question = ask(article)
    assert desk.get(address(question, "trash")).status_code == 405
    assert desk.post(address(question, "delete")).status_code == 404
    assert fresh(question).status == Status.APPROVED


def test_what_still_waits_stays_in_view_and_what_is_done_makes_room(desk: Client, article: Any) -> None:
    question, other = ask(article, "One?", approved=False), ask(article, "Two?", approved=False)
    assert desk.post(address(question, "approve")).headers["Location"] == address(question)
    assert desk.post(address(question, "trash")).headers["Location"] == address(other)
    assert desk.post(address(question, "undo")).headers["Location"] == address(question)
    assert fresh(question).status == Status.APPROVED


def test_a_stale_undo_button_does_nothing(desk: Client, article: Any) -> None:
    question = ask(article, approved=False)
    moderation.approve(question, by=None)
    shown = question.events.get()
    moderation.trash(question, by=None)
    response = desk.post(address(question, "undo"), {"event": shown.pk}, follow=True)
    assert "nothing to change" in said(response)
    assert fresh(question).status == Status.TRASH


def test_erasing_asks_once_more(desk: Client, article: Any) -> None:
    question = ask(article, "My full name is Ann Smith.")
    response = desk.post(address(question, "erase"))
    assert "cannot be undone" in page(response)
    assert fresh(question).body
    desk.post(address(question, "erase"), {"confirmed": "yes"})
    assert fresh(question).erased_at
    assert not fresh(question).body


# --- Moving ---------------------------------------------------------------------------------------------------------


def test_a_question_moves_below_another_comment(desk: Client, article: Any) -> None:
    target, moved = ask(article, "Target?"), ask(article, "Moved?")
    response = desk.post(address(moved, "move"), {"place": "below", "parent": target.pk}, follow=True)
    assert response.redirect_chain == [(address(moved), 302)]
    assert fresh(moved).parent_id == target.pk


def test_a_reply_becomes_a_question_under_another_article(desk: Client, article: Any) -> None:
    reply, other = reply_to(ask(article)), make_article()
    desk.post(address(reply, "move"), {"place": "own", "article": other.slug})
    assert (fresh(reply).parent_id, fresh(reply).article_id) == (None, other.pk)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "Please choose one of the two."),
        ({"place": "below"}, "Please give the number of the comment"),
        ({"place": "below", "parent": "999999"}, "There is no comment with this number."),
        ({"place": "below", "parent": "9" * 5_000}, "There is no comment with this number."),
        ({"place": "below", "parent": "x\x00"}, "Null characters"),
        ({"place": "own", "article": "nowhere"}, "There is no article with this address."),
        ({"place": "own", "article": "no\x00where"}, "Null characters"),
    ],
)
def test_a_move_to_nowhere_says_what_is_wrong(desk: Client, article: Any, sent: dict[str, str], error: str) -> None:
    response = desk.post(address(ask(article), "move"), sent)
    assert response.status_code == 422
    assert error in page(response).split('role="alert"')[1]


def test_a_comment_cannot_move_below_itself(desk: Client, article: Any) -> None:
    question = ask(article)
    reply = reply_to(question)
    response = desk.post(address(question, "move"), {"place": "below", "parent": reply.pk})
    assert response.status_code == 422
    assert "one of its own replies" in page(response)


def test_next_after_breaks_ties_by_number(article: Any) -> None:
    one, two, three = (ask(article, f"{n}?", approved=False) for n in range(3))
    same = one.posted_at - timedelta(days=1)
    Comment.objects.filter(pk__in=[one.pk, two.pk, three.pk]).update(posted_at=same)
    assert desk_pages.next_after(fresh(one)) == two.pk
    assert desk_pages.next_after(fresh(three)) == one.pk


def test_the_queue_is_read_from_indexes_however_many_comments_there_are(article: Any) -> None:
    ask(article)
    now = timezone.now()
    Comment.objects.bulk_create(
        Comment(
            pk=pk, tree_id=pk, lft=1, rght=2, level=0, article=article, name="Ann", body="?", body_html="<p>?</p>",
            status="approved", posted_at=now, published_at=now, answered_at=now, position=pk,
        )
        for pk in range(1_000_000, 1_003_000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE comments_comment")  # in a table of one row no index would be worth a look
    for questions in (Comment.objects.unanswered().order_by("posted_at", "pk"), Comment.objects.waiting()):
        plan = questions.explain()
        assert re.search("comment_(page_)?unanswered", plan), plan  # both indexes hold the unanswered alone
        assert "Seq Scan" not in plan


def test_erasing_is_an_owners(client, article):
    question = ask(article, "My secret.")
    client.force_login(moderator("ben"))
    assert "/erase/" not in client.get(address(question)).content.decode()
    for data in ({}, {"confirmed": "yes"}):
        assert client.post(address(question, "erase"), data).status_code == 403
    assert fresh(question).body == "My secret."
