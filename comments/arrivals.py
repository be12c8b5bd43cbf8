"""Whether a post came from our own pages, and came whole.

There is no CSRF token, so that pages stay the same for everybody and forms never expire.

A reader has no session to ride on; this keeps other sites from posting in a reader's name and network all the same.
"""

from django.http import HttpRequest, UnreadablePostError


def is_cross_site(request: HttpRequest) -> bool:
    """By `Sec-Fetch-Site` (same-origin and none pass), else by `Origin`, which must be ours; with neither it passes.

    The header cannot be set by a page's script (Fetch Standard, forbidden request-headers).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.get_host()}"


def is_whole(request: HttpRequest) -> bool:
    """Whether the body has the length that was announced: a phone that loses its connection sends half a question."""
    try:
        return len(request.body) == int(request.META.get("CONTENT_LENGTH") or 0)
    except (ValueError, UnreadablePostError):
        return False


def is_utf8(request: HttpRequest) -> bool:
    """Whether the bytes are UTF-8, percent-encoded or not. Django reads others as something else, and loses which."""
    try:
        request.body.decode()
    except UnicodeDecodeError:
        return False
    return True
