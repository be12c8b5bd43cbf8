"""What pages are, in schema.org's words, for search engines (JSON-LD): from rows to dictionaries.

Only what the page itself shows, and little of it: an article names the number of its comments and where they are; a
thread carries its question whole and the beginnings of up to COMMENTS replies, moderators' first.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language

from comments import markup
from comments.models import moderator_name
from comments.rows import Row
from comments.threads import ThreadPage

from .identity import Identity
from .models import Article
from .site_models import Picture

COMMENTS = 50  # replies of a thread
TEXT = 2_000  # characters of a reply; a question comes whole
HEADLINE = 110  # characters of a question that stand for it

Node = dict[str, Any]
Crumb = tuple[str, str]  # a name and a path

# A script element ends at "</script" wherever that stands; U+2028 and U+2029 end lines in older JavaScript.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def absolute(path: str) -> str:
    """With the site's own host: pages are kept, and the same for everybody, whichever host they were asked from."""
    return f"{settings.SITE_URL}{path}"


def picture_address(picture: Picture) -> str:
    """Of its widest file."""
    return absolute(picture.address(picture.width))


def w3c(moment: datetime | None) -> str:
    """As the web writes a moment (RFC 3339), to the second."""
    return moment.isoformat(timespec="seconds") if moment else ""


def embedded(nodes: Iterable[Node]) -> SafeString:
    """As JSON that can stand in a script element, whatever readers write."""
    data = {"@context": "https://schema.org", "@graph": list(nodes)}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - nothing in it can end the element


def home(site: Identity) -> list[Node]:
    website = {**_website(site), "description": site.introduction or site.tagline, "inLanguage": get_language()}
    return [{**website, "publisher": {"@id": _author_id()}}, _author(site)]


def article(found: Article, site: Identity, trail: Sequence[Crumb]) -> list[Node]:
    """`trail` leads to the page: home, the article, perhaps one of its numbered pages."""
    address = absolute(found.get_absolute_url())
    name = moderator_name(found.author)
    node = {
        "@type": "Article",
        "@id": f"{address}#article",
        "mainEntityOfPage": address,
        "url": address,
        "headline": found.title,
        "description": found.summary,
        "inLanguage": get_language(),
        "datePublished": w3c(found.published_at),
        "dateModified": w3c(max(found.updated_at, found.published_at or found.updated_at)),
        "author": _author(site) if name == site.author else _person(name, site),
        "publisher": _person(site.author, site),
        "image": _image(found.lead_picture) if found.lead_picture else None,
        "wordCount": found.word_count,
        "commentCount": found.comment_count,
        "discussionUrl": f"{address}#comments",
        "isPartOf": _website(site),
    }
    return [_filled(node), breadcrumbs(trail)]


def thread(page: ThreadPage, found: Article, site: Identity, trail: Sequence[Crumb]) -> list[Node]:
    """A question with answers, or, where none of them is on this page, a posting with comments.

    An answer is what the site means by it: a moderator's reply, wherever it stands. Readers' replies to the question
    itself are suggested answers; the asker's own and all below others are comments. Later pages have only the trail.
    """
    if page.number > 1:
        return [breadcrumbs(trail)]
    replies = _chosen(page)
    main = _question(page.root, site) | {"commentCount": page.root.reply_count, "isPartOf": _article_of(found)}
    if not any(row.author for row in replies):
        _nest(main, replies, site, answered=False)
        posting = {"@type": "DiscussionForumPosting", "headline": main.pop("name"), "mainEntityOfPage": main["url"]}
        return [main | posting, breadcrumbs(trail)]
    _nest(main, replies, site, answered=True)
    answers = len(main.get("acceptedAnswer", [])) + len(main.get("suggestedAnswer", []))
    main |= {"@type": "Question", "answerCount": answers}
    return [{"@type": "QAPage", "@id": main["url"], "url": main["url"], "mainEntity": main}, breadcrumbs(trail)]


def collection(title: str, description: str, path: str, site: Identity, trail: Sequence[Crumb]) -> list[Node]:
    """A page that lists others."""
    node = {
        "@type": "CollectionPage",
        "@id": absolute(path),
        "url": absolute(path),
        "name": title,
        "description": description,
        "inLanguage": get_language(),
        "isPartOf": _website(site),
    }
    return [_filled(node), breadcrumbs(trail)]


def breadcrumbs(trail: Sequence[Crumb]) -> Node:
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
        for position, (name, path) in enumerate(trail, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _website(site: Identity) -> Node:
    return {"@type": "WebSite", "@id": absolute("/#site"), "url": absolute("/"), "name": site.name}


def _author_id() -> str:
    return absolute("/#author")


def _author(site: Identity) -> Node:
    """Whom the site is named for, with what the owner says of them."""
    about = {
        "description": markup.beginning(markup.plain(site.bio_html), TEXT),
        "image": _image(site.portrait) if site.portrait else None,
    }
    return _filled(_person(site.author, site) | about)


def _person(name: str, site: Identity) -> Node:
    """A reader is a name and nothing else; the site's author has a page."""
    if name != site.author:
        return {"@type": "Person", "name": name}
    return {"@type": "Person", "@id": _author_id(), "name": name, "url": absolute("/")}


def _image(picture: Picture) -> Node:
    return {"@type": "ImageObject", "url": picture_address(picture), "caption": picture.description}


def _article_of(found: Article) -> Node:
    address = absolute(found.get_absolute_url())
    return {"@type": "Article", "@id": f"{address}#article", "url": address, "headline": found.title}


def _question(row: Row, site: Identity) -> Node:
    text = markup.plain(row.html)
    address = absolute(reverse("comments:thread", args=[row.pk]))
    return {
        "@id": f"{address}#comment-{row.pk}",
        "name": markup.beginning(text, HEADLINE),
        **_contribution(row, text, address, site),
    }


def _reply(row: Row, kind: str, root: int, site: Identity) -> Node:
    address = absolute(reverse("comments:thread", args=[root]))
    text = Truncator(markup.plain(row.html)).chars(TEXT)
    return {"@type": kind, **_contribution(row, text, f"{address}#comment-{row.pk}", site)}


def _contribution(row: Row, text: str, address: str, site: Identity) -> Node:
    author = _person(row.shown_name, site) if row.author else {"@type": "Person", "name": row.shown_name}
    edited = {"dateModified": w3c(row.changed_at)} if row.changed_at else {}
    return {"url": address, "text": text, "datePublished": w3c(row.posted_at), **edited, "author": author}


def _chosen(page: ThreadPage) -> list[Row]:
    """The replies to be told, in reading order; where there are too many, moderators' before others."""
    public = [node.row for node in page.nodes if not node.is_removed and node.row.pk != page.root.pk]
    told = sorted(public, key=lambda row: row.author is None)[:COMMENTS]
    return sorted(told, key=lambda row: row.lft)


def _nest(main: Node, replies: Sequence[Row], site: Identity, *, answered: bool) -> None:
    """Hang each reply below the nearest one above it that is told, or below the question."""
    above: list[tuple[int, Node]] = []
    for row in replies:
        while above and above[-1][0] < row.lft:
            above.pop()
        role, kind = _role(row) if answered else ("comment", "Comment")
        node = _reply(row, kind, row.tree, site)
        below = main if kind == "Answer" or not above else above[-1][1]
        below.setdefault(role, []).append(node)
        above.append((row.rght, node))


def _role(row: Row) -> tuple[str, str]:
    if row.author:
        return "acceptedAnswer", "Answer"
    if row.level == 1 and not row.by_asker:
        return "suggestedAnswer", "Answer"
    return "comment", "Comment"


def _filled(node: Node) -> Node:
    """Without what is not known: an empty property says something else than none."""
    return {name: value for name, value in node.items() if value not in ("", None)}
