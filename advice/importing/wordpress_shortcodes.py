"""WordPress's [shortcodes]: its own become HTML, those of plugins go and the text in them stays.

What is in brackets and is no shortcode ("[sic]", "[1]") stays, as it did in WordPress. That knew all names; here an
unknown one is known by how it looks: it is closed, or has attributes, or a name as plugins make them.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from . import spans
from .records import Upload

DEEPEST = 30  # shortcodes in each other
SHIELD = "\ue000{}\ue001"  # stands for what is not looked into; no text has these characters
_SHIELDED = re.compile("\ue000([0-9]+)\ue001")
_MINE = re.compile("[\ue000\ue001]")
_VERBATIM = re.compile(r"<(pre|code|script|style|textarea|kbd|xmp)\b[^<>]*>", re.IGNORECASE)
_TAG_WITH_BRACKET = re.compile(r"<[a-zA-Z/][^<>\[]*\[[^<>]*>")
_ESCAPED = re.compile(r"\[(\[/?[a-z][\w-]*(?:[\s/][^\[\]]*)?\](?:[^\[]*\[/[\w-]+\])?)\]", re.IGNORECASE)
_TAG = re.compile(r"\[(/?)([a-zA-Z][\w-]{0,60})((?:[\s=/][^\[\]]*)?)\]")
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))|"([^"]*)"|(\S+)""")
_NAMED = re.compile(r"""\s[\w-]+\s*=\s*["'\w“”″]""")
_PICTURE = re.compile(r"\s*((?:<a\s[^>]*>\s*)?<img\s[^>]*>(?:\s*</a>)?)(.*)", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s\"'<>\[\]]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "″": '"', "‘": "'", "’": "'", "\u00a0": " "})

_CODE = re.compile(
    r"(?<!\[)\[(code|sourcecode|source|php|html|css|javascript|js|python|sql|bash|shell|xml|java|ruby|text|plain|highlight)"
    r"(?:\s[^\[\]]*)?\]",
    re.IGNORECASE,
)
_MEDIA = {"embed", "audio", "video", "youtube", "vimeo", "soundcloud", "ted", "dailymotion", "googlemaps", "playlist"}
_PLUGINS = {
    "toc", "ez-toc", "lwptoc", "contact-form", "contact-form-7", "wpforms", "gravityform", "formidable", "ad", "ads",
    "adsense", "newsletter", "sitemap", "tablepress", "table", "addtoany", "sharethis", "contact-field", "recent-posts",
    "display-posts", "rev_slider", "layerslider", "smartslider3", "metaslider", "ninja_form", "mc4wp_form",
    "subscribe2", "breadcrumb", "related-posts", "quiz", "poll", "more", "spacer", "divider", "clear", "row", "column",
    "columns", "button", "accordion", "tabs", "tab", "toggle", "dropcap", "pullquote", "woocommerce_cart",
}  # fmt: skip


@dataclass(slots=True)
class Around:
    """What shortcodes may ask for: files by their numbers, and those of this article; and what was met is counted."""

    uploads: Callable[[Iterable[str]], list[Upload]]
    own: Callable[[], list[Upload]]
    met: Counter[str]
    left: int = 500  # files that galleries may still show; a short text could name them without end


def expanded(text: str, around: Around) -> str:
    """The text with its shortcodes as HTML."""
    shields: list[str] = []

    def shielded(kept: str) -> str:
        shields.append(kept)
        return SHIELD.format(len(shields) - 1)

    text = _MINE.sub("", text)
    text = _codes(text, shielded)
    text = spans.replaced(
        text, _VERBATIM, lambda m: rf"</{m[1]}\s*>", lambda m, inner: shielded(f"{m[0]}{inner}</{m[1]}>")
    )
    text = _ESCAPED.sub(lambda match: shielded(match[1]), text)
    text = _TAG_WITH_BRACKET.sub(lambda match: shielded(match[0]), text)
    text = _expanded(text, around)
    for _ in range(4):  # what is shielded later may hold what was shielded before
        text = _SHIELDED.sub(lambda match: shields[int(match[1])] if int(match[1]) < len(shields) else "", text)
    return _MINE.sub("", text)


def _codes(text: str, shielded: Callable[[str], str]) -> str:
    """[code]...[/code]: what is in it is shown as it is."""

    def shown(_: re.Match[str], inner: str) -> str:
        code = html.escape(_MINE.sub("", html.unescape(inner)).strip("\n"), quote=False)
        return f"\n\n{shielded(f'<pre><code>{code}</code></pre>')}\n\n"

    return spans.replaced(text, _CODE, lambda match: rf"\[/{match[1]}\]", shown)


def _expanded(text: str, around: Around) -> str:
    """From left to right; a closing tag ends the last one of its name that is open."""
    closing = Counter(match[2].lower() for match in _TAG.finditer(text) if match[1])
    out: list[str] = []
    opened: list[tuple[str, str, int]] = []  # name, attributes, where in `out` its text begins
    at = 0
    for match in _TAG.finditer(text):
        name, given = match[2].lower(), match[3]
        if not _is_shortcode(match, closing):
            continue
        out.append(text[at : match.start()])
        at = match.end()
        if match[1]:
            _close(name, opened, out, around)
            closing[name] -= 1
        elif closing[name] > 0 and len(opened) < DEEPEST and not given.endswith("/"):
            opened.append((name, given, len(out)))
            around.met[name] += 1
        else:
            around.met[name] += 1
            out.append(_html(name, given, "", around))
    out.append(text[at:])
    return "".join(out)


def _close(name: str, opened: list[tuple[str, str, int]], out: list[str], around: Around) -> None:
    for place in range(len(opened) - 1, -1, -1):
        if opened[place][0] == name:
            _, given, begins = opened[place]
            del opened[place:]
            inner = "".join(out[begins:])
            del out[begins:]
            out.append(_html(name, given, inner, around))
            return


def _is_shortcode(match: re.Match[str], closing: Counter[str]) -> bool:
    name, given = match[2], match[3]
    if name.lower() in ("caption", "wp_caption", "gallery", *_MEDIA):
        return True
    if name != name.lower():
        return False
    if closing[name] > 0 or match[1]:
        return bool(closing[name] > 0)
    return name in _PLUGINS or "_" in name or given.rstrip().endswith("/") or bool(_NAMED.match(given))


def _html(name: str, given: str, inner: str, around: Around) -> str:
    attributes, loose = _attributes(given)
    if name in ("caption", "wp_caption"):
        return _caption(attributes, inner)
    if name == "gallery":
        return _gallery(attributes, around)
    if name == "playlist":
        return _links(upload.address for upload in _chosen(attributes, around))
    if name in _MEDIA:
        return _media(attributes, [*loose, inner])
    return inner


def _caption(attributes: dict[str, str], inner: str) -> str:
    match = _PICTURE.match(inner)
    if match is None:
        return inner
    words = attributes.get("caption") or match[2].strip()
    shown = f"<figcaption>{words}</figcaption>" if words else ""
    return f"\n\n<figure>{match[1]}{shown}</figure>\n\n"


def _gallery(attributes: dict[str, str], around: Around) -> str:
    return "".join(map(figure, _chosen(attributes, around)))


def figure(upload: Upload) -> str:
    caption = f"<figcaption>{upload.caption}</figcaption>" if upload.caption else ""
    alt, address = html.escape(upload.description), html.escape(upload.address)
    return f'\n\n<figure><img src="{address}" alt="{alt}">{caption}</figure>\n\n'


def _chosen(attributes: dict[str, str], around: Around) -> list[Upload]:
    """By their numbers; without any, all that were uploaded for the article."""
    if around.left <= 0:
        return []
    if ids := attributes.get("ids") or attributes.get("include") or "":
        chosen = around.uploads(re.findall(r"[0-9]+", ids))
    else:
        without = set(re.findall(r"[0-9]+", attributes.get("exclude", "")))
        chosen = [upload for upload in around.own() if upload.pk not in without]
    around.left -= len(chosen) + 1
    return chosen


def _media(attributes: dict[str, str], texts: list[str]) -> str:
    given = [*(value for name, value in attributes.items() if name not in ("poster", "caption")), *texts]
    found = _ADDRESS.findall(html.unescape(" ".join(given)))
    return _links(dict.fromkeys(found))


def _links(addresses: Iterable[str]) -> str:
    escaped = map(html.escape, addresses)
    return "".join(f'\n\n<p><a href="{address}">{address}</a></p>\n\n' for address in escaped)


def _attributes(given: str) -> tuple[dict[str, str], list[str]]:
    """Named ones, and the others."""
    named, loose = {}, []
    for match in _ATTRIBUTE.finditer(html.unescape(given).translate(_QUOTES)):
        if match[1]:
            named[match[1].lower()] = next((value for value in match.group(2, 3, 4) if value is not None), "")
        else:
            loose.append(match[5] or match[6] or "")
    return named, loose
