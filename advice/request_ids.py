"""A name for each request, so that its lines in the log belong together, and a reader can say which one failed.

It is random, or what a trusted proxy gave the request, and says nothing about who asked. Made when somebody first wants
it: most requests never do.
"""

import re
import secrets
from contextvars import ContextVar

GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}")

_current: ContextVar[str | None] = ContextVar("request_id", default=None)  # None outside of requests


def begin() -> None:
    """Forget the request before. Nobody forgets at a request's end: Django logs what failed after all middleware."""
    _current.set("")


def adopt(given: str) -> None:
    """Take the id that a trusted proxy uses for this request in its own log; what is no id is passed over."""
    if GIVEN.fullmatch(given):
        _current.set(given)


def current() -> str:
    """The id of the request under way, or "" outside of one."""
    found = _current.get()
    if found == "":
        found = secrets.token_hex(8)
        _current.set(found)
    return found or ""
