"""Block rules: what the moderators want held or filed as spam, by address, by network, by words, by where it leads.

Words are compared as readers see them, not as they are typed (`folding`). Whole words only: "ass" is not in "class". It
takes time in proportion to the text, whatever the text is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import DateTimeField, Q, QuerySet

from . import folding, known_hosts, linking, markup
from .desk_models import BlockRule, RuleHit
from .models import Comment
from .prepared import Blank, Prepared

RULES = 500  # active at once: every one is compared with every text that comes in
TRIED = 2_000  # of the newest comments, against which a rule is tried
SHOWN = 20  # of what a rule has caught, or would have
MATCHED = 254  # characters that are kept of what was found: folded, an address can be longer than it was
SHORT = 2  # letters of a word that stands in half of all texts
WORD, EMAIL, NETWORK = BlockRule.Kind.WORD, BlockRule.Kind.EMAIL, BlockRule.Kind.NETWORK
HOST = BlockRule.Kind.HOST


@dataclass(frozen=True, slots=True)
class Sent:
    """What rules look at: the words as `words_of` makes them."""

    email: str
    network: str
    words: str
    hosts: tuple[str, ...] = ()  # that it links to


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matches, and what it found."""

    rule: BlockRule
    matched: str

    @property
    def reason(self) -> str:
        """For moderators, among the reasons of screening. Whose address it is stands on the comment already."""
        said = {
            WORD: f"blocked word: {self.matched}",
            EMAIL: "blocked address",
            NETWORK: "blocked network",
            HOST: f"blocked host: {self.matched}",
        }
        return said[BlockRule.Kind(self.rule.kind)]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have hit."""

    count: int
    first: list[Comment]  # the newest of them
    of: int  # comments that were looked at


def sent(*, name: str, email: str, network: str, body: str, hosts: Iterable[str] | None = None) -> Sent:
    """`hosts`, where the caller knows them."""
    led_to = linking.hosts_of(name, body) if hosts is None else hosts
    return Sent(email.casefold(), network, words_of(name, body), tuple(led_to))


def hits(what: Sent, now: datetime) -> list[Hit]:
    """The active rules that match, at most RULES of them. One query."""
    return [hit for rule in _ACTIVE.ask(now=now) if (hit := hit_of(rule, what))]


def active(now: datetime | Blank) -> QuerySet[BlockRule]:
    """Those that have not expired."""
    return BlockRule.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now)).order_by("pk")


_ACTIVE = Prepared(lambda: active(Blank("now", DateTimeField()))[:RULES], is_planned=False)


def hit_of(rule: BlockRule, what: Sent) -> Hit | None:
    value = rule.value
    if rule.kind == WORD:
        return Hit(rule, value) if f" {value} " in what.words else None
    if rule.kind == NETWORK:
        return Hit(rule, "") if value == what.network else None  # fingerprints have a term; the rule has its own
    if rule.kind == HOST:
        below = (host for host in what.hosts if known_hosts.is_below(host, value))
        return next((Hit(rule, host) for host in below), None)
    is_host = value.startswith("@") and what.email.endswith(value)
    return Hit(rule, what.email) if what.email and (is_host or value == what.email) else None


def normalised(kind: str, value: str) -> str:
    """A rule's value as it is kept and compared; "" where nothing is left of it."""
    if kind == WORD:
        return " ".join(folding.words(value))
    if kind == HOST:
        return linking.host_of(value)
    return markup.clean_line(value).casefold()


def words_of(*texts: str) -> str:
    """The words of these texts, each between two blanks; no phrase goes from one text over into the next."""
    return " " + " | ".join(" ".join(folding.words(text)) for text in texts) + " "


def is_short(rule: BlockRule) -> bool:
    return rule.kind == WORD and len(rule.value) <= SHORT


def try_out(rule: BlockRule) -> Trial:
    """Which of readers' newest comments the rule, saved or not, would have hit."""
    hosts = None if rule.kind == HOST else ()  # only looked for where they are compared
    newest = Comment.objects.newest_of_readers().only("name", "email", "network", "body", "status", "posted_at")[:TRIED]
    count, first, looked_at = 0, [], 0
    for comment in newest.iterator(chunk_size=500):
        looked_at += 1
        what = sent(name=comment.name, email=comment.email, network=comment.network, body=comment.body, hosts=hosts)
        if hit_of(rule, what):
            count += 1
            first += [comment] if count <= SHOWN else []
    return Trial(count, first, looked_at)


def note(comment: Comment, found: list[Hit], now: datetime) -> None:
    """Write down what caught a comment in its present words, in the transaction that writes them."""
    RuleHit.objects.filter(comment=comment).delete()
    rules = {hit.rule.pk: hit for hit in found}
    # Held, so that no rule goes while a reader's post refers to it: the post would fail.
    held = BlockRule.objects.select_for_update(no_key=True).filter(pk__in=rules).order_by("pk") if rules else []
    RuleHit.objects.bulk_create(
        RuleHit(rule=rule, comment=comment, matched=rules[rule.pk].matched[:MATCHED], at=now) for rule in held
    )


def hits_of(comment: Comment) -> list[RuleHit]:
    """What caught this comment, with the rules."""
    return list(RuleHit.objects.filter(comment=comment).select_related("rule").order_by("pk"))


def caught_by(rule: BlockRule) -> list[RuleHit]:
    """The latest that a rule caught, with the comments."""
    return list(RuleHit.objects.filter(rule=rule).select_related("comment__author").order_by("-pk")[:SHOWN])
