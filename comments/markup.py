"""Text in, safe HTML out: once, when it is written. Every HTML that a template prints with `safe` was made here.

Readers write plain text; moderators and articles use Markdown without raw HTML; imported articles are HTML.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

import nh3
from django.utils.text import slugify
from markdown_it import MarkdownIt

# Shown on an article's page before the link to the whole: bytes of HTML, so that a page's size has a bound.
SHORTEN_OVER = 6_000
EXCERPT_LENGTH = 1_500  # characters of text

COMMENT_TAGS = {"p", "br", "a", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4", "hr"}
_ARTICLE_TAGS = COMMENT_TAGS | {
    "h2", "h5", "h6", "img", "figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td", "caption", "del",
    "sub", "sup", "dl", "dt", "dd", "cite", "q", "abbr", "b", "i", "s", "u", "small", "span", "div",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}

# A reader's link earns nothing in search engines and tells the other site nothing.
_reader = nh3.Cleaner(
    tags={"p", "br", "a"}, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel="nofollow ugc noopener"
)
_imported = nh3.Cleaner(
    tags=COMMENT_TAGS | {"b", "i"},
    attributes={"a": {"href"}},
    url_schemes={"http", "https"},
    link_rel="nofollow ugc noopener",
)
_moderator = nh3.Cleaner(
    tags=COMMENT_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel="noopener", strip_comments=True
)
_article = nh3.Cleaner(
    tags=_ARTICLE_TAGS,
    attributes={
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
        **{f"h{level}": {"id"} for level in range(2, 7)},
    },
    url_schemes=_SCHEMES,
    link_rel="noopener",
    set_tag_attribute_values={"img": {"loading": "lazy", "decoding": "async"}},
)

# CommonMark; `html=False` prints raw HTML as text. Images belong to articles.
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False})
_comment_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")

# Controls but tab and line feed; and the characters that turn the direction of the text around them (Trojan Source,
# CVE-2021-42574). Joiners and marks stay: Persian, Hindi and emoji need them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
# Letters and a symbol by their category, but drawn as nothing: Hangul's fillers, the empty Braille cell.
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Sorting the marks on one letter takes the square of their number: 1 MB of them took minutes. So texts are cut before
# what composes with nothing that is before it (ASCII, kana, Han, Hangul); where none is near, anywhere.
_PIECE = re.compile(
    ".{1,500}(?=[\x00-\x7f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]|\\Z)|.{1,500}", re.DOTALL
)
_END_OF_BLOCK = re.compile(r"(?<=\w)([\x02\x03]?)\n\s*\n")  # with what marks a match in `fulltext`
_LINK = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)
_OF_ADDRESS = "[^\\s@<>(),;:\"“”'’]"
# It begins only where such characters begin: elsewhere a long text without an @ takes the square of its length.
_EMAIL = re.compile(f"(?<!{_OF_ADDRESS})({_OF_ADDRESS}){_OF_ADDRESS}*(@{_OF_ADDRESS}+)")
_FINGERPRINT = re.compile(r"\b([0-9a-f]{6})[0-9a-f]{26}\b")
_TRAILING = ".,;:!?'’”“»«)]}…*_"


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article's body as readers get it: HTML, its headings as [level, anchor, text], and its words."""

    html: str
    contents: list[list[int | str]]
    words: int


def clean(text: str) -> str:
    """The text without what nobody means to send: CRLF becomes LF, controls and direction overrides go, NFC, stripped.

    Lone surrogates, which no UTF-8 can hold, become U+FFFD; `forms` refuses that character with a message.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _UNWANTED.sub("", text)
    text = _SURROGATES.sub("\ufffd", text)
    return composed(text).strip()


def composed(text: str) -> str:
    """NFC: each letter with its marks is one character, where there is one; in pieces (see above)."""
    return "".join(unicodedata.normalize("NFC", piece) for piece in _PIECE.findall(text))


def clean_line(text: str) -> str:
    """`clean` for a name: one line, single blanks, and not made of nothing but invisible characters."""
    line = " ".join(clean(text).split())
    line = "".join(char for char in line if char not in FILLERS).strip()
    return "" if is_blank(line) else line


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing: blanks, joiners, fillers and marks alone."""
    return all(unicodedata.category(char)[0] in "CZM" or char in FILLERS for char in text)


def veiled(text: str) -> str:
    """The text with only the beginnings of email addresses and of networks' fingerprints: a…@mail.example."""
    return _FINGERPRINT.sub(r"\1…", _EMAIL.sub(r"\1…\2", text))


def reader_html(text: str) -> str:
    """A reader's plain text: paragraphs at empty lines, breaks at line ends, addresses become links."""
    paragraphs = (part.strip("\n") for part in re.split(r"\n(?:[^\S\n]*\n)+", text))
    body = "".join(f"<p>{_linked(part)}</p>" for part in paragraphs if part.strip())
    return _reader.clean(body)


def moderator_html(text: str) -> str:
    """A moderator's Markdown; headings start at h3, below the page's own."""
    return _moderator.clean(_demoted(_comment_markdown.render(text)))


def literal(text: str) -> str:
    """A text in Markdown that shows it as it is: a reader's name makes no link in an answer."""
    return re.sub(r"([\\`*_\[\]<>&])|^([-+#])", r"\\\g<0>", text)


def comment_html(text: str, *, by_moderator: bool) -> str:
    return moderator_html(text) if by_moderator else reader_html(text)


def imported_comment_html(text: str) -> str:
    """A foreign system's comment, which is HTML as often as it is plain text: kept what a reader may use."""
    if not re.search(r"<(?:p|br|a|em|strong|b|i|blockquote|ul|ol|li|code|pre|h[34]|hr)\b", text, re.IGNORECASE):
        return reader_html(html.unescape(text))
    paragraphs = text if re.search(r"<p\b", text, re.IGNORECASE) else _autop(text)
    return _imported.clean(paragraphs)


def excerpt(body_html: str, *, over: int = SHORTEN_OVER, length: int = EXCERPT_LENGTH) -> str:
    """The beginning of a comment of more than `over` bytes as HTML, `length` characters; "" where it is shown whole."""
    text = plain(body_html)
    if len(body_html.encode()) <= over or len(text) <= length:
        return ""
    cut = text[:length].rsplit(None, 1)[0] if len(text[:length].split()) > 1 else text[:length]
    return "".join(f"<p>{html.escape(part)}</p>" for part in f"{cut}…".split("\n\n") if part.strip())


def plain(body_html: str) -> str:
    """Sanitised HTML as text, with an empty line between blocks."""
    text = re.sub(r"<br\s*/?>", "\n", body_html)
    text = re.sub(r"</(?:p|h\d|li|blockquote|pre|div|figure|tr|dd|dt)>", "\n\n", text)
    text = html.unescape(nh3.clean(text, tags=set()))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def one_line(text: str) -> str:
    """Plain text of several blocks as one line: a block that ends in a word, as headings do, gets a full stop."""
    return " ".join(_END_OF_BLOCK.sub(r"\1. ", text).split())


def beginning(text: str, length: int) -> str:
    """The beginning of a plain text as one line of whole words, at most `length` characters; “…” where it goes on.

    That it goes on is told before blanks are put together: of a longer text more than `length` must be given.
    """
    line = one_line(text[:length])
    if len(text) <= length and len(line) <= length:
        return line
    return f"{line[: length - 1].rsplit(None, 1)[0].rstrip(',;:–—')}…"


def article(body: str, *, imported: bool = False) -> ArticlePage:
    """An article's Markdown (or, imported, its HTML) as a page with anchors on its headings."""
    if imported:
        rendered = _article.clean(body if re.search(r"<p\b", body, re.IGNORECASE) else _autop(body))
        rendered = re.sub(r"(</?)h1\b", r"\1h2", rendered)
    else:
        rendered = _article.clean(_demoted(_markdown.render(body), by=1))
    rendered, contents = _with_anchors(rendered)
    return ArticlePage(rendered, contents, len(plain(rendered).split()))


def _linked(text: str) -> str:
    """Escaped text with its addresses as links; punctuation that ends a sentence is none of the address."""
    parts, at = [], 0
    for match in _LINK.finditer(text):
        if not (address := address_at(match.group())):
            continue
        escaped = html.escape(address)
        parts += [html.escape(text[at : match.start()], quote=False), f'<a href="{escaped}">{escaped}</a>']
        at = match.start() + len(address)
    parts.append(html.escape(text[at:], quote=False))
    return "".join(parts).replace("\n", "<br>")


def address_at(text: str) -> str:
    """The web address that a text begins with, or "": punctuation that ends a sentence is none of it."""
    found = match.group() if (match := _LINK.match(text)) else ""
    address = found.rstrip(_TRAILING)
    if found[len(address) :].startswith(")") and address.count("(") > address.count(")"):
        address += ")"
    return address if _has_host(address) else ""


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _demoted(rendered: str, by: int = 2) -> str:
    """h1 becomes h2 (or h3): the page has its own headings above. Only tags match: text has its < escaped."""
    return re.sub(r"(</?h)([1-6])\b", lambda m: f"{m[1]}{min(6, max(int(m[2]), by + 1))}", rendered)


def _autop(text: str) -> str:
    """WordPress stores paragraphs as empty lines and adds <p> when it prints: the same, for text without any."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    starts_block = re.compile(r"<(?:h\d|ul|ol|blockquote|pre|figure|table|div|hr|dl)\b", re.IGNORECASE)
    return "\n".join(
        block if starts_block.match(block.strip()) else "<p>" + block.strip().replace("\n", "<br>\n") + "</p>"
        for block in blocks
        if block.strip()
    )


def _with_anchors(rendered: str) -> tuple[str, list[list[int | str]]]:
    contents: list[list[int | str]] = []
    seen = dict.fromkeys(["article", "comments", "respond", "main", "top"], 1)  # anchor: how many headings want it

    def anchored(match: re.Match[str]) -> str:
        level, inner = int(match[1]), match[2]
        text = " ".join(html.unescape(re.sub(r"<[^>]*>", "", inner)).split())
        if not text:
            return ""
        base = slugify(text)[:60].strip("-") or "part"
        if base.startswith("comment-"):  # the anchors of comments
            base = f"part-{base}"
        anchor = base
        while anchor in seen:
            seen[base] += 1
            anchor = f"{base}-{seen[base]}"
        seen[anchor] = seen.get(anchor, 1)
        contents.append([level, anchor, text])
        return f'<h{level} id="{anchor}">{inner}</h{level}>'

    return re.sub(r"<h([2-6])(?: [^>]*)?>(.*?)</h\1>", anchored, rendered, flags=re.DOTALL), contents
