"""Where on a site the measurements look: what each page is called, and its address there."""

from typing import Any, NamedTuple

from tests.benchmarks.shapes import BUSY, DEEP, LONG, MEASURED, RARE

ARTICLE = f"/{MEASURED}/"
PENDING = 100  # that are approved in one go


class Page(NamedTuple):
    name: str
    path: str
    is_desk: bool = False


def pages() -> list[Page]:
    """Those that this site has: a small one lacks deep numbers."""
    from advice.models import Article
    from comments.models import Comment

    busy = Article.objects.with_thread_total().get(slug=BUSY)
    full = busy.thread_total // 20
    return [
        Page("article, 120 comments", ARTICLE),
        *_article_pages(max(1, full)),
        *_permalinks(Comment.objects.roots().filter(article=busy.pk, position=busy.thread_total // 2)),
        *_questions(min(50, -(-Comment.objects.roots().filter(position__isnull=False).count() // 20))),
        *_elsewhere(busy.pk, -(-busy.thread_total // 1_000)),
        *_desk(next(iter([*_oldest(Comment.objects.pending()), *_oldest(Comment.objects.waiting())]))),
    ]


def _oldest(comments: Any) -> Any:
    return comments.order_by("posted_at", "pk").values_list("pk", flat=True)[:1]


def _article_pages(full: int) -> list[Page]:
    return [
        Page("article with most threads", f"/{BUSY}/"),
        Page("its first numbered page", f"/{BUSY}/comment-page-1/"),
        Page("its middle numbered page", f"/{BUSY}/comment-page-{max(1, full // 2)}/"),
        Page("its last numbered page", f"/{BUSY}/comment-page-{full}/"),
        Page("article of the longest thread", f"/{LONG}/"),
        Page("article of the deepest thread", f"/{DEEP}/"),
    ]


def _permalinks(short: Any) -> list[Page]:
    from comments.models import Comment

    root = short.values_list("pk", flat=True).get()
    long, deep = _thread(LONG), _thread(DEEP)
    replies = Comment.objects.get(pk=long["root"]).reply_count
    return [
        Page("permalink: a question in the middle", f"/comments/{root}/"),
        *(Page(f"permalink: longest thread, {place}", f"/comments/{pk}/") for place, pk in long.items()),
        *(Page(f"permalink: deepest thread, {place}", f"/comments/{pk}/") for place, pk in deep.items()),
        Page("thread: a short one", f"/questions/{root}/"),
        Page("thread: the longest, first page", f"/questions/{long['root']}/"),
        Page("thread: the longest, middle page", f"/questions/{long['root']}/?page={max(2, replies // 200)}"),
        Page("thread: the longest, last page", f"/questions/{long['root']}/?page={-(-replies // 100)}"),
        Page("thread: the deepest, last page", f"/questions/{deep['root']}/?page=5"),
    ]


def _thread(slug: str) -> dict[str, int]:
    """Its question, and its approved replies in the middle of it and at its end, by reading order."""
    from comments.models import Comment

    rows = Comment.objects.filter(article__slug=slug, status="approved").order_by("lft")
    pks = list(rows.values_list("pk", flat=True))
    return {"root": pks[0], "middle": pks[len(pks) // 2], "last": pks[-1]}


def _questions(deep: int) -> list[Page]:
    return [
        Page("questions", "/questions/"),
        Page("questions, page 50", f"/questions/?page={deep}"),
        Page("questions, answered", "/questions/?answered=1"),
        Page("questions, unanswered", "/questions/?answered=0"),
        Page("questions of an article", f"/questions/?article={BUSY}"),
        Page("questions of a situation", "/questions/?situation=situation-3"),
        Page("questions, a rare word", f"/questions/?q={RARE}"),
        Page("questions, a common word", "/questions/?q=mother"),
        Page("questions, two words, two filters", f"/questions/?q=mother+night&answered=1&article={BUSY}"),
        Page("search, a rare word", f"/search/?q={RARE}"),
        Page("search, a common word", "/search/?q=mother"),
    ]


def _elsewhere(busy: int, lists: int) -> list[Page]:
    return [
        Page("home", "/"),
        Page("feed of articles", "/feed/"),
        Page("feed of an article", f"/{BUSY}/feed/"),
        Page("feed of answers", "/questions/feed/"),
        Page("situations", "/situations/"),
        Page("a situation", "/situations/situation-3/"),
        Page("sitemap", "/sitemap.xml"),
        Page("sitemap, its pages", "/sitemap-pages.xml"),
        Page("sitemap, an article's last questions", f"/sitemap-questions-{busy}-{lists}.xml"),
    ]


def _desk(pending: int) -> list[Page]:
    paths = {
        "desk: queue": "/admin/desk/",
        "desk: queue, page 40": "/admin/desk/?page=40",
        "desk: spam": "/admin/desk/?tab=spam",
        "desk: all": "/admin/desk/?tab=all",
        "desk: words in all": "/admin/desk/?tab=all&q=mother",
        "desk: a pending question": f"/admin/desk/{pending}/",
        "desk: a reply in the longest thread": f"/admin/desk/{_thread(LONG)['middle']}/",
        "desk: campaigns": "/admin/desk/campaigns/",
        "desk: where we stand": "/admin/desk/standing/",
        "admin: comments": "/admin/comments/comment/",
        "admin: the log": "/admin/comments/moderationevent/",
    }
    return [Page(name, path, is_desk=True) for name, path in paths.items()]
