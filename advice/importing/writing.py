"""Articles and comments from a staged file: everything in one transaction, and nothing that was imported before."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from advice import publishing
from advice.models import Article, OldAddress, free_slug
from comments import auditing, interchange, locking, markup
from comments.log_models import Verb
from comments.numbers import batches

from . import records
from .old_links import OldLinks
from .people import Chosen, People
from .situating import Situations, line
from .staging import Staged
from .texts import Texts

TITLE_LENGTH = 200
SUMMARY_LENGTH = 300
SLUG_LENGTH = 95  # leaves room for the -2 of an address that is taken
BODY_LENGTH = 1_000_000  # characters of an article; the admin's own limit is lower, and holds from the first edit
SHOWN = 20  # refused rows that are named
STRAYS = "comments on what is no article"
EMPTY = "articles of which the file has neither text nor comments"


@dataclass(slots=True)
class Report:
    """Articles and comments together; what is neither is in `left_out`."""

    created: int = 0
    updated: int = 0  # were here, and have an address, a situation, a picture or a link more now
    skipped: int = 0  # were here
    refused: Counter[str] = field(default_factory=Counter)  # by reason
    named: list[str] = field(default_factory=list)  # the first of them
    left_out: Counter[str] = field(default_factory=Counter)
    articles: list[str] = field(default_factory=list)  # a line for each: what became of it
    drafts: list[str] = field(default_factory=list)  # of comments whose article was not here
    keeps_numbers: bool = True

    def __str__(self) -> str:
        return f"created {self.created}, updated {self.updated}, skipped {self.skipped}, refused {self.refused.total()}"

    def refuse(self, what: str, reason: str, count: int = 1) -> None:
        self.refused[reason] += count
        if len(self.named) < SHOWN:
            self.named.append(f"{what}: {reason}")


class _Rehearsed(Exception):
    """All is written and right; take it back."""


def write(
    found: Staged,
    chosen: Chosen,
    *,
    keep_numbers: bool,
    texts: Texts | None = None,
    rehearse: bool = False,
    progress: Callable[[int], Any] = lambda _: None,
) -> Report:
    """Write what is new in the file: all of it or, where anything fails, nothing. With `rehearse` the same is done and
    taken back: what the report says is what would happen, and nobody else writes on SQLite meanwhile."""
    reports: list[Report] = []
    with suppress(_Rehearsed):
        _write(
            found, chosen, reports, texts or Texts(), keep_numbers=keep_numbers, rehearse=rehearse, progress=progress
        )
    return reports[-1]


@locking.retried
def _write(
    found: Staged,
    chosen: Chosen,
    reports: list[Report],
    texts: Texts,
    *,
    keep_numbers: bool,
    rehearse: bool,
    progress: Callable[[int], Any],
) -> None:
    known = _addressed(found)
    interchange.hold(found.source, Article.objects.imported_from(found.source) | Article.objects.filter(pk__in=known))
    texts.begin()
    importer = _Import(found, People.make(chosen), texts, progress, Report(keeps_numbers=keep_numbers))
    importer.run()
    reports.append(importer.report)
    if rehearse:
        raise _Rehearsed
    auditing.record(by=None, verb=Verb.ADD, subject=f"import {found.source}", after=str(importer.report))


def _addressed(found: Staged) -> set[int]:
    """The articles here whose comments the file has, without their texts."""
    alone = (article for article in found.articles() if article.body is None and found.has_comments(article.key))
    paths = (path for article in alone for path in [*article.addresses, f"/{article.below}"])
    return {pk for batch in batches(paths) for pk in Article.objects.by_path(batch).values()}


class _Import:
    def __init__(
        self, found: Staged, people: People, texts: Texts, progress: Callable[[int], Any], report: Report
    ) -> None:
        self.found = found
        self.texts = texts
        self.source = found.source
        self.people = people
        self.progress = progress
        self.report = report
        here = Article.objects.imported_from(self.source).values_list("source_id", "pk")
        self.articles: dict[str | None, int] = dict(here)
        self.taken: dict[str, int] = {}  # what is no refused one, by its key
        self.numbers: set[str] = set()
        self.made: set[str] = set()  # by key: was not here
        self.grown: set[str] = set()  # by key: has an address or a situation more
        self.situations = Situations()
        self.links = OldLinks(found, self.articles, keep_numbers=report.keeps_numbers)

    def run(self) -> None:
        for left, count in self.found.left_out.items():
            self.report.left_out[left.what] += count
            self.report.skipped += count * left.is_row
        if strays := self.found.strays():
            self.report.left_out[STRAYS] += strays
            self.report.skipped += strays
        for pk, again in self.found.repeated():
            self.report.refuse(f"comment {pk}", "its number is there twice" if pk else "it has no number", again)
        for article in self.found.articles():
            self._take(article)
        self.situations.keep_addresses(self.found.texts.topics())
        for article in self.found.articles():  # now that it is known where links lead
            self._finish(article)

    def _take(self, item: records.Article) -> None:
        if item.body is None and not self.found.has_comments(item.key):
            self.report.left_out[EMPTY] += 1
            return
        reason = _fault(item) or self._repeats(item)
        if not reason and item.body is not None and item.pk not in self.articles:
            item = replace(item, body=self.texts.article(item))
            reason = _fault(item)
        if reason:
            self.report.refuse(f"article {item.title[:60]!r}", reason)
            for batch in self.found.threads(item.key):
                for comment in batch:
                    self.report.refuse(f"comment {comment.pk}", "its article was refused")
            return
        self.taken[item.key] = self._article(item)

    def _repeats(self, item: records.Article) -> str:
        """Of two with one number nobody can say which is meant."""
        if item.body is None or item.pk not in self.numbers:
            self.numbers.add(item.pk)
            return ""
        return "its number is there twice"

    def _article(self, item: records.Article) -> int:
        """The pk of the article here, made where there is none."""
        pk = self._below(item) if item.body is None else self.articles.get(item.pk)
        if pk is None:
            article = self._create(item)
            pk = self.articles[item.pk] = article.pk
            self.made.add(item.key)
            if item.body is None:
                self.report.drafts.append(f"{item.pk} ({next(iter(item.addresses), '') or article.title[:60]})")
            self._keep_addresses(item, pk)
            self.situations.sort(item, pk)
        elif self._keep_addresses(item, pk) | self.situations.sort(item, pk):
            self.grown.add(item.key)
        return pk

    def _finish(self, item: records.Article) -> None:
        """What had to wait until all articles are there: where links lead, in its text and in its answers."""
        pk = self.taken.get(item.key)
        if pk is None:
            return
        is_more = self.texts.complete and self._complete(item, pk)
        if item.key in self.made:
            self.report.created += 1
        elif is_more or item.key in self.grown:
            self.report.updated += 1
        else:
            self.report.skipped += 1
        self.progress(1)
        counts = Counter({"new": 0})
        for batch in self.found.threads(item.key):
            counts += self._comments(pk, batch)
        self.report.articles.append(f"{item.title[:60]}: {counts['new']} comments new, {counts['here']} here before")

    def _complete(self, item: records.Article, pk: int) -> bool:
        """Whether its text or its picture is another one than before: where nobody has edited it, here or there."""
        is_new = item.key in self.made
        article = Article.objects.get(pk=pk)
        if item.body is None or (not is_new and article.updated_at != item.updated_at):
            return False
        was = (article.body, article.lead_picture_id)
        text = article.body if is_new else self.texts.article(item)
        article.body = markup.clean(self.texts.linked(text, self.links))
        if article.lead_picture is None:
            article.lead_picture = self.texts.lead_picture(item, only_new=not is_new)
        if was == (article.body, article.lead_picture_id):
            return False
        publishing.complete(article)
        return True

    def _below(self, item: records.Article) -> int | None:
        """Where comments go that come without an article's text; its first address counts most."""
        if item.below:
            return Article.objects.by_path([f"/{item.below}"]).get(f"/{item.below}")
        if (pk := self.articles.get(item.pk)) is not None:
            return pk
        at = Article.objects.by_path(item.addresses)
        return next((at[path] for path in item.addresses if path in at), None)

    def _create(self, item: records.Article) -> Article:
        article = _article(item)
        article.author = self.people.author_of(item)
        article.source, article.source_id = self.source, item.pk
        publishing.create(article)
        return article

    def _keep_addresses(self, item: records.Article, pk: int) -> bool:
        """Whether one was new. What is an article's own address stays that, and leads nowhere else."""
        taken = Article.objects.by_path(item.addresses)
        new = [path for path in item.addresses if path not in taken]
        made = [OldAddress.objects.get_or_create(path=path, defaults={"article_id": pk})[1] for path in new]
        return any(made)

    def _comments(self, article: int, batch: list[records.Comment]) -> Counter[str]:
        written = interchange.write(
            article,
            self.source,
            [self._record(comment) for comment in batch],
            keep_numbers=self.report.keeps_numbers,
            progress=self.progress,
        )
        self.report.created += written.created
        self.report.skipped += written.skipped
        for number, reason in written.refused:
            self.report.refuse(f"comment {number}", reason)
        self.progress(written.skipped + len(written.refused))
        return Counter(new=written.created, here=written.skipped)

    def _record(self, comment: records.Comment) -> interchange.Record:
        moderator = self.people.moderator_of(comment)
        assert comment.posted_at is not None  # noqa: S101 - staging dates them
        return interchange.Record(
            source_id=comment.pk,
            parent=comment.parent,
            author=moderator.pk if moderator else None,
            name=comment.name,
            email=comment.email,
            body=self.texts.answer(comment.body, self.links) if moderator else comment.body,
            status=comment.status,
            posted_at=comment.posted_at,
        )


def _fault(item: records.Article) -> str:
    if not item.pk.isascii() or not item.pk.isdigit() or len(item.pk) > 20:
        return "it has no number"
    return f"it has more than {BODY_LENGTH:,} characters" if len(item.body or "") > BODY_LENGTH else ""


def _article(item: records.Article) -> Article:
    now = timezone.now()
    title = line(item.title, TITLE_LENGTH) or "Untitled"
    article = Article(
        title=title,
        slug=free_slug(_slug(item, title)),
        summary=line(item.summary, SUMMARY_LENGTH),
        body=markup.clean(item.body or ""),
        format=item.format,
        published_at=item.published_at,
        updated_at=item.updated_at or now,
        listed=item.is_listed,
        comments_open=item.is_open,
    )
    article.render()
    return article


def _slug(item: records.Article, title: str) -> str:
    wanted = slugify(item.slug) or slugify(title)
    return wanted[:SLUG_LENGTH].strip("-") or f"article-{item.pk}"
