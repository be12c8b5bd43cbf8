"""What a moderator wants to be told by mail, as they or an owner choose it."""

from typing import Any

from django import forms

from .alert_choices import COLUMNS
from .desk_models import DeskPreference

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class AlertsForm(forms.ModelForm):  # type: ignore[type-arg]
    mail_hour = forms.TypedChoiceField(
        label="Daily at",
        choices=HOURS,
        coerce=int,
        help_text="In the site’s time. The reminder of the oldest question comes then, too.",
    )

    class Meta:
        model = DeskPreference
        fields = COLUMNS
        widgets = {"mail_questions": forms.RadioSelect}
        labels = {
            "mail_questions": "New questions and replies",
            "mail_urgent": "What sounds as if somebody were in danger, at once, whatever is chosen above",
            "mail_reports": "Reports of readers, at once",
            "mail_follow_ups": "Askers who write again, at once",
            "mail_nudge": "A reminder where a question has waited for three days, once a week at most",
        }
        help_texts = dict.fromkeys(("mail_urgent", "mail_reports", "mail_follow_ups", "mail_nudge"), "")

    def chosen(self) -> dict[str, Any]:
        """What `alert_choices.choose` wants to know."""
        return {name: self.cleaned_data[name] for name in COLUMNS}
