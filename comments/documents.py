"""What search finds and where answers point to: derived from threads and articles, and written with them.

A thread's document and signposts belong to whoever holds the thread's root, an article's to whoever holds the article's
row; so they change in the same transaction as what they are made of.
"""

import html
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from . import fulltext, markup
from .models import Comment, article_model
from .reader_models import SearchDocument, Signpost

BATCH = 500  # documents written in one go
# Characters of a document's three texts: 60,000 together. PostgreSQL's index of a text takes 1 MB, which is four bytes
# for each of 60,000 characters four times over; and a thread of 1,000 comments is read under its lock.
LEAD, ANSWER, REST = 12_000, 24_000, 24_000
ROWS = 300  # of a thread's beginning that are read for `rest`; of the first N rows the k-th has lft <= 2k - 1

_SENTINELS = str.maketrans("", "", f"\x00{fulltext.START}{fulltext.STOP}")
_READ = ("tree_id", "level", "author_id", "body_html")
_HREF = re.compile(r'<a href="([^"]+)"')


@dataclass(slots=True)
class _Thread:
    """The HTML of a thread's approved comments, in their order."""

    article: int
    lead: str = ""
    answers: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    def document(self, pk: int) -> SearchDocument:
        return SearchDocument(
            pk=pk,
            thread_id=pk,
            article_id=self.article,
            lead=_text([self.lead], LEAD),
            answer=_text(self.answers, ANSWER),
            rest=_text(self.rest, REST),
        )

    def paths(self) -> set[str]:
        """The paths on this site that its answers link to."""
        links = (link for answer in self.answers for link in _HREF.findall(answer))
        return {path for link in links if (path := _own_path(html.unescape(link)))}


def write_threads(roots: Iterable[int]) -> set[int]:
    """Bring the documents and signposts of these threads up to date; those that readers do not see have none.

    For a caller who holds the threads, after their positions are settled. The articles that they point to, or did:
    their pages show the beginning of the question.
    """
    shown: set[int] = set()
    for batch in _batches(roots):
        threads = _read(batch)
        if gone := [pk for pk in batch if pk not in threads]:
            shown.update(Signpost.objects.filter(thread__in=gone).values_list("article_id", flat=True))
            _forget(gone)
        _write([thread.document(pk) for pk, thread in threads.items()])
        shown |= _point(threads)
    return shown


def write_article(article: Any) -> None:
    """Bring an article's document up to date, for a caller who holds its row. Search asks whether it is published."""
    lead = f"{article.title}\n\n{article.summary}"[:LEAD]
    answer = _text([article.body_html], ANSWER + REST)
    _write([SearchDocument(pk=-article.pk, article_id=article.pk, lead=lead, answer=answer, rest="")])


def rebuild(progress: Callable[[int], Any] = lambda _: None) -> int:
    """Make all documents, signposts and the index anew; how many there are. In batches, beside traffic."""
    fulltext.prepare()
    for pks in _batches(article_model().objects.order_by("pk").values_list("pk", flat=True)):
        for pk in pks:
            _rewrite_article(pk)
        progress(len(pks))
    kept = SearchDocument.objects.filter(thread__isnull=False)
    _rewrite_threads(kept.filter(thread__position=None).values_list("pk", flat=True), lambda _: None)
    visible = Comment.objects.roots().filter(position__isnull=False)
    # The newest first: they are what is looked for.
    _rewrite_threads(visible.order_by("-pk").values_list("pk", flat=True), progress)
    return SearchDocument.objects.count()


def _rewrite_threads(roots: Iterable[int], progress: Callable[[int], Any]) -> None:
    for batch in _batches(list(roots)):
        with transaction.atomic():
            held = Comment.objects.select_for_update(no_key=True).filter(level=0, pk__in=batch).order_by("pk")
            list(held.values("pk"))
            write_threads(batch)
        progress(len(batch))


@transaction.atomic
def _rewrite_article(pk: int) -> None:
    if article := article_model().objects.select_for_update(no_key=True).filter(pk=pk).first():
        write_article(article)


def _read(roots: Collection[int]) -> dict[int, _Thread]:
    """Those of these threads that readers see. Answers are read wherever they stand, the rest where it begins."""
    seen = Comment.objects.filter(pk__in=roots, level=0, position__isnull=False)
    threads = {pk: _Thread(article) for pk, article in seen.values_list("pk", "article_id")}
    public = Comment.objects.public_in(threads)
    # Two queries: an OR of the two conditions would read whole threads.
    near, late = public.filter(lft__lt=2 * ROWS), public.filter(lft__gte=2 * ROWS).by_moderators()
    for tree, level, author, body in chain(*(rows.values_list(*_READ).iterator() for rows in (near, late))):
        thread = threads[tree]
        if level == 0:
            thread.lead = body
        else:
            (thread.rest if author is None else thread.answers).append(body)
    return threads


def _text(bodies: Iterable[str], length: int) -> str:
    """As plain text, as much as there is room for."""
    room, parts = 4 * length, []  # of HTML, which is longer than its text
    for body in bodies:
        parts.append(body[:room])
        room -= len(body)
        if room <= 0:
            break
    return markup.plain("\n\n".join(parts)).translate(_SENTINELS)[:length]


def _write(documents: list[SearchDocument]) -> None:
    if documents:
        columns = ["thread", "article", "lead", "answer", "rest"]
        SearchDocument.objects.bulk_create(
            documents, update_conflicts=True, unique_fields=["pk"], update_fields=columns
        )
        fulltext.write([document.pk for document in documents])


def _forget(pks: list[int]) -> None:
    fulltext.remove(pks)
    SearchDocument.objects.filter(pk__in=pks).delete()
    Signpost.objects.filter(thread__in=pks).delete()


def _point(threads: dict[int, _Thread]) -> set[int]:
    """Write the signposts that differ; the articles of all. An answer that points to its own leads nowhere else."""
    paths = {pk: thread.paths() for pk, thread in threads.items()}
    wanted = {path for found in paths.values() for path in found}
    articles = article_model().objects.by_path(wanted) if wanted else {}
    now = {
        (pk, articles[path]) for pk, found in paths.items() for path in found & articles.keys()
    } - {(pk, thread.article) for pk, thread in threads.items()}  # fmt: skip
    there = {(post.thread_id, post.article_id): post.pk for post in Signpost.objects.filter(thread__in=threads)}
    if gone := [there[pair] for pair in there.keys() - now]:
        Signpost.objects.filter(pk__in=gone).delete()
    Signpost.objects.bulk_create(Signpost(thread_id=pk, article_id=to) for pk, to in sorted(now - there.keys()))
    return {to for _, to in now | there.keys()}


def _own_path(link: str) -> str:
    """The path of an address on this site, without the final slash; "" for others."""
    try:
        parts, site = urlsplit(link), urlsplit(settings.SITE_URL)
    except ValueError:
        return ""
    own = parts.netloc in ("", site.netloc) and parts.scheme in ("", "http", "https")
    path = unquote(parts.path).rstrip("/") if own and parts.path.startswith("/") else ""
    return "" if "\x00" in path else path  # PostgreSQL refuses the text it would look for


def _batches(pks: Iterable[int]) -> Iterator[list[int]]:
    iterator = iter(pks)
    while batch := list(islice(iterator, BATCH)):
        yield batch
