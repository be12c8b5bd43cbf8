"""What a moderator types at the desk."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest

from . import keys, notes
from .forms import PK, Text
from .models import BODY_LENGTH, Comment, article_model
from .reader_models import Situation


class AnswerForm(forms.Form):
    """An answer in Markdown, with the limits of every comment."""

    body = Text(
        label="Your answer",
        widget=forms.Textarea(attrs={"rows": 10, "class": "vLargeTextField", "aria-describedby": "body-help"}),
        error_messages={"required": "Please write an answer first."},
    )

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(body) > BODY_LENGTH:
            raise ValidationError(f"The answer has {len(body):,} characters; at most {BODY_LENGTH:,} are possible.")
        return body


class NoteForm(forms.Form):
    """A private note on a thread."""

    note = Text(error_messages={"required": "Please write something to note."})

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        if len(note) > notes.LENGTH:
            raise ValidationError(f"The note has {len(note):,} characters; at most {notes.LENGTH:,} are possible.")
        return note


class MoveForm(forms.Form):
    """Where a comment goes with all its replies: below another one, or out as a question of its own."""

    BELOW, OWN = "below", "own"
    place = forms.ChoiceField(
        label="Make it",
        choices=[(BELOW, "a reply to another comment"), (OWN, "a question of its own")],
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one of the two."},
    )
    # Typed, never chosen: a select box would hold every comment there is.
    parent = forms.ModelChoiceField(
        Comment.objects.none(),
        label="Number of that comment",
        required=False,
        widget=forms.NumberInput(attrs={"min": 1}),
        help_text="The number in its address, /comments/NUMBER/.",
        error_messages={"invalid_choice": "There is no comment with this number."},
    )
    article = forms.ModelChoiceField(
        Comment.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.TextInput,
        help_text="The last part of the article's address. Empty: where the comment is now.",
        error_messages={"invalid_choice": "There is no article with this address."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Comment.objects.select_related("author")  # type: ignore[attr-defined]
        self.fields["article"].queryset = article_model().objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("place") == self.BELOW and not data.get("parent") and "parent" not in self.errors:
            self.add_error("parent", "Please give the number of the comment that it replies to.")
        return data

    def target(self) -> dict[str, Any]:
        """What `moving.move` wants to know."""
        if self.cleaned_data["place"] == self.BELOW:
            return {"parent": self.cleaned_data["parent"]}
        return {"article": self.cleaned_data["article"]}


class LabelsForm(forms.Form):
    """What a question is about, whether search engines may keep its thread, and whether it is urgent."""

    situations = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    keep_out = forms.BooleanField(label="Keep this thread out of search engines", required=False)
    urgent = forms.BooleanField(label="Urgent: it should not wait", required=False)

    def __init__(self, data: Any = None, *, question: Comment) -> None:
        marks = {"keep_out": not question.in_search_engines, "urgent": question.urgent}
        super().__init__(data, initial=marks, prefix="labels")
        rows: list[Any] = list(Situation.objects.of(question).in_order())
        self.fields["situations"].choices = [(row.pk, row.name) for row in rows]  # type: ignore[attr-defined]
        if data is None:
            self.initial["situations"] = [row.pk for row in rows if row.is_chosen]
        self.of_article = [row.name for row in rows if row.is_of_article]

    def keyed(self) -> list[tuple[str, BoundWidget]]:
        """The situations' boxes, each with the key that ticks it; the last of very many have none."""
        boxes = list(self["situations"])
        return [(keys.SITUATIONS[number : number + 1], box) for number, box in enumerate(boxes)]

    def labels(self) -> dict[str, Any]:
        """What `labelling.label` wants to know."""
        return {
            "situations": self.cleaned_data["situations"],
            "in_search_engines": not self.cleaned_data["keep_out"],
            "urgent": self.cleaned_data["urgent"],
        }


def numbers(request: HttpRequest, field: str) -> list[int]:
    """What of a form's hidden fields with this name are numbers that a column can hold."""
    return [int(value) for value in request.POST.getlist(field) if PK.fullmatch(value)]
