"""The log's entries on what is no comment: articles, settings, rules, people. Written with the change, or not at all.

`record` writes one; the admin mixin `Audited` does for all that is added, changed and deleted in a form or a list.
Passwords are never in it, and of email addresses and networks' fingerprints only the beginnings.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import Replace
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.text import Truncator, capfirst

from . import markup
from .desk_models import BlockRule
from .log_models import ModerationEvent, Verb

LONG = 2_000  # characters; of a longer text only its length is kept
NOTHING = "nothing"


class Change(NamedTuple):
    """A line of the log: a field with its value before, and after."""

    before: str
    after: str


def record(
    *,
    by: Any,
    verb: Verb,
    subject: str,
    before: str = "",
    after: str = "",
    reason: str = "",
    act: uuid.UUID | None = None,
) -> ModerationEvent:
    """Write the event of something that was done to what is no comment, inside the transaction that does it.

    `by` is None where a command did it.
    """
    return ModerationEvent.objects.create(
        subject=Truncator(markup.veiled(subject)).chars(200),
        act=act or uuid.uuid4(),
        by=by,
        verb=verb,
        before=markup.veiled(before),
        after=markup.veiled(after),
        reason=markup.veiled(reason)[:500],
        at=timezone.now(),
    )


def forget_address(spellings: Iterable[str]) -> None:
    """Take out what names this address in entries on what is no comment: what was done, by whom and when stays.

    Of an address they have the first letter and the host, so that of another one like it this goes, too.
    """
    rules = ContentType.objects.get_for_model(BlockRule)  # in the log that the admin keeps beside ours
    for words in {markup.veiled(each) for email in spellings for each in (email, email.casefold())}:
        ModerationEvent.objects.forget_words(words)
        named = LogEntry.objects.filter(content_type=rules, object_repr__contains=words)
        named.update(object_repr=Replace("object_repr", Value(words), Value("…")))


def subject_of(thing: models.Model) -> str:
    """What the log calls it: article “How to wait”."""
    kind, name = str(thing._meta.verbose_name), str(thing)  # noqa: SLF001
    return kind if name.casefold() == kind.casefold() else f"{kind} “{name}”"


def values_of(thing: models.Model, columns: Iterable[str]) -> str:
    """A line for each of these columns, as it is now."""
    fields = [thing._meta.get_field(name) for name in columns]  # noqa: SLF001
    return "\n".join(f"{capfirst(field.verbose_name)}: {told(getattr(thing, field.name), field)}" for field in fields)  # type: ignore[union-attr]


class Audited:
    """For a ModelAdmin, as its first base: what its forms and its list do is in the log. Actions call `record`."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """The last step of Django's saving, in its transaction, also of a row that is edited in the list."""
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        changes = [*_changes(form, is_new=not change), *_row_changes(formsets)]
        if changes or not change:
            record(
                by=request.user,
                verb=Verb.CHANGE if change else Verb.ADD,
                subject=subject_of(form.instance),
                before=_written(change.before for change in changes),
                after=_written(change.after for change in changes),
            )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        _record_deletion(request, obj)
        super().delete_model(request, obj)  # type: ignore[misc]

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for thing in queryset:
                _record_deletion(request, thing)
            super().delete_queryset(request, queryset)  # type: ignore[misc]


def told(value: Any, field: Any = None) -> str:
    """A value as moderators would say it; `field` knows what its choices are called."""
    if value is None or value == "" or (isinstance(value, (list, tuple, models.QuerySet)) and not value):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple, models.QuerySet)):
        return _short(", ".join(told(one, field) for one in value))
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return _short(_chosen(value, field))


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{len(text):,} characters"


def _chosen(value: Any, field: Any) -> str:
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        return str(field.queryset.filter(**{field.to_field_name or "pk": value}).first() or value)
    choices: Any = flatten_choices(getattr(field, "choices", None) or ())
    return str({str(key): label for key, label in choices}.get(str(value), value))


def _row_changes(formsets: Iterable[Any]) -> Iterator[Change]:
    """Of the rows below a form: what was added, changed and taken away."""
    for formset in formsets:
        for row in formset.forms:
            if row in formset.deleted_forms:
                yield from _changes(row, is_gone=True) if row in formset.initial_forms else ()
            elif row.has_changed():
                yield from _changes(row, is_new=row in formset.extra_forms)


def _changes(form: Any, *, is_new: bool = False, is_gone: bool = False) -> Iterator[Change]:
    """The lines of what a form changed; of what is new or gone, of all that it says."""
    for name in form.fields if is_new or is_gone else form.changed_data:
        field, label = form.fields[name], form[name].label
        if (
            isinstance(field, forms.FileField)
            or isinstance(field.widget, forms.HiddenInput)
            or name == DELETION_FIELD_NAME
        ):
            continue
        if isinstance(field.widget, forms.PasswordInput):
            yield Change("", f"{label}: set")
            continue
        was, now = told(form.initial.get(name), field), told(form.cleaned_data.get(name), field)
        if is_new or is_gone:
            yield Change(_line(label, was) if is_gone else "", _line(label, now) if is_new else "")
        else:
            yield Change(f"{label}: {was}", f"{label}: {now}")


def _line(label: Any, said: str) -> str:
    """Of what is new or gone, an empty field says nothing."""
    return "" if said == NOTHING else f"{label}: {said}"


def _written(lines: Iterable[str]) -> str:
    return "\n".join(filter(None, lines))


def _record_deletion(request: HttpRequest, thing: models.Model) -> None:
    fields = [field for field in thing._meta.fields if field.editable and not field.primary_key]  # noqa: SLF001
    values = ((capfirst(field.verbose_name), told(getattr(thing, field.name), field)) for field in fields)
    before = _written(_line(label, said) for label, said in values)
    record(by=request.user, verb=Verb.DELETE, subject=subject_of(thing), before=before)
