"""Reporting a comment: who may, what comes back, what a moderator sees of it."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from advice.models import Article
from comments import moderation, reporting, reports
from comments.models import Comment
from comments.reader_models import Report
from tests.factories import answer, ask, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(article: Any) -> Comment:
    return ask(article, "He works at the bakery in Mill Lane.")


def address(comment: Comment) -> str:
    return f"/comments/{comment.pk}/report/"


def send(client: Client, comment: Comment, reason: str = "identity", details: str = "", **headers: str) -> Any:
    return client.post(address(comment), {"reason": reason, "details": details}, headers=headers)


# --- Who may report what --------------------------------------------------------------------------------------------


def test_the_form_shows_the_comment_and_points_to_help(client: Client, question: Comment) -> None:
    response = client.get(address(question))
    html = response.content.decode()
    assert response.status_code == 200
    assert "He works at the bakery" in html
    assert 'href="/help/"' in html.partition("<main")[2].partition("</main>")[0]
    assert response["Cache-Control"] == "no-store, private"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


def test_answers_and_replies_can_be_reported(client: Client, question: Comment) -> None:
    assert send(client, reply_to(question)).status_code == 303
    assert send(client, answer(question)).status_code == 303


@pytest.mark.parametrize("verb", [moderation.hold, moderation.mark_spam, moderation.trash, moderation.erase])
def test_what_readers_do_not_see_cannot_be_reported(client: Client, sarah: Any, question: Comment, verb: Any) -> None:
    reply_to(question)  # a placeholder stays
    verb(question, by=sarah)
    assert client.get(address(question)).status_code == 404
    assert send(client, question).status_code == 404
    assert not Report.objects.exists()


def test_a_pending_comment_cannot_be_reported(client: Client, article: Any) -> None:
    assert send(client, ask(article, approved=False)).status_code == 404


def test_nothing_on_an_unpublished_article_can_be_reported(client: Client, article: Any, question: Comment) -> None:
    Article.objects.filter(pk=article.pk).update(published_at=None)
    assert send(client, question).status_code == 404


@pytest.mark.parametrize("pk", [0, 2**63, 10**40])
def test_a_number_that_no_comment_has_is_not_found(client: Client, pk: int) -> None:
    assert client.get(f"/comments/{pk}/report/").status_code == 404
    assert client.get(f"/comments/{pk}/report/XXXX-XXXX/").status_code == 404


def test_a_comment_can_be_reported_where_questions_are_closed(client: Client, article: Any, question: Comment) -> None:
    Article.objects.filter(pk=article.pk).update(comments_open=False)
    assert send(client, question).status_code == 303


def test_other_methods_are_refused(client: Client, question: Comment) -> None:
    assert client.put(address(question)).status_code == 405
    assert client.post(f"{address(question)}XXXX-XXXX/").status_code == 405


# --- What comes back ------------------------------------------------------------------------------------------------


def test_a_report_gets_a_number_that_can_be_looked_up(client: Client, question: Comment) -> None:
    response = send(client, question, details="That is my brother.")
    kept = Report.objects.get()
    assert response["Location"] == f"{address(question)}{kept.reference}/"
    assert (kept.comment, kept.reason, kept.details, kept.handled_at) == (
        question, "identity", "That is my brother.", None,
    )  # fmt: skip
    assert kept.network

    page = client.get(response["Location"])
    assert page.status_code == 200
    assert kept.reference in page.content.decode()
    assert "my brother" not in page.content.decode()
    assert page["Cache-Control"] == "no-store, private"
    assert "noindex" in page["X-Robots-Tag"]


def test_the_page_says_when_it_was_looked_at(client: Client, sarah: Any, question: Comment) -> None:
    place = send(client, question)["Location"]
    assert "Nobody has looked at it yet" in client.get(place).content.decode()
    reporting.handle(Report.objects.all(), by=sarah)
    assert "Somebody looked at it on" in client.get(place).content.decode()


def test_the_number_of_another_comments_report_is_not_found(client: Client, article: Any, question: Comment) -> None:
    send(client, question)
    other = ask(article, "Another one")
    assert client.get(f"{address(other)}{Report.objects.get().reference}/").status_code == 404
    assert client.get(f"{address(question)}XXXX-XXXX/").status_code == 404


def test_danger_leads_to_help_first(client: Client, question: Comment) -> None:
    place = send(client, question, reason="danger")["Location"]
    assert "Please don’t wait for us" in client.get(place).content.decode()


def test_sending_twice_gives_the_same_number(client: Client, question: Comment) -> None:
    assert send(client, question, details="Twice")["Location"] == send(client, question, details="Twice")["Location"]
    assert Report.objects.count() == 1


def test_a_report_that_crosses_an_erasure_keeps_nothing(question: Comment, sarah: Any) -> None:
    moderation.erase(question, by=sarah)  # `question` is as the form had read it
    assert reporting.report(question, reason="identity", details="It is about Ann.", network="n") is None
    assert not Report.objects.exists()


def test_other_words_or_another_network_make_another_report(client: Client, question: Comment) -> None:
    send(client, question)
    send(client, question, details="More")
    client.post(address(question), {"reason": "identity"}, REMOTE_ADDR="203.0.113.7")
    assert Report.objects.count() == 3


def test_what_was_looked_at_can_be_reported_again(client: Client, sarah: Any, question: Comment) -> None:
    send(client, question)
    reporting.handle(Report.objects.all(), by=sarah)
    send(client, question)
    assert Report.objects.count() == 2


@pytest.mark.parametrize(
    ("reason", "details", "said"),
    [
        ("", "KEEP", "Please choose what is wrong."),
        ("nonsense", "KEEP", "Please choose what is wrong."),
        ("other", "KEEP" + "é" * 997, "Your text is 1 character too long"),
        ("other", "KEEP \ufffd", "arrived damaged"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: Client, question: Comment, reason: str, details: str, said: str
) -> None:
    response = send(client, question, reason, details)
    html = response.content.decode()
    assert response.status_code == 422
    assert response["Cache-Control"] == "no-store, private"
    assert said in html
    assert "KEEP" in html
    assert ('value="other" checked' in html) == (reason == "other")
    assert not Report.objects.exists()


def test_lengths_count_code_points(client: Client, question: Comment) -> None:
    assert send(client, question, details="😀" * 998 + "\r\n.").status_code == 303


@pytest.mark.parametrize(
    "body",
    [
        b"reason=other&details=%00a%00",
        b"reason=other&details=\xff\xfe",
        b"reason=%ff&details=%ff",
        b"reason=other&reason=danger&details=1&details=2",
        b"",
        b"&&&===",
        b"reason=other&details=" + b"%F0%9F%98%80" * 70_000,
    ],
)
def test_no_input_breaks_it(client: Client, question: Comment, body: bytes) -> None:
    response = client.post(address(question), body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (303, 422)


def test_what_is_typed_is_text(client: Client, question: Comment) -> None:
    html = send(client, question, "", "</textarea><script>x</script>").content.decode()
    assert "<script>x" not in html


# --- What is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_other_sites_cannot_report(client: Client, question: Comment, headers: dict[str, str]) -> None:
    response = send(client, question, details="ECHO", **headers)
    assert response.status_code == 403
    assert "ECHO" not in response.content.decode()
    assert not Report.objects.exists()


def test_half_a_form_is_refused(question: Comment) -> None:
    half = b"reason=other&details=half a rep"
    request = RequestFactory().post("/", half, content_type="application/x-www-form-urlencoded")
    request = WSGIRequest({**request.environ, "CONTENT_LENGTH": "500", "wsgi.input": BytesIO(half)})
    assert reports.report(request, question.pk).status_code == 400
    assert not Report.objects.exists()


def test_bytes_that_are_not_utf8_are_named(client: Client, question: Comment) -> None:
    body = b"reason=other&details=caf\xe9"
    response = client.generic("POST", address(question), body, "application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert "arrived damaged" in response.content.decode()


def test_a_network_reports_five_times_in_ten_minutes(client: Client, question: Comment, settings: Any) -> None:
    settings.POST_LIMITS = True
    for number in range(5):
        assert send(client, question, details=str(number)).status_code == 303
    response = send(client, question, details="KEEP")
    assert response.status_code == 429
    assert 590 < int(response["Retry-After"]) <= 601
    assert "KEEP" in response.content.decode()
    assert send(client, question, details="4").status_code == 303  # the same as before is none more
    assert client.post(address(question), {"reason": "other"}, REMOTE_ADDR="203.0.113.7").status_code == 303


def test_a_network_reports_thirty_times_a_day(client: Client, question: Comment, settings: Any) -> None:
    for number in range(30):
        send(client, question, details=str(number))
    Report.objects.update(reported_at=timezone.now() - timedelta(hours=3))
    settings.POST_LIMITS = True
    response = send(client, question, details="31")
    assert response.status_code == 429
    assert 20 * 3600 < int(response["Retry-After"]) <= 21 * 3600 + 1


def test_reports_and_posts_are_counted_apart(client: Client, article: Any, question: Comment, settings: Any) -> None:
    settings.POST_LIMITS = True
    for number in range(5):
        client.post(f"/{article.slug}/comments/", {"name": "Ann", "body": f"Question {number}"})
    assert send(client, question).status_code == 303


# --- What a moderator sees ------------------------------------------------------------------------------------------

LIST = "/admin/comments/report/"


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def make(question: Comment, details: str, **columns: Any) -> Report:
    made = reporting.report(question, reason="other", details=details, network="n")
    Report.objects.filter(pk=made.pk).update(**columns)
    return made


def test_open_reports_come_first_the_oldest_on_top(as_sarah: Client, question: Comment) -> None:
    now = timezone.now()
    handled = make(question, "a", handled_at=now)
    young = make(question, "b", reported_at=now)
    old = make(question, "c", reported_at=now - timedelta(days=3))
    response = as_sarah.get(LIST)
    assert [row.pk for row in response.context["cl"].result_list] == [old.pk, young.pk, handled.pk]
    assert f'href="/admin/desk/{question.pk}/"' in response.content.decode()
    assert [row.pk for row in as_sarah.get(LIST, {"open": "yes"}).context["cl"].result_list] == [old.pk, young.pk]


def test_handled_says_who_and_when_and_only_once(as_sarah: Client, sarah: Any, question: Comment) -> None:
    report = make(question, "a")
    as_sarah.post(LIST, {"action": "handled", "_selected_action": [report.pk]})
    report.refresh_from_db()
    first = report.handled_at
    assert report.handled_by == sarah
    as_sarah.post(LIST, {"action": "handled", "_selected_action": [report.pk]})
    report.refresh_from_db()
    assert report.handled_at == first


def test_a_report_is_read_and_never_changed(as_sarah: Client, question: Comment) -> None:
    report = make(question, "WHAT THEY WROTE")
    html = as_sarah.get(f"{LIST}{report.pk}/change/").content.decode()
    assert "WHAT THEY WROTE" in html
    assert "<textarea" not in html
    assert as_sarah.get(f"{LIST}add/").status_code == 403
    assert as_sarah.post(f"{LIST}{report.pk}/delete/").status_code == 403


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(
    as_sarah: Client, question: Comment, django_assert_max_num_queries: Any
) -> None:
    for number in range(50):
        make(question, str(number))
    with django_assert_max_num_queries(8):
        as_sarah.get(LIST)


def test_the_desk_says_how_many_wait(as_sarah: Client, question: Comment) -> None:
    assert "of readers</a> to look at" not in as_sarah.get("/admin/desk/").content.decode()
    make(question, "a")
    make(question, "b", handled_at=timezone.now())
    assert "1 report of readers</a> to look at" in as_sarah.get("/admin/desk/").content.decode()


def test_others_do_not_see_them(client: Client, question: Comment) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.get(LIST).status_code == 403
