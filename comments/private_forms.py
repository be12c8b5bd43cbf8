"""What a writer types on their private page: by the same rules as the public form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .forms import CommentForm, Text
from .models import Helped


class ChangeForm(CommentForm):
    """Name and text of a comment that waits. The email address stays as it was given."""

    email = parent = website = None  # type: ignore[assignment]


class AddForm(CommentForm):
    """A further text under the same name."""

    name = email = parent = website = None  # type: ignore[assignment]
    body = Text(error_messages={"required": _("Please write what you would like to add.")})


class HelpedForm(forms.Form):
    helped = forms.ChoiceField(choices=Helped.choices)
