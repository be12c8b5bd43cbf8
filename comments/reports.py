"""The form that reports a comment, and the page with the report's number."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from . import arrivals, reading, refusals, reporting
from .models import Comment
from .networks import network_of
from .reader_models import Report
from .report_forms import DETAILS_LENGTH, ReportForm
from .responses import HttpResponseSeeOther, private_page, refusal, refused_arrival


@csrf_exempt  # see arrivals.py
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a report of a public comment, or show its form again with everything typed and what is wrong."""
    comment = reading.public(pk)
    if request.method != "POST":
        return _form_page(request, comment, ReportForm())
    if refused_page := refused_arrival(request, "comments/report_cross_site.html", {"comment": comment}):
        return refused_page
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _form_page(request, comment, form, status=422)
    try:
        if not arrivals.is_utf8(request):
            raise refusals.Damaged
        written = reporting.report(comment, network=network_of(request), **form.cleaned_data)
    except refusals.Refused as refused:
        return refusal(_form_page(request, comment, form, refused), refused)
    if written is None:
        raise Http404
    return HttpResponseSeeOther(reverse("comments:reported", args=[pk, written.reference]))


@private_page
@require_safe
def reported(request: HttpRequest, pk: int, reference: str) -> HttpResponse:
    """A report's number, and whether somebody has looked at it. It says nothing of the report itself."""
    found = reporting.by_reference(reference)
    if found is None or found.comment_id != pk:
        raise Http404
    return render(request, "comments/reported.html", {"report": found, "danger": found.reason == Report.Reason.DANGER})


def _form_page(
    request: HttpRequest,
    comment: Comment,
    form: ReportForm,
    refused: refusals.Refused | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "comment": comment,
        "form": form,
        "reasons": Report.Reason.choices,
        "refused": refused,
        "details_length": DETAILS_LENGTH,
    }
    return render(request, "comments/report.html", context, status=status)
