"""What readers have the site do by typing an address: mail them the way to what they wrote, tell them news there.

Whatever comes of it, the site says the same: whether an address is known, confirmed or muted is its owner's affair. How
often is limited by network here, and by address and for the whole site in `addresses`.
"""

from django.utils import timezone

from . import addresses, discussion_settings, locking, telling
from .mail_models import MailRequest
from .models import Comment
from .posting import check_limits
from .refusals import Stale


@locking.retried
def ask_for_links(email: str, *, network: str) -> None:
    """Somebody has lost their private links. Raises TooMany."""
    _count(network)
    addresses.ask_for_links(email)


@locking.retried
def readdress(comment: Comment, email: str, *, network: str) -> None:
    """Give a comment, and what was added to it, another address for news, or none; ask the new one's owner.

    The digest stays as it was: it tells which words somebody looked at, and the words are the same. Raises Stale where
    the comment has been erased, and TooMany.
    """
    if email:
        _count(network)
    held = locking.hold([comment.pk], articles=False).comments.get(comment.pk)
    if held is None or held.erased_at is not None or held.author_id is not None:
        raise Stale
    written = Comment.objects.written_through(held)
    before = set(written.exclude(email=email).values_list("email", flat=True))
    addresses.held({*before, email})  # all at once, so that nobody who holds one of them waits for another
    written.update(email=email)
    for address in addresses.known(before).values():
        telling.readdressed(address)
    addresses.forget(before)
    held.email = email
    telling.received(held)


def _count(network: str) -> None:
    locking.serialise(f"mail {network}")
    now = timezone.now()
    check_limits(MailRequest.objects.all(), "asked_at", network, now, discussion_settings.fresh())
    MailRequest.objects.create(network=network, asked_at=now)
