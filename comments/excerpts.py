"""What is shown of the threads that were found: each question, with the words around what matches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models.functions import Left
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from . import fulltext, markup
from .managers import CommentQuerySet
from .models import Comment

BEGINNING = 200  # characters of a text

# What lists need none of, and what is most of a row.
TEXTS = ("body", "body_html", "excerpt_html")
_ARTICLE = ("article__body", "article__body_html", "article__contents")


@dataclass(frozen=True, slots=True)
class Hit:
    """A thread that was found. `question` may be a removed one (not `is_public`): of that only replies were found."""

    question: Comment
    excerpt_html: SafeString
    answer_html: SafeString

    @property
    def pk(self) -> int:
        return int(self.question.pk)


class Passages(NamedTuple):
    """Of a document's texts what is around the matches, or their beginnings; between START and STOP what matches."""

    lead: str
    answer: str
    rest: str = ""


def hits(pks: Sequence[int], words: fulltext.Words | None = None) -> list[Hit]:
    """These threads in this order: around the words, or without any their beginnings."""
    around = passages(pks, words) if words else {}
    return [_hit(question, around.get(pk)) for pk, question in questions(pks).items()]


def questions(pks: Sequence[int]) -> dict[int, Any]:
    """These roots in this order, each with the beginnings of its document's texts."""
    found = beginnings(Comment.objects.filter(pk__in=pks)).defer(*TEXTS)
    questions = {question.pk: question for question in found} if pks else {}
    return {pk: questions[pk] for pk in pks if pk in questions}


def beginnings(comments: CommentQuerySet) -> CommentQuerySet:
    """With the beginnings of their documents' texts (replies have none), articles and authors."""
    beginning = {name: Left(f"document__{name}", BEGINNING + 1) for name in ("lead", "answer")}
    found: CommentQuerySet = comments.select_related("article", "author").defer(*_ARTICLE).annotate(**beginning)
    return found


def passages(pks: Sequence[int], words: fulltext.Words) -> dict[int, Passages]:
    """By document: threads, and articles under their pks below zero."""
    return {pk: Passages(*texts) for pk, *texts in fulltext.passages(pks, words)} if pks else {}


def cut(text: str | None) -> str:
    """The beginning of a document's text, as `questions` read it."""
    return markup.beginning(text or "", BEGINNING)


def marked(text: str) -> SafeString:
    """Escaped first, then marked: whatever stands in the text, only our own tags come out."""
    marked = str(escape(markup.one_line(text))).replace(fulltext.START, "<mark>").replace(fulltext.STOP, "</mark>")
    return mark_safe(marked)  # noqa: S308


def _hit(question: Any, passages: Passages | None) -> Hit:
    if passages is None:
        return Hit(question, escape(cut(question.lead)), escape(cut(question.answer)))
    is_elsewhere = fulltext.START in passages.rest and fulltext.START not in passages.lead + passages.answer
    return Hit(question, marked(passages.rest if is_elsewhere else passages.lead), marked(passages.answer))
