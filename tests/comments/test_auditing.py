"""What moderators do to what is no comment is in the log: who, which verb, what, before and after."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.test import RequestFactory

from comments import auditing, markup
from comments.desk_models import BlockRule, HoldPolicy, SavedReply
from comments.log_models import ModerationEvent, Verb

pytestmark = pytest.mark.django_db


class RuleAdmin(auditing.Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    fields = ("kind", "value", "then", "note")


class ReplyAdmin(auditing.Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    pass


@pytest.fixture
def request_of_sarah(rf: RequestFactory, sarah: Any) -> HttpRequest:
    request = rf.post("/admin/")
    request.user = sarah
    return request


def save(admin_: Any, request: HttpRequest, row: Any = None, **data: Any) -> Any:
    """As the admin saves a form."""
    form = admin_.get_form(request, row, change=row is not None)(data, instance=row)
    assert form.is_valid(), form.errors
    saved = admin_.save_form(request, form, change=row is not None)
    admin_.save_model(request, saved, form, row is not None)
    admin_.save_related(request, form, [], row is not None)
    return saved


def rules() -> RuleAdmin:
    return RuleAdmin(BlockRule, AdminSite())


def replies() -> ReplyAdmin:
    return ReplyAdmin(SavedReply, AdminSite())


def last() -> ModerationEvent:
    return ModerationEvent.objects.latest("pk")


def test_an_act_is_recorded_with_who_what_before_and_after(sarah: Any) -> None:
    event = auditing.record(by=sarah, verb=Verb.CHANGE, subject="setting", before="a: 1", after="a: 2", reason="asked")
    event.refresh_from_db()
    assert (event.comment, event.subject, event.by, event.verb) == (None, "setting", sarah, "change")
    assert (event.before, event.after, event.reason) == ("a: 1", "a: 2", "asked")
    assert event.act is not None


def test_a_command_records_in_nobodys_name_and_long_subjects_are_cut() -> None:
    event = auditing.record(by=None, verb=Verb.ADD, subject="import " + "x" * 300)
    assert event.by is None
    assert len(event.subject) == 200


def test_what_is_added_is_recorded_with_all_that_it_says(request_of_sarah: Any) -> None:
    save(rules(), request_of_sarah, kind="word", value="casino", then="spam", note="")
    assert (last().verb, last().subject) == ("add", "block rule “Word or phrase: casino”")
    assert last().before == ""
    assert last().after == "Kind: Word or phrase\nValue: casino\nWhat to do: File it as spam"


def test_what_is_changed_is_recorded_field_by_field(request_of_sarah: Any) -> None:
    rule = BlockRule.objects.create(kind="word", value="casino", note="seen twice")
    save(rules(), request_of_sarah, rule, kind="word", value="casino", then="spam", note="")
    assert last().verb == "change"
    assert last().before == "What to do: Hold it, whatever the settings say\nNote: seen twice"
    assert last().after == "What to do: File it as spam\nNote: nothing"


def test_saving_without_a_change_records_nothing(request_of_sarah: Any) -> None:
    rule = BlockRule.objects.create(kind="word", value="casino")
    save(rules(), request_of_sarah, rule, kind="word", value="casino", then="pending", note="")
    assert not ModerationEvent.objects.exists()


def test_what_is_deleted_is_recorded_with_what_it_said(request_of_sarah: Any) -> None:
    for value in ("casino", "pills"):
        BlockRule.objects.create(kind="word", value=value)
    rules().delete_model(request_of_sarah, BlockRule.objects.get(value="pills"))
    assert last().before.startswith("Kind: Word or phrase\nValue: pills\n")
    rules().delete_queryset(request_of_sarah, BlockRule.objects.all())
    assert (last().verb, last().subject) == ("delete", "block rule “Word or phrase: casino”")
    assert not BlockRule.objects.exists()


def test_of_a_long_text_only_its_length_is_kept(request_of_sarah: Any) -> None:
    reply = SavedReply.objects.create(title="Wait", body="x" * 2_001)
    save(replies(), request_of_sarah, reply, title="Wait", body="y" * 2_345, order=0)
    assert (last().before, last().after) == ("Body: 2,001 characters", "Body: 2,345 characters")


def test_addresses_and_fingerprints_are_veiled(request_of_sarah: Any) -> None:
    save(rules(), request_of_sarah, kind="email", value="zoe@mail.example", then="spam", note="wrote as z.b@x.example")
    rules().log_addition(request_of_sarah, BlockRule.objects.get(), "")
    written = " ".join([last().subject, last().after, LogEntry.objects.get().object_repr])
    assert "z…@mail.example" in written
    assert "zoe@" not in written
    assert "z.b@" not in written
    assert markup.veiled("network 0123456789abcdef0123456789abcdef") == "network 012345…"
    assert markup.veiled("@mail.example and 12 a@b") == "@mail.example and 12 a…@b"


def test_passwords_are_never_told(request_of_sarah: Any) -> None:
    class Form(forms.ModelForm):  # type: ignore[type-arg]
        title = forms.CharField(widget=forms.PasswordInput)

    class Secret(ReplyAdmin):
        form = Form
        fields = ("title",)

    save(
        Secret(SavedReply, AdminSite()), request_of_sarah, SavedReply.objects.create(title="old", body="x"), title="n3w"
    )
    assert (last().before, last().after) == ("", "Title: set")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "nothing"),
        ("", "nothing"),
        ([], "nothing"),
        (True, "yes"),
        (0, "0"),
        ([1, 2], "1, 2"),
        (datetime(2026, 5, 4, 10, 30, tzinfo=UTC), "2026-05-04 10:30"),
    ],
)
def test_values_are_told_as_people_say_them(value: Any, said: str) -> None:
    assert auditing.told(value) == said


def test_choices_are_told_by_their_labels() -> None:
    assert auditing.told("first", forms.ChoiceField(choices=HoldPolicy.choices)) == HoldPolicy.FIRST.label


def test_a_deletion_that_fails_leaves_no_event(request_of_sarah: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    BlockRule.objects.create(kind="word", value="casino")
    chosen = BlockRule.objects.all()
    monkeypatch.setattr(chosen, "delete", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rules().delete_queryset(request_of_sarah, chosen)
    assert not ModerationEvent.objects.exists()
