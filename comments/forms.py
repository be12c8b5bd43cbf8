"""What a reader types: cleaned quietly where nobody can have meant it, refused with advice where somebody can."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import addresses, markup, names
from .models import BODY_LENGTH, EMAIL_LENGTH, NAME_LENGTH
from .screening import Submission

DAMAGED = gettext_lazy("Some characters arrived damaged and are shown as �. Please type them again.")
PK = re.compile(r"[0-9]{1,18}")  # bigint has 19 digits


class Text(forms.Field):
    """Text without Django's own stripping and limits: lengths count code points after `markup.clean`."""

    def __init__(self, *, one_line: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.one_line = one_line

    def to_python(self, value: Any) -> str:
        return (markup.clean_line if self.one_line else markup.clean)(str(value or ""))

    def bound_data(self, data: Any, initial: Any) -> str:
        """What the form shows again: from a page, a control that nobody sees would come back as a damaged character."""
        return self.to_python(data)

    def validate(self, value: str) -> None:
        super().validate("" if markup.is_blank(value) else value)
        if "\ufffd" in value:
            raise ValidationError(DAMAGED)


class Address(Text):
    """An email address that mail can go to, or nothing where that is allowed."""

    default_error_messages = {"invalid": gettext_lazy("This does not look like an email address. Please check it.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(one_line=True, **kwargs)

    def clean(self, value: Any) -> str:
        return addresses.spelled(super().clean(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value:
            return
        advice = self.error_messages["invalid"]
        if len(value) > EMAIL_LENGTH:
            raise ValidationError(advice)
        EmailValidator(message=advice)(value)
        if not addresses.is_mailable(value):
            raise ValidationError(_("We cannot send mail to an address of this kind. Please give another one."))


class Trap(forms.Field):
    """People do not see it; programs fill it. Whatever is in it is no error."""

    def bound_data(self, data: Any, initial: Any) -> str:
        return markup.clean_line(str(data or ""))


class CommentForm(forms.Form):
    """The public form. `parent` is checked by `posting`, under the lock; here only that it can be a pk."""

    name = Text(
        one_line=True,
        error_messages={"required": gettext_lazy("Please give a name. A nickname or an initial is fine.")},
    )
    email = Address(
        required=False,
        error_messages={
            "invalid": gettext_lazy("This does not look like an email address. Please check it, or leave it out.")
        },
    )
    body = Text(error_messages={"required": gettext_lazy("Please write your question or reply.")})
    parent = forms.Field(required=False)
    website = Trap(required=False)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if len(name) > NAME_LENGTH:
            raise ValidationError(
                _("The name has %(length)s characters. Please use at most %(most)s.")
                % {"length": grouped(len(name)), "most": NAME_LENGTH}
            )
        if names.is_reserved(name):
            raise ValidationError(names.ADVICE % {"name": name})
        return name

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(body) > BODY_LENGTH:
            over = len(body) - BODY_LENGTH
            said = ngettext(
                "Your text has %(length)s characters, %(over)s more than fits. At most %(most)s are possible.",
                "Your text has %(length)s characters, %(over)s more than fit. At most %(most)s are possible.",
                over,
            )
            raise ValidationError(
                said % {"length": grouped(len(body)), "over": grouped(over), "most": grouped(BODY_LENGTH)}
            )
        return body

    def submission(self, article: Any, network: str, parent: int | None) -> Submission:
        data = self.cleaned_data
        return Submission(
            article_id=article.pk,
            parent_id=parent,
            name=data["name"],
            email=data["email"],
            body=data["body"],
            network=network,
            trapped=bool(str(data.get("website") or "").strip()),
        )


def grouped(number: int) -> str:
    """A number as the language writes it: 12,345."""
    return number_format(number, use_l10n=True, force_grouping=True)


def parent_pk(value: str | None) -> int | None:
    """The `parent` field: None where empty, 0 (no comment's pk) where it is nothing a pk can be."""
    text = (value or "").strip()
    if not text:
        return None
    return int(text) if PK.fullmatch(text) else 0
