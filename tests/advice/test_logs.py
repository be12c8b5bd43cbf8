"""What the log says, and what it never says."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from advice import logs, middleware, request_ids, timing

SECRET = "ann@mail.example"


@pytest.fixture
def lines() -> Iterator[Any]:
    """What the root's logger says meanwhile, as JSON: a function that gives all lines so far."""
    request_ids._current.set(None)  # of the test before
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(logs.NothingPersonal())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def failing(request: HttpRequest) -> HttpResponse:
    try:
        int(SECRET)
    except ValueError as error:
        raise RuntimeError(f"{SECRET} is no number") from error
    return HttpResponse()


def test_a_line_is_an_object_with_few_fields(lines: Any) -> None:
    logging.getLogger("advice").warning("Mail for %d is late.", 3, extra={"request": SECRET, "ms": 7})
    [line] = lines()
    assert set(line) == {"time", "level", "logger", "message", "ms"}
    assert (line["level"], line["logger"], line["message"], line["ms"]) == (
        "WARNING",
        "advice",
        "Mail for 3 is late.",
        7,
    )
    assert line["time"].endswith("+00:00")


@pytest.mark.parametrize("formatter", [logs.JsonLines(), logs.TextLines()])
def test_a_traceback_has_types_and_places_and_no_words_of_the_error(formatter: logging.Formatter) -> None:
    try:
        failing(RequestFactory().get("/"))
    except RuntimeError as error:
        record = logging.LogRecord("advice", logging.ERROR, __file__, 1, "Failed", None, (type(error), error, None))
    said = formatter.format(record)
    assert SECRET not in said
    assert said.index("ValueError") < said.index("RuntimeError")
    assert "in failing" in said


@pytest.mark.django_db
def test_a_databases_error_is_told_by_its_code_and_without_the_row(lines: Any) -> None:
    from comments.mail_models import EmailAddress

    address = EmailAddress(key="k" * 32, address=SECRET, added_at="2026-01-01T00:00Z")
    address.save()
    address.pk = None
    try:
        address.save(force_insert=True)
    except IntegrityError:
        logging.getLogger("advice").exception("It broke.")
    [line] = lines()
    assert SECRET not in json.dumps(line)
    assert "23505, comments_emailaddress_key_key" in line["error"] or "SQLITE_CONSTRAINT_UNIQUE" in line["error"]


@pytest.mark.django_db
def test_all_lines_of_one_request_have_its_id_and_the_next_has_another(client: Client, lines: Any) -> None:
    client.get("/nothing/")
    client.get("/nothing/")
    one, other = [line["request"] for line in lines()]
    assert one != other


@pytest.mark.parametrize(
    ("peer", "given", "is_taken"),
    [
        ("10.0.0.2", "0f8fad5b-d9cb-469f-a165-70867728950e", True),
        ("192.0.2.1", "0f8fad5b-d9cb-469f-a165-70867728950e", False),
        ("10.0.0.2", "two\nlines-of-a-log", False),
        ("10.0.0.2", "x" * 65, False),
    ],
)
def test_the_id_of_a_trusted_proxy_is_taken(settings: Any, peer: str, given: str, *, is_taken: bool) -> None:
    import ipaddress

    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request_ids.current())
        return HttpResponse()

    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Request-Id": given})
    timing.trace(middleware.trusted_proxies(view))(request)
    assert (seen[0] == given) is is_taken
    assert request_ids.GIVEN.fullmatch(seen[0])


def test_a_slow_request_is_a_line_with_its_views_name_and_not_its_address(
    monkeypatch: pytest.MonkeyPatch, lines: Any
) -> None:
    monkeypatch.setattr(timing, "SLOW", 0)
    timing.trace(lambda _request: HttpResponse())(RequestFactory().get(f"/q/{SECRET}/"))
    [line] = lines()
    assert line["message"].startswith("Slow: GET no page of ours took ")
    assert (line["status"], line["ms"]) == (200, 0)
    assert SECRET not in json.dumps(line)


@pytest.mark.parametrize(
    "path", ["/q/{}", "/q/ {}/", "/q/a {}", "/q/'{}'/", '/q/"{}"', "/q/a?{}", "/Q/{}/", "/q;x/{}/", "/UNSUBSCRIBE/{}/"]
)
def test_a_private_address_with_a_typo_is_secret_too(lines: Any, path: str) -> None:
    """Mail programs, and people who paste, put blanks and quotes into it."""
    logging.getLogger("django.request").warning("Not Found: %s", path.format(SECRET))
    [line] = lines()
    assert SECRET not in line["message"]
    assert line["message"].lower() in ("not found: /q/…", "not found: /unsubscribe/…")


def test_a_line_about_a_long_address_is_short(lines: Any) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", "/q-and-a/" + "x" * 50_000)
    [line] = lines()
    assert line["message"].startswith("Not Found: /q-and-a/xxx")
    assert len(line["message"]) <= logs.LONGEST
