"""Mail by a provider's own interface, and what it tells. A server of our own stands in for the provider."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from advice import mail_events
from advice.models import is_reserved
from comments import addresses, bouncing, outbox
from comments.mail_models import EmailAddress, Kind, OutboxMessage

pytest.importorskip("anymail")
pytestmark = pytest.mark.django_db
ANN = "ann@example.org"
OURS = "0123456789abcdef@advice.example"
urlpatterns: list[Any] = []  # `tell` fills it


class Provider:
    """Takes what it is sent, and answers as Postmark would."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.status, self.answer = 200, {"ErrorCode": 0, "Message": "OK", "MessageID": "theirs", "To": ANN}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                provider.requests.append({"headers": dict(self.headers), "body": json.loads(body)})
                self.send_response(provider.status)
                self.end_headers()
                self.wfile.write(json.dumps(provider.answer).encode())

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listening() -> Iterator[None]:
    """As in a process whose EMAIL_URL names a provider."""
    from anymail import signals

    signals.pre_send.connect(mail_events.mark)
    signals.tracking.connect(mail_events.hear)
    yield
    signals.pre_send.disconnect(mail_events.mark)
    signals.tracking.disconnect(mail_events.hear)


@pytest.fixture
def provider(settings: Any, listening: None) -> Iterator[Provider]:
    one = Provider()
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    address = f"http://127.0.0.1:{one.server.server_port}/"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "hunter2", "POSTMARK_API_URL": address}
    yield one
    one.server.shutdown()
    one.server.server_close()


def letter() -> EmailMultiAlternatives:
    headers = {
        "Message-ID": f"<{OURS}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": "<https://advice.example/unsubscribe/x/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    mail = EmailMultiAlternatives("News", "Words", "Advice <advice@advice.example>", [ANN], headers=headers)
    mail.attach_alternative("<p>Words</p>", "text/html")
    return mail


def sent() -> OutboxMessage:
    now = timezone.now()
    address = EmailAddress.objects.create(key=addresses.key_of(ANN), address=ANN, added_at=now)
    row = outbox.message(Kind.CONFIRM, address=address, due_at=now)
    row.done_at, row.outcome, row.message_id = now, "sent", f"<{OURS}>"
    row.save()
    return row


@pytest.fixture
def tell(settings: Any, listening: None) -> Any:
    """Post what a provider tells to the address that it has for it."""

    def post(name: str, body: Any, secret: str = "site:hunter2", **headers: str) -> int:
        settings.EMAIL_PROVIDER, settings.EMAIL_WEBHOOK_SECRET = name, "site:hunter2"
        settings.ANYMAIL = {"WEBHOOK_SECRET": "site:hunter2", "MAILGUN_WEBHOOK_SIGNING_KEY": "hunter2"}
        urlpatterns[:] = mail_events.urlpatterns()
        settings.ROOT_URLCONF = __name__
        login = {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        client = Client(headers=login | headers)
        return client.post("/mail-events/", raw, content_type="application/json").status_code

    return post


def postmark(kind: str, record: str = "Bounce", details: str = "") -> dict[str, Any]:
    return {"RecordType": record, "Type": kind, "Details": details, "Email": ANN, "Metadata": {"mail": OURS}}


def test_a_mail_reaches_the_provider_with_all_its_headers(provider: Provider) -> None:
    assert letter().send() == 1
    (request,) = provider.requests
    told = {header["Name"]: header["Value"] for header in request["body"]["Headers"]}
    assert request["headers"]["X-Postmark-Server-Token"] == "hunter2"
    assert told["Message-ID"] == f"<{OURS}>"
    assert told["X-PM-KeepID"] == "true"
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert request["body"]["Metadata"] == {"mail": OURS}
    assert (request["body"]["TextBody"], request["body"]["HtmlBody"]) == ("Words", "<p>Words</p>")


def test_what_the_provider_refuses_has_a_verdict(provider: Provider) -> None:
    provider.status, provider.answer = 401, {"ErrorCode": 10, "Message": "Bad token"}
    with pytest.raises(OSError, match="401") as caught:
        letter().send()
    assert bouncing.verdict(caught.value) == bouncing.Verdict.SETUP
    assert bouncing.reason(caught.value).startswith("HTTP 401")


def test_a_test_mail_by_a_provider_says_how_it_went(provider: Provider, settings: Any) -> None:
    settings.EMAIL_PROVIDER = "postmark"
    out = StringIO()
    call_command("send_test_mail", ANN, stdout=out)
    assert "through Postmark" in out.getvalue()
    assert provider.requests[0]["body"]["To"] == ANN
    provider.status, provider.answer = 401, {"ErrorCode": 10, "Message": "Bad token"}
    with pytest.raises(CommandError, match="does not accept the key") as caught:
        call_command("send_test_mail", ANN, stdout=out)
    assert "hunter2" not in f"{caught.value}{out.getvalue()}"


@pytest.mark.parametrize(
    ("told", "muted", "outcome"),
    [
        (postmark("HardBounce"), "bounced", "failed"),
        (postmark("HardBounce", details="smtp;550 5.1.1 no such user"), "bounced", "failed"),
        (postmark("SoftBounce"), "", "failed"),
        (postmark("HardBounce", details="smtp;552 5.2.2 mailbox full"), "", "failed"),
        (postmark("SpamComplaint", "SpamComplaint"), "complained", "sent"),
        (postmark("Transient"), "", "sent"),
        ({"RecordType": "Delivery", "Recipient": ANN, "Metadata": {"mail": OURS}}, "", "sent"),
    ],
)
def test_what_came_back_mutes_as_a_server_s_report_does(tell: Any, told: Any, muted: str, outcome: str) -> None:
    row = sent()
    assert tell("postmark", told) == 200
    row.refresh_from_db()
    assert EmailAddress.objects.get().muted_because == muted
    assert row.outcome == outcome
    assert ANN not in row.reason


def test_brevo_and_mailgun_are_understood_too(tell: Any) -> None:
    sent()
    custom = json.dumps({"mail": OURS})
    told = {"event": "soft_bounce", "email": ANN, "X-Mailin-custom": custom, "ts_event": 1, "message-id": "<x>"}
    assert tell("brevo", told) == 200
    assert EmailAddress.objects.get().muted_because == ""
    token, stamp = "t" * 50, "1764000000"
    signature = hmac.new(b"hunter2", f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {"event": "failed", "severity": "permanent", "reason": "bounce", "recipient": ANN, "timestamp": 1.0}
    status = {"code": 550, "message": "5.1.1 no such user", "description": ""}
    data |= {"user-variables": {"mail": OURS}, "delivery-status": status, "message": {"headers": {}}, "id": "i"}
    signed = {"timestamp": stamp, "token": token, "signature": signature}
    assert tell("mailgun", {"signature": signed | {"signature": "0" * 64}, "event-data": data}) == 400
    assert EmailAddress.objects.get().muted_because == ""
    assert tell("mailgun", {"signature": signed, "event-data": data}) == 200
    assert EmailAddress.objects.get().muted_because == "bounced"


@pytest.mark.parametrize("secret", ["", "site:guess", "hunter2"])
def test_nobody_else_can_tell_anything(tell: Any, secret: str) -> None:
    sent()
    assert tell("postmark", postmark("HardBounce"), secret) == 400
    assert EmailAddress.objects.get().muted_because == ""


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"RecordType": []}', b'{"Metadata": 1}', b"null"])
def test_what_is_not_in_the_provider_s_form_is_refused(tell: Any, body: bytes) -> None:
    assert tell("postmark", body) in (200, 400)
    assert tell("postmark", body, secret="") == 400
    assert tell("mailgun", body) == 400


def test_without_a_provider_there_is_no_such_address(client: Any) -> None:
    assert client.post("/mail-events/").status_code in (404, 405)
    assert mail_events.urlpatterns() == []
    assert is_reserved("mail-events")
