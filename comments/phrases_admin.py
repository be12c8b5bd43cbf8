"""The phrases that screening looks for, in the admin: owners switch them off and add their own, and try them first."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from . import care, phrase_trials, phrase_words, phrases
from .auditing import Audited, record
from .forms import PK
from .log_models import Verb
from .models import BODY_LENGTH
from .screening_models import Phrase
from .trial_pages import Tried

NAMED = 20  # phrases in one entry of the log
LANGUAGE = """Words are compared as people say them: capitals, apostrophes and punctuation do not matter. A phrase never
goes beyond the end of a sentence.<ul>
<li><b>hurt*</b>: any ending, so hurts and hurting too</li>
<li><b>(he|she|my ex) hit me</b>: any of these</li>
<li><b>want (so|) to die</b>: this word may be missing</li>
<li><b>he … hit me</b>: up to four words between them; three dots do as well</li>
<li><b>he is 3#</b>: # is a digit</li>
</ul>A phrase of your own decides alone that somebody may be in danger. In English texts the site weighs all words, with
the phrases that came with it; words that an exception names weigh nothing. “Try a text” shows what comes of it."""
IN_EFFECT = "It counts here at once, and everywhere within a minute."


class PhraseForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_words(self) -> str:
        words = " ".join(self.cleaned_data["words"].split())
        try:
            phrase_words.read(words)
        except phrase_words.Malformed as malformed:
            raise ValidationError(str(malformed)) from malformed
        return words

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        topic, words = (data.get(name, getattr(self.instance, name)) for name in ("topic", "words"))
        others = Phrase.objects.exclude(pk=self.instance.pk)
        if twin := others.filter(topic=topic, words=words).first():
            self.add_error(None, f"These words are in the list already{'' if twin.is_on else ', switched off'}.")
        if data.get("is_on") and others.filter(is_on=True).count() >= phrases.LISTED:
            self.add_error(None, f"{phrases.LISTED} are looked for, as many as there can be. Switch one off first.")
        return data


class TextForm(forms.Form):
    text = forms.CharField(max_length=BODY_LENGTH, widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}))


@admin.register(Phrase)
class PhraseAdmin(Tried, Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    """What came with the site is only switched on and off: an update would bring back what was deleted."""

    form = PhraseForm
    fieldsets = ((None, {"fields": ("topic", "kind", "words", "language", "is_on"), "description": LANGUAGE}),)
    list_display = ("words", "topic", "kind", "is_on")
    list_filter = ("topic", "kind", "is_on", "is_shipped", "language")
    list_per_page = 100
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ("topic", "kind", "words")
    sortable_by = ()
    search_fields = ("words",)
    actions = ("switch_on", "switch_off")
    change_form_template = "admin/comments/phrase/change_form.html"
    trial_title = "Try a phrase"
    change_list_template = "admin/comments/phrase/change_list.html"

    class Media:
        css = {"all": ["comments/desk-rules.css"]}

    def get_urls(self) -> list[Any]:
        own = path("try/", self.admin_site.admin_view(self.try_text), name="comments_phrase_try")
        return [own, *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("topic", "kind", "words", "language") if obj is not None and obj.is_shipped else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_shipped = obj is not None and obj.is_shipped
        return not is_shipped and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "words" and field is not None:
            field.widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A copy of another one, to be changed."""
        pk = request.GET.get("copy", "")
        row = Phrase.objects.filter(pk=pk).first() if PK.fullmatch(pk) else None
        return {name: getattr(row, name) for name in ("topic", "kind", "words", "language")} if row else {}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        self._changed(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self._changed(request)

    @admin.action(description="Look for these", permissions=["change"])
    def switch_on(self, request: HttpRequest, rows: QuerySet[Phrase]) -> None:
        room = phrases.LISTED - Phrase.objects.filter(is_on=True).count()
        if rows.filter(is_on=False).count() > room:
            self.message_user(request, f"There is room for {room} more. Nothing was changed.", messages.ERROR)
            return
        self._switch(request, rows, is_on=True)

    @admin.action(description="Do not look for these", permissions=["change"])
    def switch_off(self, request: HttpRequest, rows: QuerySet[Phrase]) -> None:
        self._switch(request, rows, is_on=False)

    def _switch(self, request: HttpRequest, rows: QuerySet[Phrase], *, is_on: bool) -> None:
        with transaction.atomic():
            changed = list(rows.select_for_update(no_key=True).exclude(is_on=is_on).order_by("pk"))
            Phrase.objects.filter(pk__in=[row.pk for row in changed]).update(is_on=is_on)
            if changed:
                _log(changed, by=request.user, is_on=is_on)
        number = "1 phrase" if len(changed) == 1 else f"{len(changed)} phrases"
        self.message_user(request, f"{number} switched {'on' if is_on else 'off'}.", messages.SUCCESS)
        self._changed(request)

    def _changed(self, request: HttpRequest) -> None:
        transaction.on_commit(phrases.forget)
        self.message_user(request, IN_EFFECT)

    def try_text(self, request: HttpRequest) -> HttpResponse:
        """What a pasted text sounds like, and what the lists find in it. Nothing is kept of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TextForm(request.POST or None)
        found = phrases.current().look(form.cleaned_data["text"]) if form.is_valid() else []
        noticed = care.notice(form.cleaned_data["text"]) if form.is_valid() else care.NOTHING
        context = {
            **self.admin_site.each_context(request),
            "title": "Try a text",
            "opts": self.opts,
            "form": form,
            "found": found,
            "is_tried": form.is_bound and form.is_valid(),
            "noticed": noticed,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/comments/phrase/try.html", context)

    def trial_of(self, row: Any) -> dict[str, Any]:
        return {"trial": phrase_trials.try_out(row)}


def _log(rows: list[Phrase], *, by: Any, is_on: bool) -> None:
    named = [str(row) for row in rows[:NAMED]] + (["…"] if len(rows) > NAMED else [])
    record(
        by=by,
        verb=Verb.CHANGE,
        subject=str(rows[0]) if len(rows) == 1 else f"{len(rows)} phrases to look for",
        before=f"Looked for: {'no' if is_on else 'yes'}",
        after="\n".join([f"Looked for: {'yes' if is_on else 'no'}", *named]),
    )
