"""Whatever is in an address, a header or a cookie: no error of ours, no other site to go to, no cookie."""

import os
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advice.gateway import application, plain_content_type
from comments import arrivals, links, markup
from comments.forms import CommentForm
from tests.factories import answer, ask
from tests.hostile import strings

pytestmark = pytest.mark.django_db

LONG = os.environ.get("TEST_LONG") == "1"
TRIED = strings.EVERY if LONG else strings.FEW[::2]
BRIEFLY = settings(
    derandomize=not LONG,
    max_examples=2_000 if LONG else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PATHS = [
    "/{}/",
    "/{}/feed/",
    "/{}/comments/",
    "/comments/{}/",
    "/comments/{}/reply/",
    "/comments/{}/report/{}/",
    "/questions/{}/",
    "/q/{}/",
    "/q/{}/add/",
    "/q/confirm/{}/",
    "/q/mine/{}/",
    "/q/mine/{}/open/",
    "/q/mine/{}/data/",
    "/q/mine/{}/data.json",
    "/q/mine/{}/erase/",
    "/q/receipt/{}/",
    "/unsubscribe/{}/",
    "/situations/{}/",
    "/{}/comment-page-{}/",
    "/media/{}",
    "/static/{}",
    "/sitemap-questions-{}-1.xml",
    "/admin/desk/{}/",
    "/admin/desk/undo/{}/",
    "/admin/comments/comment/{}/change/",
    "/admin/{}",
    "/{}",
]
QUERIES = {
    "/": ("p", "page_id"),
    "/questions/": ("q", "article", "situation", "answered", "order", "page"),
    "/search/": ("q", "page"),
    "/admin/desk/": ("q", "tab", "article", "since", "page"),
    "/admin/comments/comment/": ("q", "p", "o", "status__exact", "all", "e"),
    "/admin/comments/moderationevent/": ("q", "p", "o", "verb", "at__gte"),
    "/admin/comments/emailaddress/": ("q", "p", "o"),
    "/admin/advice/article/": ("q", "p", "o", "published_at__year"),
    "/admin/login/": ("next",),
}
FIELDS = ["name", "email", "body", "parent", "website", "step", "x"]
TYPES = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", ""]
HEADERS = [
    "Accept-Encoding",
    "Accept-Language",
    "Accept",
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "Origin",
    "Sec-Fetch-Site",
    "Referer",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "Cookie",
    "Content-Type",
    "Content-Encoding",
    "Host",
    "Authorization",
]


def test_any_text_in_a_path(client: Client, article: Any, admin_of: Any) -> None:
    for number, text in enumerate(TRIED):
        for path in PATHS if LONG else PATHS[number % 7 :: 7]:
            for part in (quote(text, safe=""), quote(text, safe="/%;:@?#[]!$&'()*+,=")):
                assert_calm(client.get(path.replace("{}", part)))


def test_any_text_in_a_query(client: Client, article: Any, admin_of: Any) -> None:
    answer(ask(article, "He ran away."))
    for number, text in enumerate(TRIED):
        for path, names in list(QUERIES.items()) if LONG else list(QUERIES.items())[number % 4 :: 4]:
            for name in names if LONG else names[:2]:
                assert_calm(client.get(path, {name: text}))


def test_any_text_in_a_header(client: Client, article: Any) -> None:
    question = ask(article)
    paths = ["/", article.get_absolute_url(), f"/questions/{question.pk}/", "/admin/login/", links.mint(question)]
    for number, text in enumerate(TRIED):
        value = text.encode("utf-8", "replace").decode("latin-1")  # as servers pass on what they get
        name = HEADERS[number % len(HEADERS)]
        for path in paths:
            assert_calm(client.get(path, headers={name: value}))
        assert client.post(f"{article.get_absolute_url()}comments/", {}, headers={name: value}).status_code < 500


def test_public_pages_take_no_notice_of_cookies(client: Client, article: Any) -> None:
    """Thousands of them, the admin's too: the same page, and none comes back."""
    plain = client.get(article.get_absolute_url())
    cookies = "; ".join(f"c{number}={text[:20]}" for number, text in enumerate(strings.EVERY) if text.isalnum())
    for header in (cookies, "sessionid=x; csrftoken=y; " * 500, "=;;=;" * 2_000):
        page = client.get(article.get_absolute_url(), headers={"Cookie": header})
        assert (page.content, page.cookies) == (plain.content, plain.cookies)
    assert not plain.cookies


@pytest.mark.parametrize(
    "method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 99]
)
def test_any_method_anywhere(client: Client, article: Any, admin_of: Any, method: str) -> None:
    paths = [
        "/",
        article.get_absolute_url(),
        f"{article.get_absolute_url()}comments/",
        "/questions/similar/",
        "/q/",
        "/feed/",
        "/theme.css",
        "/healthz",
        "/static/x",
        "/admin/desk/bulk/",
        "/admin/comments/comment/",
        "/nowhere/",
    ]
    for path in paths:
        assert_calm(client.generic(method, path, "name=Ann&body=x"))


@BRIEFLY
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=300)))
def test_any_form_is_valid_or_has_errors(form: dict[str, str]) -> None:
    read = CommentForm(form)
    if read.is_valid():
        sent = (read.cleaned_data["name"], read.cleaned_data["body"])
        assert sent == (markup.clean_line(sent[0]), markup.clean(sent[1]))
    again = CommentForm({name: read[name].value() or "" for name in ("name", "email", "body")} | {"parent": ""})
    assert again.is_valid() == read.is_valid()  # what is shown again is what was sent


@BRIEFLY
@given(
    st.binary(max_size=400),
    st.sampled_from(TYPES),
)
def test_any_bytes_as_a_form(client: Client, body: bytes, kind: str) -> None:
    assert client.post("/questions/similar/", body, content_type=kind).status_code in (200, 400, 403)
    assert client.post("/q/", body, content_type=kind).status_code in (303, 400, 422)


@BRIEFLY
@given(st.from_regex(r"/[^\x00]{0,60}", fullmatch=True), st.text(max_size=60))
def test_any_path(client: Client, path: str, query: str) -> None:
    assert_calm(client.get(quote(path), QUERY_STRING=query.encode("utf-8", "replace").decode("latin-1")))


@BRIEFLY
@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=120))
def test_any_content_type(header: str) -> None:
    assert "charset" not in plain_content_type(header).partition("boundary=")[0].partition(";")[2]
    environ = RequestFactory().get("/healthz").environ | {"CONTENT_TYPE": header}
    assert b"".join(application(environ, lambda *_: None)) == b"ok\n"


@BRIEFLY
@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=60), st.text(max_size=60))
def test_any_origin_is_ours_or_another(origin: str, site: str) -> None:
    request = RequestFactory().post("/", headers={"Origin": origin, "Sec-Fetch-Site": site})
    assert arrivals.is_cross_site(request) == (site not in ("same-origin", "none"))


def assert_calm(response: Any) -> None:
    """No error of ours; no other site to go to; no cookie on a public page."""
    assert response.status_code < 500, response
    target = response.headers.get("Location", "")
    assert not target.startswith(("//", "/\\", "http")), target
    assert not response.cookies or response.wsgi_request.path.startswith("/admin/"), response.wsgi_request.path
