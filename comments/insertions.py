"""What a button puts into an answer: a saved reply, an earlier answer as a quotation, a link to an article."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse

from . import markup, saved_replies
from .desk_models import SavedReply
from .models import Comment, article_model

LENGTH = 500  # characters of a title or address; SQLite compares no long ones
ARTICLES = 200  # the newest, to choose from
CHOICE = re.compile(r"(saved|quote):([0-9]{1,18})")


class NotPossible(Exception):
    """Nothing is inserted; the message says why, for a moderator."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """`used` is the saved reply it was made of; `said` what to look at."""

    text: str
    used: int | None = None
    said: str = ""


def articles() -> list[Any]:
    """Those to choose from, by title and address."""
    return list(article_model().objects.published().only("title", "slug").order_by("-published_at", "-pk")[:ARTICLES])


def made(choice: str, comment: Comment, *, article: str = "") -> Insertion:
    """What a button with this value inserts: “saved:3”, “quote:7”, or “article” with what stands in its field."""
    if choice == "article":
        return _link(article)
    match = CHOICE.fullmatch(choice)
    if match is None:
        raise NotPossible("There is nothing like that to insert.")
    return _saved(int(match[2]), comment) if match[1] == "saved" else _quotation(int(match[2]))


def _link(typed: str) -> Insertion:
    """By its address, whole or not, or by its title."""
    published, words = article_model().objects.published(), markup.clean_line(typed)
    found = None
    if 0 < len(words) <= LENGTH:
        of_slug = published.filter(slug=_path(words).strip("/"))
        found = of_slug.first() or published.filter(title__iexact=words).order_by("-pk").first()
    if found is None:
        raise NotPossible("Please choose one of the articles, or type the address of one.")
    return Insertion(saved_replies.link_to(found))


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:  # brackets, as in an address by numbers
        return address


def _saved(pk: int, comment: Comment) -> Insertion:
    reply = SavedReply.objects.filter(pk=pk).first()
    if reply is None:
        raise NotPossible("This saved reply is gone.")
    filled = saved_replies.filled(reply.body, comment)
    said = f"Readers see no article at “{'”, “'.join(filled.missing)}”: please mend it." if filled.missing else ""
    return Insertion(filled.text, pk, said)


def _quotation(thread: int) -> Insertion:
    """The first answer of a thread that readers see, with a link to it."""
    question = Comment.objects.threads_seen().answered().with_first_answer().filter(pk=thread).first()
    first = question.first_answer if question else None
    answer = Comment.objects.approved().select_related("author").filter(pk=first).first()
    if question is None or answer is None:
        raise NotPossible("This answer is not public any more.")
    words = markup.plain(answer.body_html) if answer.source else answer.body  # what was imported may be HTML
    lines = [f"> {line}".rstrip() for line in words.split("\n")]
    address = reverse("comments:thread", args=[question.pk])
    who = markup.literal(f"{answer.display_name} to {question.display_name}")
    return Insertion("\n".join([*lines, ">", f"> — [{who}]({address})"]))
