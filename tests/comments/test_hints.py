"""Before somebody sends, they are told what would say who they are. They decide: nothing is held back by it."""

from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory

from comments import hints, links, markup, posting, views
from comments.models import BODY_LENGTH, Comment
from tests.factories import ask, fresh, submission

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TITLE = "This would be public"


def look(client: Client, body: str, name: str = "Ann", **headers: str) -> Any:
    return client.post("/questions/hints/", {"name": name, "body": body}, headers=headers or None)


def told(name: str, body: str) -> list[tuple[str, str]]:
    return [(hint.words, str(hint.looks_like)) for hint in hints.of(name, body)]


def check(client: Client, article: Any, body: str, **fields: Any) -> str:
    data = {"name": "Ann", "body": body, "parent": "", "step": "check", **fields}
    return str(client.post(f"/{article.slug}/comments/", data).content.decode())


# --- What is said ---------------------------------------------------------------------------------------------------


def test_each_kind_is_told_by_its_words_in_the_order_of_the_text() -> None:
    body = "I am Ann Smith, 12 Mill Lane; 07700 900123, ann@example.com or ann_of_kent. Ring 07700 900123!"
    assert told("Ann", body) == [
        ("Ann Smith", "looks like a full name"),
        ("12 Mill Lane", "looks like an address"),
        ("07700 900123", "looks like a phone number"),
        ("ann@example.com", "looks like an email address"),
        ("ann_of_kent", "looks like an account name"),
    ]


@pytest.mark.parametrize("name", ["Ann Smith", "ann smith", "Anna-Lena von Berg", "Tom O’Brien"])
def test_a_full_name_in_the_field_for_it_is_told_once(name: str) -> None:
    assert told(name, f"Yours, {name}") == [(name, "looks like your full name; a nickname is fine")]


def test_an_address_in_the_field_for_the_name_is_told() -> None:
    assert told("ann@example.com", "Why?") == [("ann@example.com", "looks like an email address")]


@pytest.mark.parametrize(
    "name", ["Ann", "Ann S.", "Ben K", "Jo-Ann", "Heartbroken in Hull", "Lost Soul", "Mrs Smith", ""]
)
def test_a_nickname_is_no_full_name(name: str) -> None:
    assert told(name, "Dear Sarah, he left on 12.05.2023. Should I write?") == []


def test_a_long_list_has_an_end() -> None:
    assert len(hints.of("Ann", " ".join(f"ann{number}@example.com" for number in range(200)))) == hints.MOST


# --- While they write -----------------------------------------------------------------------------------------------


def test_it_is_a_fragment_that_nobody_keeps_and_writes_nothing(client: Client, article: Any) -> None:
    ask(article)
    before = list(Comment.objects.values())
    response = look(client, "Call 07700 900123", "Ann <b>Smith</b>")
    page = response.content.decode()
    assert TITLE in page
    assert "<html" not in page
    assert ">07700 900123</bdi> looks like a phone number" in page
    assert response.headers["Cache-Control"] == "no-store, private"
    assert not response.cookies
    assert list(Comment.objects.values()) == before


@pytest.mark.parametrize("text", ["", "\x00", "\ud83d", "x" * (BODY_LENGTH * 3), '"(*:^', "<b>Ann</b>"])
def test_it_is_empty_where_there_is_nothing_to_say_whatever_was_typed(client: Client, text: str) -> None:
    body = b"body=" + text.encode("utf-8", "surrogatepass")
    response = client.post("/questions/hints/", body, "application/x-www-form-urlencoded")
    assert (response.status_code, response.content.strip()) == (200, b"")


def test_what_looks_like_markup_is_text(client: Client) -> None:
    page = look(client, "mail <img src=x>ann@example.com</b>", "Ann Smith<script>").content.decode()
    assert "<script>" not in page
    assert "<img" not in page


def test_other_sites_get_nothing_and_it_is_no_page(client: Client) -> None:
    assert look(client, "07700 900123", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get("/questions/hints/", {"body": "07700 900123"}).status_code == 405


def test_a_cut_body_is_refused(rf: RequestFactory) -> None:
    request = rf.post("/questions/hints/", {"body": "07700 900123"})
    cut = WSGIRequest({**request.environ, "wsgi.input": BytesIO(b"body=0770")})
    assert views.hints_before_sending(cut).status_code == 400


# --- On the page that checks ----------------------------------------------------------------------------------------


def test_the_page_that_checks_lists_them_and_marks_their_words(client: Client, article: Any) -> None:
    page = check(client, article, "Call me: 07700 900123 & soon", name="Ann Smith")
    assert page.index(TITLE) < page.index('class="preview"') < page.index(">Send</button>")
    assert ">Ann Smith</bdi> looks like your full name; a nickname is fine" in page
    assert "<p>Call me: <mark>07700 900123</mark> &amp; soon</p>" in page
    assert "Is there a full name" not in page
    assert page.count("07700 900123") == 3  # in the list, in the preview, in the field


def test_where_there_is_nothing_to_tell_the_page_asks_as_ever(client: Client, article: Any) -> None:
    page = check(client, article, "Should I write?")
    assert TITLE not in page
    assert "<mark>" not in page
    assert "Is there a full name" in page


def test_it_is_sent_all_the_same(client: Client, article: Any) -> None:
    data = {"name": "Ann Smith", "body": "07700 900123", "parent": ""}
    assert client.post(f"/{article.slug}/comments/", data).status_code == 303
    assert Comment.objects.get().body == "07700 900123"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("t.me/annsmith", "<p><mark>t.me/annsmith</mark></p>"),
        ("see http://a.example/ann_of_kent and ann_of_kent", 'href="http://a.example/ann_of_kent"'),
        ("7 <b> 07700 900123", "<p>7 &lt;b&gt; <mark>07700 900123</mark></p>"),
    ],
)
def test_marks_leave_the_rest_as_it_is(body: str, expected: str) -> None:
    marked = hints.marked(markup.reader_html(body), hints.of("Ann", body))
    assert expected in marked
    assert marked.replace("<mark>", "").replace("</mark>", "") == markup.reader_html(body)


@pytest.mark.parametrize("address", ["/comments/{}/reply/", "/{}/"])
def test_every_form_has_a_place_for_them(client: Client, article: Any, address: str) -> None:
    page = client.get(address.format(ask(article).pk if "comments" in address else article.slug)).content.decode()
    assert page.count('data-hints="/questions/hints/"') == 1
    assert "advice/js/hints.js" in page


# --- Private pages' forms, without scripts --------------------------------------------------------------------------


def own(client: Client, article: Any, act: str) -> tuple[str, Comment]:
    comment = ask(article, "Should I call?") if act == "add" else post(article)
    return f"{links.mint(comment)}{act}/", comment


def post(article: Any) -> Comment:
    return posting.post(submission(article, "Should I call?")).comment


@pytest.mark.parametrize("act", ["change", "add"])
def test_a_private_form_comes_back_once_with_what_would_be_public(client: Client, article: Any, act: str) -> None:
    address, _ = own(client, article, act)
    assert 'name="step" value="check"' in client.get(address).content.decode()
    data = {"name": "Ann", "body": "Call me: 07700 900123"}
    checked = client.post(address, data | {"step": "check"})
    page = checked.content.decode()
    assert checked.status_code == 200
    assert page.index(TITLE) < page.index('<form id="respond"')
    assert 'name="step"' not in page
    assert not Comment.objects.filter(body=data["body"]).exists()
    assert client.post(address, data).status_code == 303
    assert Comment.objects.filter(body=data["body"]).exists()


def test_a_private_form_with_nothing_to_tell_is_sent_at_once(client: Client, article: Any) -> None:
    address, comment = own(client, article, "change")
    assert client.post(address, {"name": "Ann", "body": "Or write?", "step": "check"}).status_code == 303
    assert fresh(comment).body == "Or write?"
