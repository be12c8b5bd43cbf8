"""Block rules in the admin: what each has caught, and what it would have hit, before it is saved and after."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_domain_name
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from . import blocking, likeness
from .auditing import Audited
from .desk_models import BlockRule
from .forms import PK
from .models import Comment
from .trial_pages import Tried

LENGTH = 254  # of a value: letters of another script can become several
FINGERPRINT = 32  # hex digits
SHOWN_OF_ONE = 8
MISTAKES = {
    blocking.WORD: "This holds no word: nothing is left of it without punctuation.",
    blocking.EMAIL: "Please give a whole address, or “@” and the host’s name for all addresses there.",
    blocking.NETWORK: "A network’s fingerprint has 32 digits and letters. The desk fills it in, from a comment’s page.",
    blocking.HOST: "Please give the name of a host, such as “spells.example”, or a link to it.",
}


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        help_texts = {
            "value": "A word or phrase (only whole words match), an address, “@host” for all addresses of one host, a "
            "host that is linked to (and all below it), or the network’s fingerprint, which a comment’s page at the "
            "desk puts in here."
        }

    def clean_expires_at(self) -> Any:
        until = self.cleaned_data["expires_at"]
        if until and "expires_at" in self.changed_data and until <= timezone.now():
            raise ValidationError("This moment is past, so the rule would do nothing.")
        return until

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, typed = data.get("kind"), data.get("value")
        if not kind or not typed:
            return data
        data["value"] = value = blocking.normalised(kind, typed)
        if not _is_whole(kind, value):
            self.add_error("value", MISTAKES[kind])
        elif len(value) > LENGTH:
            self.add_error("value", "This is too long.")
        elif twin := BlockRule.objects.filter(kind=kind, value=value).exclude(pk=self.instance.pk).first():
            over = (
                " It has expired: give it a later day." if twin.expires_at and twin.expires_at < timezone.now() else ""
            )
            self.add_error("value", f"There is a rule for this already.{over}")
        return data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        others = blocking.active(timezone.now()).exclude(pk=self.instance.pk)
        if not self.errors and others.count() >= blocking.RULES:
            self.add_error(None, f"{blocking.RULES} rules are active, as many as there can be. Delete one first.")


def _is_whole(kind: str, value: str) -> bool:
    """Whether what is left of a rule's value can match anything."""
    if kind == blocking.WORD:
        return bool(value)
    if kind == blocking.NETWORK:
        return len(value) == FINGERPRINT and not set(value) - set("0123456789abcdef")
    try:
        if kind == blocking.HOST:
            validate_domain_name(value)
            return "." in value
        if value.startswith("@"):
            validate_domain_name(value[1:])
            return "." in value
        EmailValidator()(value)
    except ValidationError:
        return False
    return True


def _value_of(comment: Comment, kind: str, place: str) -> str:
    """What a rule of this kind would block of a comment; of its hosts the one at this place, counted from 0."""
    if kind == blocking.HOST:
        hosts = likeness.hosts_of(comment.name, comment.body)
        return hosts[int(place)] if PK.fullmatch(place) and int(place) < len(hosts) else ""
    return str(getattr(comment, kind)) if kind in (blocking.EMAIL, blocking.NETWORK) else ""


@admin.register(BlockRule)
class BlockRuleAdmin(Tried, Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    form = RuleForm
    list_display = ("what", "then", "caught", "last", "expires_at", "note")
    list_filter = ("kind", "then")
    list_per_page = 100
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("value", "note")
    fields = ("kind", "value", "then", "expires_at", "note")
    change_form_template = "admin/comments/blockrule/change_form.html"
    trial_title = "Try a block rule"

    class Media:
        css = {"all": ["comments/desk-rules.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[BlockRule]:
        rules: QuerySet[BlockRule] = super().get_queryset(request)
        return rules.annotate(hit_count=Count("hits"), hit_at=Max("hits__at"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """From the desk: the address, the network or a host of a comment, which its own address does not tell."""
        pk, kind = request.GET.get("comment", ""), request.GET.get("kind", "")
        comment = Comment.objects.filter(pk=pk).first() if PK.fullmatch(pk) else None
        value = _value_of(comment, kind, request.GET.get("place", "")) if comment else ""
        return {"kind": kind, "value": value, "note": f"From comment {pk}."} if value else {}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        if not change:
            obj.added_by = request.user
        super().save_model(request, obj, form, change)
        if blocking.is_short(obj):
            self.message_user(request, f"“{obj.value}” is so short that many texts have it.", messages.WARNING)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        rule = context.get("original")
        shown = {"trial": blocking.try_out(rule), "caught": blocking.caught_by(rule)} if rule else {}
        return super().render_change_form(request, {**shown, **context, "tried_of": blocking.TRIED}, *args, **kwargs)

    def trial_of(self, row: Any) -> dict[str, Any]:
        return {"trial": blocking.try_out(row), "is_short": blocking.is_short(row)}

    @admin.display(description="rule")
    def what(self, rule: BlockRule) -> str:
        if rule.kind == blocking.NETWORK:
            return f"Network: {rule.value[:SHOWN_OF_ONE]}…"
        return str(rule)

    @admin.display(description="has caught", empty_value="0")
    def caught(self, rule: Any) -> int:
        return int(rule.hit_count)

    @admin.display(description="last")
    def last(self, rule: Any) -> Any:
        return rule.hit_at
