"""POST /<slug>/comments/: what readers send, and what they get back."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advice.models import Article
from comments import moderation, posting, views
from comments.models import Comment
from comments.reader_models import PrivateLink
from tests.factories import ask, fresh, make_article, reply_to

pytestmark = pytest.mark.django_db


def send(client: Client, article: Any, **fields: Any) -> Any:
    headers = fields.pop("headers", {})
    return client.post(
        f"{article.get_absolute_url()}comments/", {"name": "Ann", "body": "Should I write?", **fields}, headers=headers
    )


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_question_is_pending_and_leads_to_its_private_link(client: Client, article: Any) -> None:
    response = send(client, article)
    assert response.status_code == 303
    assert response["Location"].startswith("/q/")
    assert "no-store" in response["Cache-Control"]
    comment = Comment.objects.get()
    assert (comment.status, comment.name, comment.body, comment.level) == ("pending", "Ann", "Should I write?", 0)


@pytest.mark.django_db(transaction=True)
def test_a_comment_and_its_private_link_are_there_together_or_not_at_all(client: Client, article: Any) -> None:
    with CaptureQueriesContext(connection) as queries:
        send(client, article)
    said = [query["sql"] for query in queries]
    (written,) = [number for number, sql in enumerate(said) if sql.startswith('INSERT INTO "comments_comment"')]
    (linked,) = [number for number, sql in enumerate(said) if sql.startswith('INSERT INTO "comments_privatelink"')]
    first, last = sorted((written, linked))
    assert not any(sql.startswith("COMMIT") for sql in said[first:last])
    assert said[-1].startswith("COMMIT")


def test_readers_get_no_cookie(client: Client, article: Any) -> None:
    send(client, article)
    client.get(article.get_absolute_url())
    assert not client.cookies


def test_the_private_page_shows_the_text_and_is_kept_by_nobody(client: Client, article: Any) -> None:
    page = client.get(send(client, article, body="Is it over <for good>?")["Location"])
    assert "Is it over &lt;for good&gt;?" in text(page)
    assert "Received" in text(page)
    assert page["Cache-Control"] == "no-store, private"
    assert "noindex" in page["X-Robots-Tag"]
    assert "ETag" not in page


def test_the_private_page_shows_the_answer_when_it_is_there(client: Client, article: Any, sarah: Any) -> None:
    address = send(client, article)["Location"]
    moderation.answer(Comment.objects.get(), by=sarah, body="Give it a *month*.")
    page = text(client.get(address))
    assert "Public" in page
    assert "Give it a <em>month</em>." in page


def test_a_guessed_link_leads_nowhere(client: Client, article: Any) -> None:
    send(client, article)
    response = client.get("/q/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/")
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store, private"


def test_no_token_is_stored(client: Client, article: Any) -> None:
    token = send(client, article)["Location"].split("/")[2]
    assert token not in str(PrivateLink.objects.values_list())


def test_on_a_shared_computer_no_link_is_minted(client: Client, article: Any) -> None:
    response = send(client, article, shared="1")
    assert (response.status_code, response["Location"]) == (303, "/q/sent/")
    assert not PrivateLink.objects.exists()
    assert "no private link" in text(client.get("/q/sent/"))


def test_without_javascript_the_text_is_shown_once_more_before_it_is_sent(client: Client, article: Any) -> None:
    response = send(client, article, body="One\n\nTwo", step="check")
    assert response.status_code == 200
    assert "<p>One</p><p>Two</p>" in text(response)
    assert 'id="respond"' in text(response)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "Please give a name"),
        ({"name": "\u200b \u00ad"}, "Please give a name"),
        ({"body": "  \n "}, "Please write"),
        ({"body": "\u200d\u2060"}, "Please write"),
        ({"body": "\u3164\u2800"}, "Please write"),
        ({"name": "\uffa0"}, "Please give a name"),
        ({"name": "x" * 61}, "61 characters"),
        ({"body": "x" * 10_001}, "1 more than fit"),
        ({"email": "ann at home"}, "does not look like an email"),
        ({"email": "a@" + "b" * 300 + ".example"}, "does not look like an email"),
        ({"name": "sarah"}, "is kept for somebody who answers"),
        ({"name": "S\u0430r\u0430h"}, "is kept for somebody who answers"),
        ({"body": "caf\ufffd"}, "arrived damaged"),
    ],
)
def test_bad_input_is_named_and_everything_typed_comes_back(
    client: Client, article: Any, fields: dict[str, str], says: str
) -> None:
    response = send(client, article, **{"name": "Ann", "email": "ann@example.com", "body": "KEEP THIS", **fields})
    assert response.status_code == 422
    assert 'role="alert"' in text(response)
    assert says in text(response)
    assert "no-store" in response["Cache-Control"]
    for typed in ("KEEP THIS", "ann@example.com"):
        if typed not in fields.values() and not ({"body", "email"} & fields.keys()):
            assert typed in text(response)
    assert not Comment.objects.exists()


def test_whatever_is_wrong_everything_typed_comes_back(client: Client, article: Any) -> None:
    parent = ask(article).pk
    typed = {"name": "Sarah", "email": "ann at home", "body": "x" * 10_001, "website": "w.example", "shared": "1"}
    page = text(send(client, article, parent=parent, **typed))
    for value in ('value="Sarah"', 'value="ann at home"', "x" * 10_001, 'value="w.example"', f'value="{parent}"'):
        assert value in page
    assert re.search(r'name="shared"[^>]*checked', page)


def test_the_check_step_keeps_everything_typed(client: Client, article: Any) -> None:
    parent = ask(article).pk
    page = text(send(client, article, parent=parent, email="ann@example.com", body="MY WORDS", step="check"))
    for value in ('value="Ann"', 'value="ann@example.com"', "MY WORDS</textarea>", f'value="{parent}"'):
        assert value in page


def refused(client: Client, article: Any, settings: Any, why: str) -> Any:
    """One of each kind of refusal, with the same text."""
    sent: dict[str, Any] = {"body": "MY WORDS"}
    if why == "closed":
        Article.objects.filter(pk=article.pk).update(comments_open=False)
    elif why == "closed, at the check":
        Article.objects.filter(pk=article.pk).update(comments_open=False)
        sent |= {"step": "check"}
    elif why == "too many":
        settings.POST_LIMITS = True
        for number in range(5):
            send(client, article, body=f"question {number}")
    elif why == "no such parent":
        sent |= {"parent": "7777777"}
    elif why == "foreign parent":
        sent |= {"parent": ask(make_article()).pk}
    elif why == "pending parent":
        sent |= {"parent": ask(article, approved=False).pk}
    elif why == "wrong":
        sent |= {"name": ""}
    return send(client, article, **sent)


@pytest.mark.parametrize(
    ("why", "status"),
    [
        ("closed", 403),
        ("closed, at the check", 403),
        ("too many", 429),
        ("no such parent", 422),
        ("foreign parent", 422),
        ("pending parent", 422),
        ("wrong", 422),
    ],
)
def test_a_refusal_keeps_the_text_and_is_kept_by_nobody(
    client: Client, article: Any, settings: Any, why: str, status: int
) -> None:
    response = refused(client, article, settings, why)
    assert response.status_code == status
    assert "MY WORDS</textarea>" in text(response)
    assert 'role="alert"' in text(response)
    assert "no-store" in response["Cache-Control"]


def test_half_a_form_is_no_comment(article: Any) -> None:
    half = b"name=Ann&body=half a ques"
    request = RequestFactory().post("/", half, content_type="application/x-www-form-urlencoded")
    request = WSGIRequest({**request.environ, "CONTENT_LENGTH": "500", "wsgi.input": BytesIO(half)})
    assert views.post(request, article.slug).status_code == 400
    assert not Comment.objects.exists()


def test_a_form_without_a_length_is_asked_for_one(client: Client, article: Any) -> None:
    address = f"{article.get_absolute_url()}comments/"
    headers = {"transfer-encoding": "chunked"}
    assert client.generic("POST", address, b"", CONTENT_LENGTH="", headers=headers).status_code == 411


@pytest.mark.parametrize("body", [b"name=Ann&body=caf\xe9", b"name=A\xff&body=hello"])
def test_bytes_that_are_not_utf8_are_named(client: Client, article: Any, body: bytes) -> None:
    address = f"{article.get_absolute_url()}comments/"
    response = client.generic("POST", address, body, "application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert "arrived damaged" in text(response)


def test_a_hundred_copies_keep_twenty_links(client: Client, article: Any) -> None:
    addresses = [send(client, article)["Location"] for _ in range(25)]
    assert PrivateLink.objects.count() == 20
    assert client.get(addresses[-1]).status_code == 200


def at_once(count: int, work: Any) -> list[Any]:
    """`work(number)` in threads with connections of their own, started together."""
    together = threading.Barrier(count)

    def run(number: int) -> Any:
        together.wait(30)
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_when_everything_comes_at_once(article: Any, settings: Any) -> None:
    settings.POST_LIMITS = True
    answers = at_once(12, lambda number: send(Client(), article, body=f"question {number}").status_code)
    assert sorted(answers) == [303] * 5 + [429] * 7
    assert Comment.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_comment(article: Any) -> None:
    assert at_once(6, lambda _: send(Client(), article).status_code) == [303] * 6
    assert Comment.objects.count() == 1


def test_the_first_wrong_field_has_the_focus(client: Client, article: Any) -> None:
    page = text(send(client, article, name="", body=""))
    assert page.count("autofocus") == 1
    assert page.index("autofocus") < page.index('name="email"')


def test_lengths_count_code_points_after_crlf_became_lf(client: Client, article: Any) -> None:
    body = "\U0001f494" * 4_999 + "\r\n" + "\U0001f494" * 5_000
    assert send(client, article, body=body, name="\U0001f494" * 60).status_code == 303
    assert len(Comment.objects.get().body) == 10_000


def test_controls_and_direction_overrides_go_quietly_and_joiners_stay(client: Client, article: Any) -> None:
    send(client, article, name="An\u202en\x00", body="a\x07b\u2066c \u0646\u200c\u0627 \U0001f469\u200d\U0001f467")
    comment = Comment.objects.get()
    assert comment.name == "Ann"
    assert comment.body == "abc \u0646\u200c\u0627 \U0001f469\u200d\U0001f467"


def test_broken_utf8_is_named(client: Client, article: Any) -> None:
    response = client.post(
        f"{article.get_absolute_url()}comments/",
        b"name=Ann&body=caf%E9",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 422
    assert "arrived damaged" in text(response)


def test_missing_fields_are_like_empty_ones(client: Client, article: Any) -> None:
    assert client.post(f"{article.get_absolute_url()}comments/", {}).status_code == 422


def test_five_megabytes_get_the_limit(client: Client, article: Any) -> None:
    response = send(client, article, body="x" * 5_000_000)
    assert response.status_code == 413
    assert "1 MB" in text(response)
    assert "Back" in text(response)


@pytest.mark.parametrize("parent", ["9" * 1_000, "9" * 18, "-1", "0", "x", "1.0", "٣", "1 OR 1=1"])
def test_a_parent_that_is_none_is_refused_and_the_text_kept(client: Client, article: Any, parent: str) -> None:
    response = send(client, article, parent=parent, body="KEEP THIS")
    assert response.status_code == 422
    assert "KEEP THIS" in text(response)
    assert 'name="parent" value=""' in text(response)  # sending it again makes it a question
    assert not Comment.objects.exists()


def test_a_parent_of_almost_a_million_digits_is_refused(client: Client, article: Any) -> None:
    assert send(client, article, parent="9" * 900_000).status_code == 422


def test_a_parent_of_a_million_digits_is_more_than_a_form_may_weigh(client: Client, article: Any) -> None:
    assert send(client, article, parent="9" * 1_000_000).status_code == 413


@pytest.mark.parametrize("verb", [moderation.hold, moderation.mark_spam, moderation.trash, moderation.erase])
def test_an_unapproved_parent_is_refused(client: Client, article: Any, sarah: Any, verb: Any) -> None:
    question = ask(article)
    verb(question, by=sarah)
    assert send(client, article, parent=question.pk).status_code == 422


def test_a_parent_on_another_article_is_refused(client: Client, article: Any) -> None:
    assert send(client, make_article(), parent=ask(article).pk).status_code == 422


def test_a_reply_goes_below_its_parent(client: Client, article: Any) -> None:
    question = ask(article)
    assert send(client, article, parent=question.pk).status_code == 303
    reply = Comment.objects.replies().get()
    assert (reply.parent_id, reply.tree_id, reply.level) == (question.pk, question.pk, 1)


def test_closed_questions_are_refused_and_the_text_kept(client: Client, article: Any) -> None:
    Article.objects.filter(pk=article.pk).update(comments_open=False)
    response = send(client, article, body="KEEP THIS")
    assert response.status_code == 403
    assert "KEEP THIS" in text(response)


def test_a_draft_takes_no_questions(client: Client, article: Any) -> None:
    Article.objects.filter(pk=article.pk).update(published_at=None)
    assert send(client, article).status_code == 404


def test_a_full_thread_takes_no_more_replies(client: Client, article: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "THREAD_LIMIT", 2)
    question = ask(article)
    reply_to(question)
    response = send(client, article, parent=question.pk)
    assert response.status_code == 403
    assert "a question of your own" in text(response)


def test_a_form_posted_twice_makes_one_row_and_a_fresh_link(client: Client, article: Any) -> None:
    first, second = send(client, article), send(client, article)
    assert Comment.objects.count() == 1
    assert first["Location"] != second["Location"]
    assert client.get(first["Location"]).status_code == client.get(second["Location"]).status_code == 200


def test_the_same_text_after_ten_minutes_is_a_new_comment_with_the_reason(client: Client, article: Any) -> None:
    send(client, article)
    Comment.objects.update(posted_at=timezone.now() - timedelta(minutes=11))
    send(client, article)
    assert list(Comment.objects.order_by("pk").values_list("reasons", flat=True)) == [[], ["same text"]]


def test_the_same_text_after_the_first_was_public_is_a_new_comment(client: Client, article: Any, sarah: Any) -> None:
    send(client, article)
    moderation.approve(Comment.objects.get(), by=sarah)
    send(client, article)
    assert Comment.objects.count() == 2


def test_the_same_words_by_another_name_or_elsewhere_are_another_comment(client: Client, article: Any) -> None:
    question = ask(article, name="Zoe")
    send(client, article)
    send(client, article, name="Bea")
    send(client, article, email="ann@example.com")
    send(client, article, parent=question.pk)
    assert Comment.objects.count() == 5


def test_a_filled_trap_looks_the_same_and_is_spam(client: Client, article: Any) -> None:
    response = send(client, article, website="http://spam.example")
    assert response.status_code == 303
    assert response["Location"].startswith("/q/")
    assert (Comment.objects.get().status, Comment.objects.get().reasons) == ("spam", ["trap field"])


def test_a_trapped_copy_does_not_swallow_the_question(client: Client, article: Any) -> None:
    send(client, article, website="x")
    send(client, article)
    assert sorted(Comment.objects.values_list("status", flat=True)) == ["pending", "spam"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 303),
        ({"origin": "http://testserver"}, 303),
        ({"origin": "https://testserver"}, 403),
        ({"origin": "http://testserver:81"}, 403),
        ({"origin": "http://other.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 303),
    ],
)
def test_posts_from_other_sites_are_refused(client: Client, article: Any, headers: dict[str, str], status: int) -> None:
    response = send(client, article, headers=headers, body="MY WORDS")
    assert response.status_code == status
    assert "MY WORDS" not in text(response)
    assert "no-store" in response["Cache-Control"]


def test_sarahs_own_browser_posts_as_any_reader(client: Client, article: Any, sarah: Any) -> None:
    client.force_login(sarah)
    send(client, article, name="A friend")
    comment = Comment.objects.get()
    assert (comment.author, comment.status) == (None, "pending")


def test_get_leads_to_the_form(client: Client, article: Any) -> None:
    response = client.get(f"{article.get_absolute_url()}comments/")
    assert (response.status_code, response["Location"]) == (302, f"{article.get_absolute_url()}#respond")


def test_the_sixth_post_in_ten_minutes_waits(client: Client, article: Any, settings: Any) -> None:
    settings.POST_LIMITS = True
    for number in range(5):
        assert send(client, article, body=f"question {number}").status_code == 303
    response = send(client, article, body="KEEP THIS")
    assert response.status_code == 429
    assert 590 < int(response["Retry-After"]) <= 601
    assert "KEEP THIS" in text(response)
    assert send(client, article, body="question 4").status_code == 303  # the click that came twice
    assert Comment.objects.count() == 5


def test_the_thirty_first_post_in_a_day_waits(client: Client, article: Any, settings: Any) -> None:
    settings.POST_LIMITS = True
    for number in range(30):
        send(client, article, body=f"question {number}")
        Comment.objects.update(posted_at=timezone.now() - timedelta(hours=1))
    assert Comment.objects.count() == 30
    assert send(client, article, body="one more").status_code == 429


def test_the_limits_count_networks(client: Client, article: Any, settings: Any) -> None:
    settings.POST_LIMITS = True
    for number in range(5):
        send(client, article, body=f"question {number}")
    address = f"{article.get_absolute_url()}comments/"
    assert client.post(address, {"name": "Ann", "body": "one"}, REMOTE_ADDR="192.0.2.7").status_code == 303
    # Nobody is believed to be somebody else, unless they are a trusted proxy.
    assert client.post(address, {"name": "Ann", "body": "two"}, HTTP_X_FORWARDED_FOR="192.0.2.8").status_code == 429


def test_a_network_is_kept_as_a_hash_only(client: Client, article: Any) -> None:
    send(client, article)
    assert len(Comment.objects.get().network) == 32


def test_an_unknown_content_type_is_an_empty_form(client: Client, article: Any) -> None:
    address = f"{article.get_absolute_url()}comments/"
    assert client.post(address, "{}", content_type="application/json").status_code == 422
    body = urlencode({"name": "Ann"}).encode("utf-16")
    broken = client.generic("POST", address, body, content_type="application/x-www-form-urlencoded; charset=utf-16")
    assert broken.status_code == 400


def test_a_published_comment_has_its_status_on_the_private_page(client: Client, article: Any, sarah: Any) -> None:
    address = send(client, article)["Location"]
    comment = Comment.objects.get()
    moderation.approve(comment, by=sarah)
    assert "Public" in text(client.get(address))
    moderation.trash(fresh(comment), by=sarah)
    assert "Not published" in text(client.get(address))
    Article.objects.filter(pk=article.pk).update(published_at=None, title="SECRET TITLE")
    moderation.restore(fresh(comment), by=sarah)
    draft = text(client.get(address))
    assert "Not public at present" in draft
    assert "SECRET TITLE" not in draft
    moderation.erase(fresh(comment), by=None)
    assert client.get(address).status_code == 404
