"""Whoever has the mailbox reads, takes along and erases all that is kept about its address; and the receipt of that.

By the link that was mailed there. GET changes nothing, so a mail provider's scanner may follow every link. After
erasing, that link is dead; the receipt's page is about nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from . import discussion_settings, erasing, mail_tokens, own_data, own_words, paging, receipts, standing
from .mail_models import EmailAddress
from .models import Comment, Helped
from .own_data import Person, Record
from .reader_models import Report
from .receipts import Receipt
from .responses import HttpResponseSeeOther, no_such_mail_link, private_page, refused_arrival
from .standing import Standing

PAGE = 20
MOST = 50  # pages; the file has all
MAILS = 50  # that the page shows; the file has all
FILE = "what-is-kept-about-you.json"


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment on the page: its record, and the same in words."""

    comment: Comment
    record: Record
    standing: Standing

    @property
    def deeds(self) -> list[tuple[Record, str | Promise]]:
        return [(event, own_words.deed(event)) for event in self.record["history"]]

    @property
    def sounds_like(self) -> list[str]:
        return [str(own_words.TOPICS.get(topic, topic)) for topic in self.record["sounds_like"]]

    @property
    def helped(self) -> str | Promise:
        return Helped(self.comment.helped).label if self.comment.helped else ""

    @property
    def reports(self) -> list[tuple[Record, str | Promise]]:
        return [(report, Report.Reason(report["reason"]).label) for report in self.record["reports"]]


@private_page
@require_safe
def data(request: HttpRequest, token: str) -> HttpResponse:
    """All of it as a page, what was written in pages of its own."""
    address = mail_tokens.of_links(token)
    if address is None:
        return no_such_mail_link(request)
    person, number = Person(address.address), paging.asked_number(request)
    total = person.comments.count()
    written = person.comments.select_related("article")[(number - 1) * PAGE : number * PAGE]
    context = {
        "token": token,
        "pages": paging.Pages(number, min(MOST, -(-total // PAGE))),
        "total": total,
        "is_cut": total > PAGE * MOST,
        "written": _shown(person, list(written)),
        "head": own_data.head(person),
        "address": address,
        "muted": own_words.MUTED.get(address.muted_because, ""),
        "mails": _mails(address),
        "mails_total": address.mails.count(),
    }
    return render(request, "comments/own_data.html", context)


@private_page
@require_safe
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The same as a file."""
    address = mail_tokens.of_links(token)
    if address is None:
        return no_such_mail_link(request)
    return file_of(Person(address.address))


def file_of(person: Person, *, for_owner: bool = False) -> StreamingHttpResponse:
    """All that is kept about somebody, as a file that says in its name nothing of whom."""
    pieces = own_data.as_json(person, for_owner=for_owner)
    response = StreamingHttpResponse(pieces, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response


@csrf_exempt  # see arrivals.py
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and erase everything; where that takes long, show how much is left and a button to go on."""
    address = mail_tokens.of_links(token)
    if request.method != "POST":
        return _ask(request, token, Person(address.address)) if address else no_such_mail_link(request)
    if refused := refused_arrival(request):
        return refused
    begun = receipts.read(request.POST.get("begun", ""), receipts.BEGUN)
    if address is None:  # who clicked twice is led to the receipt
        done = erasing.finished(begun) if begun else None
        return HttpResponseSeeOther(receipts.path_of(done)) if done else no_such_mail_link(request)
    person = Person(address.address)
    receipt, left = erasing.erase(person, by=None, begun=begun)
    if left:
        return _ask(request, token, person, goes_on=receipt)
    return HttpResponseSeeOther(receipts.path_of(receipt))


@private_page
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What was erased and when, what stays and why. It works for ever."""
    found = receipts.read(token)
    if found is None:
        return no_such_mail_link(request)
    return render(request, "comments/receipt.html", {"receipt": found, **_terms()})


def _ask(request: HttpRequest, token: str, person: Person, *, goes_on: Receipt | None = None) -> HttpResponse:
    address = person.address
    context = {
        "token": token,
        "begun": receipts.token_of(goes_on or receipts.begin(), receipts.BEGUN),
        "goes_on": goes_on,
        "total": person.comments.count(),
        "is_muted": address is not None and address.muted_at is not None,
        "is_blocked": person.rules.exists(),
        "backup_days": discussion_settings.fresh().backup_days,
        **_terms(),
    }
    return render(request, "comments/own_data_erase.html", context)


def _terms() -> dict[str, Any]:
    row = discussion_settings.current().row
    return {"spam_days": row.spam_days, "network_days": row.network_days}


def _shown(person: Person, written: list[Comment]) -> list[Shown]:
    comments = person.with_additions(written)
    stood = standing.all_of(comments)
    told = own_data.records(comments)
    return [Shown(each.comment, record, each.standing) for each, record in zip(stood, told, strict=True)]


def _mails(address: EmailAddress) -> Sequence[tuple[Record, str | Promise, str | Promise]]:
    found = map(own_data.mail, address.mails.order_by("-pk")[:MAILS])
    return [(mail, own_words.MAILS.get(mail["kind"], ""), own_words.OUTCOMES[mail["outcome"]]) for mail in found]
