"""What a reader types to report a comment."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, ngettext

from .forms import Text, grouped
from .reader_models import Report

DETAILS_LENGTH = 1_000


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        choices=Report.Reason.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Please choose what is wrong.")),
    )
    details = Text(required=False)

    def clean_details(self) -> str:
        details: str = self.cleaned_data["details"]
        if over := max(0, len(details) - DETAILS_LENGTH):
            raise ValidationError(
                ngettext(
                    "Your text is %(over)s character too long. Please use at most %(most)s.",
                    "Your text is %(over)s characters too long. Please use at most %(most)s.",
                    over,
                )
                % {"over": grouped(over), "most": grouped(DETAILS_LENGTH)}
            )
        return details
