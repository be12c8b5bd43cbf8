"""By what one comment is known to be like another: its words, where it leads, and its network."""

import hashlib
import hmac
import re
from collections.abc import Iterable

from django.conf import settings

from . import folding
from .screening_models import HOST_LENGTH, LinkedHost

SHORTEST = 8  # words: “thank you so much” is what many people say
HOSTS = 20  # of one comment that are kept

_HOST = re.compile(r"(?:https?://|\bwww\.)([\w.-]{1,253})", re.IGNORECASE)


def key_of(text: str) -> str:
    """32 hex digits, the same for the same words, however they are written; "" for a few words. Keyed."""
    words = folding.words(text)
    if len(words) < SHORTEST:
        return ""
    said = "words " + " ".join(words)
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]


def hosts_of(*texts: str) -> list[str]:
    """The hosts that these texts name, each once, without “www.”, at most HOSTS of them."""
    found = (match[1].casefold().strip(".").removeprefix("www.") for text in texts for match in _HOST.finditer(text))
    return [host[:HOST_LENGTH] for host in dict.fromkeys(found) if host][:HOSTS]


def keep_hosts(comment: int, hosts: Iterable[str]) -> None:
    """Write down where a comment leads, in its present words; in the transaction that writes them."""
    LinkedHost.objects.filter(comment=comment).delete()
    LinkedHost.objects.bulk_create(LinkedHost(comment_id=comment, host=host) for host in hosts)
