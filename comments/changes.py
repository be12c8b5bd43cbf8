"""When this process last changed what readers see: whoever keeps pages shows none from before."""

import time

_last: dict[int, float] = {}  # by article


def note(article: int) -> None:
    """What readers see of this article has just changed."""
    _last[article] = time.monotonic()


def last(article: int | None = None) -> float:
    """When that was last so, by the monotonic clock: of this article, or of any."""
    moments = list(_last.values()) if article is None else [_last[article]] if article in _last else []
    return max(moments, default=float("-inf"))
