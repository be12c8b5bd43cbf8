"""Pointing from a question to the thread where it is answered already."""

import re

from django.urls import reverse

from . import discussion_settings, markup
from .models import Comment

WORDS = "I have answered a question like yours here: {link}"  # where the settings have no words
REASON = "answered elsewhere"  # in the log
TITLE = 80  # characters of the other question
PLACE = re.compile(r"(?:\S*/(?:questions|comments|admin/desk)/|#)?([0-9]{1,18})(?:[/?#]\S*)?")


class NotThere(Exception):
    """Readers would find nothing there; the message says why, for a moderator."""


def find(text: str, comment: Comment) -> Comment:
    """The question of the thread that a moderator named: a number, or the address of any comment in it."""
    match = PLACE.fullmatch(text.strip())
    if match is None:
        raise NotThere("Please give the number or the address of the other question.")
    named = Comment.objects.filter(pk=int(match[1])).values("tree_id")
    thread = Comment.objects.threads_seen().approved().filter(pk__in=named).select_related("author").first()
    if thread is None:
        raise NotThere(f"Readers see no question {match[1]}, so it cannot be pointed to.")
    if thread.pk == comment.tree_id:
        raise NotThere("That is this question itself.")
    return thread


def answer_to(thread: Comment, words: str) -> str:
    """The answer that leads there: a moderator's own words with the link below, or those of the settings."""
    title = markup.literal(markup.beginning(markup.plain(thread.body_html), TITLE))
    link = f"[{title}]({reverse('comments:thread', args=[thread.pk])})"
    if words:
        return words.replace("{link}", link) if "{link}" in words else f"{words}\n\n{link}"
    usual = discussion_settings.fresh().elsewhere_text or WORDS
    return usual.replace("{link}", link) if "{link}" in usual else f"{usual}\n\n{link}"
