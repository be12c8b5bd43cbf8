"""Comments that are like each other, among what waits and what is spam: by the same text, where they lead, the same
network, or writing that is none. A flood is many of a few kinds; what is like nothing else is what people wrote.

Read from the newest LOOKED_THROUGH of each status, whatever else there is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CharField, Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from . import known_hosts
from .models import Comment, Status
from .screening_models import LinkedHost

LOOKED_THROUGH = 20_000
SHOWN = 20  # of each kind
OTHERS = 100  # that are counted beside one comment
NEAR = 200  # of what shares something with it, the newest, among which these are looked for

# How reasons of screening begin that stand for writing which is none, or is disguised.
ODD = ("no words: ", "letters apart: ", "letters of two scripts", "letters that are drawn", "signs that nobody sees")

_KEY = re.compile(r"(text|host|network|writing)-(0|[1-9][0-9]{0,17})")


class Kind(StrEnum):
    TEXT = "text"
    HOST = "host"
    NETWORK = "network"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Like:
    """What comments of a campaign share. Addresses name it by a pk: fingerprints and hosts stay out of logs."""

    kind: Kind
    pk: int  # of a comment that has it; of a LinkedHost; 0 for odd writing, which is one campaign
    value: str

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"

    @property
    def label(self) -> str:
        said = {Kind.TEXT: "The same text", Kind.NETWORK: "The same network", Kind.WRITING: "Odd writing"}
        return said.get(self.kind) or f"Links to {self.value}"

    def fits(self) -> Q:
        if self.kind == Kind.WRITING:
            return _is_odd()
        if self.kind == Kind.HOST:
            return Q(pk__in=LinkedHost.objects.filter(host=self.value).values("comment"))
        column = COLUMNS[self.kind]
        # As the indexes `comment_words` and `comment_network` say it, without a status, which SQLite would look for.
        return Q(pk__in=Comment.objects.filter(**{column: self.value}).exclude(**{column: ""}).values("pk"))


@dataclass(frozen=True, slots=True)
class Campaign:
    """A Like with ENOUGH comments, and what is to be said of them."""

    like: Like
    waiting: int
    spam: int
    urgent: int
    networks: int
    articles: int
    first: Any
    last: Any
    sample: Comment | None


# So many are a campaign. One asker may write twice and add something, and a family can be one network.
ENOUGH = {Kind.TEXT: 3, Kind.HOST: 3, Kind.NETWORK: 5, Kind.WRITING: 3}
COLUMNS = {Kind.TEXT: "words_key", Kind.NETWORK: "network"}
ODD_WRITING = Like(Kind.WRITING, 0, "")


def find(key: str) -> Like | None:
    """The one that an address names; None where there is nothing of it any more."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    kind, pk = Kind(match[1]), int(match[2])
    if kind == Kind.WRITING:
        return ODD_WRITING
    rows: QuerySet[Any] = LinkedHost.objects.all() if kind == Kind.HOST else Comment.objects.all()
    value = rows.filter(pk=pk).values_list("host" if kind == Kind.HOST else COLUMNS[kind], flat=True).first()
    return Like(kind, pk, value) if value else None


def all_() -> list[Campaign]:
    """The largest of each kind. One query for each, and one for what they say."""
    found = [*_of_column(Kind.TEXT), *_of_hosts(), *_of_column(Kind.NETWORK), *_of_odd_writing()]
    samples = Comment.objects.in_bulk({row["newest"] for _, row in found})
    told = ("waiting", "spam", "urgent", "networks", "articles", "first", "last")
    return [
        Campaign(like, **{name: row[name] for name in told}, sample=samples.get(row["newest"])) for like, row in found
    ]


def alone(status: Status) -> Q:
    """What is in no campaign of the newest with this status; and what is urgent in any case.

    Also the first of the same text: it may be somebody's question, which others copied so that nobody reads it.
    """
    return Q(urgent=True) | ~_crowded(status, LOOKED_THROUGH, but_first=True)


def newest_alike(most: int) -> QuerySet[Comment]:
    """Of the newest that wait, so many, those that are in a campaign among these: whether a flood is on."""
    newest = Comment.objects.pending().order_by("-pk").values("pk")[:most]
    return Comment.objects.filter(_crowded(Status.PENDING, most), pk__in=newest).order_by()


def columns(row: str) -> dict[str, str]:
    """In SQL, of a row of comments that is called so: how many others share its text, its network or a host; and which
    host, by its LinkedHost. At most OTHERS of each are counted."""
    return {name: sql.format(row=row) for name, sql in _BESIDE.items()}


def shared(pk: int, texts: int, networks: int, hosts: int, link: int | None) -> list[tuple[Like, int]]:
    """What the columns say of a comment. What is shared is named by a pk; its value is not known here."""
    counts = {
        Like(Kind.TEXT, pk, ""): texts,
        Like(Kind.HOST, link or 0, ""): hosts,
        Like(Kind.NETWORK, pk, ""): networks,
    }
    return [(like, count) for like, count in counts.items() if count and like.pk]


def _crowded(status: Status, most: int, *, but_first: bool = False) -> Q:
    """What shares something with so many of the newest with this status that it is a campaign."""
    newest = f"FROM comments_comment WHERE status = '{status}' ORDER BY id DESC LIMIT {most}"
    found = _is_odd()
    for kind, column in COLUMNS.items():
        having = f"WHERE {column} <> '' GROUP BY {column} HAVING COUNT(*) >= {ENOUGH[kind]}"
        many = RawSQL(f"SELECT {column} FROM (SELECT {column} {newest}) AS newest {having}", [])  # noqa: S608, S611
        first = RawSQL(f"SELECT MIN(id) FROM (SELECT id, {column} {newest}) AS newest {having}", [])  # noqa: S608, S611
        shares = Q(**{f"{column}__in": many})
        found |= shares & ~Q(pk__in=first) if but_first and kind == Kind.TEXT else shares
    linked = f"comments_linkedhost WHERE comment_id IN (SELECT id {newest})"
    having = f"GROUP BY host HAVING COUNT(*) >= {ENOUGH[Kind.HOST]}"
    hosts = RawSQL(f"SELECT host FROM {linked} {having}", [])  # noqa: S608, S611
    links = LinkedHost.objects.filter(comment=OuterRef("pk"), host__in=hosts)
    return found | Q(Exists(links.exclude(host__in=known_hosts.WELL_KNOWN)))


def _newest(most: int) -> QuerySet[Comment]:
    """The newest that wait and that are spam, so many of each."""
    halves = [Comment.objects.unapproved(status).order_by("-pk")[:most] for status in (Status.PENDING, Status.SPAM)]
    # SQLite knows no limits within a UNION, save one level further down.
    waiting, spam = (Comment.objects.filter(pk__in=half.values("pk")).order_by().values("pk") for half in halves)
    return Comment.objects.filter(pk__in=waiting.union(spam, all=True)).order_by()


def _is_odd() -> Q:
    said = Cast("reasons", CharField())
    return reduce(or_, (Q(Contains(said, f'"{beginning}')) for beginning in ODD))


def _told(of: str = "") -> dict[str, Any]:
    """What is counted of a campaign; `of` leads from the rows to their comments."""
    status, urgent = f"{of}status", Q(**{f"{of}urgent": True})
    pk = f"{of}pk"
    return {
        "total": Count(pk),
        "waiting": Count(pk, filter=Q(**{status: Status.PENDING})),
        "spam": Count(pk, filter=Q(**{status: Status.SPAM})),
        "urgent": Count(pk, filter=urgent),
        "networks": Count(f"{of}network", distinct=True),
        "articles": Count(f"{of}article", distinct=True),
        "first": Min(f"{of}posted_at"),
        "last": Max(f"{of}posted_at"),
        "newest": Max(pk),
    }


def _of_column(kind: Kind) -> Iterator[tuple[Like, dict[str, Any]]]:
    column = COLUMNS[kind]
    groups = _newest(LOOKED_THROUGH).exclude(**{column: ""}).values(column).annotate(**_told())
    for row in groups.filter(total__gte=ENOUGH[kind]).order_by("-total", "-newest")[:SHOWN]:
        yield Like(kind, row["newest"], row[column]), row


def _of_hosts() -> Iterator[tuple[Like, dict[str, Any]]]:
    links = LinkedHost.objects.filter(comment__in=_newest(LOOKED_THROUGH).values("pk"))
    links = links.exclude(host__in=known_hosts.WELL_KNOWN)
    told: dict[str, Any] = {**_told("comment__"), "link": Max("pk")}
    groups: QuerySet[Any, Any] = links.values("host").annotate(**told)
    for row in groups.filter(total__gte=ENOUGH[Kind.HOST]).order_by("-total", "-newest")[:SHOWN]:
        yield Like(Kind.HOST, row["link"], row["host"]), row


def _of_odd_writing() -> Iterator[tuple[Like, dict[str, Any]]]:
    row = _newest(LOOKED_THROUGH).filter(_is_odd()).aggregate(**_told())
    if row["total"] >= ENOUGH[Kind.WRITING]:
        yield ODD_WRITING, row


def _others(condition: str, table: str = "comments_comment AS other", order: str = "") -> str:
    """Of the first NEAR of them: what many share, such as a country's one network, would else be read whole."""
    near = f"SELECT other.id, other.status FROM {table} WHERE {condition} {order} LIMIT {NEAR}"  # noqa: S608
    alike = "near.id <> {row}.id AND near.status IN ('pending', 'spam')"
    return f"(SELECT COUNT(*) FROM (SELECT 1 FROM ({near}) AS near WHERE {alike} LIMIT {OTHERS}) AS found)"  # noqa: S608


_LINKED = """comments_linkedhost AS mine JOIN comments_linkedhost AS theirs ON theirs.host = mine.host
    JOIN comments_comment AS other ON other.id = theirs.comment_id"""
_BESIDE = {
    "alike_texts": _others(
        "other.words_key = {row}.words_key AND NOT (other.words_key = '')", order="ORDER BY other.id DESC"
    ),
    "alike_networks": _others(
        "other.network = {row}.network AND NOT (other.network = '')", order="ORDER BY other.posted_at DESC"
    ),
    "alike_hosts": _others("mine.comment_id = {row}.id", _LINKED),
    "alike_link": """(SELECT MAX(mine.id) FROM comments_linkedhost AS mine
        WHERE mine.comment_id = {row}.id AND EXISTS (SELECT 1 FROM comments_linkedhost AS theirs
            WHERE theirs.host = mine.host AND theirs.comment_id <> {row}.id))""",
}
