"""A comment as WordPress's themes write it: who, when, and what; the classic form, HTML5's, and blocks."""

import re
from datetime import datetime
from functools import lru_cache
from itertools import islice

from comments.models import Status

from . import page_writing
from .page_dates import Reading
from .page_tree import Node, Part

ITSELF = re.compile(r"(?:li-|div-)?comment-0*(\d{1,19})")  # ids, of which a comment often has several
DATES = 9  # places of one comment that are looked at for its date
PINGS = frozenset({"pingback", "trackback"})

_TEXT = (
    ".comment-content, .comment_content, .comment__content, .wp-block-comment-content",
    ".comment-text, .comment_text, .commenttext, .comment-entry, .comment-copy, .comment-post-text, [itemprop=text]",
    "[itemprop=commentText], .comment-body, .comment_body, .comment-inner",
)
_NAME = (
    ".fn",
    ".wp-block-comment-author-name, .comment-author-name, .comment_author_name, .comment-author-link, .author-name",
    ".comment-link",
    "[itemprop=name]",
    ".comment-author, .comment__author, .comment_author, .commentauthor",
    "cite",
    ".author, .vcard",
)
_DATE = (
    ".comment-date, .comment_date, .comment-time, .comment__date, .wp-block-comment-date, .date, .comment-date-time",
    ".comment-metadata, .comment-meta, .commentmetadata, .comment_meta, .comment__meta",
)
_WAITING = ".comment-awaiting-moderation, .comment-awaiting"
_FRAME = (  # beside the name
    ".says, .comment-meta, .comment_meta, .commentmetadata, .comment-metadata, .comment__meta, .comment-date, "
    ".comment_date, .comment-time, .date, .reply, .comment-reply, .comment-reply-link, .comment-edit-link, .edit-link, "
    ".wp-block-comment-reply-link, .wp-block-comment-edit-link, .wp-block-comment-date, .screen-reader-text, "
    "button, time"
)
_NOISE = (
    f"{_FRAME}, {_WAITING}, .comment-author, .comment_author, .comment__author, .commentauthor, .fn, .vcard, .avatar, "
    ".wp-block-comment-author-name, .wp-block-avatar, .comment-author-link, .comment-author-name, .comment-likes, "
    ".comment-like-feedback, .comment-actions, .comment-head, .comment-respond, #respond, .children, form, nav, "
    "header, svg, noscript, select, template"
)
_SAYS = re.compile(r" ?\b(?:says|said|wrote|sagt|sagte|schreibt|schrieb) ?:?$| ?[:,]$", re.IGNORECASE)  # of one line
_LOGIN = re.compile(r"comment-author-(.+)")
_DEPTH = re.compile(r"depth-(\d{1,5})")


def number_of(node: Node) -> str:
    """Of the comment whose element this is, by its id; "" where it is none's."""
    found = ITSELF.fullmatch(node.get("id")) if node.tag in ("li", "div", "article", "section") else None
    return found[1] if found else ""


@lru_cache(maxsize=4096)
def depth_of(classes: frozenset[str]) -> int:
    """As WordPress's classes count it, from 1; 0 where they do not."""
    return next((int(found[1]) for found in map(_DEPTH.fullmatch, classes) if found), 0)


def login_of(classes: frozenset[str]) -> str:
    """Of whoever was logged in when they wrote it, by WordPress's classes."""
    if "byuser" not in classes:
        return ""
    return next((found[1] for found in map(_LOGIN.fullmatch, sorted(classes)) if found), "")


def name_of(comment: Part) -> str:
    node = comment.first(*_NAME)
    return _SAYS.sub("", node.text(without=_FRAME)) if node else ""


def date_of(comment: Part, reading: Reading, language: str) -> datetime | None:
    """Raises Unreadable where day and month may be either."""
    for node in comment.all("time[datetime], [itemprop=datePublished], [itemprop=commentTime], abbr[title]"):
        stamp = node.get("datetime") or node.get("content")
        if moment := reading.machine(stamp) or reading.human(node.get("title"), language):
            return moment
    for selector in _DATE:
        for node in islice(comment.all(selector), DATES):
            if moment := reading.human(node.text(), language):
                return moment
    return None


def text_of(comment: Part) -> str:
    """As WordPress keeps it: paragraphs are empty lines, and only what stresses, links or lists has tags."""
    place = _place(comment)
    return page_writing.written(
        place or _blocks_of(comment.node), page_writing.COMMENT, is_noise=_is_noise, address=_link
    )


def status_of(comment: Part) -> str:
    """The saver's own comments are on the page while they wait."""
    return Status.PENDING if comment.first(_WAITING) else Status.APPROVED


def _place(comment: Part) -> Node | None:
    """What holds the text: the inner one, where themes call two of their boxes the same."""
    for selector in _TEXT:
        if outer := comment.first(selector):
            return next((inner for inner in outer.all(selector) if inner is not outer), outer)
    return None


def _blocks_of(comment: Node) -> Node:
    """Old themes write the text among the rest: its paragraphs and lists are it."""
    blocks = Node("div")
    ahead = [comment]
    while ahead:
        node = ahead.pop()
        if node.matches("p, blockquote, pre, ul, ol"):
            blocks.children.append(node)
        elif node is comment or not _is_noise(node):
            ahead.extend(child for child in reversed(node.children) if isinstance(child, Node))
    return blocks if blocks.children else comment


def _is_noise(node: Node) -> bool:
    return node.matches(_NOISE)


def _link(node: Node, name: str) -> str:
    return node.get(name) if name == "href" and node.get(name).startswith(("http://", "https://")) else ""
