"""What is kept about a person, for owners whom that person asked: to hand it on, or to erase it.

The address is typed into a form that is sent; in an address of a page it would stand in logs and histories.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse

from . import erasing, own_data, receipts
from .mail_models import ADDRESS_LENGTH
from .own_data import Person
from .own_data_pages import file_of
from .receipts import Receipt

EXPORT, ERASE = "comments.export_person", "comments.erase_person"
TEMPLATE = "admin/comments/emailaddress/person.html"


class WhoForm(forms.Form):
    who = forms.EmailField(label="A whole address", max_length=ADDRESS_LENGTH)


def person_page(request: HttpRequest) -> HttpResponseBase:
    """The form; what is found by it; and its two buttons, each with a right of its own."""
    user: Any = request.user
    if not (user.has_perm(EXPORT) or user.has_perm(ERASE)):
        raise PermissionDenied
    form = WhoForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, {"form": form})
    person = Person(form.cleaned_data["who"])
    if "export" in request.POST:
        return _export(request, person)
    if "erase" in request.POST:
        return _erase(request, person, form)
    return _page(request, _found(person, form))


def _export(request: HttpRequest, person: Person) -> HttpResponseBase:
    user: Any = request.user
    if not user.has_perm(EXPORT):
        raise PermissionDenied
    own_data.note_export(person, by=user)
    return file_of(person, for_owner=True)


def _erase(request: HttpRequest, person: Person, form: WhoForm) -> HttpResponseBase:
    """Only once they said that they are sure."""
    user: Any = request.user
    if not user.has_perm(ERASE):
        raise PermissionDenied
    if request.POST.get("confirmed") != "yes":
        return _page(request, {**_found(person, form), "is_unsure": True})
    receipt, left = erasing.erase(person, by=user, begun=receipts.read(request.POST.get("begun", ""), receipts.BEGUN))
    if left:
        return _page(request, {**_found(person, form, receipt), "goes_on": True})
    return HttpResponseRedirect(receipts.path_of(receipt))


def _found(person: Person, form: WhoForm, begun: Receipt | None = None) -> dict[str, Any]:
    """With the number of a receipt: who clicks twice is told of all that went."""
    address = person.address
    return {
        "begun": receipts.token_of(begun or receipts.begin(), receipts.BEGUN),
        "form": form,
        "person": person,
        "is_nobody": person.is_nobody,
        "total": person.comments.count(),
        "mails": address.mails.count() if address else 0,
        "is_blocked": person.rules.exists(),
    }


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponseBase:
    return TemplateResponse(
        request, TEMPLATE, {**admin.site.each_context(request), "title": "A person’s data", **context}
    )
