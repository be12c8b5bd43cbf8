"""What the site makes of a submission before anybody reads it: a status, and every reason for it.

Nothing is dropped: a comment caught as spam is a row with that status, and its sender sees no difference. What sounds
like somebody in danger (`care`) is never spam.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from . import blocking, care, identities, known_hosts, likeness, linking, phrases, writing
from .desk_models import DiscussionSettings, HoldPolicy
from .discussion_settings import is_full_hour
from .identities import Kind
from .models import Comment, Status
from .screening_models import Topic

TRAP = "trap field"
SAME_TEXT = "same text"
HOW_IT_WENT = "how it went"  # weeks after the answer; the writer hopes that it is read, more than that it is published
FLOOD = "posts of an hour"  # what they pass one by one, where some may be published unread
NAMED = 5  # hosts, in a reason
LONG = 40  # characters of a host there
OWN = 20  # copies by one person, beside those of others, that are looked at
NETWORKS = 10  # from which nobody sends one text in one name
REACHED = (Kind.EMAIL, Kind.PHONE, Kind.HANDLE)


@dataclass(frozen=True, slots=True)
class Submission:
    """What a reader sent, cleaned and valid (`forms`), with what the server knows of it."""

    article_id: int
    parent_id: int | None
    name: str
    email: str
    body: str
    network: str = ""  # keyed hash of the network it came from (`networks`), or ""
    trapped: bool = False  # the field that people do not see was filled
    by_asker: bool = False  # written through the private link of the thread's question
    continues_id: int | None = None  # the comment through whose private link it was written
    how_it_went: bool = False  # told after the answer, for a moderator in the first place
    rewrites: int | None = None  # the comment that gets these words


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says: a reason, and the status that it alone would give."""

    reason: str
    status: Status = Status.PENDING
    hit: blocking.Hit | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    status: Status
    reasons: tuple[str, ...]
    care: tuple[Topic, ...] = ()  # what somebody may need help with; then it is urgent
    hits: tuple[blocking.Hit, ...] = ()  # of block rules
    words_key: str = ""  # see `likeness`
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What the site knows beside the submission itself."""

    submission: Submission
    row: DiscussionSettings
    seen_before: bool  # the same words by the same person in the same place were there
    rules: list[blocking.Hit]  # that match
    words_key: str
    hosts: tuple[str, ...]
    copies: list[Comment]  # with the same words, wherever and by whomever
    signs: set[tuple[str, str]]  # of spam, by kind, as moderators marked it
    is_flood: bool  # more came in an hour than the settings let out unread

    @property
    def words(self) -> str:
        """Name and text, with the end of a sentence between them."""
        return f"{self.submission.name}\n{self.submission.body}"

    @functools.cached_property
    def links(self) -> list[linking.Link]:
        return linking.find(self.submission.body)

    @functools.cached_property
    def in_name(self) -> list[linking.Link]:
        return linking.find(self.submission.name)

    @functools.cached_property
    def ways(self) -> list[str]:
        """How whoever wrote it, or somebody else, can be reached elsewhere: hosts that few know, kinds of addresses."""
        spans = identities.find(self.words)
        hosts = (link.host for link in (*self.links, *self.in_name) if not known_hosts.is_well_known(link.host))
        return [*hosts, *(span.kind.value for span in spans if span.kind in REACHED)]

    @functools.cached_property
    def offers(self) -> list[str]:
        """What it says of what such pages are offered every day; hints to that where it can be had somewhere."""
        return _said(match for match in self._found if self.ways or not match.is_hint)

    @functools.cached_property
    def hint(self) -> list[str]:
        """What says no more than a hint, where it can be had somewhere."""
        is_looked_for = self.ways and not self.offers and self.row.check_phrases
        return _said(phrases.current().find(self.words, lone_hints=True)) if is_looked_for else []

    @property
    def sells(self) -> bool:
        """Whether it has what a campaign is sent for: a way to somebody, or an offer, if only by hints."""
        return bool(self.ways or _said(self._found))

    @property
    def is_public(self) -> bool:
        """Whether readers see these words already."""
        return any(copy.status == Status.APPROVED for copy in self.copies)

    @functools.cached_property
    def _found(self) -> list[phrases.Match]:
        return phrases.find(self.words) if self.row.check_phrases else []


def screen(submission: Submission, *, seen_before: bool, row: DiscussionSettings) -> Verdict:
    """The verdict on a submission: all checks are asked, the worst status holds, and every reason is kept."""
    known = _known(submission, seen_before, row)
    noticed = care.notice(submission.body) if row.look_for_care else care.NOTHING
    findings = [finding for check in CHECKS for finding in check(submission, known)]
    is_spam = not noticed and any(finding.status == Status.SPAM for finding in findings)
    return Verdict(
        Status.SPAM if is_spam else Status.PENDING,
        tuple(dict.fromkeys([*noticed.reasons, *(finding.reason for finding in findings)])),
        noticed.topics,
        tuple(finding.hit for finding in findings if finding.hit),
        known.words_key,
        known.hosts,
    )


def make_ready() -> None:
    """Learn what `screen` knows of words, before a transaction that others wait for: half a second after a start, and
    a look at the phrases once a minute."""
    care.notice("")


def queues(submission: Submission, row: DiscussionSettings) -> list[str]:
    """For `locking.serialise`: in which the submission waits its turn, so that counts are right. In none where a person
    reads everything first."""
    if row.hold == HoldPolicy.EVERYTHING:
        return []
    counted = FLOOD if row.posts_in_an_hour is not None else ""
    return [counted, likeness.key_of(submission.body) if row.check_texts else ""]


def trap(submission: Submission, known: Known) -> Iterator[Finding]:
    """The field that people do not see was filled."""
    if submission.trapped:
        yield Finding(TRAP, Status.SPAM)


def same_text(submission: Submission, known: Known) -> Iterator[Finding]:
    """It was sent before, and not by the same click. One person may send their question again; many send a campaign.

    Copies alone make nothing spam: anybody can copy somebody's question, to have it taken for a campaign.
    """
    others = [copy for copy in known.copies if not _is_same_sender(copy, submission)]
    if known.seen_before or (known.copies and not others):
        yield Finding(SAME_TEXT)
    if others:
        strangers = [copy for copy in others if copy.name.casefold() != submission.name.casefold()]
        networks = {copy.network for copy in others if copy.network}
        from_many = len({copy.network or copy.pk for copy in strangers}) >= known.row.same_texts
        is_campaign = (from_many or len(networks) >= NETWORKS) and known.sells
        status = Status.SPAM if is_campaign and not known.is_public else Status.PENDING
        more = " or more" if len(known.copies) == known.row.same_texts + OWN else ""
        yield Finding(f"same text, sent by others: {len(others)}{more}", status)


def rate(submission: Submission, known: Known) -> Iterator[Finding]:
    """A flood is not published unread, whoever is in it."""
    if known.is_flood:
        yield Finding(f"more than {known.row.posts_in_an_hour} posts in an hour")


def how_it_went(submission: Submission, known: Known) -> Iterator[Finding]:
    """Told to the moderators in the first place."""
    if submission.how_it_went:
        yield Finding(HOW_IT_WENT)


def rules(submission: Submission, known: Known) -> Iterator[Finding]:
    """Moderators' own rules."""
    for hit in known.rules:
        yield Finding(hit.reason, Status(hit.rule.then), hit=hit)


def links(submission: Submission, known: Known) -> Iterator[Finding]:
    """One link helps others; many sell something. What hides where it leads, or stands in a name, is looked at."""
    if not known.row.check_links:
        return
    unknown = [link for link in known.links if not known_hosts.is_well_known(link.host)]
    if len(known.links) >= known.row.links_held:
        is_spam = len(unknown) >= known.row.links_spam
        yield Finding(f"{len(known.links)} links: {_named(known.links)}", Status.SPAM if is_spam else Status.PENDING)
    if short := [link for link in known.links if known_hosts.is_shortener(link.host)]:
        yield Finding(f"shortened link: {_named(short)}")
    if hidden := [link for link in known.links if link.is_hidden]:
        yield Finding(f"hidden link: {_named(hidden)}")
    if linking.has_markup(submission.body):
        is_spam = len(unknown) >= known.row.links_held
        yield Finding("links in HTML or BBCode", Status.SPAM if is_spam else Status.PENDING)
    if known.in_name:
        yield Finding(f"link in the name: {_named(known.in_name)}")


def reached(submission: Submission, known: Known) -> Iterator[Finding]:
    """An address or a number in the words: their writer's own, which somebody may want to keep, or an advertiser's."""
    if known.row.check_links and (kinds := [way for way in dict.fromkeys(known.ways) if way in REACHED]):
        yield Finding(f"in the text: {', '.join(kinds)}")


def odd_writing(submission: Submission, known: Known) -> Iterator[Finding]:
    """Disguised words, another script, no words. With a way to be reached, disguise is for those who would stop it."""
    if not known.row.check_writing:
        return
    for text in (linking.without(submission.body), submission.name):
        for sign in writing.signs(text, settings.LANGUAGE_CODE):
            is_spam = sign.is_disguise and (known.ways or known.offers)
            yield Finding(sign.reason, Status.SPAM if is_spam else Status.PENDING)


def advertising(submission: Submission, known: Known) -> Iterator[Finding]:
    """What such pages are offered every day: to mention it is none, to say where it is to be had is."""
    if said := known.offers or known.hint:
        is_spam = known.ways and known.offers
        words = "”, “".join(said[:NAMED])
        yield Finding(f"offers: “{words}”", Status.SPAM if is_spam else Status.PENDING)


def like_spam(submission: Submission, known: Known) -> Iterator[Finding]:
    """It is like what a moderator marked as spam. That says least of a network, which is shared by many.

    Spam can hold somebody's question, or lead to a page that many people need. So its text is spam where it sells, and
    its host where something is said of an offer too; else a person reads it.
    """
    if not known.row.check_likeness:
        return
    for kind, value in sorted(known.signs):
        if kind == likeness.TEXT:
            is_spam = known.sells and not known.is_public
            yield Finding("text of what was marked as spam", Status.SPAM if is_spam else Status.PENDING)
        elif kind == likeness.HOST:
            is_spam = bool(known.offers or known.hint) or linking.has_markup(submission.body)
            status = Status.SPAM if is_spam else Status.PENDING
            yield Finding(f"host of what was marked as spam: {value[:LONG]}", status)
        else:
            yield Finding("network of what was marked as spam")


CHECKS: tuple[Callable[[Submission, Known], Iterator[Finding]], ...] = (
    trap, same_text, rate, how_it_went, rules, links, reached, odd_writing, advertising, like_spam,
)  # fmt: skip


def _known(submission: Submission, seen_before: bool, row: DiscussionSettings) -> Known:  # noqa: FBT001
    now = timezone.now()
    words_key, hosts = likeness.key_of(submission.body), likeness.hosts_of(submission.name, submission.body)
    sent = blocking.sent(
        name=submission.name, email=submission.email, network=submission.network, body=submission.body, hosts=hosts
    )
    is_counted = row.hold != HoldPolicy.EVERYTHING and submission.rewrites is None
    return Known(
        submission,
        row,
        seen_before,
        blocking.hits(sent, now),
        words_key,
        tuple(hosts),
        likeness.same_words(words_key, row.same_texts + OWN, but=submission.rewrites) if row.check_texts else [],
        likeness.signs_of(words_key, hosts, submission.network) if row.check_likeness else set(),
        is_counted and is_full_hour(row, now),
    )


def _said(found: Iterable[phrases.Match]) -> list[str]:
    """What of these speaks of an offer, each once."""
    return list(dict.fromkeys(match.said for match in found if match.topic == Topic.SPAM))


def _is_same_sender(copy: Comment, submission: Submission) -> bool:
    is_network = bool(submission.network) and copy.network == submission.network
    return is_network or (bool(submission.email) and copy.email.casefold() == submission.email.casefold())


def _named(links: list[linking.Link]) -> str:
    """The hosts of links, for a reason."""
    hosts = list(dict.fromkeys(link.host[:LONG] for link in links))
    return ", ".join([*hosts[:NAMED], *(["…"] if hosts[NAMED:] else [])])
