"""What a moderator sends to mask, reword or merge."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from . import identities
from .forms import PK, Text
from .identities import Span
from .models import BODY_LENGTH, Comment

ADDRESS = re.compile(r"/(?:comments|questions|desk)/([0-9]{1,18})(?:/|$)")


class MaskForm(forms.Form):
    """Spans of the text by their places (several may come at once), or words that the moderator chose."""

    words = forms.CharField(label="Mask these words", required=False, max_length=200)

    def __init__(self, data: Any = None, *, comment: Comment) -> None:
        super().__init__(data)
        self.comment = comment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text, words = self.comment.body, data.get("words")
        data["spans"] = identities.occurrences(text, words) if words else list(self._spans(text))
        if words and not data["spans"]:
            self.add_error("words", "These words are not in the text as it is now.")
        elif not data["spans"] and not self.errors:
            raise ValidationError("Nothing was chosen to be masked.")
        return data

    def _spans(self, text: str) -> list[Span]:
        """What was found is named for what it is; `rewording` checks that it lies within the text."""
        kinds = {(span.start, span.end): span for span in identities.find(text)}
        sent = cast("QueryDict", self.data)
        places = zip(sent.getlist("start"), sent.getlist("end"), strict=False)
        pairs = [(int(start), int(end)) for start, end in places if PK.fullmatch(start) and PK.fullmatch(end)]
        return [kinds.get(pair) or Span(*pair) for pair in pairs]


class RewordForm(forms.Form):
    """A comment's words, to be mended: as they were written, so Markdown where a moderator wrote them."""

    body = Text(
        label="The words",
        widget=forms.Textarea(attrs={"rows": 14, "class": "vLargeTextField"}),
        error_messages={"required": "Please leave some words. A comment without any goes to the trash instead."},
    )

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(body) > BODY_LENGTH:
            raise ValidationError(f"The text has {len(body):,} characters; at most {BODY_LENGTH:,} are possible.")
        return body


class MergeForm(forms.Form):
    """The other question, by its number or its address."""

    other = forms.CharField(
        label="The other question",
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text="Its number, or its address: /questions/NUMBER/.",
        error_messages={"required": "Please give the number or the address of the other question."},
    )

    def clean_other(self) -> Comment:
        """The question in whose thread that comment stands: a link to an answer means its question."""
        typed: str = self.cleaned_data["other"]
        match = ADDRESS.search(typed)
        number = match[1] if match else typed
        found = Comment.objects.filter(pk=int(number)).first() if PK.fullmatch(number) else None
        root = Comment.objects.select_related("article").filter(pk=found.tree_id).first() if found else None
        if root is None:
            raise ValidationError("There is no question with this number or address.")
        return root
