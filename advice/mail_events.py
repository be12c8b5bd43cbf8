"""What a mail provider tells of mails that left through it (django-anymail): what servers tell of others by mail.

There is nothing of this, address included, unless EMAIL_URL names a provider and EMAIL_WEBHOOK_SECRET is set.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import URLPattern, path
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from comments import bouncing, muting
from comments.bouncing import Verdict
from comments.returned import Said

VIEWS = {
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
}
SAID = {
    "bounced": Said.FAILED,  # for good or not: `_said` looks closer
    "rejected": Said.FAILED,
    "failed": Said.FAILED,
    "deferred": Said.DELAYED,
    "complained": Said.COMPLAINED,
    "unsubscribed": Said.UNWANTED,
}
OF_ADDRESS = ("bounced", "invalid")  # why a provider gives up an address
SOFT = {"SoftBounce", "soft_bounce"}  # a full mailbox, say; django-anymail does not tell these from others
MAIL = "mail"  # the name under which a provider keeps our Message-ID: its own may be another


def urlpatterns() -> list[URLPattern]:
    if settings.EMAIL_PROVIDER not in VIEWS or not settings.EMAIL_WEBHOOK_SECRET:
        return []
    view = import_string(VIEWS[settings.EMAIL_PROVIDER])
    return [path("mail-events/", _careful(view.as_view()), name="mail_events")]


def listen() -> None:
    """Have the provider keep our Message-ID, and tell us by it."""
    if settings.EMAIL_PROVIDER:
        import_string("anymail.signals.pre_send").connect(mark)
        import_string("anymail.signals.tracking").connect(hear)


def mark(message: Any, esp_name: str, **kwargs: Any) -> None:
    headers = message.extra_headers
    if message_id := headers.get("Message-ID"):
        message.metadata = {MAIL: message_id.strip("<>")}
        headers.pop("Date", None)  # the provider's
        if esp_name == "Postmark":
            headers["X-PM-KeepID"] = "true"  # or it would be given another


def hear(event: Any, **kwargs: Any) -> None:
    """One thing that the provider tells. What is no news, such as that a mail was delivered, is not kept."""
    told = event.metadata.get(MAIL)
    said, code = _said(event)
    if told and said != Said.NOTHING:
        muting.tell(said, [f"<{told}>"], code)


def _said(event: Any) -> tuple[Said, str]:
    said = SAID.get(event.event_type, Said.NOTHING)
    if event.event_type not in ("bounced", "rejected"):
        return said, ""
    if event.reject_reason in ("spam", "unsubscribed"):  # it refuses to send to whoever complained there before
        return (Said.COMPLAINED if event.reject_reason == "spam" else Said.UNWANTED), ""
    verdict, code = _of_server(str(event.mta_response or ""))
    if verdict is None and event.reject_reason in OF_ADDRESS and SOFT.isdisjoint(_words(event.esp_event)):
        verdict = Verdict.ADDRESS
    return (Said.BOUNCED if verdict == Verdict.ADDRESS else said), code


def _of_server(response: str) -> tuple[Verdict | None, str]:
    """What the other server's own words say, where the provider repeats them."""
    if not bouncing.ENHANCED.search(response):
        return None, ""
    return bouncing.of_report("", response)


def _words(told: Any) -> set[str]:
    return {value for value in told.values() if isinstance(value, str)} if isinstance(told, dict) else set()


def _careful(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """What is not in the provider's form is refused: nothing that anybody sends here breaks anything."""

    @csrf_exempt  # its secret is in the request
    def careful(request: HttpRequest) -> HttpResponse:
        try:
            response: HttpResponse = view(request)
        except (ValueError, LookupError, TypeError, AttributeError):
            return HttpResponseBadRequest("Not in the provider's form.\n", content_type="text/plain")
        return response

    return careful
