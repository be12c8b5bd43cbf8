"""A page of a WordPress site, saved as HTML, as records: its article, and the comments below it as they are met."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from . import page_article, page_comments, page_owner
from .page_counts import Counts
from .page_owner import ARTICLE, Said
from .page_tree import Builder, Node, Part
from .records import Comment, LeftOut, Person, Records

_LISTS = "ol, ul, menu, dl"
_COMMENT_LISTS = frozenset({"commentlist", "comment-list", "comments-list", "wp-block-comment-template"})
_PAGE = "#comments, .comments-area, .comments-title, .wp-block-comments-title, .comment-reply-title"
NEAR = 50  # elements between a comment and the one it is in


def read(pieces: Iterable[str], said: Said, counts: Counts) -> Records:
    """Raises Unreadable."""
    page = _Page(said, counts)
    yield from page.read(pieces)
    yield from page.end()


@dataclass(slots=True)
class _Entry:
    """A comment whose element is open."""

    node: Node
    number: str
    classes: frozenset[str]
    parent: str
    is_settled: bool = False  # its number and date are what they will be
    posted_at: datetime | None = None

    @property
    def depth(self) -> int:
        return page_comments.depth_of(self.classes)


class _Page(Builder):
    def __init__(self, said: Said, counts: Counts) -> None:
        super().__init__()
        self._said = said
        self._counts = counts
        self._entries: list[_Entry] = []
        self._depths: list[tuple[int, str]] = []  # the last comment at each depth, while none above it has come
        self._last: datetime | None = None
        self._people: dict[str, str] = {}  # names by login
        self._post_author = ""

    def begins(self, node: Node) -> bool:
        number = page_comments.number_of(node)
        if not number and not self._is_comment(node):
            return True
        around, has_list = self._around()
        if around and not has_list and self._is_same(around, number, node):
            around.number = around.number or number
            around.classes |= node.classes
            return True
        self._entries.append(_Entry(node, number, node.classes, self._parent(node, around, has_list=has_list)))
        return False

    def ends(self, node: Node) -> None:
        if not self._entries or self._entries[-1].node is not node:
            return
        entry = self._entries.pop()
        if not page_comments.PINGS.isdisjoint(entry.classes):
            self.give(LeftOut("trackbacks and pingbacks", is_row=True))
            return
        comment = Part(node)
        self._settle(entry, comment)
        self._counts.found += 1
        self.give(self._comment(entry, comment))

    def end(self) -> Records:
        """What is known when all is read. Raises Unreadable where something is missing."""
        found = page_article.found(self.root, self.remarks, self._said.reading, self._language())
        found.author = self._post_author or found.author
        found.take(self._said)
        self._counts.stated = self._stated()
        yield from found.records()
        if not self._knows(found.author):
            name = self._said.author or found.author_name
            self._people[page_owner.login_of(name) if self._said.author else found.author] = name
        for login, name in self._people.items():
            yield Person(login, login, "", name)

    def _is_comment(self, node: Node) -> bool:
        """Without a number: by WordPress's classes, or as an item of a list of comments."""
        if node.tag not in ("li", "div", "article"):
            return False
        if page_comments.depth_of(node.classes) and not node.classes.isdisjoint({"comment", *page_comments.PINGS}):
            return True
        return node.tag == "li" and not _COMMENT_LISTS.isdisjoint(self.stack[-1].classes)

    def _around(self) -> tuple[_Entry | None, bool]:
        """The comment that is open, and whether a list is open in it."""
        if not self._entries:
            return None, False
        entry = self._entries[-1]
        for node in islice(reversed(self.stack), NEAR):
            if node is entry.node:
                return entry, False
            if node.matches(_LISTS):
                return entry, True
        return entry, False

    def _is_same(self, around: _Entry, number: str, node: Node) -> bool:
        """Whether this is another element of the comment that it is in: themes put id and classes on different ones."""
        if number:
            return around.number in ("", number)
        return not around.depth and bool(page_comments.depth_of(node.classes))

    def _parent(self, node: Node, around: _Entry | None, *, has_list: bool) -> str:
        """By the list that it stands in; where no list says so, by the depths, which broken markup does not change."""
        depth = page_comments.depth_of(node.classes)
        if around and (has_list or not depth or not around.depth or depth > around.depth):
            if not around.is_settled:
                self._settle(around, Part(around.node))
            parent = around.number
        else:
            self._leave(depth)
            parent = self._depths[-1][1] if self._depths else ""
        return parent

    def _leave(self, depth: int) -> None:
        """A comment at this depth: what is as deep is behind."""
        while self._depths and self._depths[-1][0] >= depth:
            self._depths.pop()

    def _settle(self, entry: _Entry, comment: Part) -> None:
        """Give the comment its number and date: before its first reply, so that dates are in the page's order."""
        if entry.is_settled:
            return
        entry.is_settled = True
        if not entry.number:
            name, text = page_comments.name_of(comment), page_comments.text_of(comment)
            entry.number = page_owner.made_number(name, text, entry.parent)
        entry.posted_at = page_comments.date_of(comment, self._said.reading, self._language()) or self._next()
        self._last = entry.posted_at
        if entry.depth:
            self._leave(entry.depth)
            self._depths.append((entry.depth, entry.number))

    def _next(self) -> datetime:
        """For a comment without a date: after the one before it on the page, or after the article."""
        if self._last is None:
            found = page_article.found(self.root, [], self._said.reading, self._language())
            self._last = self._said.published or found.published or datetime(1970, 1, 1, tzinfo=UTC)
        return self._last + timedelta(seconds=1)

    def _comment(self, entry: _Entry, comment: Part) -> Comment:
        name = page_comments.name_of(comment)
        return Comment(
            article=ARTICLE,
            pk=entry.number,
            parent=entry.parent,
            name=name,
            body=page_comments.text_of(comment),
            status=page_comments.status_of(comment),
            posted_at=entry.posted_at,
            user=self._user(entry, name),
        )

    def _user(self, entry: _Entry, name: str) -> str:
        """The login of whoever was logged in. Without WordPress's classes no page says who was: there a name counts."""
        if entry.depth or "byuser" in entry.classes:
            login = page_comments.login_of(entry.classes)
            if login:
                self._people.setdefault(login, name)
            if "bypostauthor" in entry.classes:
                self._post_author = self._post_author or login
            return login
        is_author = page_owner.is_called(name, self._said.author)
        return page_owner.login_of(self._said.author) if is_author else ""

    def _knows(self, author: str) -> bool:
        known = {*map(str.casefold, self._people), *map(str.casefold, self._people.values())}
        return author.casefold() in known

    def _language(self) -> str:
        page = next((child for child in self.root.children if isinstance(child, Node) and child.tag == "html"), None)
        return page.get("lang").casefold() if page else ""

    def _stated(self) -> int | None:
        """How many comments the page says it has."""
        headings = (node.text() for node in self.root.all(_PAGE) for node in (node, *node.all("h2, h3")))
        return self._counts.first_of(text for text in headings if len(text) < 200)
