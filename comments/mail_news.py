"""What the owner of an address is told: what they asked for by typing it, and news of a thread.

Whether it is still so, and whether they still want to hear it, is asked here once more, with the rows as they are now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import addresses, history, links, mail_tokens, mail_words, standing
from .mail_models import EmailAddress, Kind, OutboxMessage, QuietThread
from .mail_words import Quote, Told
from .models import Comment, moderator_name

QUOTES = 5
QUOTE_LENGTH = 1_500  # characters
UNCONFIRMED = "The address is not confirmed."
NOT_YET = "Its article is not public."  # it may be again, by the clock alone
IN_ORDER = (Kind.DETAIL, Kind.PUBLIC, Kind.ANSWER, Kind.REPLY)  # of what is told
LEADING = (Kind.DETAIL, Kind.ANSWER, Kind.REPLY, Kind.PUBLIC)  # of these the first says where the mail's link leads


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell, which is so; `own` is the comment of theirs that it is about."""

    kind: str
    comment: Comment = field(repr=False)
    own: Comment = field(repr=False)


def asked_for(address: EmailAddress, rows: list[OutboxMessage]) -> tuple[Told | None, dict[int, str]]:
    """The mail that somebody asked for by typing this address, or why there is none."""
    is_confirmed, is_question = address.confirmed_at is not None, rows[0].kind == Kind.CONFIRM
    reason = _unwanted(address)
    if not reason and is_confirmed == is_question:
        reason = "It was confirmed meanwhile." if is_confirmed else UNCONFIRMED
    if reason:
        return None, {row.pk: reason for row in rows}
    return _to_confirm(address) if is_question else _all_links(address), {}


def gather(address: EmailAddress, rows: list[OutboxMessage]) -> tuple[Told | None, dict[int, str]]:
    """The mail that tells these news of one thread, and why it leaves out which of them."""
    if reason := _unwanted(address) or ("" if address.confirmed_at else UNCONFIRMED):
        return None, {row.pk: reason for row in rows}
    found = {row.pk: news for row, news in zip(rows, _checked(address, rows), strict=True)}
    skipped = {pk: news for pk, news in found.items() if isinstance(news, str)}
    left = [news for news in found.values() if isinstance(news, News)]
    return _told(address, left) if left else None, skipped


def _unwanted(address: EmailAddress) -> str:
    return "The address is muted." if address.muted_at is not None or not address.address else ""


def _to_confirm(address: EmailAddress) -> Told:
    return Told(
        address.address,
        "confirm",
        _("Please confirm your address for %(host)s") % {"host": mail_words.host()},
        {
            "confirm": mail_words.address(mail_tokens.confirm_path(address)),
            "days": mail_tokens.CONFIRM_LASTS.days,
            "stop": mail_words.address(mail_tokens.unsubscribe_path(address)),
        },
        mail_tokens.unsubscribe_path(address),
    )


def _all_links(address: EmailAddress) -> Told:
    return Told(
        address.address,
        "links",
        _("Your way back to %(host)s") % {"host": mail_words.host()},
        {
            "mine": mail_words.address(mail_tokens.links_path(address)),
            "hours": int(mail_tokens.LINKS_LAST.total_seconds()) // 3600,
            "stop": mail_words.address(mail_tokens.unsubscribe_path(address)),
        },
        mail_tokens.unsubscribe_path(address),
    )


def _checked(address: EmailAddress, rows: list[OutboxMessage]) -> Iterator[News | str]:
    """For each row what there is to tell, or why it is not to be told any more."""
    about = Comment.objects.select_related("article", "author").in_bulk([row.comment_id for row in rows])
    threads = {comment.tree_id for comment in about.values()}
    quiet = set(QuietThread.objects.filter(address=address, thread__in=threads).values_list("thread", flat=True))
    own = _own(address, threads)
    for row in rows:
        comment = about.get(row.comment_id or 0)
        if comment is None or comment.tree_id in quiet:
            yield "It is gone." if comment is None else "They want no mail about this thread."
            continue
        theirs = _theirs(row.kind, comment, own)
        reason = _why_not(address, row.kind, comment)
        yield reason or (News(row.kind, comment, theirs) if theirs else "None of their comments is in that thread.")


def _own(address: EmailAddress, threads: Iterable[int]) -> dict[int, Comment]:
    """What they wrote in these threads, or asked a second time there, by its number."""
    there = Q(tree_id__in=threads) | Q(merged_into__in=threads)
    found = Comment.objects.filter(there, email__iexact=address.address, erased_at=None).select_related("article")
    return {comment.pk: comment for comment in found if addresses.key_of(comment.email) == address.key}


def _theirs(kind: str, comment: Comment, own: dict[int, Comment]) -> Comment | None:
    """Their comment that the news are about: the one that is public or in question, or was replied to."""
    if kind in (Kind.PUBLIC, Kind.DETAIL):
        return own.get(comment.pk)
    merged = next((one.pk for one in own.values() if one.merged_into_id == comment.tree_id), None)
    above = (comment.parent_id, comment.tree_id, merged)
    return next((own[pk] for pk in above if pk in own), None)


def _why_not(address: EmailAddress, kind: str, comment: Comment) -> str:
    chosen = {Kind.PUBLIC: address.tell_public, Kind.REPLY: address.tell_replies}.get(kind, address.tell_answers)  # type: ignore[call-overload]
    if not chosen:
        return "They do not want to hear of this."
    is_away = comment.is_public and not comment.article.is_published
    if kind == Kind.DETAIL and not (is_away and comment.detail_asked_at):
        return "" if standing.of(comment).asked else "Nobody asks them for more now."
    if is_away:
        return NOT_YET
    return "" if comment.is_public else "It is not public."


def _told(address: EmailAddress, news: list[News]) -> Told:
    news = sorted(news, key=lambda one: (IN_ORDER.index(one.kind), one.comment.pk))
    first = min(news, key=lambda one: LEADING.index(one.kind))
    private, thread = mail_words.address(links.mint(first.own)), first.comment.tree_id
    quotes, there_is_more = _quotes(news) if address.with_words else ([], False)
    is_asked = first.kind == Kind.DETAIL
    return Told(
        address.address,
        "news",
        _("News from %(host)s") % {"host": mail_words.host()},
        {
            "sentences": list(_sentences(news)),
            "main": private if is_asked else mail_words.address(first.comment.get_absolute_url()),
            "main_label": _label(first),
            "private": "" if is_asked else private,
            "quotes": quotes,
            "there_is_more": there_is_more,
            "stop_thread": mail_words.address(mail_tokens.unsubscribe_path(address, thread)),
            "stop": mail_words.address(mail_tokens.unsubscribe_path(address)),
            "lost": mail_words.address(reverse("comments:lost_link")),
        },
        mail_tokens.unsubscribe_path(address, thread),
    )


def _label(first: News) -> str:
    return {
        Kind.DETAIL.value: _("Write more"),
        Kind.ANSWER.value: _("Read the answer"),
        Kind.REPLY.value: _("Read the reply"),
        Kind.PUBLIC.value: _("See it on the page"),
    }[first.kind]


def _sentences(news: list[News]) -> Iterator[str]:
    """What has happened, without a word of what it is about."""
    by_kind: dict[str, list[News]] = {}
    for one in news:
        by_kind.setdefault(one.kind, []).append(one)
    for kind, some in by_kind.items():
        yield from SENTENCES[kind](some)


def _of_detail(news: list[News]) -> Iterator[str]:
    for one in news:
        if name := mail_words.line(history.who_asked(one.comment)):
            yield _("%(name)s has read your question and would like to know more.") % {"name": name}
        else:
            yield _("Your question was read, and you are asked for more.")


def _of_public(news: list[News]) -> Iterator[str]:
    if any(one.comment.is_root for one in news):
        yield _("Your question is public.")
    if replies := sum(not one.comment.is_root for one in news):
        said = ngettext("Your reply is public.", "%(count)s of your replies are public.", replies)
        yield said % {"count": replies}


def _of_answers(news: list[News]) -> Iterator[str]:
    """Each moderator once. In a thread of one's own they may have answered somebody else."""
    to_them: dict[str, bool] = {}
    for one in news:
        name = mail_words.line(moderator_name(one.comment.author))
        to_them[name] = to_them.get(name, False) or one.comment.parent_id == one.own.pk
    for name, is_to_them in to_them.items():
        said = _("%(name)s has answered.") if is_to_them else _("%(name)s has written in your conversation.")
        yield said % {"name": name}


def _of_replies(news: list[News]) -> Iterator[str]:
    count = len(news)
    yield ngettext("Somebody has replied.", "There are %(count)s new replies.", count) % {"count": count}


SENTENCES: dict[str, Any] = {
    Kind.DETAIL.value: _of_detail,
    Kind.PUBLIC.value: _of_public,
    Kind.ANSWER.value: _of_answers,
    Kind.REPLY.value: _of_replies,
}


def _quotes(news: list[News]) -> tuple[list[Quote], bool]:
    """The words of others, for who chose to have them in mails; and whether there is more than these."""
    said = [one for one in news if one.kind != Kind.PUBLIC]
    quotes = [_quote(one) for one in said[:QUOTES]]
    return quotes, len(said) > QUOTES or any(quote.is_cut for quote in quotes)


def _quote(one: News) -> Quote:
    if one.kind == Kind.DETAIL:
        return mail_words.quote_of_moderator(history.who_asked(one.comment), one.comment.detail_wanted, QUOTE_LENGTH)
    return mail_words.quote(one.comment, QUOTE_LENGTH)
