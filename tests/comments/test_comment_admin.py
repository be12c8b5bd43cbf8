"""Comments in the admin's list: found, read and moderated in bulk, through the verbs alone."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments import moderation, posting, statuses
from comments.log_models import ModerationEvent
from comments.models import Comment, Status
from tests.factories import answer, ask, fresh, make_article, reply_to

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/comment/"


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def act(client: Client, action: str, *comments: Comment, everywhere: bool = False, query: str = "") -> str:
    """What the admin says after an action on these rows."""
    data = {
        "action": action,
        "_selected_action": [comment.pk for comment in comments],
        "select_across": int(everywhere),
    }
    response = client.post(LIST + query, data, follow=True)
    assert response.status_code == 200
    return " ".join(str(message) for message in response.context["messages"])


def found(client: Client, **query: str) -> set[int]:
    return {row.pk for row in client.get(LIST, query).context["cl"].result_list}


# --- Rights ---------------------------------------------------------------------------------------------------------


def test_anonymous_visitors_are_asked_to_log_in(client: Client) -> None:
    assert client.get(LIST).headers["Location"].startswith("/admin/login/")


def test_staff_without_rights_see_no_comments(client: Client, article: Any) -> None:
    question = ask(article)
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{question.pk}/change/").status_code == 403


def test_staff_who_may_look_may_not_act(client: Client, article: Any) -> None:
    question = ask(article)
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_comment"))
    client.force_login(clerk)
    assert client.get(LIST).status_code == 200
    client.post(LIST, {"action": "trash", "_selected_action": [question.pk]})
    assert fresh(question).status == Status.APPROVED


@pytest.mark.parametrize("login", ["sarah", "superuser"])
def test_nobody_adds_deletes_or_rewrites_comments_here(client: Client, sarah: Any, article: Any, login: str) -> None:
    question = ask(article)
    client.force_login(sarah if login == "sarah" else User.objects.create_superuser("root"))
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{question.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{question.pk}/change/", {"body": "Other words", "status": "spam"}).status_code == 403
    act(client, "delete_selected", question)
    assert fresh(question).body == question.body
    assert fresh(question).status == Status.APPROVED


def test_moderators_see_no_users(as_sarah: Client) -> None:
    assert as_sarah.get("/admin/auth/user/").status_code == 403
    assert as_sarah.get("/admin/auth/group/").status_code == 403


def test_the_log_can_be_read_and_not_written(as_sarah: Client, article: Any) -> None:
    ask(article)
    event = ModerationEvent.objects.get()
    assert as_sarah.get("/admin/comments/moderationevent/").status_code == 200
    assert as_sarah.get(f"/admin/comments/moderationevent/{event.pk}/change/").status_code == 200
    assert as_sarah.post(f"/admin/comments/moderationevent/{event.pk}/change/", {"reason": "x"}).status_code == 403
    assert as_sarah.get("/admin/comments/moderationevent/add/").status_code == 403


# --- The list -------------------------------------------------------------------------------------------------------


def test_search_looks_into_names_emails_and_texts(as_sarah: Client, article: Any) -> None:
    by_name = ask(article, "One?", name="Zebedee")
    by_email = ask(article, "Two?", email="zebedee@example.com")
    by_text = ask(article, "Do you know Zebedee?")
    ask(article, "Something else?")
    assert found(as_sarah, q="zebedee") == {by_name.pk, by_email.pk, by_text.pk}


def test_filters_tell_questions_by_status_answer_and_article(as_sarah: Client, article: Any) -> None:
    answered, unanswered = ask(article, "Answered?"), ask(article, "Unanswered?")
    reply = answer(answered)
    pending = ask(make_article(), "Pending?", approved=False)
    assert found(as_sarah, status__exact="pending") == {pending.pk}
    assert found(as_sarah, kind="answered") == {answered.pk}
    assert found(as_sarah, kind="unanswered") == {unanswered.pk}
    assert found(as_sarah, kind="waiting") == {unanswered.pk, pending.pk}
    assert found(as_sarah, kind="replies") == {reply.pk}
    assert found(as_sarah, article=str(pending.article_id)) == {pending.pk}
    assert found(as_sarah, article="nonsense") == found(as_sarah)


def test_the_newest_stand_first(as_sarah: Client, article: Any) -> None:
    pks = [ask(article, f"{number}?").pk for number in range(3)]
    assert [row.pk for row in as_sarah.get(LIST).context["cl"].result_list] == pks[::-1]


def test_the_list_costs_the_same_queries_with_5_and_with_60_comments(as_sarah: Client, article: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_sarah.get(LIST).status_code == 200
        return len(captured)

    for number in range(5):
        ask(article, f"{number}?", approved=False)
    few = queries()
    for number in range(55):
        ask(make_article() if number % 10 == 0 else article, f"More {number}?", approved=False)
    assert queries() == few <= 10


def test_the_page_of_a_comment_shows_its_thread_and_the_way_to_the_desk(as_sarah: Client, article: Any) -> None:
    question = ask(article, "Should I write?")
    reply = reply_to(question, "I would wait.")
    html = as_sarah.get(f"{LIST}{reply.pk}/change/").content.decode()
    assert f'href="/admin/desk/{reply.pk}/"' in html
    assert "Should I write?" in html
    assert "<select" not in html.split('id="content-main"')[1]
    assert 'name="_save"' not in html


# --- The actions ----------------------------------------------------------------------------------------------------


def test_the_actions_are_the_verbs_and_deleting_is_none_of_them(as_sarah: Client, article: Any) -> None:
    ask(article)
    choices = as_sarah.get(LIST).context["action_form"].fields["action"].choices
    assert [name for name, _ in choices] == ["", "approve", "hold", "mark_spam", "trash", "restore", "undo"]


@pytest.mark.parametrize(
    ("start", "action", "end"),
    [
        (Status.PENDING, "approve", Status.APPROVED),
        (Status.APPROVED, "hold", Status.PENDING),
        (Status.PENDING, "mark_spam", Status.SPAM),
        (Status.APPROVED, "trash", Status.TRASH),
        (Status.TRASH, "restore", Status.APPROVED),
        (Status.TRASH, "undo", Status.APPROVED),
    ],
)
def test_an_action_calls_its_verb_in_the_name_of_who_chose_it(
    as_sarah: Client, sarah: Any, article: Any, start: str, action: str, end: str
) -> None:
    comments = [ask(article, f"{number}?", approved=start != Status.PENDING) for number in range(2)]
    if start == Status.TRASH:
        moderation.trash(comments, by=None)
    assert "2 comments changed." in act(as_sarah, action, *comments)
    for comment in comments:
        assert fresh(comment).status == end
        last = comment.events.latest("pk")
        assert (last.verb, last.by) == (action, sarah)


def test_an_action_tells_how_many_needed_no_change(as_sarah: Client, article: Any) -> None:
    pending, public = ask(article, "One?", approved=False), ask(article, "Two?")
    assert "1 comment changed. 1 needed no change." in act(as_sarah, "approve", pending, public)


def test_words_that_changed_after_the_list_was_shown_are_not_approved_unread(as_sarah: Client, article: Any) -> None:
    same, changed = ask(article, "One?", approved=False), ask(article, "Two?", approved=False)
    form = as_sarah.get(LIST).context["action_form"]
    posting.rewrite(changed, name="Ann", body="Buy my pills.")
    data = {"action": "approve", "_selected_action": [same.pk, changed.pk], "shown_at": form["shown_at"].value()}
    response = as_sarah.post(LIST, data, follow=True)
    assert [fresh(comment).status for comment in (same, changed)] == [Status.APPROVED, Status.PENDING]
    said = " ".join(str(message) for message in response.context["messages"])
    assert "1 comment changed. 1 got other words since this list was shown" in said
    assert as_sarah.post(LIST, {**data, "shown_at": "yesterday"}).status_code == 400


def test_an_action_on_all_that_were_found_works_in_batches(
    as_sarah: Client, article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statuses, "BATCH", 3)
    spam = [ask(article, f"Pills {number}", approved=False) for number in range(8)]
    kept = ask(article, "A real question", approved=False)
    assert "8 comments changed." in act(as_sarah, "mark_spam", spam[0], everywhere=True, query="?q=pills")
    assert {fresh(comment).status for comment in spam} == {Status.SPAM}
    assert fresh(kept).status == Status.PENDING


def test_comments_are_registered_without_mptts_admin() -> None:
    assert "mptt" not in " ".join(base.__module__ for base in type(admin.site.get_model_admin(Comment)).__mro__)
