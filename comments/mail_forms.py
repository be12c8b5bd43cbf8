"""What somebody says of the mails they want."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .forms import Address, Trap
from .mail_models import EmailAddress

TOLD = ("tell_public", "tell_answers", "tell_replies")


class ChoicesForm(forms.Form):
    """What they are told, by the columns of EmailAddress."""

    tell_public = forms.BooleanField(required=False)
    tell_answers = forms.BooleanField(required=False)
    tell_replies = forms.BooleanField(required=False)
    with_words = forms.ChoiceField(required=False, choices=[("", ""), ("yes", "")])

    @classmethod
    def of(cls, address: EmailAddress) -> "ChoicesForm":
        """As they chose."""
        told = {name: getattr(address, name) for name in TOLD}
        return cls(initial={**told, "with_words": "yes" if address.with_words else ""})

    def clean_with_words(self) -> bool:
        return bool(self.cleaned_data["with_words"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(name) for name in TOLD):
            self.add_error("tell_public", ValidationError(_("Please choose at least one. Without it no mail comes.")))
        return data


class LostLinkForm(forms.Form):
    email = Address(error_messages={"required": gettext_lazy("Please give the email address that you left with it.")})
    website = Trap(required=False)

    @property
    def is_trapped(self) -> bool:
        return bool(str(self.cleaned_data.get("website") or "").strip())


class AddressForm(forms.Form):
    """Another address for news of what is on a private page."""

    email = Address(error_messages={"required": gettext_lazy("Please give the address that news should go to.")})
