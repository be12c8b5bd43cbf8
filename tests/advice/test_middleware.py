"""What every request passes."""

import ipaddress
import logging
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from advice import logs, middleware
from advice.gateway import application, plain_content_type
from comments.networks import network_of


def seen_address(settings: Any, peer: str, forwarded: str, trusted: str = "10.0.0.0/8") -> tuple[str, bool]:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network(trusted)]
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    middleware.trusted_proxies(view)(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers))
    return seen[0].META["REMOTE_ADDR"], seen[0].is_secure()


def test_nobody_but_a_trusted_proxy_is_believed(settings: Any) -> None:
    assert seen_address(settings, "192.0.2.1", "198.51.100.9") == ("192.0.2.1", False)


def test_a_trusted_proxy_tells_the_address_and_the_scheme(settings: Any) -> None:
    assert seen_address(settings, "10.0.0.2", "198.51.100.9") == ("198.51.100.9", True)


def test_what_a_client_wrote_before_the_proxy_did_does_not_count(settings: Any) -> None:
    assert seen_address(settings, "10.0.0.2", "127.0.0.1, 198.51.100.9, 10.0.0.3")[0] == "198.51.100.9"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_a_network_is_an_ipv4_address_or_an_ipv6_household(one: str, other: str, *, same: bool) -> None:
    hashes = [network_of(RequestFactory().get("/", REMOTE_ADDR=address)) for address in (one, other)]
    assert (hashes[0] == hashes[1]) is same


@pytest.mark.parametrize("address", ["", "unknown", "1.2.3"])
def test_addresses_that_are_none_share_one_network_and_its_limits(address: str) -> None:
    unknown = network_of(RequestFactory().get("/", REMOTE_ADDR="?"))
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == unknown != ""


def test_a_forwarded_address_that_is_none_is_not_taken(settings: Any) -> None:
    assert seen_address(settings, "10.0.0.2", "garbage")[0] == "10.0.0.2"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/%00/", "/a%00b", "/?q=%00", "/admin/login/?next=%00", "/static/%00"])
def test_a_nul_in_an_address_is_a_bad_request(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.django_db
def test_a_private_address_without_its_slash_is_kept_by_nobody(client: Client) -> None:
    response = client.get("/q/SECRETSECRETSECRETSECRETSECRETSE")
    assert (response.status_code, response["Cache-Control"]) == (301, "no-store, private")


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["/q/", "/q/confirm/", "/q/mine/", "/q//mine//", "/q/x/", "/unsubscribe/"])
def test_no_log_line_holds_a_private_address(client: Client, caplog: pytest.LogCaptureFixture, place: str) -> None:
    caplog.handler.addFilter(logs.NothingPersonal())
    with caplog.at_level(logging.WARNING):
        client.get(f"{place}SECRETSECRETSECRETSECRETSECRETSE/")
    assert "/…" in caplog.text
    assert "SECRETSECRET" not in caplog.text


@pytest.mark.django_db
def test_a_form_that_nobody_can_read_is_one_line_in_the_log(
    client: Client, article: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(logs.NothingPersonal())
    address = f"{article.get_absolute_url()}comments/"
    assert client.post(address, b"x", content_type="multipart/form-data").status_code == 400
    assert "Unable to parse request body" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/nothing/", "/healthz", "/admin/login/", "/static/advice/css/base.css", "/comments/1/"]
)
def test_everything_carries_the_security_headers(client: Client, path: str) -> None:
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Permissions-Policy"]


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ("", ""),
        ("application/x-www-form-urlencoded; charset=UTF-8", "application/x-www-form-urlencoded"),
        ("multipart/form-data; charset=punycode; boundary=x-1", "multipart/form-data; boundary=x-1"),
        ('multipart/form-data; boundary="a b"', 'multipart/form-data; boundary="a b"'),
        ("text/plain; x*=nope''%ff", "text/plain"),
        ("; boundary", ""),
    ],
)
def test_a_request_cannot_choose_how_its_text_is_read(sent: str, taken: str) -> None:
    assert plain_content_type(sent) == taken


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("content_type", ["text/plain; x*=nope''%ff", "text/plain; charset*=undefined''%ff"])
def test_a_content_type_that_django_cannot_read_is_none(content_type: str) -> None:
    environ = RequestFactory().get("/healthz").environ | {"CONTENT_TYPE": content_type}
    assert b"".join(application(environ, lambda *_: None)) == b"ok\n"
