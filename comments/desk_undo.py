"""Undo: of what was just done, at the top of every page of the desk, and of what the log of a comment holds."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from . import queue_filters, undoing
from .desk_frame import address, moderators_only, offer_undo, withdraw_offer
from .log_models import Verb
from .models import Comment
from .undoing import Act


@moderators_only
@require_POST
def undo(request: HttpRequest, act: UUID) -> HttpResponse:
    """Take back what one click did, one's own or another moderator's; whatever of it was changed since stays."""
    done = undoing.read(act)
    withdraw_offer(request, act)
    if done is None:
        messages.warning(request, "There is nothing left of this act to take back.")
        return redirect("admin:desk")
    if done.is_large:
        return _undo_large(request, done)
    back = undoing.undo_act(act, by=request.user)
    _say(request, done, back)
    if done.count == 1:
        return redirect(address(done.comment.pk))
    return redirect(queue_filters.address(QueryDict(request.POST.get("list", ""))))


def _undo_large(request: HttpRequest, done: Act) -> HttpResponse:
    """As far as one request goes; the button for the rest stays."""
    back, left = undoing.undo_large(done.pk, by=request.user)
    if left:
        offer_undo(request, done.pk)
        messages.warning(
            request, f"“{done.word}” is taken back for {back} comments. {left} are left: press Undo again."
        )
    else:
        messages.success(request, f"“{done.word}” is taken back for {back} of {done.count} comments.")
    return redirect(queue_filters.address(QueryDict(request.POST.get("list", ""))))


def _say(request: HttpRequest, done: Act, back: list[Comment]) -> None:
    """What came back and what did not; and whose act it was, if another's."""
    what = f"{done.count} comments" if done.count > 1 else _link(done)
    whose = "" if done.by == request.user else f"{done.by or 'the site'} did that. "
    if not back:
        text = "Nothing was taken back of “{}” ({}): {}."
        why = "that was taken back already, something else was done since, or it is not yours to change"
        messages.warning(request, format_html(text, done.word, what, why))
    elif done.count > len(back):
        text = "“{}” is taken back for {} of {}; the others have changed since and stay as they are. {}"
        messages.warning(request, format_html(text, done.word, len(back), what, whose))
    else:
        kept = "The text is in the box again, as a draft." if done.verb == Verb.ANSWER else ""
        messages.success(request, format_html("“{}” is taken back ({}). {}{}", done.word, what, whose, kept))


def _link(done: Act) -> str:
    comment = done.comment
    return format_html('the comment of <a href="{}">{}</a>', address(comment.pk), comment.display_name)
