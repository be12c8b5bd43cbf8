"""What happened on the site since a backup was made and must not be undone by it.

What was erased stays erased, who wants no mail gets none, what was mailed is not mailed again, and no comment gets the
number of another one.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Greatest

from advice.models import Article
from comments import addresses, moderation, numbers
from comments.log_models import ModerationEvent
from comments.mail_models import EmailAddress, OutboxMessage
from comments.models import Comment
from comments.numbers import batches

BATCH = 100  # comments or addresses at once

COLUMNS = ("done_at", "outcome", "reason", "message_id", "attempts", "leased_until")  # of a mail that was sent since


@dataclass(slots=True)
class Since:
    erased: dict[int, datetime] = field(default_factory=dict)  # comments' pks, with the moment they were posted
    muted: list[EmailAddress] = field(default_factory=list)
    mailed: list[OutboxMessage] = field(default_factory=list)
    known: set[str] | None = None  # addresses' keys; None: there is no telling
    version: int = 0  # the highest of a discussion
    newest: int = 0  # the highest number of a comment
    sent: int = 0  # comments of readers; they and what the log notes are told, not kept
    noted: int = 0  # entries of the log

    def keep(self) -> int:
        """Do it again to the database that is worked on; how many comments were erased."""
        Session.objects.all().delete()  # nobody is logged in again who had logged out
        for mail in self.mailed:
            columns = {name: getattr(mail, name) for name in COLUMNS}
            OutboxMessage.objects.filter(pk=mail.pk, written_at=mail.written_at, done_at=None).update(**columns)
        for address in self.muted:
            _mute(address)
        if self.newest:
            numbers.reserve("", [self.newest])
        Article.objects.update(discussion_version=Greatest(F("discussion_version"), Value(self.version)) + 1)
        erased = sum(map(self._erase, batches(self.erased, BATCH)))
        self._forget()
        return erased

    def _forget(self) -> None:
        """Addresses that are known no more, unless a comment still has them."""
        rows = EmailAddress.objects.exclude(address="").values_list("key", "address")
        gone = [address for key, address in rows if self.known is not None and key not in self.known]
        for batch in batches(gone, BATCH):
            with transaction.atomic():
                addresses.forget(batch)

    def _erase(self, pks: list[int]) -> int:
        """Where the number is still the same comment's."""
        rows = Comment.objects.filter(pk__in=pks, erased_at=None).values_list("pk", "posted_at")
        same = [pk for pk, posted_at in rows if posted_at == self.erased[pk]]
        return len(moderation.erase(same, by=None)) if same else 0


def found(made_at: datetime) -> Since | None:
    """On the site as it is; None where its database cannot be read, or is of another release."""
    try:
        return Since(
            erased=dict(Comment.objects.filter(erased_at__isnull=False).values_list("pk", "posted_at")),
            muted=list(EmailAddress.objects.exclude(muted_at=None)),
            known=set(EmailAddress.objects.values_list("key", flat=True)),
            mailed=list(OutboxMessage.objects.filter(done_at__gte=made_at)),
            version=Article.objects.aggregate(most=Max("discussion_version"))["most"] or 0,
            sent=Comment.objects.filter(posted_at__gte=made_at, author=None, source=None).count(),
            noted=ModerationEvent.objects.filter(at__gte=made_at).count(),
            newest=Comment.objects.aggregate(most=Max("pk"))["most"] or 0,
        )
    except DatabaseError:
        return None


@transaction.atomic
def _mute(address: EmailAddress) -> None:
    """Also one that was unknown then: its key, so that it gets no mails when somebody enters it again."""
    known = EmailAddress.objects.filter(key=address.key)
    if not known.exists():
        EmailAddress.objects.create(
            key=address.key,
            address="",
            added_at=address.added_at,
            muted_at=address.muted_at,
            muted_because=address.muted_because,
        )
        return
    known.update(muted_at=address.muted_at, muted_because=address.muted_because)
