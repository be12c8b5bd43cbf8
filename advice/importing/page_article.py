"""The article of a saved page: its text without the menus, buttons and lists around it, and what is said of it."""

import re
from collections.abc import Callable
from datetime import datetime
from itertools import count, islice
from urllib.parse import unquote, urljoin, urlsplit

from . import page_writing
from .page_dates import Reading
from .page_owner import Found, login_of, web_address
from .page_tree import Node

# What holds the text, the surest first.
_TEXT = (
    ".entry-content, .wp-block-post-content",
    "[itemprop=articleBody]",
    ".post-content, .post-entry, .post-body, .post__content, .article-content, .article-body, .td-post-content",
    ".single-content, .storycontent, .entry, .thecontent, .the-content, .post-text, .postcontent, .page-content",
    "article",
    "main, #content, #main, .content, .hentry, .post",
    "body",
    "#page",
)
_TITLE = ".entry-title, .wp-block-post-title, .post-title, .page-title, .posttitle, [itemprop=headline]"
_DATE = ".entry-date, .published, .post-date, .wp-block-post-date, [itemprop=datePublished], .date"
_NOT_TEXT = (
    "script, style, noscript, form, nav, aside, button, svg, template, iframe, input, select, textarea, object, ins"
)
_FRAME = f"{_NOT_TEXT}, header, footer, .entry-title, .post-title, .entry-meta, .entry-header, #comments, #respond"
_NOISE = re.compile(
    r"(?:^|[-_])(?:shar(?:e|ing|edaddy|es)|social|addtoany|addthis|related|relatedposts|yarpp|crp|breadcrumbs?|newsletter|"
    r"subscri(?:be|ption)|optin|signup|cookies?|gdpr|toc|lwptoc|pagination|navigation|nextpage|postnav|authorbox|bio|"
    r"post-?meta|entry-?meta|byline|ratings?|likes?|adsbygoogle|advert(?:isement)?s?|sidebar|popup|modal|comments?|respond)"
    r"(?:$|[-_])|^(?:author-box|about-author|post-tags|tags-links|cat-links|screen-reader-text|sd-content|ad|ads)$",
    re.IGNORECASE,
)
_BOXES = frozenset({"div", "section", "ul", "ol", "p", "details", "dl", "table", "figure"})
_ENOUGH = 200  # characters: of a text, not of a teaser
HEADINGS = 20  # that are looked at for the title
DATES = 20
_NUMBER = re.compile(r"(?:postid|page-id|post)-(\d{1,19})")
_AUTHOR = re.compile(r"/author/([^/?#]+)/?$")
_SAVED = re.compile(r"saved from url=\(\d+\)(\S+)|^\s*url:\s*(\S+)", re.MULTILINE)
_BASE = re.compile(r"(?:wp-json/?|\?p=\d+)$")


def found(page: Node, remarks: list[str], reading: Reading, language: str) -> Found:
    """What the page says of its article. Raises Unreadable where the order in its date is unclear."""
    meta = _meta(page)
    address = next(filter(web_address, [_saved_from(remarks), _link(page, "canonical"), meta.get("og:url", "")]), "")
    place = _place(page)
    title = _title(page, meta)
    published = reading.machine(meta.get("article:published_time", "")) or _date(page, reading, language)
    login, name = _author(page)
    return Found(
        body=_body(place, title, address) if place else "",
        title=title,
        author=login,
        author_name=name,
        address=address.partition("#")[0],
        site=_BASE.sub("", _link(page, "https://api.w.org/") or _link(page, "shortlink")),
        number=_number(page),
        summary=meta.get("description", "") or meta.get("og:description", ""),
        published=published,
        updated=reading.machine(meta.get("article:modified_time", "")),
        is_open=page.first(".no-comments, .nocomments, .comments-closed") is None,
    )


def _meta(page: Node) -> dict[str, str]:
    tags = page.all("meta[content]")
    return {tag.get("property") or tag.get("name").casefold(): tag.get("content") for tag in reversed(list(tags))}


def _saved_from(remarks: list[str]) -> str:
    """Browsers and SingleFile write into a page where they saved it from."""
    matches = filter(None, map(_SAVED.search, remarks))
    return next((match[1] or match[2] for match in matches), "")


def _link(page: Node, rel: str) -> str:
    return next((link.get("href") for link in page.all("link[rel]") if rel in link.get("rel").split()), "")


def _place(page: Node) -> Node | None:
    """What holds the text: of several alike the longest, since others are teasers."""
    for selector in _TEXT:
        alike = [(len(node.text(without=_NOT_TEXT)), node) for node in islice(page.all(selector), 20)]
        length, node = max(alike, key=lambda pair: pair[0], default=(0, None))
        if length >= _ENOUGH or (length and selector in ("body", "#page", *_TEXT[:2])):
            return node
    return page if page.text() else None


def _title(page: Node, meta: dict[str, str]) -> str:
    """In themes that do not mark it: the heading that the browser's title begins with, since others are the site's."""
    marked = next((text for node in page.all(_TITLE) if (text := node.text())), "")
    head = page.first("title")
    whole = head.text() if head else ""
    headings = [text for node in islice(page.all("h1, h2, h3"), HEADINGS) if (text := node.text())]
    beginning = max((text for text in headings if whole.startswith(text)), key=len, default="")
    return marked or beginning or meta.get("og:title", "") or next(iter(headings), "") or whole


def _date(page: Node, reading: Reading, language: str) -> datetime | None:
    for node in islice(page.all(_DATE), DATES):
        for stamp in (node, *node.all("time[datetime]")):
            if moment := reading.machine(stamp.get("datetime") or stamp.get("content")):
                return moment
        if moment := reading.human(node.text(), language):
            return moment
    time = page.first("time[datetime]")
    return reading.machine(time.get("datetime")) if time else None


def _author(page: Node) -> tuple[str, str]:
    """The login that WordPress's links to an author have, if there is one, and the name."""
    for selector in (".author, .byline, [itemprop=author]", "a[rel=author]"):
        for place in islice(page.all(selector), 20):
            for link in place.all("a[href]"):
                if login := _AUTHOR.search(unquote(link.get("href"))):
                    return login[1], link.text()
    named = page.first("a[rel=author]", ".author, [itemprop=author]")
    name = named.text() if named else _meta(page).get("author", "")
    return login_of(name), name


def _number(page: Node) -> str:
    body = page.first("body")
    for name in sorted(body.classes) if body else ():
        if not name.startswith("post-") and (match := _NUMBER.fullmatch(name)):
            return match[1]
    if match := re.search(r"\?p=(\d{1,19})$", _link(page, "shortlink")):
        return match[1]
    for field in page.all("#comment_post_ID, [data-postid]"):
        if (number := field.get("value") or field.get("data-postid")).isdigit():
            return number
    hits = (_NUMBER.fullmatch(node.get("id")) for node in page.all("article[id], div[id]"))
    return next((match[1] for match in hits if match), "")


def _body(place: Node, title: str, address: str) -> str:
    return page_writing.written(
        place,
        page_writing.ARTICLE,
        is_noise=_noise_beside(title),
        address=lambda node, name: _address(node, name, address),
    )


def _noise_beside(title: str) -> Callable[[Node], bool]:
    headings = count(1)

    def is_noise(node: Node) -> bool:
        if node.matches(_FRAME):
            return True
        if node.tag in ("h1", "h2") and next(headings) <= HEADINGS and node.text() == title:
            return True
        names = (*node.classes, node.get("id")) if node.tag in _BOXES else ()
        return any(map(_NOISE.search, names))

    return is_noise


def _address(node: Node, name: str, page: str) -> str:
    """Whole, as seen from the page; "" for what leads into the saved file's own folder, or into the page itself."""
    wanted = node.get("data-src") or node.get("data-lazy-src") or node.get(name) if name == "src" else node.get(name)
    if not wanted or wanted.startswith(("#", "data:", "file:", "javascript:")):
        return _from_srcset(node) if name == "src" else ""
    if name == "src" and not _is_whole(wanted) and _from_srcset(node):
        return _from_srcset(node)
    try:
        whole = urljoin(page, wanted)
        is_here = whole.partition("#")[0] == page and "#" in whole
    except ValueError:
        return ""
    return "" if is_here else whole


def _from_srcset(node: Node) -> str:
    """Where a browser put its own copy into `src`, `srcset` has the address still."""
    first = node.get("srcset").split(",")[0].split()
    return first[0] if first and web_address(first[0]) else ""


def _is_whole(address: str) -> bool:
    try:
        return bool(urlsplit(address).netloc)
    except ValueError:
        return False
