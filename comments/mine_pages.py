"""All that was written with one address, for whoever has its mailbox: where each stands, its private page, its mails.

Like a private page: every act is a POST that leads back to it.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from . import addresses, links, mail_tokens, paging, standing
from .forms import parent_pk
from .mail_forms import ChoicesForm
from .mail_models import EmailAddress
from .models import Comment
from .responses import HttpResponseSeeOther, no_such_mail_link, private_page, refused_arrival

PAGE = 20
MOST = 50  # pages


@private_page
@require_safe
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody wrote, the newest first, with what they are told of it."""
    address = mail_tokens.of_links(token)
    return _page(request, token, address) if address else no_such_mail_link(request)


@csrf_exempt  # see arrivals.py
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, token: str, act: str) -> HttpResponse:
    """Do something about it. A GET, such as after going back, leads to the list."""
    address = mail_tokens.of_links(token)
    if address is None or act not in ACTS:
        return no_such_mail_link(request)
    if request.method != "POST":
        return _back(token)
    return refused_arrival(request) or ACTS[act](request, token, address)


def _page(
    request: HttpRequest, token: str, address: EmailAddress, form: ChoicesForm | None = None, *, status: int = 200
) -> HttpResponse:
    number = paging.asked_number(request)
    written = Comment.objects.all_with_address(address.address)
    pages = paging.Pages(number, min(MOST, -(-written[: PAGE * MOST].count() // PAGE)))
    stood = standing.all_of(list(written.select_related("article")[(number - 1) * PAGE : number * PAGE]))
    context = {
        "token": token,
        "pages": pages,
        "written": stood,
        "quiet": addresses.quiet_among(address, [each.comment.tree_id for each in stood]),
        "form": form or ChoicesForm.of(address),
        "is_muted": address.muted_at is not None,
        "may_return": address.muted_because != EmailAddress.Muted.MODERATOR,
    }
    return render(request, "comments/mine.html", context, status=status)


def _back(token: str, anchor: str = "") -> HttpResponse:
    return HttpResponseSeeOther(f"{reverse('comments:mine', args=[token])}{anchor}")


def _open(request: HttpRequest, token: str, address: EmailAddress) -> HttpResponse:
    """To a comment's private page, by a fresh link."""
    chosen = Comment.objects.with_address(address.address).filter(pk=_named(request)).first()
    return HttpResponseSeeOther(links.mint(chosen)) if chosen else _back(token)


def _be_quiet(request: HttpRequest, token: str, address: EmailAddress) -> HttpResponse:
    addresses.quiet(address, _named(request))
    return _back(token, f"#thread-{_named(request)}")


def _hear_of(request: HttpRequest, token: str, address: EmailAddress) -> HttpResponse:
    addresses.hear_of(address, _named(request))
    return _back(token, f"#thread-{_named(request)}")


def _named(request: HttpRequest) -> int:
    return parent_pk(request.POST.get("comment")) or 0


def _choose(request: HttpRequest, token: str, address: EmailAddress) -> HttpResponse:
    form = ChoicesForm(request.POST)
    if not form.is_valid():
        return _page(request, token, address, form, status=422)
    addresses.choose(address, form.cleaned_data)
    return _back(token, "#choices")


def _stop(request: HttpRequest, token: str, address: EmailAddress) -> HttpResponse:
    addresses.mute(address, EmailAddress.Muted.OWNER)
    return _back(token, "#choices")


def _resume(request: HttpRequest, token: str, address: EmailAddress) -> HttpResponse:
    addresses.want_again(address)
    return _back(token, "#choices")


# The last part of the address.
ACTS: dict[str, Callable[[HttpRequest, str, EmailAddress], HttpResponse]] = {
    "open": _open,
    "quiet": _be_quiet,
    "hear": _hear_of,
    "choose": _choose,
    "stop": _stop,
    "again": _resume,
}
