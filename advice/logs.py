"""The log: one line for one thing, as JSON for machines or as text for people, with nothing personal in it.

The fields are an allow-list. Libraries for JSON logs write whatever a record carries, and Django's carry the request.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime

from comments.storage import is_away

from . import request_ids

PRIVATE_PATH = re.compile(r"(/(?:q|unsubscribe)(?![-\w])).+", re.IGNORECASE | re.DOTALL)  # also one with a typo in it
LONGEST = 1_000  # characters of a line's message: a path, or a Host, may have 60,000


def veiled(text: str) -> str:
    """Without what stands behind the beginning of a private address."""
    return PRIVATE_PATH.sub(r"\1/…", text)


class NothingPersonal(logging.Filter):
    """Takes the secret part of private addresses out of every line, and the traceback off what is no news."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = veiled(record.getMessage()[:LONGEST])
        record.args = None
        error = record.exc_info[1] if record.exc_info else None
        if error and is_away(error):  # with every request while it lasts: a line with its cause, not a page
            record.msg = f"{record.msg} ({str(error).partition(chr(10))[0]})"
            record.exc_info = None
        if record.name.startswith("django.security") or getattr(record, "status_code", 500) < 500:
            record.exc_info = None  # somebody tries foreign hosts or broken forms: a line, not a page
        return True


class _Lines(logging.Formatter):
    """Tracebacks without the errors' own words: those of a database or of int() quote what a reader wrote."""

    def formatException(self, ei: object) -> str:  # noqa: N802
        error = ei[1] if isinstance(ei, tuple) else None
        return _told(error) if isinstance(error, BaseException) else ""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class TextLines(_Lines):
    """For people: time, level, logger, the request's id where there is one, and what happened."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        request = request_ids.current()
        named = f" [{request}]" if request else ""
        return f"{self.formatTime(record)} {record.levelname} {record.name}{named} {record.message}"


class JsonLines(_Lines):
    """For machines: an object on a line, with `request`, `status`, `ms` and `error` where there is something to say."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_ids.current(),
            "status": getattr(record, "status_code", None),
            "ms": getattr(record, "ms", None),
            "error": self.formatException(record.exc_info) if record.exc_info else "",
        }
        return json.dumps({name: value for name, value in said.items() if value not in (None, "")}, ensure_ascii=False)


def _told(error: BaseException) -> str:
    """The traceback, and of each error what it is: its type, and of a database's its code and constraint."""
    parts = []
    for each in reversed(_chain(error)):
        frames = "".join(traceback.format_tb(each.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{_named(each)}")
    return "\n\nThen:\n\n".join(parts)


def _chain(error: BaseException) -> list[BaseException]:
    """The error and those that led to it, the last first."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return chain


def _named(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    diagnosis = getattr(error, "diag", None)  # psycopg2's
    codes = [
        getattr(error, "pgcode", None) or getattr(error, "sqlite_errorname", None),
        getattr(diagnosis, "constraint_name", None),
    ]
    told = ", ".join(code for code in codes if code)
    return f"{kind} ({told})" if told else kind
