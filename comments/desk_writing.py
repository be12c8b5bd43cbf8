"""One comment at the desk, with all that helps to answer it, and the box for the answer.

All buttons of the box send the same form: what was typed comes back with whatever else than success comes of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from . import (
    address_care,
    answering,
    askers,
    blocking,
    desk,
    desk_care,
    desk_carrying,
    desk_pages,
    drafts,
    elsewhere,
    following,
    insertions,
    linking,
    markup,
    moderation,
    notes,
    presence,
    reporting,
    saved_replies,
    search,
)
from .desk_forms import AnswerForm, LabelsForm, NoteForm, numbers
from .desk_frame import address, gone, moderators_only, offer_undo, page, to_next
from .desk_models import Draft
from .models import Comment

HOSTS = 3  # that a comment links to, each with a way to block it


@dataclass(frozen=True, slots=True)
class Box:
    """The form as it is shown: the words, and what the page knew when they were begun."""

    form: AnswerForm
    known: answering.Known
    draft: Draft | None = None  # whose words are in the box
    newer: Draft | None = None  # what another tab has saved meanwhile
    answer: Comment | None = None  # what another moderator has answered meanwhile
    article: str = ""  # the fields beside it
    thread: str = ""
    said: str = ""
    preview: str = ""
    has_focus: bool = False

    @classmethod
    def sent(cls, request: HttpRequest, form: AnswerForm) -> "Box":
        """As a moderator has just sent it."""
        return cls(
            form, known_to(request), article=request.POST.get("article", ""), thread=request.POST.get("thread", "")
        )


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment with its thread, and the box that answers it."""
    found = desk_pages.comment(pk)
    if found is None:
        return gone(request, pk)
    if request.method != "POST":
        return _carried(request, found) or _open(request, found)
    pressed = next((do for button, do in BUTTONS.items() if button in request.POST), _answer)
    return pressed(request, found)


def known_to(request: HttpRequest) -> answering.Known:
    """What the page knew from which this was sent. A form without these fields knew nothing, and is not asked."""
    after, version = numbers(request, "after"), numbers(request, "version")
    return answering.Known(
        seen=request.POST.get("seen"),
        after=after[0] if after else None,
        draft=version[0] if version else None,
        used=tuple(dict.fromkeys(numbers(request, "used"))),
    )


def _open(request: HttpRequest, comment: Comment) -> HttpResponse:
    """A link in a mail ends in `?answer`: it leads into the box, and says at once who was faster."""
    draft, comes_to_answer = drafts.of(comment, by=request.user), "answer" in request.GET
    known = answering.Known(draft=draft.version if draft else 0)
    form = AnswerForm(initial={"body": draft.body if draft else ""})
    box = Box(form, known, draft=draft, has_focus=comes_to_answer)
    if comes_to_answer and comment.newest_answer and (answer := Comment.objects.answers_to(comment).first()):
        box = replace(box, answer=answer, said=f"{answer.display_name} has answered it:")
    return _page(request, comment, box)


def _carried(request: HttpRequest, comment: Comment) -> HttpResponse | None:
    """What was sent without a login becomes the draft; a response only where another draft is newer."""
    carried = desk_carrying.taken(request, comment)
    if carried is None:
        return None
    try:
        drafts.save(comment, by=request.user, body=carried.body, version=carried.version)
    except drafts.Newer as newer:
        form = AnswerForm(initial={"body": carried.body})
        return _newer(request, comment, Box(form, answering.Known()), newer.draft)
    except drafts.NotKept:
        messages.warning(request, "It was erased meanwhile, so your answer could not be kept.")
    return None


def _answer(request: HttpRequest, comment: Comment, *, body: str | None = None, reason: str = "") -> HttpResponse:
    form = AnswerForm(request.POST if body is None else {"body": body})
    box = Box.sent(request, form)
    if not form.is_valid():
        return _page(request, comment, box, status=422)
    act = uuid4()
    try:
        answer = answering.send(
            comment, by=request.user, body=form.cleaned_data["body"], known=box.known, act=act, reason=reason
        )
    except moderation.AnsweredMeanwhile as refused:
        box = replace(Box.sent(request, AnswerForm(request.POST)), answer=refused.answer, said=str(refused))
        return _page(request, comment, box, status=422)
    except moderation.Refused as refused:
        form.add_error("body", str(refused))
        return _page(request, comment, box, status=422)
    link = format_html('<a href="{}">Your answer to {}</a>', answer.get_absolute_url(), comment.display_name)
    messages.success(request, format_html("{} is published.{}", link, _sent(request, comment)))
    offer_undo(request, act)
    return to_next(comment)


def _preview(request: HttpRequest, comment: Comment) -> HttpResponse:
    form = AnswerForm(request.POST)
    box = Box.sent(request, form)
    if not form.is_valid():
        return _page(request, comment, box, status=422)
    return _page(request, comment, replace(box, preview=markup.moderator_html(form.cleaned_data["body"])))


def _insert(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Without scripts: the page again, with more in the box."""
    typed = markup.clean(request.POST.get("body", ""))
    box = Box.sent(request, AnswerForm(initial={"body": typed}))
    try:
        more = insertions.made(request.POST["insert"], comment, article=box.article)
    except insertions.NotPossible as refused:
        return _page(request, comment, replace(box, said=str(refused)), status=422)
    form = AnswerForm(initial={"body": f"{typed}\n\n{more.text}".strip()})
    used = (*box.known.used, more.used) if more.used and more.used not in box.known.used else box.known.used
    known = replace(box.known, used=used)
    return _page(request, comment, replace(box, form=form, known=known, article="", said=more.said, has_focus=True))


def _keep(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Without scripts: save the draft, or throw it away."""
    if request.POST["draft"] == "discard":
        drafts.discard(comment, by=request.user)
        messages.success(request, format_html("Your draft is gone.{}", _sent(request, comment)))
        return redirect(address(comment.pk))
    typed = markup.clean(request.POST.get("body", ""))
    box = Box.sent(request, AnswerForm(initial={"body": typed}))
    try:
        drafts.save(comment, by=request.user, body=typed, version=box.known.draft or 0)
    except drafts.Newer as newer:
        return _newer(request, comment, box, newer.draft)
    except drafts.NotKept:
        return _page(request, comment, replace(box, said="This could not be kept as a draft."), status=422)
    return redirect(f"{address(comment.pk)}#answer")


def _ask_detail(request: HttpRequest, comment: Comment) -> HttpResponse:
    form = AnswerForm(request.POST)
    box, act = Box.sent(request, form), uuid4()
    if not form.is_valid():
        return _page(request, comment, box, status=422)
    try:
        words = form.cleaned_data["body"]
        following.ask_detail(comment, by=request.user, words=words, seen=box.known.seen, act=act)
    except moderation.Refused as refused:
        form.add_error("body", str(refused))
        return _page(request, comment, box, status=422)
    drafts.sent(comment, by=request.user, body=words, version=box.known.draft)
    link = format_html('<a href="{}">The question of {}</a>', address(comment.pk), comment.display_name)
    messages.success(request, format_html("{} waits for an answer to yours.{}", link, _sent(request, comment)))
    offer_undo(request, act)
    return to_next(comment)


def _point_elsewhere(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Answered in another thread: a link there is the answer."""
    typed = markup.clean(request.POST.get("body", ""))
    try:
        thread = elsewhere.find(request.POST.get("thread", ""), comment)
    except elsewhere.NotThere as refused:
        box = Box.sent(request, AnswerForm(initial={"body": typed}))
        return _page(request, comment, replace(box, said=str(refused)), status=422)
    return _answer(request, comment, body=elsewhere.answer_to(thread, typed), reason=elsewhere.REASON)


def _note(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Add a private note to the thread, or delete one's own; what stands in the box stays, as a draft."""
    typed = markup.clean(request.POST.get("body", ""))
    box = Box.sent(request, AnswerForm(initial={"body": typed}))
    form = NoteForm(request.POST)
    try:
        if deleted := numbers(request, "delete_note"):
            notes.delete(comment, deleted[0], by=request.user)
        elif not form.is_valid():
            return _page(request, comment, box, status=422, note_form=form)
        else:
            notes.add(comment, by=request.user, body=form.cleaned_data["note"])
        drafts.save(comment, by=request.user, body=typed, version=box.known.draft or 0)
    except drafts.Newer as newer:
        return _newer(request, comment, box, newer.draft)
    except (notes.Gone, drafts.NotKept):
        return _page(request, comment, replace(box, said="It was erased, so nothing was kept."), status=422)
    return redirect(f"{address(comment.pk)}#notes")


def _newer(request: HttpRequest, comment: Comment, box: Box, draft: Draft) -> HttpResponse:
    """The words of both tabs; saving again is knowing of the other."""
    known = replace(box.known, draft=draft.version)
    return _page(request, comment, replace(box, known=known, newer=draft), status=409)


# The buttons beside “Answer”, by their names.
BUTTONS: dict[str, Callable[[HttpRequest, Comment], HttpResponse]] = {
    "preview": _preview,
    "insert": _insert,
    "draft": _keep,
    "ask_detail": _ask_detail,
    "elsewhere": _point_elsewhere,
    "add_note": _note,
    "delete_note": _note,
}


def _page(
    request: HttpRequest, comment: Comment, box: Box, *, status: int = 200, note_form: NoteForm | None = None
) -> HttpResponse:
    events = desk_pages.events(comment)
    is_there, reports = comment.erased_at is None, reporting.open_on(comment)
    known = address_care.of(comment.email)
    if is_there:
        presence.touch(comment, by=request.user)
    context: dict[str, Any] = {
        "title": comment.display_name,
        "subtitle": comment.article,
        "comment": comment,
        "around": desk_pages.around(comment),
        "known_address": known,
        "address_state": address_care.state_of(known),
        "events": events,
        "verbs": desk.offered(comment, by=request.user, is_reported=bool(reports)),
        "reports": reports,
        "undoable": desk.undoable(comment, events, request.user),
        "box": box,
        "made_for": desk_carrying.made_for(request.user),
        "form": box.form,
        "newer_of": drafts.moment(box.newer) if box.newer else "",
        "draft_of": drafts.moment(box.draft) if box.draft else "",
        "news": desk_pages.news(comment, by=request.user, seen=box.known.seen, after=box.known.after),
        "care": desk_care.care(comment),
        "order": desk_care.order(comment, request.user),
        "labels": LabelsForm(question=comment) if comment.is_root and is_there else None,
        "notes": notes.of_thread(comment),
        "note_form": note_form or NoteForm(),
        "rule_hits": blocking.hits_of(comment) if comment.reasons else [],
        "hosts": linking.hosts_of(comment.name, comment.body)[:HOSTS],
    }
    return page(request, "comment", context | (_aids(comment) if is_there else {}), status=status)


def _aids(comment: Comment) -> dict[str, Any]:
    """What helps to answer it."""
    return {
        "asked": askers.history_of(comment),
        "alike": [each for each in search.similar(comment.body, exclude=comment.tree_id) if each.answer],
        "saved": saved_replies.in_order(),
        "articles": insertions.articles(),
    }


def _sent(request: HttpRequest, comment: Comment) -> str:
    """In a message, for scripts: what this browser kept of a draft for that comment is not needed any more."""
    return format_html('<span data-sent="{} {}" hidden></span>', request.user.pk, comment.pk)
