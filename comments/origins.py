"""Whether a post comes from our own pages.

There is no CSRF token, so that pages stay the same for everybody and forms never expire.

A reader has no session to ride on; this keeps other sites from posting in a reader's name and network all the same.
"""

from django.http import HttpRequest


def is_cross_site(request: HttpRequest) -> bool:
    """By `Sec-Fetch-Site` (same-origin and none pass), else by `Origin`, which must be ours; with neither it passes.

    The header cannot be set by a page's script (Fetch Standard, forbidden request-headers).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.get_host()}"
