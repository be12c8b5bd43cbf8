"""While the database is away, or the site is closed, every request fails alike. The log says so once a second."""

import logging
import threading
import time

from comments.storage import is_away

SPAN = 1.0  # seconds for one line about the same cause
CAUSES = 100  # that are remembered


class OnceASecond(logging.Filter):
    """Of lines with the same cause the first in a second, and how many were left out since the one before."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._told: dict[str, tuple[float, int]] = {}  # by cause: when, and how many were left out since

    def filter(self, record: logging.LogRecord) -> bool:
        cause = _cause(record)
        if not cause:
            return True
        with self._lock:
            told, left_out = self._told.get(cause, (0.0, 0))
            if time.monotonic() - told < SPAN and told:
                self._told[cause] = told, left_out + 1
                return False
            if len(self._told) >= CAUSES:
                self._told.clear()
            self._told[cause] = time.monotonic(), 0
        if left_out:
            record.msg = f"{record.getMessage()} and {left_out} more since the last line"
            record.args = None
        return True


def _cause(record: logging.LogRecord) -> str:
    """What lines have in common that are about the same outage; "" for all others."""
    error = record.exc_info[1] if record.exc_info else None
    if is_away(error):
        return str(error).partition("\n")[0] or type(error).__name__
    if record.name == "advice.timing":  # slow answers: all are, while something is locked or full
        return record.name
    return "503" if getattr(record, "status_code", None) == 503 else ""
