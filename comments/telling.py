"""Which readers are to be told of what, the moment it becomes true: called by the doors, inside their transactions.

Told once for each comment, when readers can first see it, whichever way that came about; by mail, to those who left an
address and confirmed it. Whether it is still so is asked again when the mail is made (`mails`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from . import addresses, discussion_settings, outbox
from .mail_models import NEWS, EmailAddress, Kind, OutboxMessage
from .models import Comment, Status

Told = tuple[Kind, int, str]  # what, of which comment, to which address


def received(comment: Comment) -> None:
    """A reader has sent this: if they left an address, its owner is asked whether they want news."""
    if comment.email and comment.status != Status.SPAM:
        addresses.ask_to_confirm(comment.email)


def found_to_be_no_spam(pks: Iterable[int]) -> None:
    """These were spam until now, so nobody was asked whether they want news: they are."""
    left = Comment.objects.filter(pk__in=list(pks), source=None).exclude(email="").order_by("pk")
    emails = list(dict.fromkeys(left.values_list("email", flat=True)))
    known = addresses.known(emails)
    for email in emails:
        if email not in known:
            addresses.ask_to_confirm(email)


def published(comments: Sequence[Comment], *, by: Any, now: datetime) -> None:
    """Readers can see these from now on. They come as they were before: what was public already is not told again."""
    row = discussion_settings.current().row
    since = now - timedelta(days=row.mail_days)  # until then the outbox knows who was told of what
    new = [comment.pk for comment in comments if comment.published_at is None or comment.published_at > since]
    wanted = _concerned(new) if new else []
    found = addresses.held({email for _, _, email in wanted})
    due_at = now + outbox.UNDO if by is not None else now
    if wanted:
        # What a worker left out, because just then they were not public, is told after all.
        outbox.take_back(new, [Kind.PUBLIC, Kind.ANSWER, Kind.REPLY])
    _put([(kind, pk, found[email]) for kind, pk, email in wanted if email in found], due_at)


def hidden(pks: Iterable[int]) -> None:
    """Readers cannot see these any more: nobody is told of them who has not been."""
    outbox.take_back(pks)


def asked_for_detail(comment: Comment, *, now: datetime) -> None:
    """A moderator wants more from this question's asker, or something else than before."""
    outbox.take_back([comment.pk], [Kind.DETAIL])
    found = addresses.held([comment.email])
    _put([(Kind.DETAIL, comment.pk, address) for address in found.values()], now + outbox.UNDO)


def asked_for_nothing(comment: Comment) -> None:
    outbox.take_back([comment.pk], [Kind.DETAIL])


def readdressed(address: EmailAddress) -> None:
    """Some comments have this address no more: what waits to be told there for no other reason is taken back."""
    waiting = OutboxMessage.objects.filter(address=address, kind__in=NEWS, done_at=None)
    rows = list(waiting.values_list("pk", "kind", "comment", "comment__email"))
    concerned = _concerned([comment for _, _, comment, _ in rows if comment])
    told = {(str(kind), comment) for kind, comment, email in concerned if addresses.key_of(email) == address.key}
    told |= {(Kind.DETAIL, pk) for _, _, pk, email in rows if email and addresses.key_of(email) == address.key}
    outbox.take_back_these(pk for pk, kind, comment, _ in rows if (kind, comment) not in told)


def _concerned(pks: list[int]) -> list[Told]:
    """Who is to be told of each of these comments: its writer, and those whom it replies to.

    An answer replies to those as well who asked the same and whose questions were joined to this one.
    """
    root = Comment.objects.filter(pk=OuterRef("tree_id")).values("email")
    rows = (
        Comment.objects.filter(pk__in=pks, source=None)
        .annotate(root_email=Subquery(root))
        .values_list("tree_id", "pk", "author", "email", "parent__email", "root_email")
    )
    found = list(rows.order_by("pk"))
    joined = _joined({tree for tree, _, author, *_ in found if author is not None})
    return [
        told
        for tree, pk, author, email, parent, root in found
        for told in _told(pk, author, email, parent, root, joined.get(tree, []))
    ]


def _joined(trees: set[int]) -> dict[int, list[str]]:
    """By thread, the addresses of those whose questions were merged into it."""
    merged: dict[int, list[str]] = {}
    if trees:
        asked = Comment.objects.filter(merged_into__in=trees, erased_at=None).exclude(email="")
        for tree, email in asked.order_by("pk").values_list("merged_into", "email"):
            merged.setdefault(tree, []).append(email)
    return merged


def _told(pk: int, author: int | None, email: str, parent: str | None, root: str, joined: Iterable[str]) -> list[Told]:
    own = [] if not email else [(Kind.PUBLIC, pk, email)]
    if parent is None:
        return own
    kind = Kind.REPLY if author is None else Kind.ANSWER
    concerned = (parent, root, *(joined if author is not None else ()))
    own_key = addresses.key_of(email)  # they need not hear of themselves, in whatever spelling
    others = dict.fromkeys(other for other in concerned if other and addresses.key_of(other) != own_key)
    return [*own, *((kind, pk, other) for other in others)]


def _put(told: list[tuple[Kind, int, EmailAddress]], due_at: datetime) -> None:
    """What is for addresses that are not confirmed waits, without a moment, until they are."""
    outbox.put(_message(kind, pk, address, due_at) for kind, pk, address in told if address.muted_at is None)


def _message(kind: Kind, pk: int, address: EmailAddress, due_at: datetime) -> OutboxMessage:
    when = due_at if address.confirmed_at is not None else None
    return outbox.message(kind, comment_id=pk, address=address, due_at=when)
