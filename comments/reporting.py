"""Readers' reports of public comments: written once each, looked at by a moderator."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from . import alerting, auditing, discussion_settings, locking, references
from .log_models import Verb
from .models import Comment
from .posting import check_limits
from .reader_models import Report

SHOWN = 20  # reports of one comment that the desk shows at once: anybody can write them


@locking.retried
def report(comment: Comment, *, reason: str, details: str, network: str) -> Report | None:
    """Write a report, or find the same one of the same network that nobody has looked at yet. Raises TooMany.

    None where readers do not see the comment any more: after erasing nothing may retell it.
    """
    locking.serialise(f"report {network}")
    held = locking.hold([comment.pk], articles=False).comments.get(comment.pk)
    if held is None or not held.is_public:
        return None
    now = timezone.now()
    same = Report.objects.filter(
        comment=comment, reason=reason, details=details, network=network, handled_at=None
    ).first()
    if same:
        return same
    check_limits(Report.objects.all(), "reported_at", network, now, discussion_settings.fresh())
    report = Report.objects.create(
        comment=comment, reason=reason, details=details, network=network, reference=references.make(), reported_at=now
    )
    alerting.reported(report, now)
    return report


def by_reference(reference: str) -> Report | None:
    return Report.objects.filter(reference=reference).first()


def open_on(comment: Comment) -> list[Report]:
    """Those on this comment that nobody has looked at, the oldest first: at most SHOWN of them."""
    return list(Report.objects.filter(comment=comment, handled_at=None).order_by("pk")[:SHOWN])


def open_count() -> int:
    """How many reports nobody has looked at."""
    return Report.objects.filter(handled_at=None).count()


@transaction.atomic
def handle(reports: QuerySet[Report], *, by: Any, act: UUID | None = None) -> int:
    """Note that a moderator has looked at these, and log each; how many were new to that."""
    pks = list(reports.filter(handled_at=None).values_list("pk", flat=True))
    held = Report.objects.select_for_update().filter(pk__in=pks, handled_at=None).order_by("pk")
    act = act or uuid4()
    for report in held:
        subject = f"report {report.reference} on comment {report.comment_id}"
        auditing.record(by=by, verb=Verb.DEAL_WITH, subject=subject, before="open", after="handled", act=act)
    return Report.objects.filter(pk__in=[report.pk for report in held]).update(handled_at=timezone.now(), handled_by=by)
