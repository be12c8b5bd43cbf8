"""Everything that is kept about one address: for whoever has its mailbox, or for an owner whom they asked. As JSON it
is what `docs/own-data.schema.json` says.

What others wrote is theirs: replies, answers, the words of reports. What moderators noted for themselves goes to owners
alone, to be read before it is handed on: it may be about others, or show somebody who reads another's mails what a
moderator thought of that. To the person it is said that there are notes.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import timezone

from . import addresses, auditing, history, references
from .desk_models import BlockRule, Note, RuleHit
from .log_models import ModerationEvent, Verb
from .mail_models import EmailAddress, MailRequest, OutboxMessage, QuietThread
from .managers import CommentQuerySet
from .models import Comment
from .reader_models import PrivateLink, Report
from .screening_models import LinkedHost, SpamSign

VERSION = 1
BATCH = 100  # comments, with all that hangs on them
MAILS = 500
CHOICES = ("with_words", "tell_public", "tell_answers", "tell_replies")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever an address belongs to."""

    email: str

    @property
    def is_nobody(self) -> bool:
        """Whether nothing at all is kept under it."""
        return not (self.comments.exists() or self.address or self.rules.exists() or self.requests.exists())

    @property
    def spellings(self) -> list[str]:
        return addresses.spellings(self.email)

    @property
    def address(self) -> EmailAddress | None:
        """What is known of it as an address of mail."""
        return EmailAddress.objects.filter(key=addresses.key_of(self.email)).first() if self.spellings else None

    @property
    def comments(self) -> CommentQuerySet:
        """What was left with it, in any spelling, the newest first."""
        return Comment.objects.with_any_address(self.spellings).order_by("-pk")

    @property
    def rules(self) -> QuerySet[BlockRule]:
        """That keep it out: itself, or all of its host."""
        values = {
            part for each in self.spellings for part in (each.casefold(), f"@{each.rpartition('@')[2].casefold()}")
        }
        return BlockRule.objects.filter(kind=BlockRule.Kind.EMAIL, value__in=values).order_by("pk")

    @property
    def requests(self) -> QuerySet[MailRequest]:
        return MailRequest.objects.filter(key=addresses.key_of(self.email)).order_by("pk")

    def with_additions(self, comments: Sequence[Comment]) -> list[Comment]:
        """These, each with what was added through its private link and has another address by now, or none.

        That address is not told: whoever left it there may have wanted to be out of reach of this mailbox.
        """
        pks = [comment.pk for comment in comments]
        added: dict[int, list[Comment]] = defaultdict(list)
        others = Comment.objects.filter(continues__in=pks, erased_at=None).without_address(self.spellings)
        for each in others.select_related("article").order_by("pk"):
            each.email = ""
            added[each.continues_id or 0].append(each)
        return [each for comment in comments for each in (comment, *added[comment.pk])]


def named(email: str) -> Person | None:
    """Whoever this address belongs to; None where it is none."""
    try:
        validate_email(email.strip())
    except ValidationError:
        return None
    return Person(email.strip())


def head(person: Person, *, for_owner: bool = False) -> Record:
    """What is kept beside comments and mails."""
    return {
        "version": VERSION,
        "made_at": timezone.now(),
        "site": settings.SITE_URL,
        "address": _address(person),
        "asked_for_mail_at": list(person.requests.values_list("asked_at", flat=True)),
        "kept_out_by": [_rule(rule, for_owner=for_owner) for rule in person.rules[:BATCH]],
    }


def batches(person: Person) -> Iterator[list[Comment]]:
    """All comments, the newest first."""
    last: dict[str, int] = {}
    while found := list(person.comments.filter(**last).select_related("article")[:BATCH]):
        yield person.with_additions(found)
        last = {"pk__lt": found[-1].pk}


def mails(address: EmailAddress | None) -> Iterator[Record]:
    """What was sent there, or is to be, the newest first; the list has a term."""
    last: dict[str, int] = {}
    while address and (found := list(address.mails.filter(**last).order_by("-pk")[:MAILS])):
        yield from map(mail, found)
        last = {"pk__lt": found[-1].pk}


def as_json(person: Person, *, for_owner: bool = False) -> Iterator[str]:
    """All of it as one JSON document, in pieces: however much it is, little of it is in memory."""
    yield _json(head(person, for_owner=for_owner)).removesuffix("}")
    yield ', "comments": ['
    separator = "\n"
    for batch in batches(person):
        for record in records(batch, for_owner=for_owner):
            yield f"{separator}{_json(record)}"
            separator = ",\n"
    yield '],\n"mails": ['
    separator = "\n"
    for record in mails(person.address):
        yield f"{separator}{_json(record)}"
        separator = ",\n"
    yield "]}\n"


def note_export(person: Person, *, by: Any) -> str:
    """Write into the log that an owner, or a command, exported a person's data; the number that says which."""
    number = references.make()
    told = f"Comments: {person.comments.count()}"
    auditing.record(by=by, verb=Verb.EXPORT, subject=f"a person’s data, {number}", after=told)
    return number


def mail(row: OutboxMessage) -> Record:
    columns = ("kind", "written_at", "due_at", "done_at", "outcome", "reason")
    return {"about": row.comment_id, **{column: getattr(row, column) for column in columns}}


def records(comments: Sequence[Comment], *, for_owner: bool = False) -> list[Record]:
    """These with all that hangs on them: a query for each kind of it, however many they are."""
    around = _Around(comments)
    return [{**_written(comment), **around.of(comment, for_owner=for_owner)} for comment in comments]


def _address(person: Person) -> Record | None:
    address = person.address
    if address is None:
        return None
    columns = ("address", "added_at", "confirmed_at", "muted_at", "muted_because", *CHOICES)
    quiet = QuietThread.objects.filter(address=address).order_by("thread")
    return {
        **{column: getattr(address, column) for column in columns},
        "threads_without_mail": list(quiet.values_list("thread", flat=True)),
    }


def _rule(rule: BlockRule, *, for_owner: bool) -> Record:
    said = {"value": rule.value, "then": rule.then, "added_at": rule.added_at, "expires_at": rule.expires_at}
    return {**said, "note": rule.note} if for_owner else said


def _written(comment: Comment) -> Record:
    return {
        "number": comment.pk,
        "article": str(comment.article),
        "article_address": f"{settings.SITE_URL}{comment.article.get_absolute_url()}",
        "reply_to": comment.parent_id,
        "added_to": comment.continues_id,
        "joined_with": comment.merged_into_id,
        "name": comment.name,
        "email": comment.email,
        "text": comment.body,
        "text_before_masking": comment.original_body,
        "status": comment.status,
        "posted_at": comment.posted_at,
        "edited_at": comment.edited_at,
        "corrected_at": comment.corrected_at,
        "published_at": comment.published_at,
        "answered_at": comment.answered_at,
        "asked_for_detail_at": comment.detail_asked_at,
        "asked_for_detail": comment.detail_wanted,
        "helped": comment.helped,
        "urgent": comment.urgent,
        "sounds_like": comment.care,
        "screening": comment.reasons,
        "has_fingerprint_of_network": bool(comment.network),
        "has_fingerprint_of_text": bool(comment.digest or comment.words_key),
        "imported_from": comment.source,
        "imported_number": comment.source_id,
    }


class _Around:
    """What hangs on some comments."""

    def __init__(self, comments: Iterable[Comment]) -> None:
        pks = [comment.pk for comment in comments]
        self._events = history.events_of(pks)
        self._situations = _by_comment(Comment.situations.through, pks, "situation__name")
        self._links = _by_comment(PrivateLink, pks, "created_at")
        self._hits = _by_comment(RuleHit, pks, "matched")
        self._hosts = _by_comment(LinkedHost, pks, "host")
        self._signs = _by_comment(SpamSign, pks, "kind")
        self._reports = _by_comment(Report, pks, "reason", "reported_at", "handled_at")
        self._notes = _by_comment(Note, pks, "body", "at")

    def of(self, comment: Comment, *, for_owner: bool) -> Record:
        pk, notes = comment.pk, self._notes[comment.pk]
        found = {
            "situations": self._situations[pk],
            "private_links_made_at": self._links[pk],
            "caught_by_rules": self._hits[pk],
            "hosts": self._hosts[pk],
            "teaches_spam": self._signs[pk],
            "reports": [
                dict(zip(("reason", "reported_at", "handled_at"), row, strict=True)) for row in self._reports[pk]
            ],
            "history": [_event(event) for event in reversed(self._events.get(pk, []))],
            "private_notes": len(notes),
        }
        return {**found, "notes": [{"at": at, "text": body} for body, at in notes]} if for_owner else found


def _by_comment(model: Any, pks: list[int], *columns: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = model.objects.filter(comment__in=pks).order_by("pk").values_list("comment", *columns)
    for pk, *values in rows:
        found[pk].append(values[0] if len(columns) == 1 else values)
    return found


def _event(event: ModerationEvent) -> Record:
    """Not by whom: who answers here has a name to readers, and no other one."""
    columns = ("at", "verb", "from_status", "to_status", "before", "after", "reason")
    return {"by_moderator": event.by_id is not None, **{column: getattr(event, column) for column in columns}}


def _json(record: Record) -> str:
    return json.dumps(record, cls=DjangoJSONEncoder, ensure_ascii=False)
