"""The site's settings with a cache that holds one page."""

from advice.settings import *  # noqa: F403
from advice.settings import CACHES

CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 1, "MAX_BYTES": 20_000}
