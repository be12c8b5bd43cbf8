"""One comment at the desk, with all that helps to answer it, and the box for the answer."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from . import blocking, desk, desk_pages, markup, moderation
from .desk_forms import AnswerForm, LabelsForm
from .desk_frame import gone, moderators_only, offer_undo, page, to_next
from .models import Comment


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment with its thread, and the box that answers it."""
    found = desk_pages.comment(pk)
    if found is None:
        return gone(request, pk)
    if request.method != "POST":
        return _comment_page(request, found, AnswerForm())
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _comment_page(request, found, form, status=422)
    if "preview" in request.POST:
        return _comment_page(request, found, form, preview=markup.moderator_html(form.cleaned_data["body"]))
    try:
        seen, act = request.POST.get("seen"), uuid4()
        answer = moderation.answer(found, by=request.user, body=form.cleaned_data["body"], seen=seen, act=act)
    except moderation.Refused as refused:
        form.add_error("body", str(refused))
        return _comment_page(request, found, form, status=422)
    link = format_html('<a href="{}">Your answer to {}</a>', answer.get_absolute_url(), found.display_name)
    messages.success(request, format_html("{} is published.", link))
    offer_undo(request, act)
    return to_next(found)


def _comment_page(
    request: HttpRequest, comment: Comment, form: AnswerForm, *, preview: str = "", status: int = 200
) -> HttpResponse:
    events = desk_pages.events(comment)
    context = {
        "title": comment.display_name,
        "subtitle": comment.article,
        "comment": comment,
        "around": desk_pages.around(comment),
        "events": events,
        "verbs": desk.offered(comment),
        "undoable": desk.undoable(comment, events),
        "form": form,
        "labels": LabelsForm(question=comment) if comment.is_root and comment.erased_at is None else None,
        "preview": preview,
        "rule_hits": blocking.hits_of(comment) if comment.reasons else [],
    }
    return page(request, "comment", context, status=status)
