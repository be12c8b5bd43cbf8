"""Pages that only a mail leads to: agree to news, choose them, stop them. And the one that asks for such a mail.

GET changes nothing, so a mail provider's scanner may follow every link. Whoever has a token has the mailbox, which is
all that these pages ask for.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from . import addresses, arrivals, mail_requests, mail_tokens, refusals
from .mail_forms import ChoicesForm, LostLinkForm
from .mail_models import EmailAddress
from .mail_tokens import Leaving
from .networks import network_of
from .responses import HttpResponseSeeOther, no_such_mail_link, private_page, refusal, refused_arrival


@csrf_exempt  # see arrivals.py
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def lost_link(request: HttpRequest) -> HttpResponse:
    """Have the way to everything mailed to the address that was left with it. Every address gets the same answer."""
    if request.method != "POST":
        return render(request, "comments/lost_link.html", {"form": LostLinkForm()})
    if refused := refused_arrival(request):
        return refused
    form = LostLinkForm(request.POST)
    if not form.is_valid():
        return render(request, "comments/lost_link.html", {"form": form}, status=422)
    try:
        if not form.is_trapped:
            mail_requests.ask_for_links(form.cleaned_data["email"], network=network_of(request))
    except refusals.Refused as too_many:
        return refusal(render(request, "comments/lost_link.html", {"form": form, "refused": too_many}), too_many)
    return HttpResponseSeeOther(reverse("comments:link_asked"))


@private_page
@require_safe
def link_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "comments/link_asked.html")


@csrf_exempt  # as above
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether they want news, and which; take the answer."""
    address = mail_tokens.to_confirm(token)
    if address is None:
        return no_such_mail_link(request)
    if request.method != "POST":
        if address.confirmed_at:
            return _confirmed(request, address)
        return _ask(request, token, ChoicesForm.of(address))
    if refused := refused_arrival(request):
        return refused
    form = ChoicesForm(request.POST)
    if not form.is_valid():
        return _ask(request, token, form, status=422)
    addresses.confirm(address, form.cleaned_data)
    return HttpResponseSeeOther(reverse("comments:confirm", args=[token]))


@csrf_exempt  # mail providers post from elsewhere (RFC 8058); the token is all that is needed
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails about a thread, or all. GET asks; what a mail program posts for its button acts at once."""
    leaving = mail_tokens.leaving(token)
    if leaving is None:
        return no_such_mail_link(request)
    if request.method != "POST":
        return _leaving(request, token, leaving)
    if not arrivals.is_whole(request):
        return render(request, "400.html", status=400)
    if leaving.address is not None:
        _let_go(leaving.address, leaving.thread, request.POST.get("act", ""))
    if "List-Unsubscribe" in request.POST:
        return _leaving(request, token, mail_tokens.leaving(token) or leaving)  # RFC 8058: no redirect
    return HttpResponseSeeOther(reverse("comments:unsubscribe", args=[token]))


def _ask(request: HttpRequest, token: str, form: ChoicesForm, *, status: int = 200) -> HttpResponse:
    return render(request, "comments/mail_confirm.html", {"token": token, "form": form}, status=status)


def _confirmed(request: HttpRequest, address: EmailAddress) -> HttpResponse:
    """What happens next. For a day it leads on to the list, as a mail would; later that is asked for."""
    confirmed_at = address.confirmed_at or timezone.now()
    is_fresh = timezone.now() < confirmed_at + mail_tokens.LINKS_LAST
    context = {
        "is_muted": address.muted_at is not None,
        "mine": mail_tokens.links_path(address) if is_fresh else "",
        "unsubscribe": mail_tokens.unsubscribe_path(address),
    }
    return render(request, "comments/mail_confirmed.html", context)


def _let_go(address: EmailAddress, thread: int | None, act: str) -> None:
    """Do what a button said; without one, what the link is for."""
    if act == "again":
        addresses.want_again(address)
        if thread is not None:
            addresses.hear_of(address, thread)
    elif thread is None or act == "all":
        addresses.mute(address, EmailAddress.Muted.OWNER)
    else:
        addresses.quiet(address, thread)


def _leaving(request: HttpRequest, token: str, leaving: Leaving) -> HttpResponse:
    address, thread = leaving.address, leaving.thread
    context = {
        "token": token,
        "is_gone": address is None or not address.address,
        "is_muted": address is not None and address.muted_at is not None,
        "may_return": address is not None and address.muted_because != EmailAddress.Muted.MODERATOR,
        "thread": thread,
        "is_quiet": address is not None and thread is not None and addresses.is_quiet(address, thread),
    }
    return render(request, "comments/unsubscribe.html", context)
