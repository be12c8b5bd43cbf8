"""People in the admin: who answers here, in which role. Owners look after them, superusers after all accounts."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, SetPasswordForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_post_parameters

from . import alert_choices, auditing, people, trial_mails
from .alert_forms import AlertsForm
from .bounded import MOST
from .desk_models import Moderator
from .log_models import ModerationEvent, Verb
from .people import Role

LAST_OWNER = "This is the last owner. Make somebody else an owner first: a site without one cannot be looked after."


class PersonFields(forms.ModelForm):  # type: ignore[type-arg]
    """What an owner says of a person, whether they are new or not."""

    first_name = forms.CharField(label="Name", max_length=150, help_text="Readers see it beside every answer.")
    email = forms.EmailField(label="Email address", max_length=254, help_text="Nobody sees it but owners.")
    role = forms.ChoiceField(choices=Role.choices, initial=Role.MODERATOR, widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        self.instance.last_name, self.instance.is_staff = "", True  # the whole name is one field here
        return super().clean() or self.cleaned_data


class NewPersonForm(PersonFields, UserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = Moderator
        fields = ("username",)


class PersonForm(PersonFields):
    class Meta:
        model = Moderator
        fields = ("first_name", "email", "is_active")
        labels = {"is_active": "May log in"}
        help_texts = {
            "username": "What they log in with; it stays.",
            "is_active": "Take the mark away when somebody leaves. They are logged out at once; their name stays "
            "theirs, and their answers stay where they are.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(first_name=self.instance.get_full_name(), role=str(people.role_of(self.instance)))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        was_owner = self.initial["is_active"] and self.initial["role"] == Role.OWNER
        stays_owner = data.get("is_active") and data.get("role") == Role.OWNER
        if was_owner and not stays_owner and not people.has_owner(beside=self.instance):
            raise ValidationError(LAST_OWNER)
        return data


@admin.register(Moderator)
class ModeratorAdmin(auditing.Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    """Nobody is deleted: answers stay their writers'. Who has more rights than an owner is a superuser's to change."""

    form = PersonForm
    list_display = ("name", "username", "role", "may_log_in", "last_login", "answers", "told")
    list_per_page = 100
    show_full_result_count = False
    ordering = ("-is_active", "first_name", "username")
    sortable_by = ()
    search_fields = ("username", "first_name", "last_name")
    actions = None
    readonly_fields = ("new_password", "mails")

    class Media:
        css = {"all": ["comments/desk-log.css", "comments/desk-mail.css"]}

    # --- What may be done -------------------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_theirs = obj is None or request.user.is_superuser or not people.has_more_rights(obj)
        return is_theirs and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Not in the address of the list: questions about passwords, letter by letter."""
        return lookup in ("is_active__exact", "q")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Moderator]:
        return people.everybody()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "People who answer here", **(extra_context or {})})

    # --- Writing ----------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = PersonForm if obj else NewPersonForm
        return super().get_form(request, obj, change, **{"form": form, **kwargs})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("username", "first_name", "email", "role", "password1", "password2")
        return ("username", "first_name", "email", "role", "is_active", "new_password", "mails")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("username", "new_password", "mails") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        if change:
            obj.save(update_fields=["first_name", "last_name", "email", "is_active"])
        else:
            obj.save()
        people.give(obj, form.cleaned_data["role"])

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Whoever changed themselves may not see people any more."""
        return redirect("admin:index") if obj.pk == request.user.pk else super().response_change(request, obj)

    def get_urls(self) -> list[Any]:
        password = self.admin_site.admin_view(self.set_password)
        mail = self.admin_site.admin_view(self.choose_mails)
        return [
            path("<int:pk>/password/", password, name="comments_moderator_password"),
            path("<int:pk>/mail/", mail, name="comments_moderator_mail"),
            *super().get_urls(),
        ]

    @method_decorator(sensitive_post_parameters())
    def set_password(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new password for somebody who lost theirs; it ends all their sessions."""
        person = self._theirs_to_change(request, pk)
        form = SetPasswordForm(person, request.POST if request.method == "POST" else None)
        if form.is_valid():
            _set_password(form, by=request.user)
            if person.pk == request.user.pk:
                update_session_auth_hash(request, person)
            messages.success(request, f"{person} has a new password.")
            return redirect("admin:comments_moderator_change", pk)
        return self._page(request, "password", form, {"title": "New password", "original": person})

    def choose_mails(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What somebody is told by mail, as they choose it themselves at the desk."""
        person = self._theirs_to_change(request, pk)
        form = AlertsForm(request.POST if request.method == "POST" else None, instance=alert_choices.of(person))
        if form.is_valid():
            changed = alert_choices.choose(person, by=request.user, **form.chosen())
            messages.success(request, f"From now on {person} is told so." if changed else "It was so already.")
            return redirect("admin:comments_moderator_changelist")
        shown = {"instead": trial_mails.instead(), "last": alert_choices.last_mail_to(person)}
        return self._page(request, "mail", form, {"title": "Who is told of what", "original": person, **shown})

    def _theirs_to_change(self, request: HttpRequest, pk: int) -> Any:
        person = self.get_object(request, str(pk))
        if person is None or not self.has_change_permission(request, person):
            raise PermissionDenied
        return person

    def _page(self, request: HttpRequest, name: str, form: Any, shown: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "form": form, **shown}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, f"admin/comments/moderator/{name}.html", context, status=status)

    # --- Looking ----------------------------------------------------------------------------------------------------

    @admin.display(description="name")
    def name(self, person: Any) -> str:
        return str(person.get_full_name() or person.get_username())

    @admin.display(description="role")
    def role(self, person: Any) -> str:
        if person.has_more:
            return "superuser" if person.is_superuser else "with rights of their own"
        return "owner" if person.is_owner else "moderator"

    @admin.display(description="may log in", boolean=True)
    def may_log_in(self, person: Any) -> bool:
        return bool(person.is_active)

    @admin.display(description="answers")
    def answers(self, person: Any) -> str:
        return f"{person.answer_count:,}" if person.answer_count <= MOST else f"more than {MOST:,}"

    @admin.display(description="password")
    def new_password(self, person: Any) -> SafeString:
        address = reverse("admin:comments_moderator_password", args=[person.pk])
        return format_html('<a href="{}">Set a new password</a>', address)

    @admin.display(description="told by mail")
    def told(self, person: Any) -> str:
        return ", ".join(alert_choices.told_to(person)) or "nothing"

    @admin.display(description="told by mail")
    def mails(self, person: Any) -> SafeString:
        address = reverse("admin:comments_moderator_mail", args=[person.pk])
        return format_html('{}. <a href="{}" class="desk-choose">Choose what is told</a>', self.told(person), address)


@transaction.atomic
def _set_password(form: Any, *, by: Any) -> None:
    person = form.save(commit=False)
    person.save(update_fields=["password"])
    _record_password(person, by=by)


def _record_password(person: Any, *, by: Any) -> None:
    auditing.record(by=by, verb=Verb.CHANGE, subject=auditing.subject_of(person), after="Password: changed")


admin.site.unregister([User, Group])


@admin.register(User)
class AuditedUserAdmin(auditing.Audited, UserAdmin):  # type: ignore[type-arg]
    """Django's own, for superusers, with its acts in the log. Whoever the log names is deactivated, not deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_named = obj is not None and ModerationEvent.objects.filter(by=obj.pk).exists()
        return not is_named and super().has_delete_permission(request, obj)

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        return super().user_change_password(request, id, form_url)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Django asks for it after a password was set, too, which is no form of a row."""
        if isinstance(form, AdminPasswordChangeForm):
            _record_password(form.user, by=request.user)
        return super().construct_change_message(request, form, formsets, add)


@admin.register(Group)
class AuditedGroupAdmin(auditing.Audited, GroupAdmin):
    """Django's own, for superusers, with its acts in the log: a group is a role."""
