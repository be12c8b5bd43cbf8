"""Articles and their comments from an export: everything in one transaction, and nothing that was imported before."""

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils import timezone
from django.utils.text import slugify

from advice import publishing
from advice.models import Article, OldAddress, free_slug
from comments import auditing, interchange, locking, markup
from comments.log_models import Verb
from comments.models import Status

from . import parse
from .people import Chosen, People
from .survey import PINGS, Survey, is_comment

TITLE_LENGTH = 200
SUMMARY_LENGTH = 300
SLUG_LENGTH = 95  # leaves room for the -2 of an address that is taken

STATUSES = {
    "1": Status.APPROVED,
    "0": Status.PENDING,
    "hold": Status.PENDING,
    "spam": Status.SPAM,
    "trash": Status.TRASH,
    "post-trashed": Status.TRASH,
}


@dataclass(slots=True)
class Report:
    """Articles and comments together; what is neither is in `others`."""

    created: int = 0
    skipped: int = 0
    refused: list[str] = field(default_factory=list)
    pings: int = 0  # among the skipped
    foreign: int = 0  # plugins' comments, and those of what is no article; among the skipped
    others: int = 0
    keeps_numbers: bool = True

    def __str__(self) -> str:
        return f"created {self.created}, updated 0, skipped {self.skipped}, refused {len(self.refused)}"


@locking.retried
def write(
    path: Path,
    found: Survey,
    chosen: Chosen,
    *,
    keep_numbers: bool,
    progress: Callable[[int], Any] = lambda _: None,
) -> Report:
    """Write what is new in the file: all of it or, where anything fails, nothing."""
    interchange.hold(found.source, Article.objects.filter(source=found.source))
    importer = _Import(found.source, People.make(chosen), progress, Report(keeps_numbers=keep_numbers))
    for record in parse.read(path):
        if isinstance(record, parse.Item):
            importer.take(record)
    auditing.record(by=None, verb=Verb.ADD, subject=f"import {found.source}", after=str(importer.report))
    return importer.report


class _Import:
    def __init__(self, source: str, people: People, progress: Callable[[int], Any], report: Report) -> None:
        self.source = source
        self.people = people
        self.progress = progress
        self.report = report
        here = Article.objects.filter(source=source).values_list("source_id", "pk")
        self.articles: dict[str | None, int] = dict(here)

    def take(self, item: parse.Item) -> None:
        if not item.is_article:
            self.report.others += 1
            self.report.foreign += len(item.comments)
            self.report.skipped += len(item.comments)
            return
        if not item.pk.isascii() or not item.pk.isdigit() or len(item.pk) > 20:
            self.report.refused.append(f"article {item.title[:60]!r}: it has no number")
            self.report.refused += [f"comment {comment.pk}: its article has no number" for comment in item.comments]
            return
        if item.pk in self.articles:
            self.report.skipped += 1
        else:
            self.articles[item.pk] = self._create(item).pk
            self.report.created += 1
        self.progress(1)
        self._take_comments(item)

    def _create(self, item: parse.Item) -> Article:
        article = _article(item)
        article.author = self.people.author_of(item)
        article.source, article.source_id = self.source, item.pk
        publishing.create(article)
        if (path := _path(item.link)) and path != article.get_absolute_url().rstrip("/"):
            OldAddress.objects.get_or_create(path=path, defaults={"article": article})
        return article

    def _take_comments(self, item: parse.Item) -> None:
        written = interchange.write(
            self.articles[item.pk],
            self.source,
            list(self._records(item)),
            keep_numbers=self.report.keeps_numbers,
            progress=self.progress,
        )
        self.report.created += written.created
        self.report.skipped += written.skipped
        self.report.refused += [f"comment {number}: {reason}" for number, reason in written.refused]
        self.progress(written.skipped + len(written.refused))

    def _records(self, item: parse.Item) -> Iterator[interchange.Record]:
        for comment in item.comments:
            if is_comment(comment):
                yield self._record(comment, item.date or timezone.now())
            else:
                self.report.skipped += 1
                self.report.pings += comment.kind in PINGS
                self.report.foreign += comment.kind not in PINGS

    def _record(self, comment: parse.Comment, fallback: datetime) -> interchange.Record:
        moderator = self.people.moderator_of(comment)
        return interchange.Record(
            source_id=comment.pk,
            parent=comment.parent,
            author=moderator.pk if moderator else None,
            name=html.unescape(comment.name),
            email=comment.email,
            body=comment.content,
            status=STATUSES.get(comment.approved, Status.PENDING),
            posted_at=comment.date or fallback,
        )


def _article(item: parse.Item) -> Article:
    now = timezone.now()
    title = _line(item.title, TITLE_LENGTH) or "Untitled"
    article = Article(
        title=title,
        slug=free_slug(_slug(item, title)),
        summary=_line(item.excerpt, SUMMARY_LENGTH),
        body=markup.clean(item.content),
        format="html",
        published_at=_published_at(item, now),
        updated_at=max(filter(None, (item.modified, item.date)), default=now),
        listed=item.kind == "post",
        comments_open=item.comments_open,
    )
    article.render()
    return article


def _published_at(item: parse.Item, now: datetime) -> datetime | None:
    """Empty, which makes a draft, unless WordPress shows it to everybody, now or from its date on."""
    if item.has_password:
        return None
    if item.status == "future":
        return item.date
    return (item.date or now) if item.status == "publish" else None


def _line(text: str, length: int) -> str:
    line = markup.clean_line(markup.plain(text))
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def _slug(item: parse.Item, title: str) -> str:
    """WordPress keeps letters beyond ASCII percent-encoded, and marks what is in its trash."""
    name = unquote(item.slug).removesuffix("__trashed")
    wanted = slugify(name) or slugify(title)
    return wanted[:SLUG_LENGTH].strip("-") or f"article-{item.pk}"


def _path(link: str) -> str:
    """The path that WordPress had it at, or "" where it was found by its number alone."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    path = unquote(parts.path).rstrip("/")
    is_ours = not parts.query and len(path) <= 500 and "\x00" not in path  # which no request has (`middleware.no_nul`)
    return path if is_ours else ""
