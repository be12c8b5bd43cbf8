"""The site as if every page were asked for the first time: `DJANGO_SETTINGS_MODULE=tests.benchmarks.uncached`.

Only pages are not kept, and nothing of the article and its comments is. What a process reads once a minute on a real
site (the owner's words, the discussion's rules) it reads once a minute here too; and what all pages have alike
(`{% cache %}` in base.html: menus, styles, the way out, the foot; the empty form) it prints once.
"""

from typing import Any

from advice.memory_cache import DEFAULT_TIMEOUT, MemoryCache
from advice.settings import *  # noqa: F403


class PagelessCache(MemoryCache):
    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        from advice.kept_pages import Page

        if not isinstance(value, Page):
            super().set(key, value, timeout, version)


CACHES = {**CACHES, "default": {**CACHES["default"], "BACKEND": "tests.benchmarks.uncached.PagelessCache"}}  # noqa: F405


def forget() -> None:
    """What this process has kept, of pages and all else."""
    from django.core.cache import cache

    cache.clear()
