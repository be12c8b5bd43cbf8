"""Block rules in the admin: what each has caught, and what it would have hit, before it is saved and after."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import EmailValidator, validate_domain_name
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from . import blocking, likeness
from .auditing import Audited
from .desk_models import BlockRule
from .forms import PK
from .models import Comment

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
class BlockRuleAdmin(Audited, admin.ModelAdmin):  # type: ignore[type-arg]
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

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST" and "_try" in request.POST:
            return self._trial_page(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        rule = context.get("original")
        shown = {"trial": blocking.try_out(rule), "caught": blocking.caught_by(rule)} if rule else {}
        return super().render_change_form(request, {**shown, **context, "tried_of": blocking.TRIED}, *args, **kwargs)

    def _trial_page(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        """The form again, with what the rule in it would have hit. Nothing is saved."""
        rule = self.get_object(request, object_id) if object_id else None
        if object_id and rule is None:
            raise Http404
        may = self.has_change_permission(request, rule) if rule else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        form = self.get_form(request, rule, change=rule is not None)(request.POST, instance=rule)
        trial = blocking.try_out(form.instance) if form.is_valid() else None
        fieldsets: Any = self.get_fieldsets(request, rule)
        shown = helpers.AdminForm(form, fieldsets, {}, model_admin=self)
        context = {
            **self.admin_site.each_context(request),
            "title": "Try a block rule",
            "subtitle": None,
            "adminform": shown,
            "errors": helpers.AdminErrorList(form, []),
            "media": self.media + shown.media,
            "inline_admin_formsets": [],
            "object_id": object_id,
            "original": rule,
            "to_field": None,
            "is_popup": False,
            "trial": trial,
            "is_short": trial is not None and blocking.is_short(form.instance),
            "is_tried": True,
        }
        return self.render_change_form(request, context, add=rule is None, change=rule is not None, obj=rule)

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
