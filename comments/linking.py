"""Links in readers' words, however they are written: “https://”, “www.”, “buy-now.example/x”, “buy-now (dot) example”.

One pass over the text with patterns that have a bound on what they repeat: time grows with the text's length.
"""

import functools
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from django.conf import settings

from . import folding, known_hosts

HOSTS = 20  # of one comment that are kept
_LABEL = r"[\w-]{1,63}"
_LINK = re.compile(
    r"(?:https?|ftp)://(?P<whole>[^\s<>\"'\[\]()]{1,2000})"
    rf"|(?<![\w@.-])(?<!xxp://)(?<!xxps://)(?P<bare>{_LABEL}(?:\.{_LABEL}){{1,6}})(?P<rest>[/:?#@][^\s<>\"'\[\]()]{{0,2000}})?",
    re.IGNORECASE,
)
_HIDING = (  # what people write so that nobody counts it as a link, and what it stands for
    (re.compile(r"\bhxxp(s?)\b", re.IGNORECASE), r"http\1"),
    (re.compile(r"\s?[\[({<]\s?(?:dot|\.)\s?[\])}>]\s?", re.IGNORECASE), "."),
    (re.compile(r"(?<=\w) (?:dot|\.) ?(?=(?:com|net|org|info|biz|example|xyz)\b)", re.IGNORECASE), "."),
)
_MARKUP = re.compile(r"\[(?:url|link|img)\b|<a\s|<h1>|\]\(https?://", re.IGNORECASE)  # BBCode, HTML, Markdown


@dataclass(frozen=True, slots=True)
class Link:
    host: str
    is_hidden: bool = False  # written so that it is not taken for one


def find(text: str) -> list[Link]:
    """The links of a text, in its order; those to the site itself are none."""
    shown = _hosts(text)
    plain = _undisguised(text)
    if plain == text:
        return list(map(Link, shown))
    left, links = Counter(shown), []
    for host in _hosts(plain):
        links.append(Link(host, is_hidden=not left[host]))
        left[host] -= bool(left[host])
    return links


def hosts_of(*texts: str) -> list[str]:
    """The hosts that these texts link to, each once, at most HOSTS of them."""
    return list(dict.fromkeys(link.host for text in texts for link in find(text)))[:HOSTS]


def host_of(typed: str) -> str:
    """The host of what somebody typed as an address or as a host, in the spelling in which hosts are kept; or ""."""
    typed = typed.strip()
    authority = re.split(r"[/?#\\]", re.sub(r"^[a-z]{1,10}://", "", typed, flags=re.IGNORECASE))[0]
    return _normal(authority)


def has_markup(text: str) -> bool:
    """Whether it is written for a page that makes links of it, which ours does not."""
    return bool(_MARKUP.search(text))


def without(text: str) -> str:
    """The text with a blank for each link."""
    return _LINK.sub(lambda match: " " if _host(match) else match[0], text)


def _undisguised(text: str) -> str:
    if not text.isascii():  # all this a browser takes for the plain letters and dots
        text = text.translate(_Plain())
    for pattern, meant in _HIDING:
        text = pattern.sub(meant, text)
    return text


class _Plain(dict[int, str]):
    """For `str.translate`: wide letters as others, dots of any shape, and nothing that is drawn as nothing."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in "。｡․":
            plain = "."
        elif "\uff01" <= char <= "\uff5e":
            plain = unicodedata.normalize("NFKC", char)
        else:
            plain = "" if char > "\x7f" and folding.is_unseen(char) else char
        self[code] = plain
        return plain


def _hosts(text: str) -> list[str]:
    own = settings.SITE_HOST.removeprefix("www.")
    return [host for match in _LINK.finditer(text) if (host := _host(match)) and host != own]


def _host(match: re.Match[str]) -> str:
    """Where a match leads; "" where it is no link."""
    if match["whole"]:
        return _normal(re.split(r"[/?#\\]", match["whole"])[0])
    rest = match["rest"] or ""
    labels = match["bare"].casefold().split(".")
    return "" if rest.startswith("@") or not _is_host(labels, rest) else _normal(match["bare"])


def _is_host(labels: list[str], rest: str) -> bool:
    """Whether words with dots between them are a host: “him.So” is not, “bit.ly/so” is."""
    last = labels[-1]
    if last in known_hosts.ENDINGS or last.startswith("xn--") or labels[0] == "www":
        return not labels[-2].isdecimal()
    says_more = len(labels) > 2 or any(not char.isalpha() for char in labels[-2])
    return last in known_hosts.WORDS and (says_more or (len(rest) > 1 and rest[0] in "/?"))


@functools.lru_cache(maxsize=1024)
def _normal(authority: str) -> str:
    """One spelling for a host, as the Domain Name System has it: no user, port, capitals, “www.” or foreign letters."""
    host = unicodedata.normalize("NFKC", authority.rpartition("@")[2].partition(":")[0]).casefold()
    found = re.match(r"[\w.-]{1,253}", host.replace("。", "."))
    host = found[0].strip(".-_").removeprefix("www.") if found else ""
    try:
        return host.encode("idna").decode() if "." in host else ""
    except UnicodeError:
        return host
