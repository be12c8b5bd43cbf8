"""By what one comment is known to be like another: its words, where it leads, and its network.

What moderators mark as spam teaches three signs. Taking it out of spam takes them back, and whatever else says of the
same words or hosts that they are spam: a moderator has looked.
"""

import functools
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from . import folding, known_hosts, linking
from .models import Comment, Status, article_model
from .prepared import Blank, Prepared
from .screening_models import LinkedHost, SpamSign

SHORTEST = 8  # words: “thank you so much” is what many people say
LONG_WORD = 4  # letters: “Hi” or “Hey” makes no other text
ALIKE = 3  # signs of one value that one act leaves: 500 copies teach no more than a few
ARTICLES = 1_000  # whose links are no spam
KEPT_FOR = timedelta(days=365)
TEXT, HOST, NETWORK = SpamSign.Kind.TEXT, SpamSign.Kind.HOST, SpamSign.Kind.NETWORK

hosts_of = linking.hosts_of


def key_of(text: str) -> str:
    """32 hex digits, the same for the same words, however they are written; "" for a few words. Keyed.

    Numbers, short words and links do not count: they are what a text that is sent again and again varies.
    """
    words = [word for word in folding.words(linking.without(text)) if _counts(word)]
    if len(words) < SHORTEST:
        return ""
    said = "words " + " ".join(words)
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]


def _counts(word: str) -> bool:
    return (len(word) >= LONG_WORD or not word.isascii()) and not any(map(str.isdecimal, word))


def same_words(key: str, most: int, *, but: int | None) -> list[Comment]:
    """The newest comments with these words, without the one with the pk `but`. One query, if any."""
    if not key:
        return []
    found = _copies(most + 1).ask(key=key)
    return [comment for comment in found if comment.pk != but][:most]


@functools.cache
def _copies(most: int) -> Prepared:
    """The newest so many with the words of a key, as `screening` looks at them."""
    columns = ("article_id", "status", "name", "email", "network")
    return Prepared(lambda: Comment.objects.with_words(Blank("key")).only(*columns)[:most], is_planned=False)


def keep_hosts(comment: int, hosts: Iterable[str]) -> None:
    """Write down where a comment leads, in its present words; in the transaction that writes them."""
    LinkedHost.objects.filter(comment=comment).delete()
    kept = dict.fromkeys(map(known_hosts.best_known, hosts))  # those that everybody knows make no campaign
    LinkedHost.objects.bulk_create(LinkedHost(comment_id=comment, host=host) for host in kept)


def signs_of(key: str, hosts: Sequence[str], network: str) -> set[tuple[str, str]]:
    """Those of these values that are signs of spam, with their kinds. One query, if any."""
    if not hosts:
        return set(_SIGNS.ask(key=key, network=network)) if key or network else set()
    wanted = Q()
    for kind, values in ((TEXT, [key]), (HOST, hosts), (NETWORK, [network])):
        if known := [value for value in values if value]:
            wanted |= Q(kind=kind, value__in=known)
    return set(SpamSign.objects.filter(wanted).values_list("kind", "value").distinct()) if wanted else set()


# No sign is empty, so what is unknown finds none.
_EITHER = Q(kind=TEXT, value=Blank("key")) | Q(kind=NETWORK, value=Blank("network"))
_SIGNS = Prepared(lambda: SpamSign.objects.filter(_EITHER).values_list("kind", "value").distinct(), is_planned=False)


def learn(comments: Sequence[Comment], now: datetime) -> None:
    """A moderator marked these as spam, so what is like them is. Four queries, however many they are."""
    pks = [comment.pk for comment in comments if not comment.author_id]
    links = list(LinkedHost.objects.filter(comment__in=pks).order_by("pk").values_list("comment", "host"))
    innocent = _linked_by_the_site({host for _, host in links})
    found = [(comment.pk, TEXT, comment.words_key) for comment in comments if comment.words_key]
    found += [(pk, HOST, host) for pk, host in links if host not in innocent]
    found += [(comment.pk, NETWORK, comment.network) for comment in comments if comment.network]
    SpamSign.objects.bulk_create(_a_few_of_each(found, now), ignore_conflicts=True, batch_size=500)


def _a_few_of_each(found: Iterable[tuple[int, str, str]], now: datetime) -> Iterator[SpamSign]:
    count: Counter[tuple[str, str]] = Counter()
    for pk, kind, value in found:
        count[kind, value] += 1
        if count[kind, value] <= ALIKE:
            yield SpamSign(comment_id=pk, kind=kind, value=value, at=now)


def _linked_by_the_site(hosts: set[str]) -> set[str]:
    """Those of these hosts to which readers or articles here link as well, or all the world does."""
    known = {host for host in hosts if known_hosts.is_shared(host)}
    if not hosts - known:
        return known
    public = LinkedHost.objects.filter(host__in=hosts - known, comment__status=Status.APPROVED)
    bodies = article_model().objects.order_by("-pk").values_list("body", flat=True)[:ARTICLES]
    in_articles = {link.host for body in bodies.iterator() for link in linking.find(body)}
    return known | set(public.values_list("host", flat=True).distinct()) | (hosts & in_articles)


def unlearn(comments: Sequence[Comment]) -> None:
    """A moderator, or an undo, took these out of spam: they teach nothing any more, nor do others with their words or
    hosts. Of networks only their own signs go: a school has more than one pupil."""
    keys = {comment.words_key for comment in comments if comment.words_key}
    SpamSign.objects.filter(comment__in=[comment.pk for comment in comments]).delete()
    SpamSign.objects.filter(kind=TEXT, value__in=keys).delete()
    clear_hosts(comment.pk for comment in comments)


def clear_hosts(pks: Iterable[int]) -> None:
    """Where these lead is no sign of spam: readers see them, or a moderator has looked."""
    hosts = LinkedHost.objects.filter(comment__in=list(pks)).values("host")
    SpamSign.objects.filter(kind=HOST, value__in=hosts).delete()


def old_signs(now: datetime, network_days: int) -> QuerySet[SpamSign]:
    """The signs whose term is over, for `purge`: a network's is that of all fingerprints."""
    of_networks = Q(kind=NETWORK, at__lt=now - timedelta(days=network_days))
    return SpamSign.objects.filter(of_networks | Q(at__lt=now - KEPT_FOR)).order_by("at")
