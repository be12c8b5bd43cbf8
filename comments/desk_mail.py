"""What the desk tells a moderator by mail: the page on which they choose it, and try whether mails reach them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from . import alert_choices, trial_mails
from .alert_forms import AlertsForm
from .desk_frame import moderators_only, page

TAKEN = "The mail server has taken it. Look into your mailbox in a minute or two, also among the spam."


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    me: Any = request.user
    form = AlertsForm(request.POST if request.method == "POST" else None, instance=alert_choices.of(me))
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        shown = {"person": me, "instead": trial_mails.instead(), "last": alert_choices.last_mail_to(me)}
        context = {"title": "Mail to you", "form": form, **shown}
        return page(request, "mail", context, status=status)
    changed = alert_choices.choose(me, by=me, **form.chosen())
    messages.success(request, "From now on it is so; what waits to be sent, too." if changed else "It was so already.")
    return redirect("admin:desk_mail")


@moderators_only
@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """A test mail to whoever asks. It is the one mail that is sent while somebody waits: they want to see it fail."""
    address = getattr(request.user, "email", "")
    if not address:
        messages.error(request, "There is no address to send it to.")
        return redirect("admin:desk_mail")
    try:
        trial_mails.send_to(address)
    except trial_mails.NotSent as error:
        messages.error(request, f"It could not be sent. {error.hint} What was said: {error}")
    else:
        instead = trial_mails.instead()
        messages.success(request, f"It was not sent, as no mail is here: {instead}." if instead else TAKEN)
    return redirect("admin:desk_mail")
