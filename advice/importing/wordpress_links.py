"""Links in texts from WordPress, changed in place: in HTML as `html_tree` writes it, in comments as they were typed."""

import html
import re

from django.conf import settings

from .texts import Address

_HREF = re.compile(r'(<a href=")([^"]*)(")')
_TYPED = re.compile(
    r"""(\bhref\s*=\s*["']?)?(https?://[^\s<>"'\]]{1,2000}|(?<=["'])/[^\s<>"'\]]{0,2000})""", re.IGNORECASE
)
_TRAILING = ".,;:!?)’”"


def in_article(body: str, leads_to: Address) -> str:
    def changed(match: re.Match[str]) -> str:
        new = leads_to(html.unescape(match[2]))
        return f"{match[1]}{html.escape(new)}{match[3]}" if new else match[0]

    return _HREF.sub(changed, body)


def in_comment(body: str, leads_to: Address) -> str:
    """Also addresses that stand in the text; these stay whole ones, or they would be no links."""

    def changed(match: re.Match[str]) -> str:
        address = match[2].rstrip(_TRAILING)
        is_link = match[1] is not None
        new = leads_to(html.unescape(address)) if is_link or not address.startswith("/") else None
        if new is None:
            return match[0]
        return f"{match[1] or settings.SITE_URL}{new}{match[2][len(address) :]}"

    return _TYPED.sub(changed, body)
