"""The page that only a comment's writer can open, by its private link, and what they can do there.

Every act is a POST that leads back to the page, so that reloading sends nothing again. Each checks where the comment
stands now, not where it stood when the page was shown; and a link that is wrong, unknown or erased is the same 404.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from . import arrivals, care, hints, links, mail_requests, markup, moderation, posting, receiving, refusals, standing
from .forms import parent_pk
from .mail_forms import AddressForm
from .models import BODY_LENGTH, Comment, Helped
from .networks import network_of
from .private_forms import AddForm, ChangeForm, HelpedForm
from .responses import HttpResponseSeeOther, private_page, refusal, refused_arrival
from .standing import Own

FORMS = {"change": ChangeForm, "add": AddForm, "how-it-went": AddForm}


@dataclass(frozen=True, slots=True)
class Visit:
    """A request through a private link that leads somewhere."""

    request: HttpRequest
    token: str
    own: Own

    @property
    def address(self) -> str:
        return reverse("comments:private", args=[self.token])

    def back(self, anchor: str = "") -> HttpResponse:
        return HttpResponseSeeOther(f"{self.address}{anchor}")

    def render(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        known = {
            "own": self.own,
            "comment": self.own.comment,
            "article": self.own.comment.article,
            "token": self.token,
            "address": self.request.build_absolute_uri(self.address),
            "mail_to": markup.veiled(self.own.comment.email),
        }
        return render(self.request, template, known | context, status=status)


@private_page
@require_safe
def private(request: HttpRequest, token: str) -> HttpResponse:
    """A writer's own comment: its text, where it stands, and what they can do."""
    visit = _visit(request, token)
    return _own_page(visit) if visit else _nowhere(request)


@csrf_exempt  # see arrivals.py
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, token: str, act: str) -> HttpResponse:
    """Do something to one's own comment; GET shows the act's own page where it has one, else leads back."""
    if request.method == "POST" and (refused := refused_arrival(request, "comments/private_cross_site.html")):
        return refused
    visit = _visit(request, token)
    if visit is None or act not in ACTS:
        return _nowhere(request)
    show, do = ACTS[act]
    if request.method == "POST":
        return do(visit, act)
    return show(visit, act) if act in visit.own.may else visit.back()


@private_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """After sending from a shared computer: no link, nothing in the history that leads to the comment."""
    return render(request, "comments/sent.html")


@private_page
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """After erasing: the same page for everybody, so that the history holds nothing that tells who erased what."""
    return render(request, "comments/erased.html")


def _visit(request: HttpRequest, token: str) -> Visit | None:
    comment = links.comment_of(token)
    return Visit(request, token, standing.of(comment)) if comment else None


def _nowhere(request: HttpRequest) -> HttpResponse:
    return render(request, "comments/no_such_link.html", status=404)


def _own_page(visit: Visit, *, problem: str = "") -> HttpResponse:
    context = {"problem": problem, "answers_to_helped": Helped.choices}
    return visit.render("comments/private.html", context, status=422 if problem else 200)


def _back(visit: Visit, act: str) -> HttpResponse:
    return visit.back()


def _show_text(visit: Visit, act: str) -> HttpResponse:
    comment = visit.own.comment
    typed = {"name": comment.name, "body": comment.body} if act == "change" else {}
    return _text_page(visit, act, FORMS[act](initial=typed))


def _send_text(visit: Visit, act: str) -> HttpResponse:
    """Change, add, or say how it went; whatever is in the way, everything typed comes back."""
    form = FORMS[act](visit.request.POST)
    if not arrivals.is_utf8(visit.request):
        return _refused(visit, act, form, refusals.Damaged())
    if act not in visit.own.may:
        return _refused(visit, act, form, refusals.Stale())
    if not form.is_valid():
        return _text_page(visit, act, form, status=422)
    if visit.request.POST.get("step") == "check" and (found := _hints(form)):
        return _text_page(visit, act, form, found=found)
    try:
        written = _write(visit, act, form.cleaned_data)
    except refusals.Refused as refused:
        return _refused(visit, act, form, refused)
    return visit.back("#care" if written.care else "#wrote" if act == "change" else "#added")


def _write(visit: Visit, act: str, data: dict[str, str]) -> Comment:
    comment = visit.own.comment
    if act == "change":
        return receiving.rewrite(comment, name=data["name"], body=data["body"])
    network, how_it_went = network_of(visit.request), act == "how-it-went"
    return receiving.receive(posting.addition(comment, data["body"], network=network, how_it_went=how_it_went)).comment


def _hints(form: Any) -> list[hints.Hint]:
    """What of it would say who somebody is: without scripts a step of its own, where there is any."""
    return hints.of(form.cleaned_data.get("name", ""), form.cleaned_data["body"])


def _refused(visit: Visit, act: str, form: Any, refused: refusals.Refused) -> HttpResponse:
    """The form again. What can be changed no more because it is public now may be added to it instead."""
    now = _visit(visit.request, visit.token)
    if now is None:
        return _nowhere(visit.request)
    if act not in now.own.may and "add" in now.own.may:
        act, form = "add", AddForm(visit.request.POST)
    return refusal(_text_page(now, act, form, refused=refused), refused)


def _text_page(
    visit: Visit,
    act: str,
    form: Any,
    *,
    refused: refusals.Refused | None = None,
    found: Sequence[hints.Hint] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "act": act,
        "is_possible": act in visit.own.may,
        "form": form,
        "refused": refused,
        "hints": found,
        "noticed": care.typed(form.data.get("body", "")) if form.is_bound else (),
        "body_length": BODY_LENGTH,
    }
    return visit.render("comments/private_text.html", context, status=status)


def _say_whether_helped(visit: Visit, act: str) -> HttpResponse:
    if act not in visit.own.may:
        return _own_page(visit, problem=_("There is no answer here at present, so nothing was kept."))
    form = HelpedForm(visit.request.POST)
    if not form.is_valid():
        return _own_page(visit, problem=_("Please choose one of the three: yes, partly or no."))
    posting.say_whether_helped(visit.own.comment, Helped(form.cleaned_data["helped"]))
    return visit.back("#helped")


def _withdraw(visit: Visit, act: str) -> HttpResponse:
    """With all that was added to it. Where it is not public any more anyway, nothing is left to do."""
    moderation.withdraw([visit.own.comment, *(addition.comment for addition in visit.own.additions)])
    return visit.back()


def _put_back(visit: Visit, act: str) -> HttpResponse:
    try:
        moderation.put_back(visit.own.comment)
    except moderation.Refused:
        return _own_page(visit, problem=_("This cannot be put back: it was not you who took it away."))
    return visit.back()


def _show_erase(visit: Visit, act: str) -> HttpResponse:
    return visit.render("comments/private_erase.html", {})


def _erase(visit: Visit, act: str) -> HttpResponse:
    moderation.erase_own(visit.own.comment)
    return HttpResponseSeeOther(reverse("comments:erased"))


def _show_mail(visit: Visit, act: str) -> HttpResponse:
    return visit.render("comments/private_mail.html", {"form": AddressForm()})


def _set_mail(visit: Visit, act: str) -> HttpResponse:
    """Where news of this goes, or that none does. The answer is the same whatever the site knows of the address."""
    form = AddressForm(visit.request.POST)
    is_removal = "remove" in visit.request.POST
    if not is_removal and not form.is_valid():
        return visit.render("comments/private_mail.html", {"form": form}, status=422)
    email = "" if is_removal else form.cleaned_data["email"]
    try:
        mail_requests.readdress(visit.own.comment, email, network=network_of(visit.request))
    except refusals.Stale:
        return _nowhere(visit.request)
    except refusals.Refused as refused:
        return refusal(visit.render("comments/private_mail.html", {"form": form, "refused": refused}), refused)
    return visit.back("#mail")


def _open_addition(visit: Visit, act: str) -> HttpResponse:
    """To the private page of one's own addition, by a fresh link."""
    pk = parent_pk(visit.request.POST.get("addition"))
    chosen: Comment | None = next((each.comment for each in visit.own.additions if each.comment.pk == pk), None)
    return HttpResponseSeeOther(links.mint(chosen)) if chosen else visit.back()


# The last part of the address: what GET shows, and what POST does.
ACTS: dict[str, tuple[Callable[[Visit, str], HttpResponse], Callable[[Visit, str], HttpResponse]]] = {
    "change": (_show_text, _send_text),
    "add": (_show_text, _send_text),
    "how-it-went": (_show_text, _send_text),
    "helped": (_back, _say_whether_helped),
    "withdraw": (_back, _withdraw),
    "put-back": (_back, _put_back),
    "erase": (_show_erase, _erase),
    "mail": (_show_mail, _set_mail),
    "addition": (_back, _open_addition),
}
